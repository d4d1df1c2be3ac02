/** Words of the service form. */
import type {
	ClientAuthentication,
	LoopbackHost,
	ProviderView,
	RedirectMethod,
	Revocation,
	RevocationAuth,
	RevocationBody,
	RevocationMethod,
	RevokePrevious,
} from "../ipc/bindings";
import { HABIT_FIELDS } from "./habits";

type Choices<Value> = readonly { value: Value; label: string }[];

export const REDIRECT_METHODS: Choices<RedirectMethod> = [
	{ value: "loopback", label: "Loopback, any port" },
	{ value: "loopback_fixed", label: "Fixed port" },
	{ value: "scheme", label: "Custom scheme" },
	{ value: "paste", label: "Paste" },
];

export const REDIRECT_HELP: Record<RedirectMethod, string> = {
	loopback: "The browser comes back to this computer. For services that accept any port on 127.0.0.1.",
	loopback_fixed: "For services that compare the whole address. A port in use is an error; no other one is tried.",
	scheme: "The browser opens Grantkeep by an address of its own kind.",
	paste: "You copy the address from the browser. For clients that are registered with an https address.",
};

export const LOOPBACK_HOSTS: Choices<LoopbackHost> = [
	{ value: "ipv4", label: "127.0.0.1" },
	{ value: "localhost", label: "localhost" },
	{ value: "ipv6", label: "[::1]" },
];

export const CLIENT_AUTHENTICATIONS: Choices<ClientAuthentication> = [
	{ value: "basic", label: "Basic" },
	{ value: "post", label: "POST body" },
	{ value: "none", label: "None" },
	{ value: "basic_raw", label: "Basic, raw" },
];

export const CLIENT_HELP: Record<ClientAuthentication, string> = {
	basic: "The client secret goes into the Authorization header, encoded as RFC 6749 has it.",
	basic_raw: "The same without that encoding, for services that do not undo it.",
	post: "The client secret goes into the body.",
	none: "A public client: PKCE alone protects the code.",
};

export const REVOCATIONS: Choices<Revocation["kind"]> = [
	{ value: "none", label: "None" },
	{ value: "rfc7009", label: "RFC 7009" },
	{ value: "custom", label: "Custom request" },
	{ value: "by_hand", label: "By hand" },
];

export const REVOCATION_HELP: Record<Revocation["kind"], string> = {
	none: "Grantkeep only forgets the tokens; they live on until they end.",
	rfc7009: "The revocation endpoint is told each token.",
	custom: "{token} and {client_id} in the address are filled in.",
	by_hand: "Grantkeep opens this page after it has forgotten the tokens.",
};

export const REVOCATION_METHODS: Choices<RevocationMethod> = [
	{ value: "post", label: "POST" },
	{ value: "delete", label: "DELETE" },
	{ value: "get", label: "GET" },
];

export const REVOCATION_BODIES: Choices<RevocationBody> = [
	{ value: "form", label: "Form" },
	{ value: "json", label: "JSON" },
	{ value: "empty", label: "Empty" },
];

export const REVOCATION_AUTHS: Choices<RevocationAuth> = [
	{ value: "client", label: "Client" },
	{ value: "client_body", label: "Client, in the body" },
	{ value: "bearer", label: "The token" },
	{ value: "none", label: "Nobody" },
];

export const REVOKE_PREVIOUS: Choices<RevokePrevious> = [
	{ value: "never", label: "Never revoke it" },
	{ value: "after", label: "Revoke it after the new one is stored" },
	{ value: "before", label: "Revoke it before asking" },
];

export const PREVIOUS_HELP: Record<RevokePrevious, string> = {
	never: "Some services end the whole grant when one of its tokens is revoked, so this is the safe choice.",
	after: "The new token is tried then. If it ended with the old one, Grantkeep stops doing this and says so.",
	before: "When you reauthorize, the old grant ends first. If you then refuse, nothing is left.",
};

/** An empty recipe of a kind, keeping the address of the one before. */
export function recipeOf(kind: Revocation["kind"], before: Revocation): Revocation {
	const url = "url" in before ? before.url : "page" in before ? before.page : "";
	switch (kind) {
		case "none":
			return { kind };
		case "rfc7009":
			return { kind, url };
		case "custom":
			return { kind, url, method: "post", parameter: "token", body: "form", auth: "client" };
		case "by_hand":
			return { kind, page: url };
	}
}

/** The fields from top to bottom: the first one to mend gets the focus. */
export function fieldOrder(provider: ProviderView | null): string[] {
	const variables = provider?.variables.map((variable) => `variables.${variable.name}`) ?? [];
	return [...variables, ...FIELDS, ...HABIT_FIELDS];
}

const FIELDS = [
	"title",
	"initial_access_token",
	"client_id",
	"client_secret",
	"scopes",
	"authorize_uri",
	"token_uri",
	"redirect_method",
	"redirect_host",
	"redirect_port",
	"redirect_path",
	"redirect_uri",
	"client_authentication",
	"test_uri",
	"revocation",
	"revoke_previous",
	"introspection_uri",
	"issuer",
	"authorize_parameters",
	"request_hosts",
	"link_timeout_s",
	"pkce",
] as const;
