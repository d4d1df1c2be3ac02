import { describe, expect, it } from "vitest";
import { accountOf, sampleAccounts, SAM, serviceOf } from "../src/dev/world";
import type { Code, Headline } from "../src/ipc/bindings";
import { matches, pieces, readFilter } from "../src/text/filter";
import { receiptText, reportOf, revocationEffect } from "../src/text/messages";
import { remediesFor, remedyLabel } from "../src/text/problems";
import { compareRedirect } from "../src/text/redirect";
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
	const service = serviceOf("notion", "Notion", []);

	it("offer what mends them first", () => {
		expect(remediesFor("client_refused", service)).toEqual(["edit_service", "registration_page", "post_body"]);
		expect(remediesFor("grant_ended", service)).toEqual(["authorize"]);
	});

	it("leave out what can't be done", () => {
		const { registration_uri: _none, ...bare } = { ...service, has_client_secret: false };
		expect(remediesFor("client_refused", bare)).toEqual(["edit_service"]);
	});

	it("have words for each remedy of each code", () => {
		const codes: Code[] = [
			"port_busy",
			"grant_ended",
			"invalid_scope",
			"no_token",
			"consent_refused",
			"hosts_to_confirm",
			"no_test_uri",
		];
		for (const code of codes) {
			for (const remedy of remediesFor(code, service)) expect(remedyLabel(remedy, code, "Notion")).not.toBe("");
		}
		expect(remedyLabel("edit_service", "port_busy", "Notion")).toBe("Change port");
		expect(remedyLabel("registration_page", "client_refused", "Atlas")).toBe("Open Atlas’ page");
	});

	it("become a report with the provider's answer", () => {
		const report = reportOf({ code: "bad_answer", title: "T", detail: "D", hint: "H", provider_said: "<html>" });
		expect(report).toBe("T\nD\nH\nCode: bad_answer\n\n<html>");
	});
});

describe("the redirect doctor", () => {
	const sent = "http://127.0.0.1:49152/callback/notion-2c91";

	it.each([
		["Registered: https://localhost/callback/notion-2c91/.", ["https", "the host", "the port", "the slash at the end"]],
		[`redirect_uri ${sent} is not registered`, []],
		["http://127.0.0.1:49152/Callback/notion-2c91", ["capital letters in the path"]],
		[
			`https://notion.example.com/authorize?client_id=a&redirect_uri=${encodeURIComponent("http://127.0.0.1:8080/callback/notion-2c91")}`,
			["the port"],
		],
		["http://[::1]:49152/callback/notion-2c91", ["the host"]],
		["io.github.grantkeep:/callback/notion-2c91", ["the scheme", "the host", "the port"]],
	])("compares with %s", (text, differences) => {
		expect(compareRedirect(sent, text)?.differences).toEqual(differences);
	});

	it("finds nothing where no address stands", () => {
		expect(compareRedirect(sent, "Error 400: redirect_uri_mismatch")).toBeNull();
	});

	it("marks what differs", () => {
		const compared = compareRedirect("http://localhost/a", "https://localhost/a");
		expect(compared?.found.filter((part) => part.differs)).toEqual([{ text: "s", differs: true }]);
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
