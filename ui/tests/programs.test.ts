import { describe, expect, it } from "vitest";
import { permissionOf, questionOf } from "../src/dev/programs";
import { all, at, click, open, press, settle, type } from "./world";

const text = (testid: string) => at(testid).textContent.replaceAll(/\s+/g, " ").trim();
const texts = (testid: string) => all(testid).map(heard);
const removed = (calls: [string, ...unknown[]][]) => calls.filter(([name]) => name === "removePermission");

/** The words of an element without what is drawn only. */
function heard(element: HTMLElement): string {
	const copy = element.cloneNode(true) as HTMLElement;
	for (const drawn of copy.querySelectorAll("[aria-hidden=true]")) drawn.remove();
	return copy.textContent.replaceAll(/\s+/g, " ").trim();
}

describe("the programs page", () => {
	it("is reached from the sidebar and by its key", async () => {
		const { app } = await open("main");
		await click("nav-programs");
		expect(all("programs")).toHaveLength(1);
		app.navigation.show("accounts");
		await settle();
		await press("5", { ctrlKey: true }, document.body);
		expect(all("programs")).toHaveLength(1);
	});

	it("groups what programs may by program, with the words for each", async () => {
		await open("programs");
		expect(all("program").map((card) => card.dataset["program"])).toEqual([
			"GNOME Terminal",
			"invoice-sync",
			"nightly-backup",
			"python3.13",
			"report-builder",
		]);
		const lines = texts("permission");
		expect(lines).toEqual([
			"Google Used 3 times, last 1 h ago Until the terminal closes Take back",
			"Google Used 214 times, last 9 min ago Always Take back",
			"Podio Used 31 times, last 3 h ago Always Take back",
			"Manage Grantkeep · may change everything Used 1 time, last 40 min ago For 7 h more Take back",
			"GitHub Used 2 times, last 21 min ago For 38 min more Take back",
			"Podio It is not asked about again until you take this back. Refused for good Take back",
		]);
		const names = all("take-back").map((button) => button.getAttribute("aria-label"));
		expect(new Set(names).size, "each has a name of its own").toBe(names.length);
	});

	// R-AG-04
	it("takes a permission back, and all of a program after a question", async () => {
		const { app, fake } = await open("programs");
		document.querySelector<HTMLElement>("[data-permission=p3] [data-testid=take-back]")?.click();
		await settle();
		expect(removed(fake.calls)).toEqual([["removePermission", "p3"]]);
		expect(document.querySelector("[data-permission=p3]")).toBeNull();

		await click("take-all-back");
		await settle();
		expect(document.activeElement?.textContent).toContain("Cancel");
		expect(text("confirm-take-all-back-dialog")).toContain("Google and Podio");
		await click("confirm-take-all-back");
		await settle();
		expect(removed(fake.calls).slice(1)).toEqual([
			["removePermission", "p1"],
			["removePermission", "p2"],
		]);
		expect(app.navigation.over).toBeNull();
	});

	it("is worked by keys: rows, their button, the account, and taking back", async () => {
		const { app, fake } = await open("programs");
		const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
		expect(rows.filter((row) => row.tabIndex === 0)).toHaveLength(1);
		rows[0]?.focus();
		await press("ArrowDown");
		expect((document.activeElement as HTMLElement).dataset["permission"]).toBe("p4");
		await press("ArrowRight");
		expect(document.activeElement?.textContent).toContain("Take back");
		await press("ArrowLeft");
		await press("End");
		expect((document.activeElement as HTMLElement).dataset["permission"]).toBe("p5");
		await press("Delete");
		await settle();
		expect(removed(fake.calls)).toEqual([["removePermission", "p5"]]);
		await press("Home");
		await press("ArrowDown");
		await press("Enter");
		expect(app.navigation.page).toBe("accounts");
		expect(app.navigation.selected).toMatch(/^google\//);
	});

	it("keeps a permission that can't be taken back, and says why", async () => {
		const { fake } = await open("programs");
		fake.world.failing = {
			removePermission: { code: "agent_unavailable", title: "The agent is not available", detail: "", hint: "" },
		};
		await click("take-back");
		expect(all("permission")).toHaveLength(6);
		expect(at("toast").textContent).toContain("The agent is not available");
	});

	it("shows what waits for an answer on top, and in the sidebar", async () => {
		const { fake } = await open("programs-asking");
		expect(texts("question")).toHaveLength(3);
		expect(text("question")).toContain("report-builder asks for the access token of Linear work");
		expect(text("question")).toContain("refused in 0:52");
		expect(text("nav-programs")).toContain("3 need attention");
		expect(document.querySelectorAll(".page .btn.primary"), "one primary action").toHaveLength(1);
		await click("answer");
		expect(fake.calls).toContainEqual(["showConsent"]);
		fake.push({ kind: "question_gone", id: "q1" });
		await settle();
		expect(texts("question")).toHaveLength(2);
	});

	it("says that nobody has asked, with a command to try", async () => {
		const { fake } = await open("programs-empty");
		expect(text("programs-empty")).toContain("No program has asked for a token yet.");
		await click("token-command-copy");
		expect(fake.calls).toContainEqual(["copyText", "grantkeep token podio/work"]);
	});

	it("has a filter where it is long", async () => {
		const { app } = await open("programs-many");
		expect(all("program")).toHaveLength(13);
		await type("program-filter", "worker-07");
		expect(all("program").map((card) => card.dataset["program"])).toEqual(["worker-07"]);
		await type("program-filter", "mial");
		expect(text("programs-no-match")).toContain("No program matches “mial”.");
		app.programs.typed = "";
		app.navigation.show("accounts");
		await settle();
	});

	it("announces what changes, once", async () => {
		const { app, fake, now } = await open("programs");
		const told: string[] = [];
		app.announcer.tell = (said) => void told.push(said);
		fake.push({ kind: "question", question: questionOf(now, "q9") });
		fake.push({ kind: "permission", permission: permissionOf(now, "p9", { service: "linear" }) });
		fake.push({ kind: "permission", permission: permissionOf(now, "p9", { service: "linear", uses: 300 }) });
		fake.push({ kind: "permission_removed", id: "p9" });
		expect(told).toEqual([
			"report-builder asks for the access token of Linear work",
			"invoice-sync for Linear: allowed",
			"invoice-sync for Linear: permission ended",
		]);
	});
});

describe("the programs of an account", () => {
	it("are those of its service", async () => {
		await open("account-programs");
		expect(text("account-programs")).toContain("GNOME Terminal");
		expect(text("account-programs")).toContain("invoice-sync");
		expect(text("account-programs")).not.toContain("python3.13");
		await click("show-programs");
		expect(all("programs")).toHaveLength(1);
	});

	it("are none, with the command that asks", async () => {
		const { app, fake } = await open("main");
		app.select("linear/work", true);
		await settle();
		expect(text("account-programs")).toContain("No program has asked for this token.");
		await click("token-command-copy");
		expect(fake.calls).toContainEqual(["copyText", "grantkeep token linear/work"]);
	});

	it("stand in the history of each account of the service", async () => {
		const { app, fake, now } = await open("account-programs");
		const event = { id: 900, at_ms: now, what: "access" as const, text: "invoice-sync was allowed always" };
		fake.push({ kind: "event", event: { ...event, account: "google" } });
		fake.push({ kind: "event", event: { ...event, id: 901, account: "github" } });
		await settle();
		expect(app.grants.histories.get("google/studio")?.filter((line) => line.id >= 900)).toHaveLength(1);
		expect(document.querySelectorAll("[data-event=access]")).toHaveLength(1);
	});
});

describe("a vault that is locked while the window is open", () => {
	it("keeps names and status, and nothing that needs a token", async () => {
		const { app, fake } = await open("main");
		await press("l", { ctrlKey: true }, document.body);
		expect(fake.calls.map(([name]) => name)).toContain("lock");
		expect(all("account-row").length).toBeGreaterThan(5);
		expect(text("keeper")).toContain("Vault locked");
		for (const testid of ["row-action", "action-copy", "add-service", "detail"]) expect(all(testid)).toHaveLength(0);
		await press("c", {}, document.body);
		await press("n", { ctrlKey: true }, document.body);
		expect(fake.calls.map(([name]) => name)).not.toContain("copyToken");
		expect(app.navigation.over).toBeNull();

		await click("unlock");
		expect(fake.calls.map(([name]) => name)).toContain("retryVault");
		expect(all("detail")).toHaveLength(1);
	});

	it("asks for the passphrase where there is one", async () => {
		await open("locked-running-passphrase");
		await type("passphrase", "wrong");
		at("passphrase").closest("form")?.requestSubmit();
		await settle();
		expect(text("unlock-problem")).toContain("That is not the passphrase");
		await type("passphrase", "correct horse");
		at("passphrase").closest("form")?.requestSubmit();
		await settle();
		expect(all("detail")).toHaveLength(1);
	});

	it("closes what stood over the page", async () => {
		const { app } = await open("take-all-back");
		await app.lock();
		await settle();
		expect(app.navigation.over).toBeNull();
		expect(text("locked-card")).toContain("Grantkeep is locked");
	});

	it("is unlocked with the keyring from a fresh window, too", async () => {
		const { fake } = await open("locked-keyring");
		expect(at("locked").dataset["vault"]).toBe("locked");
		await click("unlock");
		expect(fake.calls.map(([name]) => name)).toContain("retryVault");
	});
});
