import { readBody } from "./http.mjs";
import { consentPage, gonePage, loginPage, sendPage } from "./pages.mjs";

const LONGEST_NAME = 80;

/**
 * The two pages a person sees, both within one interaction of the provider: who are you, and may it have this?
 *
 * `GET /interaction/UID` asks for a name, `POST …/login` shows the scopes, `POST …/consent` ends it.
 */
export function createInteractions(provider, scopes) {
	return async (request, response, pathname) => {
		const [, , uid, step = ""] = pathname.split("/");
		let details;
		try {
			details = await provider.interactionDetails(request, response);
		} catch {
			return sendPage(response, 400, gonePage());
		}
		if (details.uid !== uid) return sendPage(response, 400, gonePage());

		const form = request.method === "POST" ? new URLSearchParams(await readBody(request)) : new URLSearchParams();
		const name = cleanName(form.get("login"));
		const asked = askedScopes(details, scopes);
		const clientName = (await provider.Client.find(details.params.client_id))?.clientName ?? "A program";

		if (form.get("answer") === "refuse") return refuse(provider, request, response);
		if (request.method === "POST" && step === "login" && name) {
			return sendPage(response, 200, consentPage({ uid, name, clientName, asked, words: scopes }));
		}
		if (request.method === "POST" && step === "consent" && name) {
			return allow(provider, request, response, { details, name, asked, ticked: form.getAll("scope") });
		}
		const hint = name || cleanName(details.params.login_hint) || "ada";
		sendPage(response, 200, loginPage({ uid, clientName, hint }));
	};
}

async function refuse(provider, request, response) {
	await provider.interactionFinished(request, response, {
		error: "access_denied",
		error_description: "the person refused",
	});
}

/** Grants the ticked scopes only; `openid` has no box to untick, because the answer's ID token stands on it. */
async function allow(provider, request, response, { details, name, asked, ticked }) {
	const grant = new provider.Grant({ accountId: name, clientId: details.params.client_id });
	const granted = asked.filter((scope) => scope === "openid" || ticked.includes(scope));
	const refused = asked.filter((scope) => !granted.includes(scope));
	if (granted.length === 0) return refuse(provider, request, response);
	grant.addOIDCScope(granted.join(" "));
	if (refused.length > 0) grant.rejectOIDCScope(refused.join(" "));
	await provider.interactionFinished(request, response, {
		login: { accountId: name, remember: false },
		consent: { grantId: await grant.save() },
	});
}

function askedScopes(details, scopes) {
	const sent = new Set((details.params.scope ?? "").split(" "));
	return Object.keys(scopes).filter((scope) => sent.has(scope));
}

function cleanName(text) {
	return (text ?? "").replace(/\p{C}/gu, "").trim().slice(0, LONGEST_NAME);
}
