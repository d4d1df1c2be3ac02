/** The list's filter: words that all must match, and `is:` for a status. */
import type { AccountView } from "../ipc/bindings";
import { HEADLINES } from "./statuses";

/** A filter as typed, taken apart. */
export type Filter = { words: string[]; statuses: string[] };

/** Reads what was typed into the filter field. */
export function readFilter(typed: string): Filter {
	const filter: Filter = { words: [], statuses: [] };
	for (const part of typed.toLowerCase().split(/\s+/)) {
		if (part === "" || part === "is:") continue;
		if (part.startsWith("is:")) filter.statuses.push(part.slice(3).replaceAll("-", " ").replaceAll("_", " "));
		else filter.words.push(part);
	}
	return filter;
}

/** Whether an account stays in the list. */
export function matches(account: AccountView, filter: Filter): boolean {
	const status = HEADLINES[account.headline].toLowerCase();
	if (!filter.statuses.every((wanted) => status.startsWith(wanted))) return false;
	if (filter.words.length === 0) return true;
	const who = account.identity;
	const text = [account.service_title, account.title, account.id, who?.name, who?.email, status]
		.join("\n")
		.toLowerCase();
	return filter.words.every((word) => text.includes(word));
}

/** A piece of a text; `hit` pieces are underlined. */
export type Piece = { text: string; hit: boolean };

/** Cuts a text into pieces, so that what the filter matched can be underlined. */
export function pieces(text: string, words: string[]): Piece[] {
	const lower = text.toLowerCase();
	const hits = new Array<boolean>(text.length).fill(false);
	for (const word of words) {
		for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
			hits.fill(true, at, at + word.length);
		}
	}
	const found: Piece[] = [];
	for (let index = 0; index < text.length; index += 1) {
		const hit = hits[index] === true;
		const last = found.at(-1);
		if (last !== undefined && last.hit === hit) last.text += text.charAt(index);
		else found.push({ text: text.charAt(index), hit });
	}
	return found;
}
