import { describe, expect, it } from "vitest";
import { at, click, all, open, settle, type } from "./world";

const has = (testid: string) => all(testid).length > 0;
const names = (calls: [string, ...unknown[]][]) => calls.map(([name]) => name);
const submit = async (testid: string) => {
	at(testid).closest("form")?.requestSubmit();
	await settle();
	await settle();
};

describe("welcome", () => {
	it("offers the practice provider, adds it and authorizes it", async () => {
		const { fake } = await open("welcome");
		await click("welcome-practice");
		await settle();
		expect(names(fake.calls)).toContain("authorize");
		expect(at("headline").dataset["headline"]).toBe("waiting");
	});

	it("does not offer it where it does not run", async () => {
		await open("welcome", {
			world: (world) =>
				Object.assign(world, { services: [], accounts: [], providers: world.providers.filter((one) => !one.practice) }),
		});
		expect(has("welcome-add")).toBe(true);
		expect(has("welcome-practice")).toBe(false);
	});
});

describe("a locked vault", () => {
	it("opens with the right passphrase", async () => {
		await open("locked");
		await type("passphrase", "wrong");
		await submit("passphrase");
		expect(at("unlock-problem").textContent).toContain("That is not the passphrase");
		await type("passphrase", "correct horse");
		await submit("passphrase");
		expect(has("main")).toBe(true);
	});

	it("is made with a passphrase that is typed twice", async () => {
		const { fake } = await open("choose-passphrase");
		await type("passphrase", "short");
		await submit("passphrase");
		expect(at("create-problem").textContent).toContain("at least 8 characters");
		await type("passphrase", "long enough");
		await type("passphrase-again", "long enought");
		await submit("passphrase");
		expect(at("create-problem").textContent).toContain("not the same");
		expect(names(fake.calls)).not.toContain("createVault");
		await type("passphrase-again", "long enough");
		await submit("passphrase");
		expect(has("main")).toBe(true);
	});

	it("says why it can't be used, and looks again", async () => {
		await open("unavailable");
		expect(at("locked").textContent).toContain("The vault’s key is not in the keyring");
		await click("retry-vault");
		expect(has("main")).toBe(true);
	});
});

describe("adding a service", () => {
	it("searches providers", async () => {
		await open("providers");
		await type("provider-search", "git");
		expect(has("provider-github")).toBe(true);
		expect(has("provider-google")).toBe(false);
		await type("provider-search", "nothing like it");
		expect(has("provider-none")).toBe(true);
		expect(has("provider-manual")).toBe(true);
	});

	it("opens a provider's form, filled in, with its steps", async () => {
		await open("providers");
		await click("provider-github");
		expect(has("registration-page")).toBe(true);
		expect(at("redirect-uri").textContent).toBe("http://127.0.0.1/callback/github-51d0");
		await click("step-next");
		expect(has("field-client_id")).toBe(true);
	});

	it("goes to the first field to mend, and says how many there are", async () => {
		await open("providers");
		await click("provider-manual");
		await click("save");
		await settle();
		expect(at("to-mend").textContent).toContain("5 fields to mend");
		expect(document.activeElement).toBe(at("field-title"));
	});

	it("mends an address with one click", async () => {
		const { app } = await open("by-hand");
		expect(at("to-mend").textContent).toContain("1 field to mend");
		await click("fix-token_uri");
		await settle();
		expect((at("field-token_uri") as HTMLInputElement).value).toBe("https://crm.example.com/oauth/token");
		expect(has("to-mend")).toBe(false);
		expect(app.drafts.find("add ")?.toMend).toBe(0);
	});

	it("saves and authorizes", async () => {
		const { fake } = await open("by-hand");
		await click("fix-token_uri");
		await submit("save-authorize");
		expect(names(fake.calls)).toContain("saveService");
		expect(fake.calls).toContainEqual(["authorize", "acme-crm/default"]);
		expect(at("headline").dataset["headline"]).toBe("waiting");
	});

	it("saves without authorizing", async () => {
		const { fake } = await open("by-hand");
		await click("fix-token_uri");
		await click("save");
		await settle();
		expect(names(fake.calls)).not.toContain("authorize");
		expect(at("headline").dataset["headline"]).toBe("not_authorized");
	});

	it("keeps what was typed when the sheet is closed", async () => {
		const { app } = await open("by-hand");
		app.navigation.over = null;
		await settle();
		app.addService(null);
		await settle();
		expect((at("field-title") as HTMLInputElement).value).toBe("Acme CRM");
	});

	it("shows the fields of each redirect method and recipe", async () => {
		await open("by-hand-all");
		expect(has("field-redirect_port")).toBe(true);
		expect(has("field-redirect_path")).toBe(true);
		expect(has("field-revocation_parameter")).toBe(true);
		await click("redirect_method-paste");
		expect(has("field-redirect_uri")).toBe(true);
		expect(has("field-redirect_port")).toBe(false);
		await click("parameter-add");
		expect(has("parameter-name-1")).toBe(true);
	});
});

describe("services and accounts", () => {
	it("an edited service keeps its secret unless it is replaced", async () => {
		await open("edit");
		expect(has("field-client_secret")).toBe(false);
		await click("secret_plan-replace");
		expect(has("field-client_secret")).toBe(true);
	});

	it("an account is added and authorized", async () => {
		const { fake } = await open("add-account");
		await type("name", "Side project");
		await submit("name");
		expect(fake.calls).toContainEqual(["addAccount", "google", "Side project"]);
		expect(fake.calls).toContainEqual(["authorize", "google/side-project"]);
	});

	it("a name that is taken is told at the field", async () => {
		await open("add-account");
		await type("name", "studio");
		await submit("name");
		expect(at("name-dialog").textContent).toContain("There is an account of that name");
	});

	it("an account is renamed", async () => {
		const { fake } = await open("rename");
		await type("name", "Atelier");
		await submit("name");
		expect(fake.calls).toContainEqual(["renameAccount", "google/studio", "Atelier"]);
	});

	it("changed hosts want the client secret again", async () => {
		const { fake } = await open("confirm-hosts");
		await submit("confirm-hosts-save");
		expect(names(fake.calls)).not.toContain("confirmHosts");
		await type("confirm-hosts-secret", "secret");
		await submit("confirm-hosts-save");
		expect(fake.calls).toContainEqual(["confirmHosts", "google", "secret"]);
	});

	it("an account is deleted, its tokens revoked first", async () => {
		const { fake } = await open("delete-account");
		await click("confirm-delete");
		await settle();
		expect(fake.calls).toContainEqual(["deleteAccount", "google/studio", true]);
		expect(has("receipt-dialog")).toBe(true);
	});

	it("a service is deleted without revoking", async () => {
		const { fake, app } = await open("delete-service");
		await click("delete-revoke");
		await click("confirm-delete-service");
		await settle();
		expect(fake.calls).toContainEqual(["deleteService", "google", false]);
		expect(app.navigation.over).toBeNull();
	});

	it("the Services page lists them with their redirect URI", async () => {
		await open("services");
		expect(all("service")).toHaveLength(11);
		expect(at("services").textContent).toContain("http://127.0.0.1/callback/google-51d0");
	});

	it("a copied token says when the clipboard is cleared", async () => {
		const { fake } = await open("toast");
		expect(at("toast").textContent).toContain("Token of Google studio copied");
		await click("clear-now");
		expect(names(fake.calls)).toContain("clearClipboard");
	});

	it("the banner tells that the agent is gone", async () => {
		await open("lost");
		expect(at("banner").textContent).toContain("The agent stopped.");
	});
});
