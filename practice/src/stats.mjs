const KEPT_ANSWERS = 200;

/** What was asked of the provider, in numbers. Never holds a secret, a code or a token. */
export class Stats {
	token = {};
	revocation = 0;
	introspection = 0;
	userinfo = 0;
	notes = 0;
	faulted = 0;
	last_token_request = null;
	/** Milliseconds from the request's last header to the answer, newest last. */
	token_answer_ms = [];

	/** Counts a token request and remembers its shape: parameter names, never values that are secret. */
	tokenRequest(body, headers) {
		const grantType = body.get("grant_type") ?? "none";
		this.token[grantType] = (this.token[grantType] ?? 0) + 1;
		this.last_token_request = {
			grant_type: grantType,
			client_id: body.get("client_id"),
			client_authentication: clientAuthentication(body, headers),
			parameters: [...body.keys()].sort(),
			redirect_uri: body.get("redirect_uri"),
			scope: body.get("scope"),
			content_type: headers["content-type"] ?? null,
			accept: headers.accept ?? null,
			user_agent: headers["user-agent"] ?? null,
			at_ms: Date.now(),
		};
	}

	/** Starts counting from nothing. */
	reset() {
		Object.assign(this, new Stats());
	}

	tokenAnswered(milliseconds) {
		this.token_answer_ms.push(milliseconds);
		if (this.token_answer_ms.length > KEPT_ANSWERS) this.token_answer_ms.shift();
	}
}

function clientAuthentication(body, headers) {
	if (/^basic /i.test(headers.authorization ?? "")) return "basic";
	return body.has("client_secret") ? "post" : "none";
}
