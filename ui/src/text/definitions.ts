/** Words about definitions that come from elsewhere, and telling one from other texts. */
import type { Parameter, PastedView, ServiceDraft } from "../ipc/bindings";
import { CLIENT_AUTHENTICATIONS, LOOPBACK_HOSTS, REDIRECT_METHODS, REVOCATIONS } from "./form";
import { bentParts } from "./habits";

/** Whether a text is a definition of some program rather than a word for the field that it is pasted into. */
export function isDefinition(text: string): boolean {
	const trimmed = text.trim();
	if (/^(\{(?!\{)|\[)/.test(trimmed) || /^[$%> ]*curl(\.exe)?\s/.test(trimmed)) return true;
	if (/^(auth:oauth2|meta|vars|vars:pre-request|auth)\s*\{/m.test(trimmed)) return true;
	return /^https?:\/\/\S+[?&](client_id|response_type)=\S+$/.test(trimmed);
}

/** Whether a text may be the address of a provider: it has a scheme, or looks like a host. */
export function isAddress(text: string): boolean {
	const typed = text.trim();
	return /^https?:\/\/\S+$/i.test(typed) || /^(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?(\/\S*)?$/i.test(typed);
}

/** What a pasted text tells, in the form's words; of the client secret only that it is there. */
export function takenFrom({ draft, fields, secret_ref }: PastedView): Parameter[] {
	return SHOWN.flatMap(([field, name, text]) => {
		if (field === "client_secret") return secret_ref === undefined ? [] : [{ name, value: KEPT }];
		const value = fields.includes(field) ? text(draft) : "";
		return value === "" ? [] : [{ name, value }];
	});
}

/** Said in place of a client secret. */
export const KEPT = "The agent keeps it until you save, for 10 minutes.";

/** Every field that a text can tell: what it is called, and its value in words. */
const SHOWN: readonly [keyof ServiceDraft | "client_secret", string, (draft: ServiceDraft) => string][] = [
	["title", "API service", (draft) => draft.title],
	["client_id", "Client ID", (draft) => draft.client_id],
	["client_secret", "Client secret", () => ""],
	["scopes", "Scopes", (draft) => draft.scopes],
	["authorize_uri", "Authorize URI", (draft) => draft.authorize_uri],
	["token_uri", "Access token URI", (draft) => draft.token_uri],
	["redirect_method", "Redirect method", (draft) => labelOf(REDIRECT_METHODS, draft.redirect_method)],
	["redirect_host", "Host", (draft) => (isLoopback(draft) ? labelOf(LOOPBACK_HOSTS, draft.redirect_host) : "")],
	["redirect_port", "Port", (draft) => draft.redirect_port],
	["redirect_path", "Path", (draft) => draft.redirect_path],
	["redirect_uri", "Registered address", (draft) => draft.redirect_uri],
	[
		"client_authentication",
		"Client authentication",
		(draft) => labelOf(CLIENT_AUTHENTICATIONS, draft.client_authentication),
	],
	["test_uri", "Test URI", (draft) => draft.test_uri],
	["revocation", "Revocation", (draft) => labelOf(REVOCATIONS, draft.revocation.kind)],
	["issuer", "Issuer", (draft) => draft.issuer],
	["authorize_parameters", "Extra parameters", (draft) => linesOf(draft.authorize_parameters)],
	["request_hosts", "Further hosts", (draft) => draft.request_hosts],
	["pkce", "PKCE", (draft) => (draft.pkce ? "On" : "Off")],
	["habits", "Bends the standard", (draft) => bentParts(draft.habits).join(" · ")],
];

function labelOf<Value>(choices: readonly { value: Value; label: string }[], value: Value): string {
	return choices.find((choice) => choice.value === value)?.label ?? "";
}

function linesOf(lines: readonly Parameter[]): string {
	return lines.map(({ name, value }) => `${name}=${value}`).join(" · ");
}

function isLoopback({ redirect_method }: ServiceDraft): boolean {
	return redirect_method === "loopback" || redirect_method === "loopback_fixed";
}
