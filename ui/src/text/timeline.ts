/** A timeline as bars and in words. */
import type { SpanState, SpanView, TimelineView } from "../ipc/bindings";
import { dayAndTimeText, lengthText } from "./durations";

/** The words of a state. */
export const SPANS: Record<SpanState, string> = {
	no_token: "Without a token",
	alive: "Good",
	failing: "Good, but a refresh failed",
	expired: "Ended",
	unknown: "Not known",
};

/** How bad a state is: a bar shows the worst of its part. */
const RANKS: Record<SpanState, number> = { unknown: 0, no_token: 1, alive: 2, failing: 3, expired: 4 };

/** One bar: its part of the time. */
export type Bar = { state: SpanState; from_ms: number; to_ms: number };

export function barsOf(timeline: TimelineView, count: number): Bar[] {
	const width = timeline.to_ms - timeline.from_ms;
	return Array.from({ length: count }, (_, at) => {
		const from_ms = timeline.from_ms + (width * at) / count;
		const to_ms = timeline.from_ms + (width * (at + 1)) / count;
		const inside = timeline.spans.filter((span) => span.from_ms < to_ms && span.to_ms > from_ms);
		const worst = inside.reduce<SpanView | undefined>(
			(found, span) => (found === undefined || RANKS[span.state] > RANKS[found.state] ? span : found),
			undefined,
		);
		return { state: worst?.state ?? "unknown", from_ms, to_ms };
	});
}

/** "Good for 99.8 % of the time · 1 gap, 12 min". */
export function timelineText(timeline: TimelineView): string {
	const gaps = timeline.spans.filter((span) => span.state === "expired");
	const ended = gaps.reduce((sum, span) => sum + span.to_ms - span.from_ms, 0);
	const known = timeline.alive_ms + ended;
	if (known === 0) return "No token in this time";
	// Rounded down: 100 % means that nothing was missing.
	const share = Math.floor((timeline.alive_ms / known) * 1000) / 1000;
	const good = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 }).format(share);
	if (gaps.length === 0) return `Good for ${good} of the time, no gap`;
	return `Good for ${good} of the time · ${gaps.length === 1 ? "1 gap" : `${gaps.length} gaps`}, ${lengthText(ended)}`;
}

/** "today, 08:12 · Ended · 12 min". */
export function spanText(span: SpanView, now: number): string {
	return `${dayAndTimeText(span.from_ms, now)} · ${SPANS[span.state]} · ${lengthText(span.to_ms - span.from_ms)}`;
}
