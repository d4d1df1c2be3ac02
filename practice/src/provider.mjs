import { generateKeyPairSync, randomBytes } from "node:crypto";

import { Provider } from "oidc-provider";

import { createClients, redirectAllowed } from "./clients.mjs";
import { applyFault } from "./faults.mjs";
import { createInteractions } from "./interactions.mjs";
import { sendJson } from "./http.mjs";
import { homePage, sendPage } from "./pages.mjs";

/** Every scope there is, with the words of the consent page. */
export const SCOPES = {
	openid: "Know that it is you",
	profile: "See your name",
	email: "See your e-mail address",
	offline_access: "Stay connected while you are away",
	"notes.read": "Read your notes",
	"notes.write": "Write and delete your notes",
};

const DAY = 24 * 60 * 60;
const NOTES = ["Water the tomatoes", "Bring the ladder back", "Call Ada about the boat"];

/**
 * Builds the provider: `handler` for its HTTP server, `descriptor` for its clients, and what the admin side asks.
 *
 * `settings` is read anew at each request, so the admin side may change it.
 */
export function createProvider({ issuer, settings, stats, faults, verbose }) {
	const clients = createClients();
	const provider = new Provider(issuer, configuration(clients, settings));
	const { redirectUriAllowed } = provider.Client.prototype;
	provider.Client.prototype.redirectUriAllowed = function (uri) {
		// A client that registered itself named its redirect URIs.
		const isOurs = clients.some((client) => client.client_id === this.clientId);
		return isOurs ? redirectAllowed(this.clientId, uri) : redirectUriAllowed.call(this, uri);
	};
	const { consume } = provider.RefreshToken.prototype;
	provider.RefreshToken.prototype.consume = function () {
		if (!settings.graceSeconds) return consume.call(this);
		// Within its grace a rotated token still works; then it is as dead as without.
		setTimeout(() => consume.call(this), settings.graceSeconds * 1000).unref();
	};
	// Before `callback()`, which fixes the order for good.
	provider.use(watch(stats, faults));
	provider.use(guardAuthentication(clients));
	provider.use(guardRegistration(settings));
	provider.use(createNotes(provider));
	if (verbose) printFailures(provider);

	const interactions = createInteractions(provider, SCOPES);
	const oidc = provider.callback();

	async function handler(request, response) {
		const { pathname } = new URL(request.url, issuer);
		try {
			if (pathname === "/") return sendPage(response, 200, homePage(issuer));
			if (pathname.startsWith("/interaction/")) return await interactions(request, response, pathname);
			if (pathname === "/auth" || pathname.startsWith("/auth/")) forgetSession(request);
			oidc(request, response);
		} catch (error) {
			if (verbose) console.error(error);
			if (!response.headersSent) sendJson(response, 500, { error: "server_error" });
		}
	}

	return {
		handler,
		descriptor: describe(issuer, clients),
		async registered(clientId) {
			const client = await provider.Client.find(String(clientId));
			return { registered: Boolean(client), metadata: client?.metadata() ?? null };
		},
		async introspect(token) {
			const found = await findToken(provider, token);
			return { active: Boolean(found), kind: found?.kind ?? null, scope: found?.scope ?? null };
		},
		async revokeGrantOf(token) {
			const found = await findToken(provider, token);
			if (!found) return { revoked: false };
			await Promise.all([
				provider.AccessToken.revokeByGrantId(found.grantId),
				provider.RefreshToken.revokeByGrantId(found.grantId),
			]);
			await (await provider.Grant.find(found.grantId))?.destroy();
			return { revoked: true };
		},
	};
}

function configuration(clients, settings) {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	return {
		clients,
		clientDefaults: { id_token_signed_response_alg: "ES256" },
		jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "ES256", use: "sig" }] },
		cookies: { keys: [randomBytes(32).toString("hex")] },
		features: {
			devInteractions: { enabled: false },
			revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
			introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
			userinfo: { enabled: true },
			registration: { enabled: true },
			registrationManagement: { enabled: true },
			rpInitiatedLogout: { enabled: false },
		},
		interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
		scopes: Object.keys(SCOPES),
		claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
		pkce: { required: () => true },
		rotateRefreshToken: () => settings.rotate,
		expiresWithSession: () => false,
		issueRefreshToken: (_ctx, client, source) =>
			client.grantTypeAllowed("refresh_token") &&
			(settings.refresh === "always" || source.scopes.has("offline_access")),
		ttl: {
			AccessToken: () => settings.accessTokenTtl,
			AuthorizationCode: 60,
			RefreshToken: 90 * DAY,
			Grant: 90 * DAY,
			Session: 600,
			Interaction: 900,
			IdToken: 600,
		},
		findAccount: (_ctx, id) => ({ accountId: id, claims: () => claimsOf(id) }),
		renderError: (ctx, out) => {
			ctx.type = "json";
			ctx.body = out;
		},
	};
}

/** Everything about a person follows from the name typed at the login. */
function claimsOf(name) {
	const local =
		name
			.toLowerCase()
			.replace(/[^a-z0-9]+/g, ".")
			.replace(/^\.+|\.+$/g, "") || "someone";
	return { sub: name, name, email: name.includes("@") ? name : `${local}@example.test`, email_verified: true };
}

/**
 * Each authorization stands alone: without the session cookie the provider asks who you are every time,
 * so two tabs may be two people.
 */
