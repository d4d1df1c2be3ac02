/** Scenes of definitions that come from elsewhere, and of the steps of a catalog provider. */
import { tick } from "svelte";
import { problem } from "../ipc/fake";
import type { App } from "../state/app.svelte";
import { catalog } from "./catalog";
import { sampleDiscovery, samplePasted } from "./definitions";
import type { Scene } from "./scenes";
import { openSettings, stepTo } from "./steps";

const world: NonNullable<Scene["world"]> = (world) => {
	world.providers = [...catalog(), ...world.providers.filter((provider) => provider.practice)];
};

const HOST = "id.acme.example";

export const ADDING_SCENES: Record<string, Scene> = {
	"picker-address": {
		world,
		then: async (app) => {
			app.navigation.over = { kind: "providers" };
			await tick();
			const field = document.querySelector<HTMLInputElement>('[data-testid="provider-search"]');
			if (field === null) return;
			field.value = HOST;
			field.dispatchEvent(new Event("input", { bubbles: true }));
		},
	},
	discover: { world, then: (app) => app.openDiscovery(null) },
	"discover-asking": {
		world,
		then: (app) => {
			app.openDiscovery(null);
			app.discovery.type(HOST);
			app.discovery.busy = true;
		},
	},
	"discover-found": { world, then: (app) => discovered(app) },
	"discover-known": {
		world: (known, now) => {
			world(known, now);
			const warnings = ["GitLab is in the list of providers, which knows more than the metadata tells."];
			known.discovery = { ...sampleDiscovery(), registration: false, provider: "gitlab", warnings };
		},
		then: (app) => discovered(app),
	},
	"discover-other-issuer": {
		world: (failing) => {
			const named = "https://id.acme.example/realms/staff";
			failing.failing["discover"] = {
				...problem(
					"wrong_issuer",
					"The metadata at https://id.acme.example is that of another issuer",
					"If that is whom you mean, give it as the issuer.",
					`It names ${named}. Whoever copies somebody else’s metadata could have your code sent to it.`,
				),
				fields: [{ field: "issuer", message: "", fix: { label: `Use ${named}`, value: named }, warning: false }],
			};
		},
		then: (app) => discovered(app),
	},
	"discover-no-address": {
		world: (failing) => {
			failing.failing["discover"] = {
				...problem("invalid_input", "This is to be mended", ""),
				fields: [
					{
						field: "issuer",
						message: "Over http:// anybody on the way could answer. It has to be https://.",
						fix: { label: "Change to https://", value: `https://${HOST}` },
						warning: false,
					},
				],
			};
		},
		then: (app) => discovered(app),
	},
	"discovered-form": {
		world,
		then: async (app) => {
			await discovered(app);
			if (app.discovery.found !== null) app.useDiscovered(app.discovery.found);
		},
	},
	"register-refused": {
		world: (failing) => {
			const message = "The provider registers a client only for an initial access token.";
			failing.failing["registerService"] = {
				...problem(
					"provider_refused",
					`https://${HOST} registers clients only for whom it knows`,
					"Get an initial access token from whoever runs it, or register a client at its own page.",
					message,
				),
				provider_said: "invalid_token: no initial access token",
				fields: [{ field: "initial_access_token", message, warning: false }],
			};
		},
		then: async (app) => {
			app.useDiscovered(sampleDiscovery());
			await app.drafts.find(`add ${sampleDiscovery().issuer}`)?.save();
		},
	},
	paste: { world, then: (app) => void (app.navigation.over = { kind: "paste" }) },
	"paste-refused": {
		world: (failing) => {
			failing.failing["readPasted"] = problem(
				"invalid_input",
				"This is a service account key",
				"In Google Cloud open Credentials, create an OAuth client ID of the kind “Desktop app”, and download its JSON.",
				"It is for programs that act without a person. Grantkeep needs an OAuth client of the kind Desktop app.",
			);
		},
		then: async (app) => {
			app.navigation.over = { kind: "paste" };
			await app.pasting.read('{"type": "service_account"}');
		},
	},
	"paste-found": {
		world,
		then: async (app) => {
			app.navigation.over = { kind: "paste" };
			await app.pasting.read("curl …");
		},
	},
	"pasted-form": { world, then: (app) => app.usePasted(samplePasted()) },
	"step-register": { world, then: (app) => app.addService("github") },
	"step-redirect": {
		world,
		then: async (app) => {
			app.addService("github");
			await tick();
			document.querySelector<HTMLElement>('[data-testid="redirect-toggle"]')?.click();
		},
	},
	"step-given": { world, then: (app) => stepTo(app, "github", 1) },
	"step-given-variables": { world, then: (app) => stepTo(app, "microsoft", 1) },
	"step-given-pasted": {
		world,
		then: (app) => {
			stepTo(app, "google", 1);
			const draft = { ...samplePasted().draft, provider: "google", client_id: "7.apps.example.com" };
			const fields = ["client_id"];
			app.drafts
				.find("add google")
				?.take({ ...samplePasted(), kind: "Google client file", draft, fields, left_out: [] });
		},
	},
	"step-scopes": { world, then: (app) => stepTo(app, "github", 2) },
	"step-settings": {
		world,
		then: async (app) => {
			await openSettings(app, "google");
			document.querySelector('[data-testid="settings-toggle"]')?.scrollIntoView({ block: "start" });
		},
	},
	"step-mend": {
		world,
		then: async (app) => {
			stepTo(app, "github", 1);
			await app.drafts.find("add github")?.pass(["client_id", "client_secret"]);
		},
	},
};

async function discovered(app: App): Promise<void> {
	app.openDiscovery(null);
	app.discovery.type(HOST);
	await app.discovery.discover();
}
