import { describe, expect, it } from "vitest";
import { catalog } from "../src/dev/catalog";
import { EMPTY_FORM } from "../src/ipc/bindings";
import { FakeIpc } from "../src/ipc/fake";
import { sampleWorld } from "../src/dev/world";
import { ServiceForm } from "../src/state/form.svelte";
import { fieldOrder } from "../src/text/form";
import { bentParts } from "../src/text/habits";
import { all, at, click, open, press, settle, type } from "./world";

const habitsOf = (id: string) => catalog().find((one) => one.id === id)?.draft.habits ?? EMPTY_FORM.habits;
const line = (name: string, value: string) => [{ name, value }];

describe("the summary", () => {
	it.each([
		["google", []],
		["slack", ["scopes with commas", "4 fields elsewhere in the answer"]],
		["tiktok", ["scopes with commas", "client_id is called client_key", "the PKCE challenge in hexadecimal"]],
		["figma", ["refreshed at an address of its own"]],
		[
			"notion",
			[
				"token requests as JSON",
				...["token", "refresh", "revocation"].map((request) => `Notion-Version in the ${request} request`),
				"the test with Notion-Version",
			],
		],
		["whoop", ["scopes at each refresh"]],
		["basecamp", ["type in the token request", "type in the refresh request"]],
	])("of %s is %j", (id, parts) => {
		expect(bentParts(habitsOf(id))).toEqual(parts);
	});

	it("leaves out what is empty", () => {
		expect(bentParts({ ...EMPTY_FORM.habits, names: line("", ""), token_paths: line(" ", "") })).toEqual([]);
		expect(bentParts({ ...EMPTY_FORM.habits, form_post: true, token_format: "query" })).toEqual([
			"token requests in the address",
			"the answer comes as a form",
		]);
		expect(
			bentParts({
				...EMPTY_FORM.habits,
				names_issuer: true,
				refresh_uri: "https://a.example/r",
				hex_challenge: true,
				redirect_fields: "realmId shop",
				api_host_field: "instance_url",
				test: { method: "post", headers: line("X-A", "1"), body: "{}" },
			}),
		).toEqual([
			"each answer names the issuer",
			"refreshed at an address of its own",
			"the PKCE challenge in hexadecimal",
			"realmId, shop kept from the redirect",
			"the API’s host from instance_url",
			"the test is a POST with X-A",
		]);
	});
});

describe("the part for services that bend the standard", () => {
	it("is folded and says what is set", async () => {
		await open("habits");
		expect(at("habits").closest("[hidden]")).not.toBeNull();
		expect(at("habits-toggle").getAttribute("aria-expanded")).toBe("false");
		expect(at("habits-summary").textContent).toContain("scopes with commas · 4 fields elsewhere");
		await click("habits-toggle");
		expect(at("habits-toggle").getAttribute("aria-expanded")).toBe("true");
		expect(at("habits").closest("[hidden]")).toBeNull();
		expect((at("habits.token_paths-value-0") as HTMLInputElement).value).toContain("authed_user.");
	});

	it("sets each habit", async () => {
		const { app } = await open("by-hand");
		const habits = () => app.drafts.find("add ")?.draft.habits;
		await click("habits-toggle");
		await click("habits.scope_separator-comma");
		await click("habits.token_format-json");
		await click("field-habits.refresh_scopes");
		await click("field-habits.form_post");
		await click("habits.names-add");
		expect(document.activeElement).toBe(at("habits.names-name-0"));
		await type("habits.names-name-0", "client_id");
		await type("habits.names-value-0", "client_key");
		for (const request of ["token", "refresh", "revocation"]) {
			await click(`habits.${request}.headers-add`);
			await type(`habits.${request}.headers-name-0`, "X-A");
			await click(`habits.${request}.parameters-add`);
			await type(`habits.${request}.parameters-name-0`, "b");
		}
		await click("habits.token_paths-add");
		await type("habits.token_paths-name-0", "scope");
		await type("habits.token_paths-value-0", "body.scope");
		await type("field-habits.refresh_uri", "https://a.example/r");
		await type("field-habits.redirect_fields", "realmId");
		await type("field-habits.api_host_field", "instance_url");
		await click("field-habits.names_issuer");
		await click("field-habits.hex_challenge");
		await click("habits.test.method-post");
		await click("habits.test.headers-add");
		await type("habits.test.headers-name-0", "X-A");
		await type("field-habits.test.body", "{}");
		const extras = { headers: line("X-A", ""), parameters: line("b", "") };
		expect(habits()).toEqual({
			scope_separator: "comma",
			token_format: "json",
			names: line("client_id", "client_key"),
			token: extras,
			refresh: extras,
			revocation: extras,
			refresh_scopes: true,
			token_paths: line("scope", "body.scope"),
			form_post: true,
			names_issuer: true,
			refresh_uri: "https://a.example/r",
			hex_challenge: true,
			redirect_fields: "realmId",
			api_host_field: "instance_url",
			test: { method: "post", headers: line("X-A", ""), body: "{}" },
		});
		expect(EMPTY_FORM.habits.names).toEqual([]);
	});

	it("opens by itself where something in it has to be mended, at its place", async () => {
		const { app } = await open("by-hand");
		const form = app.drafts.find("add ");
		form?.draft.habits.token_paths.push({ name: "scope", value: "a..b" });
		await click("fix-token_uri");
		await click("save");
		await settle();
		expect(at("problem-habits.token_paths").textContent).toContain("Say where it stands");
		expect(document.activeElement).toBe(at("habits.token_paths-name-0"));
		expect(at("habits.token_paths-name-0").getAttribute("aria-invalid")).toBe("true");
		await type("habits.token_paths-value-0", "a.b");
		at("habits.token_paths-value-0").dispatchEvent(new FocusEvent("blur"));
		await settle();
		expect(all("problem-habits.token_paths")).toHaveLength(0);
	});

	it("keeps the focus where a line was removed", async () => {
		await open("habits");
		await click("habits-toggle");
		const remove = () => at("field-habits.token_paths").querySelectorAll<HTMLElement>(".two button");
		const before = remove().length;
		remove()[0]?.click();
		await settle();
		expect(remove()).toHaveLength(before - 1);
		expect(document.activeElement).toBe(remove()[0]);
		await press("Escape");
	});

	it("has a problem of its own for each field", async () => {
		const draft = structuredClone(EMPTY_FORM);
		draft.habits.token.headers = line("Authorization", "x");
		draft.habits.revocation.parameters = line("client_id", "x");
		const form = new ServiceForm(new FakeIpc(sampleWorld(Date.now())), null, null, draft);
		await form.save();
		expect(form.problemsOf("habits.token.headers")).toHaveLength(1);
		expect(form.problemsOf("habits.revocation.parameters")).toHaveLength(1);
		expect(form.problemsOf("habits.token.parameters")).toEqual([]);
		const order = fieldOrder(null);
		expect(order.indexOf("habits.token.headers")).toBeLessThan(order.indexOf("habits.revocation.parameters"));
	});
});

describe("extra authorize parameters", () => {
	it("say why they are there as long as their name stands", async () => {
		await open("parameter-reasons");
		const list = at("field-authorize_parameters");
		expect(list.textContent).toContain("Without it Google sends no refresh token.");
		await type("parameter-name-0", "another");
		expect(list.textContent).not.toContain("Without it Google sends no refresh token.");
	});
});
