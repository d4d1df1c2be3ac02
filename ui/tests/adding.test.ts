import { describe, expect, it, vi } from "vitest";
import { catalog } from "../src/dev/catalog";
import { sampleDiscovery, samplePasted } from "../src/dev/definitions";
import { sampleWorld } from "../src/dev/world";
import { FakeIpc } from "../src/ipc/fake";
import { Discovery } from "../src/state/discovery.svelte";
import { isAddress, isDefinition, takenFrom } from "../src/text/definitions";
import { fieldOrder } from "../src/text/form";
import { fieldsOfStep, pageVariables, stepOf } from "../src/text/steps";
import { all, at, click, open, press, settle, type } from "./world";

const has = (testid: string) => all(testid).length > 0;
const value = (testid: string) => (at(testid) as HTMLInputElement).value;
const focused = () => document.activeElement?.getAttribute("data-testid");
const CURL = "curl https://crm.acme.example/oauth/token -u acme-desktop-client:s3cret-of-acme -d code=x";

async function submit(testid: string) {
	at(testid).closest("form")?.requestSubmit();
	await settle();
	await settle();
}

/** Pastes a text as a person does; false where it was taken off the field. */
async function paste(text: string, target: Element = document.activeElement ?? document.body): Promise<boolean> {
	const event = new Event("paste", { bubbles: true, cancelable: true });
	Object.assign(event, { clipboardData: { getData: () => text } });
	const left = target.dispatchEvent(event);
	await settle();
	await settle();
	return left;
}

describe("a pasted text", () => {
	it.each([
		[CURL, true, "a command"],
		["$ curl.exe -X POST https://a.example/token", true, "with a prompt"],
		['  {"installed": {"client_id": "7"}}', true, "a JSON file"],
		["meta {\n  name: a\n}\n\nauth:oauth2 {\n  grant_type: x\n}", true, "Bruno’s blocks"],
		["https://a.example/authorize?response_type=code&client_id=7", true, "an authorization link"],
		["https://accounts.example.com", false, "an issuer"],
		["7.apps.example.com", false, "a client ID"],
		["{{client_id}}", false, "a variable of Postman"],
		["github", false, "a word to search for"],
		["curling", false, "a word that begins alike"],
	])("%j is a definition: %s (%s)", (text, expected) => {
		expect(isDefinition(text)).toBe(expected);
	});

	it.each([
		["id.acme.example", true],
		["https://example.com/realms/x", true],
		["localhost:8080/x", true],
		["127.0.0.1:8080", true],
		["acme", false],
		["micro soft", false],
		["two words.example", false],
	])("%j may be the address of a provider: %s", (text, expected) => {
		expect(isAddress(text)).toBe(expected);
	});

	it("is told in the form’s words, its secret only as being there", () => {
		const told = takenFrom(samplePasted());
		expect(told.map(({ name }) => name)).toEqual([
			"API service",
			"Client ID",
			"Client secret",
			"Scopes",
			"Access token URI",
			"Client authentication",
		]);
		expect(told.find(({ name }) => name === "Client authentication")?.value).toBe("Basic");
		expect(JSON.stringify(told)).not.toContain(samplePasted().secret_ref);
	});
});

describe("discovery", () => {
	it("shows what was found before it fills in the form", async () => {
		const { fake, app } = await open("discover");
		await type("discover-issuer", " id.acme.example ");
		await submit("discover-issuer");
		expect(fake.calls).toContainEqual(["discover", "id.acme.example"]);
		expect(at("facts").textContent).toContain("https://id.acme.example/realms/staff/token");
		expect(at("discover-warnings").textContent).toContain("It names no refresh tokens");
		expect(at("discover-registration").textContent).toContain("can register a client there");
		expect(focused()).toBe("discover-use");
		expect(app.navigation.over).toEqual({ kind: "discover" });
		await submit("discover-issuer");
		expect(value("field-token_uri")).toBe("https://id.acme.example/realms/staff/token");
	});

	it("begins from an address that the search finds nothing for", async () => {
		const { fake } = await open("picker-address");
		await submit("provider-search");
		expect(fake.calls).toContainEqual(["discover", "id.acme.example"]);
		expect(has("discover-found")).toBe(true);
	});

	it("says what is wrong, mends it with one click, and keeps what was typed", async () => {
		const { fake, app } = await open("discover-other-issuer");
		expect(at("discover-problem").textContent).toContain("is that of another issuer");
		expect(value("discover-issuer")).toBe("id.acme.example");
		await click("back-to-providers");
		app.openDiscovery(null);
		await settle();
		expect(value("discover-issuer")).toBe("id.acme.example");
		fake.world.failing = {};
		await click("discover-fix");
		await settle();
		expect(fake.calls.at(-1)).toEqual(["discover", "https://id.acme.example/realms/staff"]);
		expect(has("discover-found")).toBe(true);
	});

	it("tells at the field that something is no address", async () => {
		await open("discover-no-address");
		expect(at("problem-issuer").textContent).toContain("It has to be https://.");
		expect(at("discover-issuer").getAttribute("aria-invalid")).toBe("true");
		expect(has("discover-problem")).toBe(false);
	});

	it("takes no answer that comes after it was cancelled, or after something else was typed", async () => {
		const fake = new FakeIpc(sampleWorld(Date.now()));
		const answers: (() => void)[] = [];
		vi.spyOn(fake, "discover").mockImplementation(
			() => new Promise((answer) => answers.push(() => answer(sampleDiscovery()))),
		);
		const discovery = new Discovery(fake);
		discovery.type("one.example");
		const first = discovery.discover();
		expect(discovery.busy).toBe(true);
		discovery.cancel();
		expect(discovery.busy).toBe(false);
		const second = discovery.discover();
		discovery.type("two.example");
		answers.forEach((answer) => answer());
		await Promise.all([first, second]);
		expect(discovery.found).toBeNull();
		expect(discovery.busy).toBe(false);
	});

	it("offers the entry of the catalog, which knows more", async () => {
		const { app } = await open("discover-known");
		await click("discover-known");
		expect(app.navigation.over).toMatchObject({ draft: "add gitlab" });
	});
});

