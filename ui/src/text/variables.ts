/** The `{name}` holes in the addresses of a catalog entry: a tenant, a host, the name of a shop. */
import type { Parameter, ProviderView, ServiceDraft, ServiceView, VariableView } from "../ipc/bindings";

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

/** Registration page of a stored service: what stands in its addresses fills the holes. Nothing where one stays. */
export function registrationPage(service: ServiceView, provider: ProviderView | undefined): string | undefined {
	const page = service.registration_uri;
	if (page === undefined || !page.includes("{")) return page;
	const filled = fillIn(page, provider?.variables ?? [], typedIn(service.definition, provider));
	return filled.includes("{") ? undefined : filled;
}

/** What must have been typed, read from the addresses of a stored service. */
function typedIn(definition: ServiceDraft, provider: ProviderView | undefined): Parameter[] {
	const patterns = provider === undefined ? [] : addressesOf(provider.draft);
	const addresses = addressesOf(definition);
	return (provider?.variables ?? []).flatMap(({ name }) => {
		for (const [index, pattern] of patterns.entries()) {
			const value = between(pattern, addresses[index] ?? "", name);
			if (value !== undefined) return [{ name, value }];
		}
		return [];
	});
}

/** What stands in `address` where `pattern` has the hole. */
function between(pattern: string, address: string, name: string): string | undefined {
	const [before, ...after] = pattern.split(holeOf(name));
	if (before === undefined || after.length === 0) return undefined;
	const any = (text: string) => escaped(text).replaceAll(/\\\{\w+\\\}/g, ".+?");
	const found = new RegExp(`^${any(before)}(.+?)${any(after[0] ?? "")}$`).exec(address);
	return after.length === 1 ? found?.[1] : undefined;
}

function escaped(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Every address that may have a hole, always in the same order. */
function addressesOf(draft: ServiceDraft): string[] {
	const recipe = draft.revocation;
	const revocation = "url" in recipe ? recipe.url : "page" in recipe ? recipe.page : "";
	return [
		draft.authorize_uri,
		draft.token_uri,
		draft.test_uri,
		draft.introspection_uri,
		draft.issuer,
		draft.request_hosts,
		revocation,
	];
}

/** Whether a value leaves the rest of the address as it is; the agent looks closer. */
function fits(value: string): boolean {
	return /^[\w~][\w~.:/-]*$/.test(value) && !value.includes("//");
}

function holeOf(name: string): string {
	return `{${name}}`;
}
