import { describe, expect, it } from "vitest";
import { catalog } from "../src/dev/catalog";
import { serviceOf } from "../src/dev/world";
import type { ProviderView } from "../src/ipc/bindings";
import { filledDraft } from "../src/ipc/fake_check";
import { lifeFacts } from "../src/text/providers";
import { otherScopes } from "../src/text/scopes";
import { fillIn, firstHole, holesOf } from "../src/text/variables";
import { all, at, click, open, settle, type } from "./world";

const PROVIDERS = catalog();
const provider = (id: string): ProviderView => {
	const found = PROVIDERS.find((one) => one.id === id);
	if (found === undefined) throw new Error(`no provider ${id}`);
	return found;
};
const value = (testid: string) => (at(testid) as HTMLInputElement).value;

describe("variables", () => {
	const { variables } = provider("microsoft");
	const address = "https://login.example.com/{tenant}/token?t={token}";

	it.each([
		[[], "https://login.example.com/common/token?t={token}", "the default"],
		[[" contoso.example "], "https://login.example.com/contoso.example/token?t={token}", "as typed"],
		[["https://evil.example/"], address, "what can't stand there leaves the hole to be seen"],
		[["a b"], address, "a space"],
	])("%j gives %s: %s", (typed, expected) => {
		const lines = typed.map((one) => ({ name: "tenant", value: one }));
		expect(fillIn(address, variables, lines)).toBe(expected);
	});

	it("are asked while an address has a hole for them", () => {
		const keycloak = provider("keycloak");
		expect(holesOf(keycloak.draft, keycloak).map((one) => one.name)).toEqual(["host", "realm"]);
		const whole = filledDraft({ ...keycloak.draft, variables: typedFor(keycloak) }, keycloak);
		expect(holesOf(whole, keycloak)).toEqual([]);
		expect(holesOf(keycloak.draft, null)).toEqual([]);
		expect(firstHole("https://{host}/{realm}", keycloak.variables)?.name).toBe("host");
	});
});

describe("a form with variables", () => {
	it("asks for them first and shows every address whole while one types", async () => {
		await open("variables");
		await settle();
		expect(document.activeElement).toBe(at("field-variables.host"));
		await type("field-variables.host", "sso.acme.example");
		await click("step-next");
		expect(all("field-variables.host")).toHaveLength(0);
		await type("field-variables.realm", "staff");
		await type("field-client_id", "client");
		await type("field-client_secret", "secret");
		await click("step-next");
		expect(value("field-token_uri")).toContain("https://sso.acme.example/realms/staff/");
		expect(value("field-authorize_uri")).toContain("https://sso.acme.example/realms/staff/");
	});

	it("mends a pasted address with one click, then opens the page of that subdomain", async () => {
		const { fake } = await open("variables-wrong");
		expect(at("problem-variables.subdomain").textContent).toContain("This can't be the subdomain.");
		await click("fix-variables.subdomain");
		await settle();
		expect(value("field-variables.subdomain")).toBe("acme");
		await click("registration-page");
		expect(fake.calls.at(-1)).toEqual([
			"openPage",
			"https://acme.zendesk.com/admin/apps-integrations/apis/zendesk-api/oauth_clients",
		]);
	});

	it("goes to what is missing instead of opening half an address", async () => {
		const { fake } = await open("variables");
		at("registration-page").focus();
		await click("registration-page");
		await settle();
		expect(fake.calls.map(([name]) => name)).not.toContain("openPage");
		expect(document.activeElement).toBe(at("field-variables.host"));
		expect(at("problem-variables.host").textContent).toContain("Host is needed.");
	});

	it("saves whole addresses", async () => {
		const { fake, app } = await open("variables-filled");
		await toScopes();
		await click("save");
		await settle();
		expect(fake.calls.map(([name]) => name)).toContain("saveService");
		expect(app.services.find("zendesk")?.definition.token_uri).toBe("https://acme.zendesk.com/oauth/tokens");
	});

	it("asks for nothing when a stored service is edited", async () => {
		const { app } = await open("variables-filled");
		const known = provider("zendesk");
		const definition = filledDraft({ ...known.draft, variables: typedFor(known) }, known);
		expect(
			app.drafts.find(app.drafts.edit({ ...serviceOf("zendesk", "Zendesk", []), definition }, known))?.holes,
		).toEqual([]);
	});
});

describe("facts of a provider", () => {
	it.each([
		["notion", "Access token", undefined],
		["mailchimp", "Access token", "Has no end."],
		["slack", "Access token", "Lives 12 h."],
		[
			"slack",
			"Refresh token",
			"Slack sends one when token rotation is on in the app’s settings. A refresh gives a new one, and the old one is dead. It ends after 30 days.",
		],
		[
			"microsoft",
			"Refresh token",
			"Microsoft sends one with the scope offline_access. A refresh gives a new one, and the old one lives a little longer. It ends after 90 days without use.",
		],
		["vimeo", "Refresh token", "Vimeo’s tokens have no end, so there is no refresh token."],
		["zendesk", "Revocation", "Zendesk deletes the token that is sent."],
	])("%s, %s: %s", (id, name, text) => {
		expect(lifeFacts(provider(id)).find((fact) => fact.name === name)?.value).toBe(text);
	});

	it("have a revocation each, and stand in the form", async () => {
		for (const one of PROVIDERS) expect(lifeFacts(one).map((fact) => fact.name)).toContain("Revocation");
		await open("variables-filled");
		expect(at("provider-facts").textContent).toContain("Zendesk deletes the token that is sent.");
		expect(at("redirect-note").textContent).toContain("letter by letter");
	});
});

describe("scopes", () => {
	it("are ticked by default, in plain words", async () => {
		const { app } = await open("variables-filled");
		await toScopes();
		const form = app.drafts.find("add zendesk");
		expect(at("scope-read").getAttribute("aria-checked")).toBe("true");
		expect(at("scope-choice").textContent).toContain("Read everything");
		await click("scope-tickets:read");
		await click("scope-read");
		expect(form?.draft.scopes).toBe("tickets:read");
	});

	it("of one's own stand beside them, and are not taken for known ones while one types", async () => {
		const { app } = await open("variables-filled");
		await toScopes();
		const form = app.drafts.find("add zendesk");
		for (const typed of ["w", "write", "write:x"]) await type("field-scopes", typed);
		expect(form?.draft.scopes).toBe("read write:x");
		await type("field-scopes", "write");
		at("field-scopes").dispatchEvent(new FocusEvent("blur"));
		await settle();
		expect(at("scope-write").getAttribute("aria-checked")).toBe("true");
		expect(value("field-scopes")).toBe("");
	});

	it("that the catalog does not know are told apart", () => {
		const known = provider("zendesk").scopes;
		expect(otherScopes(" read  custom:x write", known)).toBe("custom:x");
		expect(otherScopes("read  x ", [])).toBe("read  x ");
	});
});

/** What a person would type for each variable of a provider. */
function typedFor(known: ProviderView) {
	return known.variables.map(({ name, example }) => ({ name, value: example }));
}

/** Goes through the first steps. */
async function toScopes(): Promise<void> {
	await click("step-next");
	await type("field-client_id", "client");
	await type("field-client_secret", "secret");
	await click("step-next");
}
