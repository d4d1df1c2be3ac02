import { describe, expect, it } from "vitest";
import { all, at, click, open, press, settle, type } from "./world";

const headline = () => at("headline").dataset["headline"];
const text = (testid: string) => at(testid).textContent.replaceAll(/\s+/g, " ").trim();
const has = (testid: string) => all(testid).length > 0;

describe("the state of an account", () => {
	it.each([
		["main", "active", "42 min left", ["action-copy", "action-refresh", "action-test", "action-revoke"], []],
		["unknown-life", "unknown_life", "No known end", ["action-copy"], ["action-refresh"]],
		["expired", "expired", "The access token has ended", ["action-authorize"], ["action-copy"]],
		[
			"reauthorize",
			"reauthorize",
			"Podio needs you to reauthorize",
			["action-authorize", "raw-answer"],
			["action-copy"],
		],
		[
			"check-settings",
			"check_settings",
			"Google refused the client secret",
			["action-edit-service", "action-open-console", "action-try-post"],
			["action-copy"],
		],
		["revoked", "revoked", "Access taken back", ["action-authorize"], ["action-revoke", "action-copy"]],
		["not-authorized", "not_authorized", "Not authorized yet", ["action-authorize"], ["action-revoke", "token-facts"]],
		["refused", "not_authorized", "You refused at Google", ["action-authorize"], []],
		["refreshing", "refreshing", "5 min left", ["action-copy"], []],
		["retrying", "retrying", "6 min left", ["action-copy", "action-refresh", "copy-report"], []],
		["retrying-ended", "retrying", "Google can’t be reached", ["action-refresh"], ["action-copy"]],
		["revoking", "revoking", "Taking the access back", [], ["action-copy", "action-revoke"]],
		[
			"scopes",
			"scopes_missing",
			"Slack granted 4 of 6 scopes",
			["action-copy", "action-authorize", "action-accept-scopes"],
			[],
		],
		[
			"waiting",
			"waiting",
			"Finish in your browser",
			["pending-open-again", "pending-copy-link", "pending-cancel", "pending-paste"],
			["redirect-doctor", "action-copy"],
		],
	])("%s has the headline %s and says: %s", async (scene, word, says, there, absent) => {
		await open(scene);
		expect(headline()).toBe(word);
		expect(text("state-card")).toContain(says);
		for (const testid of there) expect(has(testid), testid).toBe(true);
		for (const testid of absent) expect(has(testid), testid).toBe(false);
	});

	it("is mended where its problem says", async () => {
		const { fake } = await open("check-settings");
		await click("action-open-console");
		expect(fake.calls).toContainEqual(["openPage", "https://google.example.com/apps"]);
		await click("action-edit-service");
		await settle();
		expect(document.activeElement?.closest("[data-testid=field-secret_plan]")).not.toBeNull();
	});

	it("is tried the other way with one click", async () => {
		const { fake } = await open("check-settings");
		expect(text("action-try-post")).toBe("Send client secret in the body");
		await click("action-try-post");
		expect(fake.calls).toContainEqual(["tryAuthentication", "google/studio", "post"]);
		await settle();
		expect(headline()).toBe("active");
	});

	it("has one primary action", async () => {
		for (const scene of [
			"main",
			"reauthorize",
			"scopes",
			"waiting",
			"waiting-help",
			"receipt",
			"paste-only",
			"not-authorized",
		]) {
			const { view } = await open(scene);
			expect(document.querySelectorAll(".detail .btn.primary"), scene).toHaveLength(1);
			view.unmount();
		}
	});

	it("shows life as a meter that says it in words", async () => {
		await open("main");
		expect(document.querySelector("[role=meter]")?.getAttribute("aria-valuetext")).toBe("42 min left");
	});

	it("shows each note with its buttons", async () => {
		const { app, fake } = await open("notes");
		for (const kind of [
			"somebody-else",
			"hosts-to-confirm",
			"no-refresh-token",
			"previous-not-revoked",
			"policy-turned-off",
			"oddity",
			"scopes-missing",
		]) {
			expect(has(`note-${kind}`), kind).toBe(true);
		}
		expect(text("trouble")).toContain("The link is no longer good");
		await click("choice-replace");
		expect(fake.calls).toContainEqual(["resolveIdentity", "google/studio", { kind: "replace" }]);
		expect(has("note-somebody-else")).toBe(false);
		await click("confirm-hosts");
		expect(app.navigation.over).toEqual({ kind: "confirm_hosts", name: "google" });
	});

	it("keeps a refusal until the person hides it", async () => {
		await open("refusal");
		expect(text("refusal")).toContain("Google can’t be reached");
		document.querySelector<HTMLElement>("[data-testid=refusal] [aria-label='Hide this']")?.click();
		await settle();
		expect(has("refusal")).toBe(false);
	});

	it("shows the receipt after a revocation", async () => {
		const { fake } = await open("main");
		await click("action-revoke");
		await settle();
		expect(document.activeElement?.textContent).toContain("Cancel");
		await click("confirm-revoke");
		await settle();
		expect(fake.calls).toContainEqual(["revoke", "google/studio"]);
		expect(headline()).toBe("revoked");
		expect(text("receipt")).toContain("The Test URI refused it");
	});

	it("tests the token and shows the answer", async () => {
		await open("toast");
		await click("action-test");
		expect(text("test-status")).toBe("200 OK in 184 ms");
		expect(text("test-body")).toContain("email_verified");
	});

	it("offers to add a Test URI, and goes to its field", async () => {
		const { app } = await open("no-test-uri");
		await click("add-test-uri");
		expect(app.navigation.over).toMatchObject({ kind: "form", field: "test_uri" });
	});
});

