/** Small views that the fake answers with. */
import type { AccountView, ReceiptLine, ReceiptView, RedirectHelpView, ServiceDraft, ServiceView } from "./bindings";

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

/** What the redirect doctor makes of a text: one answer for texts with an address, another one for those without. */
export function redirectHelp(text: string): RedirectHelpView {
	const uri = "http://127.0.0.1/callback/notion-2c91";
	const actions: RedirectHelpView["actions"] = [
		{ kind: "copy_redirect_uri", uri },
		{ kind: "open_console", url: "https://notion.example.com/apps" },
	];
	if (!text.includes("://")) {
		return {
			finding: "nothing",
			text: "The page is about the redirect URI, but shows none.",
			advice: "Paste the one that is registered, and the difference is shown here.",
			sent: [{ text: "http://127.0.0.1:49152/callback/notion-2c91", differs: false }],
			found: [],
			differences: [],
			actions,
		};
	}
	return {
		finding: "differs",
		text: "Three differences: https in the place of http, localhost in the place of 127.0.0.1 and a slash at the end.",
		advice: "Register the one that was sent, in the place of the other one, on Notion's page.",
		sent: [
			{ text: "http://", differs: false },
			{ text: "127.0.0.1", differs: true },
			{ text: "/callback/notion-2c91", differs: false },
		],
		found: [
			{ text: "http", differs: false },
			{ text: "s", differs: true },
			{ text: "://", differs: false },
			{ text: "localhost", differs: true },
			{ text: "/callback/notion-2c91", differs: false },
			{ text: "/", differs: true },
		],
		differences: ["https in the place of http", "localhost in the place of 127.0.0.1", "a slash at the end"],
		actions,
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