function forgetSession(request) {
	const kept = (request.headers.cookie ?? "").split(/; */).filter((pair) => !pair.startsWith("_session"));
	request.headers.cookie = kept.join("; ");
}

const WATCHED = {
	"/token": "token",
	"/token/revocation": "revocation",
	"/token/introspection": "introspection",
	"/me": "userinfo",
	"/api/notes": "notes",
};

/** Counts requests and lets faults happen, in front of the real provider (koa middleware). */
function watch(stats, faults) {
	return async (ctx, next) => {
		const endpoint = WATCHED[ctx.path];
		if (!endpoint || ctx.method === "OPTIONS") return next();
		const started = performance.now();
		if (endpoint === "token") await countToken(stats, ctx);
		else stats[endpoint] += 1;

		const fault = faults.take(endpoint);
		if (fault) {
			stats.faulted += 1;
			await applyFault(fault, ctx, next);
		} else {
			await next();
		}
		if (endpoint === "token") stats.tokenAnswered(performance.now() - started);
	};
}

/** Reads the form for counting, then puts it back for the provider. */
async function countToken(stats, ctx) {
	const chunks = [];
	for await (const chunk of ctx.req.iterator({ destroyOnReturn: false })) chunks.push(chunk);
	const body = Buffer.concat(chunks);
	stats.tokenRequest(new URLSearchParams(body.toString("utf8")), ctx.req.headers);
	ctx.req.body = body.toString("utf8");
}

/** The resource to try a token on: `GET /api/notes`, scope `notes.read` (RFC 6750). */
function createNotes(provider) {
	return async (ctx, next) => {
		if (ctx.path !== "/api/notes") return next();
		ctx.set("Cache-Control", "no-store");
		const refuse = (status, error) => {
			ctx.set("WWW-Authenticate", `Bearer realm="practice", error="${error}"`);
			ctx.status = status;
			ctx.body = { error };
		};
		const token = /^Bearer +(\S+)$/i.exec(ctx.get("authorization"))?.[1];
		const found = token && (await provider.AccessToken.find(token));
		if (!found?.isValid) return refuse(401, "invalid_token");
		if (!found.scopes.has("notes.read")) return refuse(403, "insufficient_scope");
		ctx.body = {
			owner: found.accountId,
			notes: NOTES.map((text, index) => ({ id: index + 1, text })),
		};
	};
}

/**
 * A client of ours sends its secret in the one place that it was registered for (RFC 6749 2.3.1), as at many providers;
 * oidc-provider itself takes it in either.
 */
function guardAuthentication(clients) {
	return async (ctx, next) => {
		if (ctx.path !== "/token" || ctx.method !== "POST") return next();
		const form = new URLSearchParams(ctx.req.body);
		const header = /^Basic +(\S+)$/i.exec(ctx.get("authorization"))?.[1];
		const id = header ? Buffer.from(header, "base64").toString("utf8").split(":")[0] : form.get("client_id");
		const registered = clients.find((client) => client.client_id === id)?.token_endpoint_auth_method;
		const used = header ? "client_secret_basic" : "client_secret_post";
		const sendsSecret = header || form.has("client_secret");
		if (!registered || registered === used || !sendsSecret) return next();
		ctx.status = 401;
		ctx.body = { error: "invalid_client", error_description: "client authentication failed" };
	};
}

/** With an initial access token in the settings, nobody registers a client without it (RFC 7591 §3). */
function guardRegistration(settings) {
	return async (ctx, next) => {
		const asked = ctx.path === "/reg" && ctx.method === "POST" && settings.initialAccessToken;
		if (!asked || ctx.get("authorization") === `Bearer ${settings.initialAccessToken}`) return next();
		ctx.set("WWW-Authenticate", 'Bearer realm="practice", error="invalid_token"');
		ctx.status = 401;
		ctx.body = { error: "invalid_token", error_description: "initial access token needed" };
	};
}

async function findToken(provider, value) {
	if (typeof value !== "string") throw new Error("token is missing");
	const found = (await provider.AccessToken.find(value)) ?? (await provider.RefreshToken.find(value));
	return found?.isValid ? found : undefined;
}

/** What `--descriptor` writes. */
function describe(issuer, clients) {
	const confidential = (id) => {
		const client = clients.find((one) => one.client_id === id);
		return { client_id: id, client_secret: client.client_secret };
	};
	return {
		issuer,
		metadata_uri: `${issuer}/.well-known/openid-configuration`,
		authorize_uri: `${issuer}/auth`,
		token_uri: `${issuer}/token`,
		revocation_uri: `${issuer}/token/revocation`,
		introspection_uri: `${issuer}/token/introspection`,
		userinfo_uri: `${issuer}/me`,
		registration_uri: `${issuer}/reg`,
		notes_uri: `${issuer}/api/notes`,
		client_id: "grantkeep-practice",
		scopes: Object.keys(SCOPES),
		// OpenID Connect Core 11: offline_access is ignored unless consent is asked for.
		authorize_parameters: { prompt: "consent" },
		clients: {
			basic: confidential("confidential-basic"),
			post: confidential("confidential-post"),
			strict: { client_id: "strict", redirect_uri: "http://127.0.0.1:8765/cb" },
		},
	};
}

function printFailures(provider) {
	provider.on("server_error", (_ctx, error) => console.error("server error:", error));
	for (const event of ["grant.error", "authorization.error", "revocation.error", "introspection.error"]) {
		provider.on(event, (_ctx, error) => console.error(`${event}:`, error.message, error.error_description ?? ""));
	}
}
