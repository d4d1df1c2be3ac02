/** Scopes as a service asks for them, in the catalog's plain words. */
import type { ProviderScope, ProviderView, ScopeView, ServiceView } from "../ipc/bindings";

export function askedScopes(service: ServiceView, provider: ProviderView | undefined): ScopeView[] {
	return splitScopes(service.definition.scopes).map((scope) => {
		const description = provider?.scopes.find((one) => one.scope === scope)?.description;
		return { scope, asked: true, granted: false, ...(description === undefined ? {} : { description }) };
	});
}

/** The scopes of a field, once each. */
export function splitScopes(typed: string): string[] {
	return [...new Set(typed.split(/\s+/).filter((scope) => scope !== ""))];
}

/** The scopes of a field that the catalog has no words for; the field as it is where there are no known ones. */
export function otherScopes(typed: string, known: readonly ProviderScope[]): string {
	if (known.length === 0) return typed;
	return splitScopes(typed)
		.filter((scope) => !known.some((one) => one.scope === scope))
		.join(" ");
}
