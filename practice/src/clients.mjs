import { randomBytes } from "node:crypto";

const STRICT_REDIRECT = "http://127.0.0.1:8765/cb";
const CUSTOM_SCHEME = "io.github.grantkeep:";
const PASTE = "https://example.com/paste";

/** The registered clients. Secrets are new at each start; a client learns them from the descriptor. */
export function createClients() {
	return [
		client("grantkeep-practice", "none"),
		client("confidential-basic", "client_secret_basic"),
		client("confidential-post", "client_secret_post"),
		{ ...client("strict", "none"), redirect_uris: [STRICT_REDIRECT] },
	];
}

/**
 * Says whether `uri` is a redirect URI of this client.
 *
 * oidc-provider lets only the port vary for a native client's loopback address (RFC 8252 7.3);
 * Grantkeep has a path for each service, so here any path will do as well. `strict` compares exactly,
 * as most providers do.
 */
export function redirectAllowed(clientId, uri) {
	if (clientId === "strict") return uri === STRICT_REDIRECT;
	if (uri === PASTE) return true;
	const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
	if (!parsed || parsed.hash || parsed.username || parsed.password) return false;
	if (parsed.protocol === CUSTOM_SCHEME) return uri.startsWith(`${CUSTOM_SCHEME}/callback`);
	return parsed.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(parsed.hostname);
}

function client(id, authentication) {
	return {
		client_id: id,
		client_name: "Grantkeep",
		application_type: "native",
		token_endpoint_auth_method: authentication,
		...(authentication !== "none" && { client_secret: randomBytes(24).toString("base64url") }),
		grant_types: ["authorization_code", "refresh_token"],
		response_types: ["code"],
		redirect_uris: ["http://127.0.0.1/callback", `${CUSTOM_SCHEME}/callback`, PASTE],
	};
}
