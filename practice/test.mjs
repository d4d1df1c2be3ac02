import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("server.mjs", import.meta.url));
const REDIRECT = "http://127.0.0.1:45678/callback/practice-1a2b";

let folder;
let provider;

before(async () => {
	folder = mkdtempSync(join(tmpdir(), "practice-"));
	provider = await start("main", "--admin");
});

beforeEach(async () => {
	await admin("/faults/clear");
	await admin("/settings", { access_token_ttl: 300, rotate: true, grace_s: 0, initial_access_token: null });
	await admin("/stats/reset");
});

after(async () => {
	provider.child.stdin.end();
	await provider.ended;
	rmSync(folder, { recursive: true });
});

test("the descriptor is for its owner only and goes with the provider", async () => {
	const other = await start("other");

	assert.equal(statSync(other.path).mode & 0o777, 0o600);
	assert.equal(new URL(other.descriptor.issuer).hostname, "127.0.0.1");
	assert.equal(other.descriptor.admin_uri, undefined, "only with --admin");

	other.child.stdin.end();
	assert.equal(await other.ended, 0, "it ends when its standard input is closed");
	assert.equal(existsSync(other.path), false);
});

test("it ends after --max-seconds", async () => {
	const short = await start("short", "--max-seconds", "1");

	assert.equal(await short.ended, 0);
});

test("code with PKCE gives tokens that work", async () => {
	const tokens = await authorize({ login: "Ada Lovelace" });

	assert.equal(tokens.token_type, "Bearer");
	assert.equal(tokens.expires_in, 300);
	assert.equal(tokens.scope, "openid profile email offline_access notes.read");
	const person = await bearer(provider.descriptor.userinfo_uri, tokens.access_token);
	assert.deepEqual(await person.json(), {
		sub: "Ada Lovelace",
		name: "Ada Lovelace",
		email: "ada.lovelace@example.test",
		email_verified: true,
	});
	const notes = await bearer(provider.descriptor.notes_uri, tokens.access_token);
	assert.equal((await notes.json()).owner, "Ada Lovelace");
});

test("the answer carries state and iss", async () => {
	const { redirected } = await redirect({ state: "a+b c" });

	assert.equal(redirected.searchParams.get("state"), "a+b c");
	assert.equal(redirected.searchParams.get("iss"), provider.descriptor.issuer);
});

test("a code verifier that does not fit is refused", async () => {
	const { redirected } = await redirect();

	const answer = await exchange(redirected.searchParams.get("code"), "x".repeat(43));

	assert.equal(answer.status, 400);
	assert.equal((await answer.json()).error, "invalid_grant");
});

test("an unticked scope is not granted", async () => {
	const tokens = await authorize({ untick: ["notes.read", "email"] });

	assert.equal(tokens.scope, "openid profile offline_access");
	assert.equal((await bearer(provider.descriptor.notes_uri, tokens.access_token)).status, 403);
});

test("a scope without openid is plain OAuth", async () => {
	const tokens = await authorize({ scope: "notes.read" });

	assert.equal(tokens.scope, "notes.read");
	assert.equal(tokens.id_token, undefined);
	assert.ok(tokens.refresh_token, "the practice default gives one");
});

test("a client registers itself, is known by its own redirect URI, and is deleted with its token", async () => {
	const { registration_uri } = provider.descriptor;
	const register = (authorization) =>
		fetch(registration_uri, {
			method: "POST",
			headers: { "content-type": "application/json", ...(authorization && { authorization }) },
			body: JSON.stringify({ application_type: "native", redirect_uris: ["http://127.0.0.1/callback/own"] }),
		});
	await admin("/settings", { initial_access_token: "let-me-in" });
	assert.equal((await register()).status, 401, "the setting asks for a token");
	assert.equal((await register("Bearer let-me-in")).status, 201);
	await admin("/settings", { initial_access_token: null });

	const answer = await register();
	const client = await answer.json();

	assert.equal(answer.status, 201);
	assert.equal((await admin("/registered", { client_id: client.client_id })).registered, true);
	const asked = (uri) => {
		const query = { client_id: client.client_id, response_type: "code", redirect_uri: uri };
		const pkce = { code_challenge: "x".repeat(43), code_challenge_method: "S256", scope: "openid" };
		return fetch(`${provider.descriptor.authorize_uri}?${new URLSearchParams({ ...query, ...pkce })}`, {
			redirect: "manual",
		});
	};
	assert.equal((await asked("http://127.0.0.1:4711/callback/own")).status, 303, "with any port");
	assert.equal((await asked("http://127.0.0.1:4711/callback/other")).status, 400, "no other path");
	const managed = { headers: { authorization: `Bearer ${client.registration_access_token}` } };
	const gone = await fetch(client.registration_client_uri, { method: "DELETE", ...managed });
	assert.equal(gone.status, 204);
	assert.equal((await admin("/registered", { client_id: client.client_id })).registered, false);
});

