/** Words about providers: how long their tokens live, and finding one among many. */
import type { ProviderView } from "../ipc/bindings";
import { lengthText } from "./durations";

export type ProviderFact = { name: string; value: string };

/** What is known of a provider's tokens, in up to three lines; what is not known has none. */
export function lifeFacts(provider: ProviderView): ProviderFact[] {
	const facts = [
		{ name: "Access token", value: accessText(provider) },
		{ name: "Refresh token", value: refreshText(provider) },
		{ name: "Revocation", value: provider.revocation_effect ?? "" },
	];
	return facts.filter((fact) => fact.value !== "");
}

/** Providers in groups; while one searches there is one group without a name, the nearest first. */
export type ProviderGroup = { title: string; providers: ProviderView[] };

/** What the picker shows for the words typed. */
export function providerGroups(providers: readonly ProviderView[], words: readonly string[]): ProviderGroup[] {
	if (words.length === 0) {
		const first = OFTEN.flatMap((id) => providers.filter((provider) => provider.id === id));
		const often = [...first, ...providers.filter((provider) => provider.practice)];
		const rest = providers.filter((provider) => !often.includes(provider)).sort(byTitle);
		const groups = [
			{ title: "Often used", providers: often },
			{ title: "All others", providers: rest },
		];
		return groups.filter((group) => group.providers.length > 0);
	}
	const found = providers.filter((provider) => {
		const text = textOf(provider);
		return words.every((word) => text.includes(word));
	});
	const ranked = found.map((provider) => ({ provider, rank: rankOf(provider, words) }));
	ranked.sort((one, other) => one.rank - other.rank || byTitle(one.provider, other.provider));
	return found.length === 0 ? [] : [{ title: "", providers: ranked.map(({ provider }) => provider) }];
}

/** The words of a search, in small letters. */
export function wordsOf(typed: string): string[] {
	return typed
		.toLowerCase()
		.split(/\s+/)
		.filter((word) => word !== "");
}

/** Where the focus goes by a key, among groups of `counts` cards in rows of `columns`; -1 is the search field. */
export function cardAfter(key: string, at: number, columns: number, counts: readonly number[]): number | undefined {
	const all = counts.reduce((sum, count) => sum + count, 0);
	switch (key) {
		case "ArrowRight":
			return Math.min(at + 1, all - 1);
		case "ArrowLeft":
			return Math.max(at - 1, 0);
		case "Home":
			return 0;
		case "End":
			return all - 1;
		case "ArrowDown":
		case "ArrowUp":
			return inColumn(rowsOf(columns, counts), at, key === "ArrowDown" ? 1 : -1);
		default:
			return undefined;
	}
}

/** The place in the row below or above; a shorter row takes its last. */
function inColumn(rows: readonly Row[], at: number, step: number): number {
	const here = rows.findIndex((row) => at >= row.from && at < row.from + row.length);
	const there = rows[here + step];
	if (there === undefined) return step < 0 ? -1 : at;
	const column = here < 0 ? 0 : at - (rows[here]?.from ?? 0);
	return there.from + Math.min(column, there.length - 1);
}

type Row = { from: number; length: number };

function rowsOf(columns: number, counts: readonly number[]): Row[] {
	let from = 0;
	return counts.flatMap((count) => {
		const rows = Array.from({ length: Math.ceil(count / columns) }, (_, row) => ({
			from: from + row * columns,
			length: Math.min(columns, count - row * columns),
		}));
		from += count;
		return rows;
	});
}

/** Begins so, then begins a word so, then has it in its name, then in what is said of it. */
function rankOf({ title, id }: ProviderView, words: readonly string[]): number {
	const name = `${title} ${id}`.toLowerCase();
	const ranks = words.map((word) => {
		if (name.startsWith(word)) return 0;
		if (name.includes(` ${word}`)) return 1;
		return name.includes(word) ? 2 : 3;
	});
	return Math.max(...ranks);
}

function textOf({ title, id, summary }: ProviderView): string {
	return `${title} ${id} ${summary}`.toLowerCase();
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function byTitle(one: ProviderView, other: ProviderView): number {
	return collator.compare(one.title, other.title);
}

/** Shown first, before anything is typed. */
const OFTEN = ["google", "github", "microsoft", "slack", "notion", "linear", "podio", "mailchimp"];

function accessText(provider: ProviderView): string {
	if (provider.token_has_no_end) return "Has no end.";
	return provider.token_life_s === undefined ? "" : `Lives ${lengthText(provider.token_life_s * 1_000)}.`;
}

function refreshText(provider: ProviderView): string {
	const { refresh_life_days: life, refresh_idle_days: idle, refresh_token_hint: hint } = provider;
	const sentences = [hint ?? (provider.refresh === "never" ? "None is given." : "")];
	if (provider.refresh !== "never") sentences.push(ROTATIONS[provider.rotation]);
	if (idle !== undefined && life !== undefined) {
		sentences.push(`It ends after ${daysText(idle)} without use, and after ${daysText(life)} anyway.`);
	} else if (idle !== undefined) sentences.push(`It ends after ${daysText(idle)} without use.`);
	else if (life !== undefined) sentences.push(`It ends after ${daysText(life)}.`);
	return sentences.filter((sentence) => sentence !== "").join(" ");
}

const ROTATIONS: Record<ProviderView["rotation"], string> = {
	rotates: "A refresh gives a new one, and the old one is dead.",
	grace: "A refresh gives a new one, and the old one lives a little longer.",
	same: "A refresh keeps it.",
	unknown: "",
};

function daysText(count: number): string {
	return new Intl.NumberFormat(undefined, { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
}
