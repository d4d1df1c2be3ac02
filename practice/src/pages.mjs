import { createHash } from "node:crypto";

const STYLE = `
:root { color-scheme: light dark; --ground: #f6f6f8; --card: #fff; --ink: #1c1d22; --soft: #62646f; --line: #dcdde3;
	--accent: #4a4fc4; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ground: #17181c; --card: #212228; --ink: #ececf1; --soft: #a2a4b0;
	--line: #383a43; --accent: #9a9eff; --on-accent: #14152e; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--ground);
	color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 420px; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
	padding: 28px; }
h1 { font-size: 20px; line-height: 1.3; margin: 0 0 8px; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 0 0 16px; color: var(--soft); }
.tag { font-size: 12px; letter-spacing: .04em; text-transform: uppercase; margin: 0 0 12px; }
label { display: block; font-weight: 600; margin-bottom: 6px; }
input[type=text] { width: 100%; font: inherit; color: inherit; background: transparent; padding: 8px 12px;
	border: 1px solid var(--line); border-radius: 8px; }
fieldset { border: 0; padding: 0; margin: 0 0 8px; }
legend { padding: 0; font-weight: 600; margin-bottom: 4px; }
.scope { display: flex; gap: 10px; align-items: baseline; font-weight: 400; margin: 0; padding: 8px 0;
	border-top: 1px solid var(--line); }
.scope code { margin-left: auto; color: var(--soft); font-size: 12px; white-space: nowrap; }
.row { display: flex; gap: 10px; margin-top: 20px; }
button { flex: 1; font: inherit; font-weight: 600; padding: 9px 14px; border-radius: 8px; cursor: pointer;
	border: 1px solid var(--line); background: transparent; color: inherit; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
input[type=checkbox] { accent-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** Sends a page that may load nothing, run nothing and be framed by nobody. */
export function sendPage(response, status, html) {
	response.writeHead(status, {
		"Content-Type": "text/html; charset=utf-8",
		"Cache-Control": "no-store",
		"Content-Security-Policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
		"Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff",
	});
	response.end(html);
}

export function loginPage({ uid, clientName, hint }) {
	return page(
		"Who are you?",
		`<h1>Who are you?</h1>
		<p>${escape(clientName)} asks for access. This is a practice provider on your own machine: any name will do, and there is no password.</p>
		<form method="post" action="/interaction/${escape(uid)}/login">
			<label for="login">Name</label>
			<input type="text" id="login" name="login" value="${escape(hint)}" required maxlength="80" autocomplete="off" autofocus>
			<div class="row"><button class="main" id="continue" type="submit">Continue</button></div>
		</form>`,
	);
}

export function consentPage({ uid, name, clientName, asked, words }) {
	const boxes = asked.map((scope) => scopeBox(scope, words[scope])).join("\n");
	return page(
		`Allow ${clientName}?`,
		`<h1>Allow ${escape(clientName)} to act for ${escape(name)}?</h1>
		<p>Untick what it should not have.</p>
		<form method="post" action="/interaction/${escape(uid)}/consent">
			<input type="hidden" name="login" value="${escape(name)}">
			<fieldset><legend>It asks to</legend>
			${boxes || "<p>It asks for nothing in particular.</p>"}
			</fieldset>
			<div class="row">
				<button id="refuse" type="submit" name="answer" value="refuse">Refuse</button>
				<button class="main" id="allow" type="submit" name="answer" value="allow">Allow</button>
			</div>
		</form>`,
	);
}

export function gonePage() {
	return page(
		"This page is over",
		`<h1>This page is over</h1>
		<p>It was used already, or it waited too long. Start again from the program that sent you here.</p>`,
	);
}

export function homePage(issuer) {
	return page(
		"Practice provider",
		`<h1>The practice provider is running</h1>
		<p>It lives on your own machine at <code>${escape(issuer)}</code> and forgets everything when it ends. Programs send you here to practise giving access.</p>`,
	);
}

function scopeBox(scope, words) {
	const fixed = scope === "openid" ? " disabled" : "";
	return `<label class="scope"><input type="checkbox" name="scope" value="${escape(scope)}" checked${fixed}>
		<span>${escape(words)}</span><code>${escape(scope)}</code></label>`;
}

function page(title, body) {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Practice provider</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="tag">Practice provider</p>
${body}
</main>
</body>
</html>
`;
}

function escape(text) {
	const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
	return String(text).replace(/[&<>"']/g, (sign) => signs[sign]);
}
