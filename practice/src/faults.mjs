/** Endpoints that can be made to answer wrongly. */
export const ENDPOINTS = ["token", "revocation", "introspection", "userinfo", "notes"];

/** The ways to answer wrongly; `:X` takes an argument. */
export const MODES = {
	503: "503 with a plain text",
	429: "429:SECONDS, 429 with Retry-After",
	html: "200 with a page, as a captive portal sends it",
	hang: "no answer until the client gives up",
	close: "the connection is closed before the request is done",
	lost: "the request is done, but the connection is closed in place of the answer",
	half: "the request is done, but the connection is closed in the middle of the answer",
	invalid_grant: "400 with error invalid_grant (any other error: error:CODE)",
	error: "error:CODE, 400 with that error",
	error200: "200 with error invalid_grant, or error200:CODE",
	redirect: "redirect:URL, 307 to that address",
	huge: "huge:BYTES, 200 with a JSON string that long",
	slow: "slow:MS, the real answer after that time",
	form: "the real answer, form-encoded",
	string_expires: "the real answer with expires_in as a string",
	no_expires: "the real answer without expires_in",
	no_token_type: "the real answer without token_type",
	odd_token_type: "the real answer with token_type BEARER",
	no_refresh_token: "the real answer without refresh_token",
	text_plain: "the real answer as text/plain",
};

/** The faults to come, by endpoint. Each one is used up by one request, first come first served. */
export class Faults {
	#waiting = new Map();

	/** Makes the next `times` answers of `endpoint` faulty. Throws when the order makes no sense. */
	add({ endpoint = "token", times = 1, mode }) {
		if (!ENDPOINTS.includes(endpoint)) throw new Error(`endpoint is one of ${ENDPOINTS.join(", ")}`);
		const [name, ...rest] = String(mode).split(":");
		if (!(name in MODES)) throw new Error(`mode is one of ${Object.keys(MODES).join(", ")}`);
		if (!Number.isInteger(times) || times < 1) throw new Error("times is a whole number from 1");
		const queue = this.#waiting.get(endpoint) ?? [];
		for (let i = 0; i < times; i++) queue.push({ name, argument: rest.join(":") });
		this.#waiting.set(endpoint, queue);
	}

	/** Takes the next fault of `endpoint`, or undefined. */
	take(endpoint) {
		return this.#waiting.get(endpoint)?.shift();
	}

	clear() {
		this.#waiting.clear();
	}
}

/** Answers `ctx` (koa) with `fault`; `next` does what the provider would have done. */
export async function applyFault(fault, ctx, next) {
	const { name, argument } = fault;
	switch (name) {
		case "503":
			return answer(ctx, 503, "text/plain", "Service Unavailable");
		case "429":
			ctx.set("Retry-After", argument || "1");
			return answer(ctx, 429, "application/json", '{"error":"too_many_requests"}');
		case "html":
			return answer(ctx, 200, "text/html", "<!doctype html><title>Welcome</title><h1>Sign in to the hotel</h1>");
		case "hang":
			return new Promise((resolve) => ctx.req.socket.once("close", resolve));
		case "close":
			return drop(ctx);
		case "lost":
			await next();
			return drop(ctx);
		case "half":
			await next();
			return sendHalf(ctx);
		case "invalid_grant":
			return answer(ctx, 400, "application/json", '{"error":"invalid_grant"}');
		case "error":
			return answer(ctx, 400, "application/json", JSON.stringify({ error: argument || "invalid_request" }));
		case "error200":
			return answer(ctx, 200, "application/json", JSON.stringify({ error: argument || "invalid_grant" }));
		case "redirect":
			ctx.set("Location", argument);
			return answer(ctx, 307, "text/plain", "");
		case "huge":
			return answer(ctx, 200, "application/json", `{"access_token":"${"x".repeat(Number(argument) || 2 ** 21)}"}`);
		case "slow":
			await new Promise((resolve) => setTimeout(resolve, Number(argument) || 1000));
			return next();
		default:
			await next();
			return change(ctx, name);
	}
}

/** Changes a good answer in one way that providers are known for. */
function change(ctx, name) {
	if (ctx.status !== 200 || typeof ctx.body !== "object" || ctx.body === null) return;
	const body = { ...ctx.body };
	switch (name) {
		case "form":
			return answer(ctx, 200, "application/x-www-form-urlencoded", new URLSearchParams(body).toString());
		case "text_plain":
			return answer(ctx, 200, "text/plain", JSON.stringify(body));
		case "string_expires":
			body.expires_in = String(body.expires_in);
			break;
		case "no_expires":
			delete body.expires_in;
			break;
		case "no_token_type":
			delete body.token_type;
			break;
		case "odd_token_type":
			body.token_type = "BEARER";
			break;
		case "no_refresh_token":
			delete body.refresh_token;
			break;
	}
	ctx.body = body;
}

function answer(ctx, status, type, body) {
	ctx.status = status;
	ctx.type = type;
	ctx.body = body;
}

function drop(ctx) {
	ctx.respond = false;
	ctx.req.socket.destroy();
}

function sendHalf(ctx) {
	const whole = JSON.stringify(ctx.body ?? {});
	ctx.respond = false;
	ctx.res.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(whole) });
	ctx.res.write(whole.slice(0, whole.length / 2), () => ctx.req.socket.destroy());
}
