/** How a mark is drawn on its tile, by the luminance of its colour. */

export type Look = { kind: "plain" | "brand"; colour: string; lift: number };

/** Near-black marks take the text colour, dark ones are lifted in the dark theme, very light ones colour the tile. */
export function lookOf(colour: string): Look {
	const light = luminance(colour);
	if (light > 0.55) return { kind: "brand", colour, lift: 0 };
	if (light < 0.03) return { kind: "plain", colour: "currentColor", lift: 0 };
	return { kind: "plain", colour, lift: light < 0.09 ? 42 : light < 0.2 ? 24 : 0 };
}

/** One of eight hues, by a hash of the name. */
export function hueOf(name: string): number {
	let hash = 0;
	for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
	return HUES[hash % HUES.length] ?? 0;
}

const HUES = [4, 28, 48, 140, 176, 218, 262, 320];

/** Relative luminance (WCAG) of `#rrggbb`. */
function luminance(colour: string): number {
	const channel = (at: number) => {
		const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	};
	return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
