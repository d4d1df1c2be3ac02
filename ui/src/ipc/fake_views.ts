/** Small views that the fake answers with. */
import type { AccountView, ReceiptView, ServiceDraft, SettingView } from "./bindings";

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

/** A setting with another value. */
export function withValue(settings: SettingView[], key: string, value: string): SettingView {
	return { ...(settings.find((setting) => setting.key === key) ?? { key, standard: "", meaning: "" }), value };
}
