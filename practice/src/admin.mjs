import { MODES } from "./faults.mjs";
import { readBody, sendJson } from "./http.mjs";

/**
 * The tests' side door, on a port of its own:
 * `GET /stats`, `POST /stats/reset`, `POST /fault`, `POST /faults/clear`, `POST /introspect`,
 * `POST /settings`, `POST /revoke`, `POST /registered`. `GET /` tells what there is.
 */
export function createAdmin({ practice, settings, stats, faults }) {
	const routes = {
		"GET /": () => ({ modes: MODES, settings }),
		"GET /stats": () => stats,
		"POST /stats/reset": () => (stats.reset(), {}),
		"POST /fault": (order) => (faults.add(order), {}),
		"POST /faults/clear": () => (faults.clear(), {}),
		"POST /introspect": ({ token }) => practice.introspect(token),
		"POST /registered": ({ client_id }) => practice.registered(client_id),
		"POST /revoke": ({ token }) => practice.revokeGrantOf(token),
		"POST /settings": (changes) => change(settings, changes),
	};
	return async (request, response) => {
		const route = routes[`${request.method} ${new URL(request.url, "http://admin").pathname}`];
		if (!route) return sendJson(response, 404, { error: "no such route" });
		try {
			const body = request.method === "POST" ? await readBody(request) : "";
			sendJson(response, 200, await route(body ? JSON.parse(body) : {}));
		} catch (error) {
			sendJson(response, 400, { error: error.message });
		}
	};
}

/** Takes new values for `access_token_ttl` (seconds), `rotate`, `grace_s` (seconds), `refresh` and `initial_access_token`; returns what holds. */
function change(settings, { access_token_ttl, rotate, grace_s, refresh, initial_access_token }) {
	if (access_token_ttl !== undefined) settings.accessTokenTtl = access_token_ttl;
	if (rotate !== undefined) settings.rotate = rotate;
	if (grace_s !== undefined) settings.graceSeconds = grace_s;
	if (refresh !== undefined) settings.refresh = refresh;
	if (initial_access_token !== undefined) settings.initialAccessToken = initial_access_token;
	return settings;
}
