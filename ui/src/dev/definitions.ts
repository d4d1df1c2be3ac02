/** Sample definitions that come from elsewhere. */
import { EMPTY_FORM, type DiscoveryView, type PastedView } from "../ipc/bindings";

const ISSUER = "https://id.acme.example/realms/staff";

/** What a provider tells that registers clients by itself. */
export function sampleDiscovery(): DiscoveryView {
	return {
		issuer: ISSUER,
		draft: {
			...EMPTY_FORM,
			title: "acme.example",
			authorize_uri: `${ISSUER}/authorize`,
			token_uri: `${ISSUER}/token`,
			test_uri: `${ISSUER}/userinfo`,
			issuer: ISSUER,
			scopes: "openid profile email offline_access",
			authorize_parameters: [{ name: "prompt", value: "consent" }],
			revocation: { kind: "rfc7009", url: `${ISSUER}/revoke` },
		},
		facts: [
			["Issuer", ISSUER],
			["Authorize URI", `${ISSUER}/authorize`],
			["Access token URI", `${ISSUER}/token`],
			["Revocation", `${ISSUER}/revoke`],
			["Userinfo", `${ISSUER}/userinfo`],
			["Client registration", `${ISSUER}/clients`],
			["Scopes", "openid, profile, email, offline_access, address, phone"],
			["Client authentication", "client_secret_basic, client_secret_post, none"],
			["PKCE", "S256"],
			["Issuer in answers", "yes"],
		].map(([name = "", value = ""]) => ({ name, value })),
		registration: true,
		warnings: ["It names no refresh tokens: you may have to authorize again each time."],
	};
}

/** What a curl command holds. */
export function samplePasted(): PastedView {
	return {
		kind: "curl command",
		draft: {
			...EMPTY_FORM,
			title: "crm.acme.example",
			client_id: "acme-desktop-client",
			token_uri: "https://crm.acme.example/oauth/token",
			scopes: "contacts.read deals.read",
		},
		fields: ["title", "client_id", "token_uri", "scopes", "client_authentication"],
		secret_ref: "0123456789abcdef0123456789abcdef",
		left_out: ["The parameter code was left out: it may be a secret."],
	};
}
