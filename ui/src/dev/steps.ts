/** Goes through the steps of a catalog provider, for scenes. */
import { tick } from "svelte";
import type { App } from "../state/app.svelte";

/** Opens the form of a provider at one of its steps. */
export function stepTo(app: App, provider: string, step: number): void {
	app.addService(provider);
	const form = app.drafts.find(`add ${provider}`);
	if (form === undefined) return;
	form.reached = step;
	form.step = step;
}

/** Opens all other settings, in the last step. */
export async function openSettings(app: App, provider: string): Promise<void> {
	stepTo(app, provider, 2);
	await tick();
	document.querySelector<HTMLElement>('[data-testid="settings-toggle"]')?.click();
	await tick();
}
