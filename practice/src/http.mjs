const LARGEST_BODY = 56 * 1024;

/** Reads a request's body as text. Throws when it is larger than any form of ours. */
export async function readBody(request) {
	const chunks = [];
	let length = 0;
	for await (const chunk of request) {
		length += chunk.length;
		if (length > LARGEST_BODY) throw new Error("the request is too large");
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString("utf8");
}

export function sendJson(response, status, value) {
	response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
	response.end(JSON.stringify(value));
}
