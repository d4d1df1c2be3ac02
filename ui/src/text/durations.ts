/**
 * Times in words: one unit, rounded down, by the system's locale and its 12 or 24 hours.
 *
 * All times are milliseconds since 1970 (`_ms` in the views); `now` always comes from the window's clock.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "3 days", "18 h", "42 min", and in the last minute "42 s". */
export function spanText(span_ms: number): string {
	const span = Math.max(0, span_ms);
	if (span >= DAY) return days(Math.floor(span / DAY));
	if (span >= HOUR) return `${whole(span / HOUR)} h`;
	if (span >= MINUTE) return `${whole(span / MINUTE)} min`;
	return `${whole(span / SECOND)} s`;
}

/** "1 h 12 min": two units, for a length that does not tick. */
export function lengthText(span_ms: number): string {
	const span = Math.round(Math.max(0, span_ms) / SECOND) * SECOND;
	const [unit, rest] =
		span >= DAY ? [DAY, span % DAY] : span >= HOUR ? [HOUR, span % HOUR] : [MINUTE, span >= MINUTE ? span % MINUTE : 0];
	const smaller = unit === DAY ? HOUR : unit === HOUR ? MINUTE : SECOND;
	return rest >= smaller ? `${spanText(span)} ${spanText(rest)}` : spanText(span);
}

/** "60 minutes", for being spoken. */
export function spokenSpan(span_ms: number): string {
	const span = Math.max(0, span_ms);
	const [value, unit] =
		span > 2 * DAY
			? [span / DAY, "day"]
			: span > 2 * HOUR
				? [span / HOUR, "hour"]
				: span >= MINUTE
					? [span / MINUTE, "minute"]
					: [span / SECOND, "second"];
	return new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "long" }).format(Math.floor(value));
}

/** "4:12": minutes and seconds, rounded down. */
export function countdownText(span_ms: number): string {
	const seconds = Math.floor(Math.max(0, span_ms) / SECOND);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "15:26" today, "tomorrow, 15:26", "Thu 16:20" within a week, else "12 Nov, 16:20". */
export function momentText(at_ms: number, now: number): string {
	const time = timeText(at_ms);
	const away = daysBetween(at_ms, now);
	if (away === 0) return time;
	if (away === 1) return `tomorrow, ${time}`;
	if (away === -1) return `yesterday, ${time}`;
	if (Math.abs(away) < 7) return `${format(at_ms, { weekday: "short" })} ${time}`;
	return `${dateText(at_ms, now)}, ${time}`;
}

/** "today, 14:32", "yesterday, 14:32", "12 Nov, 14:32": a moment in a sentence. */
export function dayAndTimeText(at_ms: number, now: number): string {
	return daysBetween(at_ms, now) === 0 ? `today, ${timeText(at_ms)}` : momentText(at_ms, now);
}

/** "since 08:12" today, then "2 days ago", then "12 Nov". */
export function sinceText(at_ms: number, now: number): string {
	const away = -daysBetween(at_ms, now);
	return away <= 0 ? `since ${timeText(at_ms)}` : pastText(at_ms, now);
}

/** "just now", "5 min ago", "3 h ago", "2 days ago", then a date. */
export function agoText(at_ms: number, now: number): string {
	const past = now - at_ms;
	if (past < MINUTE) return "just now";
	if (past < DAY) return `${spanText(past)} ago`;
	return pastText(at_ms, now);
}

/** "2 days ago" within a week, then "12 Nov". */
export function pastText(at_ms: number, now: number): string {
	const away = -daysBetween(at_ms, now);
	if (away <= 0) return timeText(at_ms);
	if (away < 7) return `${days(away)} ago`;
	return dateText(at_ms, now);
}

/** "12 Nov", with the year where it is another one. */
export function dateText(at_ms: number, now: number): string {
	const sameYear = new Date(at_ms).getFullYear() === new Date(now).getFullYear();
	return format(at_ms, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) });
}

/** "26": the day of a month. */
export function dayText(at_ms: number): string {
	return format(at_ms, { day: "numeric" });
}

/** "Nov". */
export function monthText(at_ms: number): string {
	return format(at_ms, { month: "short" });
}

/** "15:26", or "3:26 PM" where the system has it so. */
export function timeText(at_ms: number): string {
	return format(at_ms, { hour: HOURS, minute: "2-digit" });
}

/** The exact time, for a tooltip. */
export function exactText(at_ms: number): string {
	return format(at_ms, { dateStyle: "full", timeStyle: "medium" });
}

/** When the words for a span that ends (or began) at `at_ms` change next. */
export function nextWord(at_ms: number, now: number): number {
	const span = at_ms - now;
	const away = Math.abs(span);
	const unit = away > DAY ? HOUR : away > HOUR + MINUTE ? MINUTE * 5 : away > MINUTE ? MINUTE : SECOND;
	if (span > 0) return now + (span % unit || unit);
	return now + unit - (away % unit);
}

/** When a countdown in seconds changes next. */
export function nextSecond(at_ms: number, now: number): number {
	return now + ((at_ms - now) % SECOND || SECOND);
}

function whole(value: number): string {
	return new Intl.NumberFormat().format(Math.floor(value));
}

function days(count: number): string {
	return new Intl.NumberFormat(undefined, { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
}

/** Calendar days from `now` to `at_ms`; yesterday is -1. */
export function daysBetween(at_ms: number, now: number): number {
	const midnight = (ms: number) => {
		const date = new Date(ms);
		return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
	};
	return Math.round((midnight(at_ms) - midnight(now)) / DAY);
}

/** "08:12" where the day has 24 hours, "8:12 AM" where it has twice 12. */
const HOURS =
	new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12 === true ? "numeric" : "2-digit";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(at_ms: number, options: Intl.DateTimeFormatOptions): string {
	const key = JSON.stringify(options);
	const known = formats.get(key) ?? new Intl.DateTimeFormat(undefined, options);
	formats.set(key, known);
	return known.format(at_ms);
}
