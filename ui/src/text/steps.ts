/** The three steps of adding a service of the catalog. */
import type { ProviderView, VariableView } from "../ipc/bindings";
import { fieldOrder } from "./form";

export const STEPS = ["Register there", "Paste here", "Choose scopes"] as const;

/** Variables that the page to register at has a hole for: they are asked for in the first step. */
export function pageVariables(provider: ProviderView): VariableView[] {
	const text = [provider.registration_uri ?? "", ...provider.steps].join(" ");
	return provider.variables.filter((variable) => text.includes(`{${variable.name}}`));
}

/** The fields of a step, from top to bottom. */
export function fieldsOfStep(step: number, provider: ProviderView): string[] {
	const ofPage = pageVariables(provider).map(({ name }) => `variables.${name}`);
	const first = [...ofPage, ...NAMED];
	const second = [
		...provider.variables.map(({ name }) => `variables.${name}`).filter((field) => !ofPage.includes(field)),
		...GIVEN,
	];
	if (step === 0) return first;
	if (step === 1) return second;
	return fieldOrder(provider).filter((field) => !first.includes(field) && !second.includes(field));
}

/** The step that a field stands in. */
export function stepOf(field: string, provider: ProviderView): number {
	return [0, 1].find((step) => fieldsOfStep(step, provider).includes(field)) ?? STEPS.length - 1;
}

/** What the redirect URI follows from. */
const NAMED = ["title", "redirect_method", "redirect_host", "redirect_port", "redirect_path", "redirect_uri"];

/** What the provider gives. */
const GIVEN = ["client_id", "client_secret", "client_authentication"];
