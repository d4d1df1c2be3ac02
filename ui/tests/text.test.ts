import { describe, expect, it } from "vitest";
import { accountOf, sampleAccounts, SAM, serviceOf } from "../src/dev/world";
import type { Action, Code, Headline, Problem } from "../src/ipc/bindings";
import { matches, pieces, readFilter } from "../src/text/filter";
import { receiptText, reportOf, revocationEffect } from "../src/text/messages";
import { pageLabel, problemButtons } from "../src/text/problems";
import { accountName, HEADLINES, rowAction, rowEnd, secondLine } from "../src/text/statuses";

const NOW = Date.now();
const accounts = sampleAccounts(NOW);
const find = (id: string) => {
	const account = accounts.find((one) => one.id === id);
	if (account === undefined) throw new Error(id);
	return account;
};

describe("a row", () => {
	it.each([
		["google/studio", "studio@example.com", "42 min"],
		["slack/studio", "2 of 6", "no end"],
		["notion/wiki", "in the browser", "4:12"],
		["microsoft/work", "again in 24 s", "6 min"],
		["github/robin-example", "robin-example", "no end"],
		["figma/default", "", ""],
	])("of %s says who or why, and its life", (id, second, end) => {
		expect(secondLine(find(id), NOW)).toBe(second);
		expect(rowEnd(find(id), NOW)).toBe(end);
	});

	it("says inside the refresh lead that it refreshes soon", () => {
		const account = find("google/studio");
		const soon = (account.grant?.refreshes_at_ms ?? 0) + 1;
		expect(secondLine(account, soon)).toBe("refreshes soon");
	});

	it("has one button where the person is needed", () => {
		expect(rowAction(find("podio/work"))?.label).toBe("Reauthorize");
		expect(rowAction(find("slack/studio"))?.label).toBe("Review");
		expect(rowAction(find("notion/wiki"))?.label).toBe("Open again");
		expect(rowAction(find("google/studio"))).toBeNull();
	});

	it("names the account default by its service alone", () => {
		expect(accountName(find("figma/default"))).toBe("Figma");
		expect(accountName(find("google/studio"))).toBe("Google studio");
	});
});

describe("the filter", () => {
	const hits = (typed: string) =>
		accounts.filter((account) => matches(account, readFilter(typed))).map((account) => account.id);

	it.each([
		["goo", ["google/studio", "google/personal"], "a name"],
		["goo stu", ["google/studio"], "all words must match"],
		["is:reauthorize", ["podio/work"], "a status"],
		["is:not-auth", ["figma/default"], "the beginning of a status, with a hyphen for the space"],
		["ROBIN-EXAMPLE", ["github/robin-example", "spotify/personal"].slice(0, 1), "an identity, in any case"],
		["mial", [], "nothing"],
	])("%s finds %j: %s", (typed, ids) => expect(hits(typed)).toEqual(ids));

	it("underlines what matched", () => {
		expect(pieces("Google", ["oo"])).toEqual([
			{ text: "G", hit: false },
			{ text: "oo", hit: true },
			{ text: "gle", hit: false },
		]);
	});
});

describe("problems", () => {
	const account = find("podio/work");
	const of = (code: Code, actions: Action[]) => ({ code, title: "", detail: "", hint: "", actions });
	const labels = (problem: Problem, one = account) => problemButtons(problem, one).map((button) => button.label);

	it("offer their actions in order, each once", () => {
		const refused = of("client_refused", [
			{ kind: "edit_field", field: "client_secret" },
			{ kind: "open_console", url: "https://podio.example.com/apps" },
			{ kind: "try_authentication", with: "post" },
			{ kind: "try_authentication", with: "basic_raw" },
			{ kind: "edit_field", field: "client_id" },
		]);
		expect(labels(refused)).toEqual(["Edit service", "Open Podio’s page", "Send client secret in the body"]);
	});

	it("leave out what can't be done", () => {
		const nothing = { ...account, possible: { ...account.possible, refresh: false, authorize: false } };
		const busy = of("provider_busy", [{ kind: "try_again" }, { kind: "authorize" }]);
		expect(labels(busy, nothing)).toEqual([]);
		const can = { ...account, possible: { ...account.possible, refresh: true } };
		expect(labels(busy, can)).toEqual(["Refresh now", "Authorize again"]);
	});

	it("have words for each action", () => {
		const cases: [Action, Code, string][] = [
			[{ kind: "edit_field", field: "redirect_port" }, "port_busy", "Change port"],
			[{ kind: "edit_field", field: "scopes" }, "invalid_scope", "Choose scopes"],
			[{ kind: "edit_field", field: "test_uri" }, "no_test_uri", "Add a Test URI…"],
			[{ kind: "authorize" }, "grant_ended", "Reauthorize"],
			[{ kind: "authorize" }, "port_busy", "Try again"],
			[{ kind: "try_authentication", with: "basic" }, "client_refused", "Send client secret as Basic"],
			[{ kind: "copy_redirect_uri", uri: "http://127.0.0.1/a" }, "provider_refused", "Copy redirect URI"],
			[{ kind: "open_documentation", url: "https://a.example" }, "provider_refused", "Read its documentation"],
			[{ kind: "confirm_hosts" }, "hosts_to_confirm", "Confirm…"],
		];
		for (const [action, code, label] of cases) expect(labels(of(code, [action]))).toEqual([label]);
		expect(pageLabel("Atlas")).toBe("Open Atlas’ page");
	});

	it("of the vault are tried again", () => {
		expect(labels(of("keyring_locked", []))).toEqual(["Try again"]);
	});

	it("become a report with the provider's answer", () => {
		const report = reportOf({ code: "bad_answer", title: "T", detail: "D", hint: "H", provider_said: "<html>" });
		expect(report).toBe("T\nD\nH\nCode: bad_answer\n\n<html>");
	});
});

describe("sentences", () => {
	it("tell what a revocation takes with it", () => {
		const account = accountOf("acme", "Acme", "work", { headline: "active", identity: SAM });
		const service = serviceOf("acme", "Acme", ["work"]);
		expect(revocationEffect(account, service)).toContain("asked to end the tokens of studio@example.com");
		service.definition.revocation = { kind: "none" };
		expect(revocationEffect(account, service)).toContain("no way to take tokens back");
	});

	it("put a receipt into plain text", () => {
		const lines = [
			{ what: "Access token", how: "401", dead: true, fate: "dead" as const },
			{ what: "Refresh token", how: "No proof.", dead: true, fate: "said" as const },
			{ what: "Old token", how: "Accepted.", dead: false, fate: "lives" as const, lives_until_ms: NOW },
		];
		const text = receiptText({ at_ms: NOW, lines }, "Acme").split("\n");
		expect(text[1]).toBe("Access token: dead. 401");
		expect(text[2]).toBe("Refresh token: taken back. No proof.");
		expect(text[3]).toMatch(/^Old token: lives on; ends .+\. Accepted\.$/);
	});

	it("have a word for each headline", () => {
		const headlines = Object.keys(HEADLINES) as Headline[];
		expect(headlines).toHaveLength(12);
	});
});
