import { describe, expect, it } from "vitest";
import { fateText } from "../src/text/messages";
import { secondLine } from "../src/text/statuses";
import { accountOf, SAM } from "../src/dev/world";
import { all, at, click, open, settle } from "./world";

const text = (testid: string) => at(testid).textContent.replaceAll(/\s+/g, " ").trim();
const has = (testid: string) => all(testid).length > 0;

describe("what is inside the tokens", () => {
	it("is shown when it is asked for, and said to be unverified", async () => {
		const { fake } = await open("inside-closed");
		expect(has("jwt")).toBe(false);
		await click("inspect");
		await settle();
		expect(fake.calls).toContainEqual(["inspect", "google/studio"]);
		const [access, id] = all("jwt");
		expect(access?.dataset["verified"]).toBe("false");
		expect(access?.textContent).toContain("Claims, unverified");
		expect(access?.textContent).toContain("anybody who has the client secret can do that");
		expect(id?.dataset["verified"]).toBe("true");
		expect(id?.textContent).toContain("Whose it is");
	});

	it("is forgotten with the token that it was inside of", async () => {
		const { app } = await open("inside");
		expect(app.grants.inspections.has("google/studio")).toBe(true);
		await app.grants.refresh("google/studio");
		await app.grants.revoke("google/studio");
		expect(app.grants.inspections.has("google/studio")).toBe(false);
		expect(app.grants.introspections.has("google/studio")).toBe(false);
	});

	it("is asked of the provider where it has an endpoint", async () => {
		await open("inside-closed");
		await click("introspect");
		await settle();
		expect(at("introspection").dataset["active"]).toBe("true");
		expect(text("introspection")).toContain("It is studio@example.com’s");
		await open("main");
		expect(has("introspect")).toBe(false);
	});
});

describe("a revoked token that lives on", () => {
	it("is tried until the person has enough of it", async () => {
		const { fake } = await open("receipt-trying");
		expect(text("receipt")).toContain("being tried…");
		await click("stop-trying");
		await settle();
		expect(fake.calls).toContainEqual(["stopTrying", "1"]);
		expect(text("receipt")).toContain("lives until");
		expect(has("stop-trying")).toBe(false);
	});

	it("is told in words", () => {
		const line = { what: "Access token", how: "", dead: false, fate: "lives" as const };
		expect(fateText(line, 0)).toBe("lives on");
		expect(fateText({ ...line, lives_until_ms: 60_000 }, 0)).toMatch(/^lives until /);
		expect(fateText({ ...line, fate: "unknown", lives_until_ms: 60_000 }, 0)).toMatch(/^not known to be dead, ends /);
		expect(fateText({ ...line, fate: "said" }, 0)).toBe("taken back");
	});
});

describe("a revocation by hand", () => {
	it("opens the page, and asks whether it is done", async () => {
		const { fake, app } = await open("revoke-by-hand");
		await settle();
		expect(fake.calls).toContainEqual(["openPage", "https://google.example.com/permissions"]);
		expect(has("confirm-revoked-dialog")).toBe(true);
		expect(app.accounts.find("google/studio")?.headline).toBe("active");
		await click("confirm-revoked");
		await settle();
		expect(fake.calls).toContainEqual(["revoked", "google/studio"]);
		expect(app.accounts.find("google/studio")?.headline).toBe("revoked");
		expect(text("receipt")).toContain("dead");
	});
});

describe("an account named after its person", () => {
	it("does not say the address twice", () => {
		const account = accountOf("google", "Google", "default", { headline: "unknown_life", identity: SAM });
		expect(secondLine(account, 0)).toBe("studio@example.com");
		expect(secondLine({ ...account, title: "studio@example.com" }, 0)).toBe("");
	});
});