describe("a client that is registered", () => {
	it("needs neither client ID nor secret", async () => {
		const { fake } = await open("discovered-form");
		expect(has("field-client_id")).toBe(false);
		expect(has("client_authentication-basic")).toBe(false);
		await type("field-initial_access_token", " let-me-in ");
		await submit("save-authorize");
		const [, draft, token] = fake.calls.find(([name]) => name === "registerService") ?? [];
		expect(draft).toMatchObject({ issuer: "https://id.acme.example/realms/staff", client_id: "" });
		expect(token).toBe("let-me-in");
		expect(fake.calls).toContainEqual(["authorize", "acme.example/default"]);
	});

	it("can be one’s own", async () => {
		const { fake } = await open("discovered-form");
		await click("client_from-own");
		await submit("save-authorize");
		expect(focused()).toBe("field-client_id");
		await type("field-client_id", "mine");
		await type("field-client_secret", "secret");
		await submit("save-authorize");
		expect(fake.calls.map(([name]) => name)).not.toContain("registerService");
		expect(has("service-sheet")).toBe(false);
	});

	it("says why the provider registered none, at the token that it wants", async () => {
		await open("register-refused");
		expect(at("form-problem").textContent).toContain("registers clients only for whom it knows");
		expect(at("form-problem-said").textContent).toContain("invalid_token");
		expect(at("field-initial_access_token").getAttribute("aria-invalid")).toBe("true");
		await submit("save-authorize");
		expect(focused()).toBe("field-initial_access_token");
	});
});

describe("a definition", () => {
	it("that is pasted anywhere on the page is read and shown", async () => {
		const { fake, app } = await open("picker");
		expect(await paste("github", at("provider-search"))).toBe(true);
		expect(await paste(CURL, at("provider-search"))).toBe(false);
		expect(fake.calls).toContainEqual(["readPasted", CURL]);
		expect(at("paste-taken").textContent).toContain("acme-desktop-client");
		expect(at("paste-left-out").textContent).toContain("The parameter code was left out");
		expect(focused()).toBe("paste-use");
		expect(app.pasting.text).toBe("");
		expect(document.documentElement.outerHTML).not.toContain("s3cret-of-acme");
		await submit("paste-use");
		expect(value("field-client_id")).toBe("acme-desktop-client");
		expect(at("pasted-secret").textContent).toContain("The agent keeps it");
		expect(has("field-client_secret")).toBe(false);
		await type("field-authorize_uri", "https://crm.acme.example/oauth/authorize");
		await click("save");
		await settle();
		const saved = fake.calls.find(([name]) => name === "saveService");
		expect(saved?.[2]).toEqual({ kind: "pasted", secret_ref: samplePasted().secret_ref });
	});

	it("that goes into its own field does not stay there, unless it can’t be read", async () => {
		const { fake, app } = await open("paste");
		await paste("anything", at("paste-text"));
		expect(fake.calls).toContainEqual(["readPasted", "anything"]);
		expect(has("paste-found")).toBe(true);
		await click("paste-again");
		expect(value("paste-text")).toBe("");
		app.navigation.over = null;
		await open("paste-refused");
		expect(at("paste-problem").textContent).toContain("This is a service account key");
		expect(value("paste-text")).toContain("service_account");
	});

	it("for a provider fills in its form, at the step it is for", async () => {
		const { fake, app } = await open("step-given");
		fake.world.pasted = { ...samplePasted(), fields: ["client_id"], left_out: [] };
		fake.world.pasted.draft.provider = "github";
		await paste('{"client_id": "acme-desktop-client"}', at("field-client_id"));
		expect(value("field-client_id")).toBe("acme-desktop-client");
		expect(has("pasted-secret")).toBe(true);
		expect(app.drafts.find("add github")?.draft.token_uri).toBe("https://github.com/login/oauth/access_token");
		await click("type-secret");
		expect(has("field-client_secret")).toBe(true);
		fake.world.pasted.draft.provider = "google";
		await paste('{"client_id": "other"}', at("field-client_id"));
		expect(app.navigation.over).toEqual({ kind: "paste" });
		expect(value.bind(null, "field-client_id")).toThrow();
	});

	it("whose secret the agent no longer has asks for it", async () => {
		const { fake } = await open("pasted-form");
		const message = "What was pasted is kept for 10 minutes. Paste it again, or type the client secret.";
		fake.world.failing["saveService"] = {
			code: "invalid_input",
			title: "The pasted client secret is no longer there",
			detail: "It was used, or its time was over.",
			hint: message,
			fields: [{ field: "client_secret", message, warning: false }],
		};
		await type("field-authorize_uri", "https://crm.acme.example/oauth/authorize");
		await click("save");
		await settle();
		expect(at("form-problem").textContent).toContain("kept for 10 minutes");
		expect(focused()).toBe("field-client_secret");
	});
});

