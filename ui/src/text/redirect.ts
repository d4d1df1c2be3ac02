/** Compares the redirect URI that was sent with what a provider's error page shows. */

/** A stretch of an address; the stretches that differ are marked. */
export type Stretch = { text: string; differs: boolean };

/** What the comparison found. */
export type Comparison = {
	sent: Stretch[];
	found: Stretch[];
	/** What differs, in words: "the port", "the slash at the end". */
	differences: string[];
};

type Parts = { scheme: string; host: string; port: string; path: string; slash: string; query: string };

/**
 * Finds the address in `text` that is most like `sent` and compares them part by part.
 *
 * Returns null where the text holds no address.
 */
export function compareRedirect(sent: string, text: string): Comparison | null {
	const mine = split(sent);
	const candidates = addresses(text)
		.map(split)
		.sort((one, other) => differences(mine, one).length - differences(mine, other).length);
	const theirs = candidates[0];
	if (mine === null || theirs === undefined || theirs === null) return null;
	const names = differences(mine, theirs);
	return { sent: stretches(mine, theirs), found: stretches(theirs, mine), differences: names };
}

/** "One difference: the port." and the like. */
export function differenceCount(count: number): string {
	const words = ["No difference", "One difference", "Two differences", "Three differences", "Four differences"];
	return words[count] ?? `${count} differences`;
}

/** Addresses in a text, those inside a `redirect_uri` parameter first. */
function addresses(text: string): string[] {
	const found = text.match(/[a-z][a-z0-9+.-]*:\/?\/?[^\s"'<>]+/gi) ?? [];
	const inside: string[] = [];
	for (const address of found) {
		const parameter = /[?&#]redirect_ur[il]=([^&#\s]+)/i.exec(address)?.[1];
		if (parameter !== undefined) inside.push(decode(parameter));
	}
	const bare = found.filter((address) => !/[?&#](redirect_ur[il]|client_id|response_type)=/i.test(address));
	return [...inside, ...bare].map((address) => address.replace(/[.,;:)\]]+$/, ""));
}

function split(address: string): Parts | null {
	const match = /^([a-z][a-z0-9+.-]*):(?:\/\/(\[[^\]]*\]|[^/:?#]*)(:\d+)?)?([^?#]*)(.*)$/i.exec(address);
	if (match === null) return null;
	const whole = match[4] ?? "";
	const slash = whole.endsWith("/") ? "/" : "";
	return {
		scheme: match[1] ?? "",
		host: match[2] ?? "",
		port: match[3] ?? "",
		path: slash === "" ? whole : whole.slice(0, -1),
		slash,
		query: match[5] ?? "",
	};
}

function differences(mine: Parts | null, theirs: Parts | null): string[] {
	if (mine === null || theirs === null) return ["", "", "", "", "", "", ""];
	const names: string[] = [];
	if (mine.scheme !== theirs.scheme) names.push(theirs.scheme === "https" ? "https" : "the scheme");
	if (mine.host !== theirs.host) names.push("the host");
	if (mine.port !== theirs.port) names.push("the port");
	if (mine.path !== theirs.path) {
		const sameLetters = mine.path.toLowerCase() === theirs.path.toLowerCase();
		names.push(sameLetters ? "capital letters in the path" : "the path");
	}
	if (mine.slash !== theirs.slash) names.push("the slash at the end");
	if (mine.query !== theirs.query) names.push("what follows the path");
	return names;
}

function stretches(mine: Parts, theirs: Parts): Stretch[] {
	const parts: Stretch[] = [
		...schemeStretches(mine.scheme, theirs.scheme),
		{ text: mine.host === "" ? ":" : "://", differs: false },
		{ text: mine.host, differs: mine.host !== theirs.host },
		{ text: mine.port, differs: mine.port !== theirs.port },
		{ text: mine.path, differs: mine.path !== theirs.path },
		{ text: mine.slash, differs: mine.slash !== theirs.slash },
		{ text: mine.query, differs: mine.query !== theirs.query },
	];
	return parts.filter((part) => part.text !== "");
}

/** Of `https` beside `http`, the `s` alone is marked. */
function schemeStretches(mine: string, theirs: string): Stretch[] {
	if (mine.startsWith(theirs)) {
		return [
			{ text: theirs, differs: false },
			{ text: mine.slice(theirs.length), differs: true },
		];
	}
	return [{ text: mine, differs: mine !== theirs && !theirs.startsWith(mine) }];
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text.replaceAll("+", " "));
	} catch {
		return text;
	}
}
