import { describe, expect, it } from "vitest";
import {
	agoText,
	countdownText,
	dayAndTimeText,
	lengthText,
	momentText,
	nextSecond,
	nextWord,
	pastText,
	sinceText,
	spanText,
	spokenSpan,
} from "../src/text/durations";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = new Date(2026, 10, 24, 12, 0).getTime();

describe("a span", () => {
	it.each([
		[0, "0 s", "nothing left"],
		[-5 * SECOND, "0 s", "never negative"],
		[42_999, "42 s", "seconds in the last minute, rounded down"],
		[MINUTE, "1 min", "a whole minute"],
		[42 * MINUTE + 59 * SECOND, "42 min", "rounded down"],
		[HOUR, "1 h", "a whole hour"],
		[23 * HOUR + 59 * MINUTE, "23 h", "one unit only"],
		[DAY, "1 day", "one day"],
		[3 * DAY + 20 * HOUR, "3 days", "several days"],
	])("of %i ms is %s: %s", (span, text) => expect(spanText(span)).toBe(text));

	it.each([
		[HOUR, "1 h"],
		[HOUR + 12 * MINUTE, "1 h 12 min"],
		[90 * SECOND, "1 min 30 s"],
		[5 * MINUTE, "5 min"],
		[14 * DAY, "14 days"],
		[30 * SECOND, "30 s"],
	])("of %i ms has the length %s", (span, text) => expect(lengthText(span)).toBe(text));

	it("is spoken in whole words", () => {
		expect(spokenSpan(60 * MINUTE)).toBe("60 minutes");
		expect(spokenSpan(10 * SECOND)).toBe("10 seconds");
		expect(spokenSpan(3 * DAY)).toBe("3 days");
	});

	it("counts down in minutes and seconds", () => {
		expect(countdownText(4 * MINUTE + 12 * SECOND + 999)).toBe("4:12");
		expect(countdownText(9 * SECOND)).toBe("0:09");
		expect(countdownText(-1)).toBe("0:00");
	});
});

describe("a moment", () => {
	it("has its day named as far as that helps", () => {
		const time = momentText(NOON, NOON);
		expect(momentText(NOON + DAY, NOON)).toBe(`tomorrow, ${time}`);
		expect(momentText(NOON - DAY, NOON)).toBe(`yesterday, ${time}`);
		expect(momentText(NOON - 3 * DAY, NOON)).toBe(`Sat ${time}`);
		expect(momentText(NOON - 12 * DAY, NOON)).toContain("12");
		expect(dayAndTimeText(NOON, NOON)).toBe(`today, ${time}`);
	});

	it("is since a time today, then days ago, then a date", () => {
		expect(sinceText(NOON - HOUR, NOON)).toMatch(/^since \d/);
		expect(sinceText(NOON - 2 * DAY, NOON)).toBe("2 days ago");
		expect(pastText(NOON - 12 * DAY, NOON)).toMatch(/Nov/);
		expect(pastText(NOON - 400 * DAY, NOON)).toMatch(/2025/);
	});

	it("was just now, or so long ago", () => {
		expect(agoText(NOON - 10 * SECOND, NOON)).toBe("just now");
		expect(agoText(NOON - 12 * MINUTE, NOON)).toBe("12 min ago");
	});
});

describe("the next tick", () => {
	it("is when the word changes", () => {
		expect(nextWord(NOON + 42 * MINUTE + 30 * SECOND, NOON)).toBe(NOON + 30 * SECOND);
		expect(nextWord(NOON + 42 * SECOND, NOON)).toBe(NOON + SECOND);
		expect(nextWord(NOON - 12 * MINUTE - 20 * SECOND, NOON)).toBe(NOON + 40 * SECOND);
		expect(nextSecond(NOON + 2_300, NOON)).toBe(NOON + 300);
	});
});