describe("the steps of a catalog provider", () => {
	it("ask for each field once, in the order of the form", () => {
		for (const provider of catalog()) {
			const fields = [0, 1, 2].flatMap((step) => fieldsOfStep(step, provider));
			expect([...fields].sort()).toEqual([...fieldOrder(provider)].sort());
			expect(fields.map((field) => stepOf(field, provider))).toEqual([...fields.map((_, at) => stepAt(at, provider))]);
		}
	});

	it("ask first for what the page to register at has a hole for", () => {
		const asked = (id: string) => {
			const provider = catalog().find((one) => one.id === id);
			return provider === undefined ? [] : pageVariables(provider).map(({ name }) => name);
		};
		expect(asked("keycloak")).toEqual(["host"]);
		expect(asked("microsoft")).toEqual([]);
	});

	it("go on when nothing is to be mended, and back without losing input", async () => {
		const { app } = await open("step-register");
		expect(focused()).toBe("redirect-uri-copy");
		expect(at("step-1").closest("li")?.getAttribute("aria-current")).toBe("step");
		await click("step-3");
		expect(has("scope-choice")).toBe(false);
		await submit("step-next");
		expect(focused()).toBe("field-client_id");
		await submit("step-next");
		expect(at("to-mend").textContent).toContain("2 fields to mend");
		expect(focused()).toBe("field-client_id");
		await type("field-client_id", "mine");
		await type("field-client_secret", "secret");
		await press("Enter", { ctrlKey: true });
		expect(has("scope-choice")).toBe(true);
		await press("ArrowLeft", { altKey: true });
		expect([value("field-client_id"), value("field-client_secret")]).toEqual(["mine", "secret"]);
		await click("step-1");
		await click("step-back");
		expect(app.navigation.over).toEqual({ kind: "providers" });
		await click("provider-github");
		expect(has("redirect-uri")).toBe(true);
		await click("step-3");
		expect(has("scope-choice")).toBe(true);
		await click("step-2");
		expect(value("field-client_id")).toBe("mine");
	});

	it("show a field that is to be mended, wherever it stands", async () => {
		const { app } = await open("step-scopes");
		const form = app.drafts.find("add github");
		form?.set("client_id", "mine");
		if (form !== undefined) form.secret = "secret";
		form?.set("token_uri", "http://github.example/token");
		await submit("save-authorize");
		expect(focused()).toBe("field-token_uri");
		expect(at("field-token_uri").closest("[hidden]")).toBeNull();
		form?.set("title", "");
		form?.set("token_uri", "https://github.example/token");
		await submit("save-authorize");
		expect(focused()).toBe("field-title");
		expect(at("field-title").closest("[hidden]")).toBeNull();
	});

	it("let the redirect method be another, and show its URI", async () => {
		await open("step-redirect");
		await click("redirect_method-loopback_fixed");
		await type("field-redirect_port", "8765");
		await new Promise((done) => setTimeout(done, 250));
		await settle();
		expect(at("redirect-uri").textContent).toBe("http://127.0.0.1:8765/callback/github-51d0");
	});
});

/** The step of a field by its place among all. */
function stepAt(place: number, provider: Parameters<typeof fieldsOfStep>[1]): number {
	const first = fieldsOfStep(0, provider).length;
	if (place < first) return 0;
	return place < first + fieldsOfStep(1, provider).length ? 1 : 2;
}