test("refusing comes back as access_denied", async () => {
	const { redirected } = await redirect({ refuse: true });

	assert.equal(redirected.searchParams.get("error"), "access_denied");
});

test("two people may authorize in one browser, in two tabs", async () => {
	const cookies = new Map();
	const first = await openLogin({ cookies });
	const second = await openLogin({ cookies });

	const one = await finish(second, { login: "bob" });
	const two = await finish(first, { login: "ada" });

	for (const [tab, name] of [
		[one, "bob"],
		[two, "ada"],
	]) {
		const tokens = await (await exchange(tab.redirected.searchParams.get("code"), tab.verifier)).json();
		const person = await bearer(provider.descriptor.userinfo_uri, tokens.access_token);
		assert.equal((await person.json()).sub, name);
	}
});

test("a refresh rotates, and using the old token again ends the grant", async () => {
	const tokens = await authorize();

	const fresh = await (await refresh(tokens.refresh_token)).json();
	assert.notEqual(fresh.refresh_token, tokens.refresh_token);
	assert.notEqual(fresh.access_token, tokens.access_token);
	assert.equal((await (await refresh(tokens.refresh_token)).json()).error, "invalid_grant");
	assert.equal((await refresh(fresh.refresh_token)).status, 400, "the whole grant is gone");
});

test("within its grace a rotated refresh token still works", async () => {
	await admin("/settings", { grace_s: 60 });
	const tokens = await authorize();

	assert.equal((await refresh(tokens.refresh_token)).status, 200);
	assert.equal((await refresh(tokens.refresh_token)).status, 200, "a second time");
});

test("without rotation the refresh token stays", async () => {
	await admin("/settings", { rotate: false, access_token_ttl: 7 });
	const tokens = await authorize();
	assert.equal(tokens.expires_in, 7);

	const fresh = await (await refresh(tokens.refresh_token)).json();

	assert.equal(fresh.refresh_token, tokens.refresh_token);
	assert.equal((await refresh(tokens.refresh_token)).status, 200);
});

test("a revoked token is inactive at introspection", async () => {
	const tokens = await authorize();
	assert.equal((await admin("/introspect", { token: tokens.access_token })).active, true);

	const answer = await post(provider.descriptor.revocation_uri, {
		token: tokens.refresh_token,
		client_id: "grantkeep-practice",
	});

	assert.equal(answer.status, 200);
	for (const token of [tokens.access_token, tokens.refresh_token]) {
		assert.equal((await admin("/introspect", { token })).active, false);
		const own = await post(provider.descriptor.introspection_uri, { token, client_id: "grantkeep-practice" });
		assert.deepEqual(await own.json(), { active: false });
	}
});

test("a person can take the grant back at the provider", async () => {
	const tokens = await authorize();

	assert.deepEqual(await admin("/revoke", { token: tokens.access_token }), { revoked: true });

	assert.equal((await bearer(provider.descriptor.notes_uri, tokens.access_token)).status, 401);
	assert.equal((await (await refresh(tokens.refresh_token)).json()).error, "invalid_grant");
});

test("confidential clients must authenticate in their way", async () => {
	const { basic, post: posted } = provider.descriptor.clients;
	const authorization = `Basic ${btoa(`${basic.client_id}:${basic.client_secret}`)}`;

	const one = await redirect({ clientId: basic.client_id });
	const byBasic = await exchange(
		one.redirected.searchParams.get("code"),
		one.verifier,
		{ client_id: undefined },
		{ authorization },
	);
	assert.equal(byBasic.status, 200);

	const two = await redirect({ clientId: posted.client_id });
	const byPost = await exchange(two.redirected.searchParams.get("code"), two.verifier, posted);
	assert.equal(byPost.status, 200);
	assert.equal((await stats()).last_token_request.client_authentication, "post");

	const three = await redirect({ clientId: posted.client_id });
	const wrong = await exchange(three.redirected.searchParams.get("code"), three.verifier, {
		...posted,
		client_secret: "wrong",
	});
	assert.equal((await wrong.json()).error, "invalid_client");
});

