/** Scenes of adding services: finding a provider among all, its variables, its scopes, how it bends the standard. */
import { tick } from "svelte";
import type { App } from "../state/app.svelte";
import { catalog } from "./catalog";
import type { Scene } from "./scenes";
import { openSettings } from "./steps";

const world: NonNullable<Scene["world"]> = (world) => {
	const practice = world.providers.filter((provider) => provider.practice);
	world.providers = [...catalog(), ...practice];
};

/** The catalog, with something typed into the search. */
function searching(typed: string): Scene {
	return {
		world,
		then: async (app) => {
			app.navigation.over = { kind: "providers" };
			await tick();
			typeInto("provider-search", typed);
		},
	};
}

export const SERVICE_SCENES: Record<string, Scene> = {
	picker: { world, then: (app) => void (app.navigation.over = { kind: "providers" }) },
	"picker-search": searching("git"),
	"picker-none": searching("acme"),
	variables: {
		world,
		then: (app) => app.addService("keycloak"),
	},
	"variables-wrong": {
		world,
		then: async (app) => {
			const form = start(app, "zendesk");
			form?.setVariable("subdomain", "https://acme.zendesk.com/agent");
			await form?.leave("variables.subdomain");
		},
	},
	"variables-filled": {
		world,
		then: async (app) => {
			const form = start(app, "zendesk");
			form?.setVariable("subdomain", "acme");
			await form?.checkNow();
		},
	},
	habits: {
		world,
		then: async (app) => {
			await openSettings(app, "slack");
			look("habits-toggle");
		},
	},
	"habits-open": {
		world,
		then: async (app) => {
			await openSettings(app, "notion");
			const form = app.drafts.find("add notion");
			if (form === undefined) return;
			form.draft.habits.names.push({ name: "client_id", value: "client_key" });
			form.draft.habits.refresh.parameters.push({ name: "client_id", value: "x" });
			form.draft.habits.refresh_scopes = true;
			await form.leave("habits.refresh.parameters");
			await tick();
			look("field-habits.token_format");
		},
	},
	"parameter-reasons": {
		world,
		then: async (app) => {
			await openSettings(app, "google");
			look("field-authorize_parameters");
		},
	},
};

/** Scrolls to a part of the sheet. */
function look(testid: string): void {
	document.querySelector(`[data-testid="${testid}"]`)?.scrollIntoView({ block: "center" });
}

function start(app: App, provider: string) {
	app.addService(provider);
	return app.drafts.find(`add ${provider}`);
}

function typeInto(testid: string, text: string): void {
	const field = document.querySelector<HTMLInputElement>(`[data-testid="${testid}"]`);
	if (field === null) return;
	field.value = text;
	field.dispatchEvent(new Event("input", { bubbles: true }));
}
