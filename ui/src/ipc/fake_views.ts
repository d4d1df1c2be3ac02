/** Small views that the fake answers with. */
import type { AccountView, ReceiptLine, ReceiptView, ServiceDraft } from "./bindings";

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
			{
				what: "Access token",
				how: "The Test URI refused it (HTTP 401).",
				dead: true,
				fate: "dead",
				dead_at_ms: Date.now(),
			},
			{
				what: "Refresh token",
				how: "The provider took it back (HTTP 200). It can’t be tried: only introspection could tell, and the service has no introspection endpoint.",
				dead: true,
				fate: "said",
			},
		],
	};
}

/** A revocation whose access token is still accepted. */
export function surviving(): ReceiptView {
	const [, refresh] = receipt(true).lines;
	const line: ReceiptLine = {
		what: "Access token",
		how: "It is still accepted, after 3 tries.",
		dead: false,
		fate: "trying",
	};
	return { at_ms: Date.now(), id: "1", lines: refresh === undefined ? [line] : [line, refresh] };
}

/** The same when nobody tries it any more. */
export function survived(): ReceiptView {
	const { id: _over, ...rest } = surviving();
	const how = "The provider answered that it took it back, but it is still accepted.";
	const lives = (line: ReceiptLine): ReceiptLine =>
		line.fate === "trying" ? { ...line, how, fate: "lives", lives_until_ms: Date.now() + 2_520_000 } : line;
	return { ...rest, lines: rest.lines.map(lives) };
}

/** A revocation that the person has to do. */
export function receiptByHand(page: string): ReceiptView {
	return {
		at_ms: Date.now(),
		page,
		lines: [{ what: "Grant", how: "It ends only at the provider’s own page.", dead: false, fate: "unknown" }],
	};
}
