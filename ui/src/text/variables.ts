/** The `{name}` holes in the addresses of a catalog entry: a tenant, a host, the name of a shop. */
import type { Parameter, ProviderView, ServiceDraft, VariableView } from "../ipc/bindings";

/** The variables that an address of the form still has a hole for. */
export function holesOf(draft: ServiceDraft, provider: ProviderView | null): VariableView[] {
	if (provider === null) return [];
	const text = addressesOf(draft).join(" ");
	return provider.variables.filter((variable) => text.includes(holeOf(variable.name)));
}

/** An address with what was typed in its holes, else with the default; a hole that has neither stays to be seen. */
export function fillIn(address: string, variables: readonly VariableView[], typed: readonly Parameter[]): string {
	let filled = address;
	for (const { name, default: usual } of variables) {
		const value = valueOf(name, typed).trim() || usual;
		if (value !== undefined && fits(value)) filled = filled.replaceAll(holeOf(name), value);
	}
	return filled;
}

/** The first variable that an address still has a hole for. */
export function firstHole(address: string, variables: readonly VariableView[]): VariableView | undefined {
	return variables.find((variable) => address.includes(holeOf(variable.name)));
}

/** What was typed for a variable. */
export function valueOf(name: string, typed: readonly Parameter[]): string {
	return typed.find((one) => one.name === name)?.value ?? "";
}

/** Every address that may have a hole. */
function addressesOf(draft: ServiceDraft): string[] {
	const recipe = draft.revocation;
	const revocation = "url" in recipe ? recipe.url : "page" in recipe ? recipe.page : "";
	const { refresh_uri } = draft.habits;
	const { authorize_uri, token_uri, test_uri, introspection_uri, issuer, request_hosts } = draft;
	return [authorize_uri, token_uri, test_uri, introspection_uri, issuer, request_hosts, revocation, refresh_uri];
}

/** Whether a value leaves the rest of the address as it is; the agent looks closer. */
function fits(value: string): boolean {
	return /^[\w~][\w~.:/-]*$/.test(value) && !value.includes("//");
}

function holeOf(name: string): string {
	return `{${name}}`;
}