test("redirect URIs are checked", async () => {
	const cases = [
		["grantkeep-practice", "http://127.0.0.1:1/any/path", 303, "loopback, any port and path"],
		["grantkeep-practice", "http://[::1]:5555/callback", 303, "loopback of IPv6"],
		["confidential-post", "io.github.grantkeep:/callback/x-0a1b", 303, "the custom scheme"],
		["confidential-basic", "https://example.com/paste", 303, "the address to paste from"],
		["grantkeep-practice", "http://192.0.2.1/callback", 400, "not loopback"],
		["grantkeep-practice", "https://example.com/other", 400, "not registered"],
		["grantkeep-practice", "http://127.0.0.1:1/a#b", 400, "with a fragment"],
		["strict", "http://127.0.0.1:8765/cb", 303, "exactly as registered"],
		["strict", "http://127.0.0.1:8766/cb", 400, "another port"],
	];
	for (const [clientId, redirectUri, status, why] of cases) {
		const answer = await fetch(authorizeLink({ clientId, redirectUri }).link, { redirect: "manual" });
		assert.equal(answer.status, status, `${clientId} ${redirectUri}: ${why}`);
	}
});

test("a client sends its secret in the place that it was registered for", async () => {
	const { client_id, client_secret } = provider.descriptor.clients.post;
	const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}`;
	const form = { grant_type: "refresh_token", refresh_token: "none" };

	const other = await post(provider.descriptor.token_uri, form, { authorization: basic });
	const right = await post(provider.descriptor.token_uri, { ...form, client_id, client_secret });

	assert.equal(other.status, 401);
	assert.equal((await other.json()).error, "invalid_client");
	assert.equal((await right.json()).error, "invalid_grant", "the client is known, the refresh token is not");
});

test("faults are used up one by one, in order", async () => {
	const tokens = await authorize();
	await admin("/fault", { endpoint: "token", mode: "503" });
	await admin("/fault", { endpoint: "token", mode: "429:7" });
	await admin("/fault", { endpoint: "token", mode: "error200:bad_refresh_token" });

	assert.equal((await refresh(tokens.refresh_token)).status, 503);
	const later = await refresh(tokens.refresh_token);
	assert.equal(later.status, 429);
	assert.equal(later.headers.get("retry-after"), "7");
	assert.deepEqual(await (await refresh(tokens.refresh_token)).json(), { error: "bad_refresh_token" });
	assert.equal((await refresh(tokens.refresh_token)).status, 200, "and then all is well");

	const { token, faulted } = await stats();
	assert.deepEqual(token, { authorization_code: 1, refresh_token: 4 });
	assert.equal(faulted, 3);
});

test("real answers can be bent", async () => {
	const cases = [
		["form", async (answer) => assert.ok(new URLSearchParams(await answer.text()).get("access_token"))],
		["string_expires", async (answer) => assert.equal((await answer.json()).expires_in, "300")],
		["no_expires", async (answer) => assert.equal((await answer.json()).expires_in, undefined)],
		["no_token_type", async (answer) => assert.equal((await answer.json()).token_type, undefined)],
		["odd_token_type", async (answer) => assert.equal((await answer.json()).token_type, "BEARER")],
		["no_refresh_token", async (answer) => assert.equal((await answer.json()).refresh_token, undefined)],
		["text_plain", async (answer) => assert.match(answer.headers.get("content-type"), /^text\/plain/)],
		["slow:50", async (answer) => assert.equal(answer.status, 200)],
		["html", async (answer) => assert.match(await answer.text(), /^<!doctype html>/)],
		["invalid_grant", async (answer) => assert.equal(answer.status, 400)],
		["huge:3000000", async (answer) => assert.ok((await answer.text()).length > 3_000_000)],
	];
	for (const [mode, check] of cases) {
		await admin("/settings", { rotate: false });
		const tokens = await authorize();
		await admin("/fault", { mode });
		await check(await refresh(tokens.refresh_token));
	}
});

test("answers can get lost", async () => {
	for (const [mode, rotated] of [
		["close", false],
		["lost", true],
		["half", true],
	]) {
		const tokens = await authorize();
		await admin("/fault", { mode });

		await assert.rejects(async () => (await refresh(tokens.refresh_token)).text(), mode);

		assert.equal((await refresh(tokens.refresh_token)).status, rotated ? 400 : 200, mode);
	}
});

test("a hanging answer ends with the client's patience", async () => {
	await admin("/fault", { mode: "hang" });

	const waiting = post(provider.descriptor.token_uri, { grant_type: "refresh_token" }, {}, AbortSignal.timeout(100));

	await assert.rejects(waiting, { name: "TimeoutError" });
});

test("nonsense is refused at the admin side", async () => {
	assert.match((await admin("/fault", { mode: "earthquake" })).error, /mode is one of/);
	assert.match((await admin("/fault", { mode: "503", endpoint: "moon" })).error, /endpoint is one of/);
	assert.match((await admin("/fault", { mode: "503", times: 0 })).error, /times/);
});

test("what a person types is shown as text", async () => {
	const cookies = new Map();
	const login = await openLogin({ cookies });

	const page = await step(login, "login", { login: '<script>"&' });

	assert.ok((await page.text()).includes("&lt;script&gt;&quot;&amp;"));
});

test("an interaction that is over says so", async () => {
	const answer = await fetch(`${provider.descriptor.issuer}/interaction/unknown`);

	assert.equal(answer.status, 400);
	assert.match(await answer.text(), /This page is over/);
});

async function start(name, ...options) {
	const path = join(folder, `${name}.json`);
	const child = spawn(process.execPath, [SERVER, "--exit-with-parent", "--descriptor", path, ...options], {
		stdio: ["pipe", "pipe", "inherit"],
	});
	const ended = new Promise((resolve) => child.once("exit", resolve));
	await new Promise((resolve, reject) => {
		child.stdout.on("data", (data) => String(data).includes("READY") && resolve());
		child.once("exit", () => reject(new Error("the provider did not start")));
	});
	return { child, ended, path, descriptor: JSON.parse(readFileSync(path, "utf8")) };
}

function authorizeLink({ clientId = "grantkeep-practice", redirectUri = REDIRECT, scope, state = "s" } = {}) {
	const verifier = randomBytes(32).toString("base64url");
	const link = new URL(provider.descriptor.authorize_uri);
	link.search = new URLSearchParams({
		client_id: clientId,
		redirect_uri: redirectUri,
		response_type: "code",
		scope: scope ?? "openid profile email offline_access notes.read",
		state,
		code_challenge: createHash("sha256").update(verifier).digest("base64url"),
		code_challenge_method: "S256",
		prompt: "consent",
	}).toString();
	return { link, verifier };
}

/** Follows the link as a browser would, up to the login page. */
async function openLogin({ cookies = new Map(), ...options } = {}) {
	const { link, verifier } = authorizeLink(options);
	const opened = await browse(cookies, link);
	const at = new URL(opened.headers.get("location"), link);
	assert.match(await (await browse(cookies, at)).text(), /id="login"/);
	return { cookies, at, verifier };
}

async function step({ cookies, at }, name, form) {
	return browse(cookies, new URL(`${at.pathname}/${name}`, at), {
		method: "POST",
		body: new URLSearchParams(form),
	});
}

async function finish(tab, { login = "ada", untick = [], refuse = false } = {}) {
	const consent = await (await step(tab, "login", { login })).text();
	const boxes = [...consent.matchAll(/name="scope" value="([^"]+)"/g)].map((match) => match[1]);
	const form = boxes.filter((scope) => !untick.includes(scope)).map((scope) => ["scope", scope]);
	form.push(["login", login], ["answer", refuse ? "refuse" : "allow"]);
	const done = await step(tab, "consent", form);
	const resumed = await browse(tab.cookies, new URL(done.headers.get("location"), tab.at));
	return { redirected: new URL(resumed.headers.get("location")), verifier: tab.verifier };
}

async function redirect(options = {}) {
	return finish(await openLogin(options), options);
}

async function authorize(options) {
	const { redirected, verifier } = await redirect(options);
	const answer = await exchange(redirected.searchParams.get("code"), verifier);
	assert.equal(answer.status, 200);
	return answer.json();
}

function exchange(code, verifier, extra = {}, headers = {}) {
	const form = { client_id: "grantkeep-practice", ...extra };
	return post(
		provider.descriptor.token_uri,
		{ grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: REDIRECT, ...form },
		headers,
	);
}

function refresh(token) {
	return post(provider.descriptor.token_uri, {
		grant_type: "refresh_token",
		refresh_token: token,
		client_id: "grantkeep-practice",
	});
}

function post(uri, form, headers = {}, signal = undefined) {
	const given = Object.entries(form).filter(([, value]) => value !== undefined);
	return fetch(uri, { method: "POST", headers, body: new URLSearchParams(given), signal });
}

function bearer(uri, token) {
	return fetch(uri, { headers: { authorization: `Bearer ${token}` } });
}

async function admin(path, body = {}) {
	const answer = await fetch(provider.descriptor.admin_uri + path, { method: "POST", body: JSON.stringify(body) });
	return answer.json();
}

async function stats() {
	return (await fetch(`${provider.descriptor.admin_uri}/stats`)).json();
}

/** One request with a cookie jar that knows paths, as far as this provider needs. */
async function browse(cookies, url, options = {}) {
	const sent = [...cookies.values()].filter((cookie) => new URL(url).pathname.startsWith(cookie.path));
	const answer = await fetch(url, {
		redirect: "manual",
		...options,
		headers: { cookie: sent.map((cookie) => cookie.pair).join("; "), accept: "text/html" },
	});
	for (const line of answer.headers.getSetCookie()) {
		const pair = line.split(";")[0];
		const path = /path=([^;]+)/i.exec(line)?.[1] ?? "/";
		cookies.set(`${pair.split("=")[0]} ${path}`, { pair, path });
	}
	return answer;
}
