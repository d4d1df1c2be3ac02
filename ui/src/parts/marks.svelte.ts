/** The marks of providers: many and seldom all needed, so they are read beside the window's own code. */

/** A mark: its brand colour and one SVG path in a box of 24. */
export type Mark = { colour: string; path: string };

let marks = $state.raw<Readonly<Record<string, Mark>>>();

/** The mark of a slug: `null` where there is none, nothing while they are being read. */
export function markOf(slug: string): Mark | null | undefined {
	return marks === undefined ? undefined : (marks[slug] ?? null);
}

/** Resolves when the marks have been read; without them tiles have letters. */
export const marksRead: Promise<void> = import("./marks_data.json").then(
	(data) => void (marks = data.default),
	() => void (marks = {}),
);