describe("waiting for the browser", () => {
	it("takes the pasted address", async () => {
		const { fake } = await open("waiting");
		await type("pending-paste", "http://127.0.0.1:49152/callback/notion-2c91?code=1&state=2");
		at("pending-paste").closest("form")?.requestSubmit();
		await settle();
		expect(fake.calls.at(-1)).toEqual([
			"pasteRedirect",
			"notion/wiki",
			"http://127.0.0.1:49152/callback/notion-2c91?code=1&state=2",
		]);
	});

	it("compares the redirect URI after 20 s", async () => {
		const { fake } = await open("waiting-help");
		expect(text("doctor-verdict")).toContain("Three differences: https in the place of http");
		const marked = [...at("redirect-doctor").querySelectorAll("ins, del")].map((mark) => mark.textContent);
		expect(marked).toEqual(["127.0.0.1", "s", "localhost", "/"]);
		await click("doctor-copy");
		expect(fake.calls).toContainEqual(["copyText", "http://127.0.0.1/callback/notion-2c91"]);
		await click("doctor-open-console");
		expect(fake.calls).toContainEqual(["openPage", "https://notion.example.com/apps"]);

		await type("doctor-text", "redirect_uri_mismatch");
		await settle();
		expect(text("doctor-verdict")).toContain("shows none");
		await type("doctor-text", "");
		await settle();
		expect(has("doctor-verdict")).toBe(false);
		expect(has("doctor-copy")).toBe(true);
	});

	it("is cancelled", async () => {
		const { fake } = await open("waiting");
		await click("pending-cancel");
		expect(fake.calls).toContainEqual(["cancelAuthorization", "notion/wiki"]);
		expect(headline()).toBe("not_authorized");
	});
});

describe("the list", () => {
	const selected = () => document.querySelector<HTMLElement>("[aria-selected=true]")?.dataset["accountId"];

	it("is a grid in which one row can be reached", async () => {
		await open("main");
		expect(at("account-list").getAttribute("role")).toBe("grid");
		expect(document.querySelectorAll(".row[tabindex='0']")).toHaveLength(1);
		expect(at("account-list").getAttribute("aria-rowcount")).toBe("15");
	});

	it("moves by arrows, Home and End, and goes into the account by Enter", async () => {
		await open("main");
		document.querySelector<HTMLElement>(".row[tabindex='0']")?.focus();
		await press("ArrowDown");
		expect(selected()).toBe("linear/work");
		await press("Home");
		expect(selected()).toBe("podio/work");
		await press("End");
		expect(selected()).toBe("figma/default");
		expect(document.activeElement).toBe(document.querySelector("[aria-selected=true]"));
		await press("Enter");
		expect(document.activeElement?.tagName).toBe("H1");
	});

	it("reaches the row's button by the right arrow", async () => {
		await open("reauthorize");
		document.querySelector<HTMLElement>(".row[tabindex='0']")?.focus();
		await press("ArrowRight");
		expect(document.activeElement?.textContent).toBe("Reauthorize");
		await press("ArrowLeft");
		expect(document.activeElement?.getAttribute("role")).toBe("row");
	});

	it("filters, says so, and keeps the detail open", async () => {
		await open("main");
		await type("filter", "is:unknown");
		expect(all("account-row").map((row) => row.dataset["accountId"])).toEqual([
			"github/robin-example",
			"mailchimp/newsletter",
		]);
		expect(at("detail").dataset["accountId"]).toBe("google/studio");
		await press("Escape", {}, at("filter"));
		expect(all("account-row")).toHaveLength(12);
	});

	it("offers a way out where nothing matches", async () => {
		await open("no-match");
		expect(text("no-match")).toContain("No account matches “mial”.");
	});

	it("mounts only the rows on screen of 10,000", async () => {
		await open("many");
		expect(all("account-row").length).toBeLessThan(60);
		expect(at("account-list").getAttribute("aria-rowcount")).toBe("10001");
	});
});

describe("keys", () => {
	const name = (call: unknown[]) => call[0];

	it.each([
		["c", {}, "copyToken"],
		["C", { shiftKey: true }, "copyHeader"],
		["r", {}, "refresh"],
		["t", {}, "test"],
		["a", {}, "authorize"],
	])("%s acts on the account", async (key, options, call) => {
		const { fake } = await open("main");
		await press(key, options, document.body);
		expect(fake.calls.map(name).at(-1)).toBe(call);
	});

	it.each([
		["R", { shiftKey: true }, "revoke"],
		["Delete", {}, "delete_account"],
		["e", {}, "form"],
		["?", { shiftKey: true }, "keys"],
		["n", { ctrlKey: true }, "providers"],
	])("%s opens what it says", async (key, options, kind) => {
		const { app } = await open("main");
		await press(key, options, document.body);
		expect(app.navigation.over?.kind).toBe(kind);
	});

	it("are letters in a field", async () => {
		const { fake } = await open("main");
		at("filter").focus();
		await press("c");
		expect(fake.calls.map(name)).not.toContain("copyToken");
	});

	it("do nothing where the action is not possible", async () => {
		const { fake } = await open("revoked");
		await press("c", {}, document.body);
		expect(fake.calls.map(name)).not.toContain("copyToken");
	});

	it("/ goes to the filter", async () => {
		await open("main");
		await press("/", {}, document.body);
		await new Promise((done) => setTimeout(done, 5));
		expect(document.activeElement).toBe(at("filter"));
	});

	it("Escape goes back to the list in a narrow window", async () => {
		const { app } = await open("main");
		expect(app.navigation.detailOpen).toBe(true);
		await press("Escape", {}, document.body);
		expect(app.navigation.detailOpen).toBe(false);
	});
});
