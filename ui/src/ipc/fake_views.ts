/** Small views that the fake answers with. */
import type { AccountView, ReceiptView, ServiceDraft, ServiceView } from "./bindings";

/** An account whose authorization is over. */
export function withoutPending(account: AccountView): AccountView {
	const { pending: _over, ...rest } = account;
	const group = account.token_state === "not_authorized" ? "other" : "active";
	return { ...rest, activity: { kind: "none" }, headline: account.token_state, group };
}

/** The hosts of a draft's endpoints. */
export function hostsOf(draft: ServiceDraft): string[] {
	return [draft.authorize_uri, draft.token_uri].flatMap((address) =>
		URL.canParse(address) ? new URL(address).host : [],
	);
}

/** What a revocation did; nothing without one. */
export function receipt(revoked: boolean): ReceiptView {
	if (!revoked) return { at_ms: Date.now(), lines: [] };
	return {
		at_ms: Date.now(),
		lines: [
			{ what: "Access token", how: "Refused by the Test URI with 401, 3 s after the request", dead: true },
			{ what: "Refresh token", how: "The revocation endpoint answered 200", dead: true },
			{ what: "ID token", how: "Can’t be revoked. It only says who you are", dead: false },
		],
	};
}

/** An account that never had a token. */
export function newAccount(service: ServiceView, account: string, title: string): AccountView {
	return {
		id: `${service.name}/${account}`,
		service: service.name,
		account,
		service_title: service.definition.title,
		title,
		...(service.definition.provider === undefined ? {} : { provider: service.definition.provider }),
		token_state: "not_authorized",
		activity: { kind: "none" },
		notes: [],
		headline: "not_authorized",
		group: "other",
		possible: { copy: false, refresh: false, revoke: false, test: false, authorize: true },
	};
}
