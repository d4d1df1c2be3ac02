/** Words and groups of the Forecast page. */
import type { AheadView, Known } from "../ipc/bindings";
import { countText } from "./messages";
import { daysBetween } from "./durations";

const DAY = 86_400_000;

/** The groups of the page, in their order. */
export type Ahead = "week" | "month" | "later";

export const AHEAD: Record<Ahead, string> = { week: "This week", month: "Next 30 days", later: "After that" };
export const AHEAD_ORDER: readonly Ahead[] = ["week", "month", "later"];

/** Days that the strip on top shows. */
export const STRIP_DAYS = 90;

export function aheadOf(date: AheadView, now: number): Ahead {
	const left = date.at_ms - now;
	return left <= 7 * DAY ? "week" : left <= 30 * DAY ? "month" : "later";
}

/** How sure a date is. */
export const KNOWN: Record<Known, string> = {
	told: "The provider said so",
	said: "You said so",
	learned: "It was so before",
	documented: "Usual there",
};

/** Whether it has to be said how a date is known: the other sentences say it themselves. */
export function saysKnown(date: AheadView): boolean {
	return date.known === "documented" || date.what === "client_secret";
}

/** "today", "tomorrow", "in 6 days", "over". */
export function whenText(at_ms: number, now: number): string {
	if (at_ms <= now) return "over";
	const days = daysBetween(at_ms, now);
	if (days <= 0) return "today";
	return days === 1 ? "tomorrow" : `in ${countText(days, "day")}`;
}

/** "6 dates: 2 this week, 2 in the next 30 days, 2 after that". */
export function stripText(dates: readonly AheadView[], now: number): string {
	const count = (group: Ahead) => dates.filter((date) => aheadOf(date, now) === group).length;
	return `${countText(dates.length, "date")}: ${count("week")} this week, ${count("month")} in the next 30 days, ${count("later")} after that`;
}

/** The first days of months on the strip, with their place from 0 to 1. */
export function monthsOf(now: number): { at: number; at_ms: number }[] {
	const months = [];
	const first = new Date(now);
	for (let ahead = 1; ; ahead += 1) {
		const at_ms = new Date(first.getFullYear(), first.getMonth() + ahead, 1).getTime();
		const at = (at_ms - now) / (STRIP_DAYS * DAY);
		if (at > 0.8) return months;
		if (at > 0.06) months.push({ at, at_ms });
	}
}

/** Where a date stands on the strip, from 0 to 1; null beyond it. */
export function placeOf(date: AheadView, now: number): number | null {
	const place = (date.at_ms - now) / (STRIP_DAYS * DAY);
	return place > 1 ? null : Math.max(0, place);
}
