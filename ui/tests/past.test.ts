import { describe, expect, it, vi } from "vitest";
import { sampleForecast, sampleTimeline } from "../src/dev/past";
import { byDay, detailText, toneOf } from "../src/text/activity";
import { aheadOf, monthsOf, placeOf, whenText } from "../src/text/forecast";
import { barsOf, timelineText } from "../src/text/timeline";
import type { EventView } from "../src/ipc/bindings";
import { all, at, click, open, press, settle, type } from "./world";

const text = (testid: string) => at(testid).textContent.replaceAll(/\s+/g, " ").trim();
const called = (calls: [string, ...unknown[]][], wanted: string) => calls.filter(([name]) => name === wanted);
const HOUR = 3_600_000;

describe("the activity page", () => {
	it("is reached from the sidebar and by its key, and lists what happened by day", async () => {
		const { app } = await open("main");
		await click("nav-activity");
		expect(all("activity")).toHaveLength(1);
		expect(all("activity-line").length).toBeGreaterThan(10);
		expect(all("activity-day")[0]?.textContent).toContain("Today");
		app.navigation.show("accounts");
		await settle();
		await press("3", { ctrlKey: true }, document.body);
		expect(all("activity")).toHaveLength(1);
	});

	it("draws only what is seen, and says how long the whole is", async () => {
		const { app } = await open("activity-many");
		await settle();
		expect(all("activity-line").length).toBeLessThan(80);
		expect(at("activity-list").getAttribute("aria-rowcount"), "not known yet").toBe("-1");
		while (app.past.more) await app.past.loadMore();
		await settle();
		expect(app.past.events).toHaveLength(3_000);
		expect(Number(at("activity-list").getAttribute("aria-rowcount"))).toBeGreaterThan(3_000);
	});

	it("filters by topic and by text", async () => {
		const { app, fake } = await open("activity-many");
		await click("topic-handed_out");
		await settle();
		expect(new Set(app.past.events.map((event) => event.what))).toEqual(new Set(["handed_out"]));
		expect(at("topic-handed_out").getAttribute("aria-pressed")).toBe("true");
		vi.useFakeTimers();
		await type("activity-filter", "microsoft");
		vi.advanceTimersByTime(300);
		vi.useRealTimers();
		await settle();
		expect(called(fake.calls, "history").at(-1)?.[1]).toMatchObject({ kinds: ["handed_out"], text: "microsoft" });
		expect(new Set(app.past.events.map((event) => event.account))).toEqual(new Set(["microsoft/work"]));
	});

	it("takes in what happens, where the filter lets it through", async () => {
		const { app, fake, now } = await open("activity");
		await app.past.choose("refreshes");
		const before = app.past.events.length;
		const event: EventView = { id: 20_000, at_ms: now, account: "google/studio", what: "refreshed", text: "Refreshed" };
		fake.push({ kind: "event", event });
		fake.push({ kind: "event", event });
		fake.push({ kind: "event", event: { ...event, id: 20_001, what: "handed_out", text: "Token handed to git" } });
		await settle();
		expect(app.past.events).toHaveLength(before + 1);
		expect(app.past.events[0]?.id).toBe(20_000);
	});

	it("goes to the account of a line", async () => {
		const { app } = await open("activity");
		document.querySelector<HTMLElement>("[data-testid=activity-line] .linkish")?.click();
		await settle();
		expect(app.navigation.page).toBe("accounts");
		expect(all("detail")).toHaveLength(1);
	});

	it("exports what is filtered", async () => {
		const { app, fake } = await open("activity-trouble");
		await app.past.save("csv");
		expect(called(fake.calls, "saveHistory")[0]?.slice(1)).toMatchObject([
			{ kinds: ["refresh_failed", "revoke_failed", "reported", "working_again"] },
			"csv",
		]);
		expect(await app.past.copy("csv")).toBe(1_200);
	});

	it("says that nothing has happened, or nothing of that", async () => {
		await open("activity-empty");
		expect(text("activity-empty")).toContain("Nothing has happened yet. Refreshes, hand-outs and failures");
		document.body.innerHTML = "";
		const { app } = await open("activity-no-match");
		expect(text("activity-empty")).toContain("Nothing of that has happened.");
		document.querySelector<HTMLElement>("[data-testid=activity-empty] button")?.click();
		await settle();
		expect(app.past.events.length).toBeGreaterThan(0);
	});
});

describe("the forecast page", () => {
	it("groups the dates, and says why and how that is known", async () => {
		const { fake } = await open("forecast");
		await settle();
		expect(all("ahead")).toHaveLength(6);
		expect(text("ahead-week")).toContain("Google personal");
		expect(text("ahead-week")).toContain("in testing at Google.");
		expect(text("ahead-month")).toContain("The client secret expires. You said so.");
		expect(text("ahead-month")).toContain("Open Microsoft’s page");
		expect(text("ahead-later")).toContain("in 200 days");
		expect(document.querySelectorAll(".page .btn.primary"), "one primary action").toHaveLength(1);
		document.querySelector<HTMLElement>("[data-testid=ahead-later] .link")?.click();
		await settle();
		expect(called(fake.calls, "openPage")[0]?.[1]).toBe("https://spotify.example.com/docs");
		await click("export-calendar");
		await settle();
		expect(called(fake.calls, "saveForecast")).toHaveLength(1);
		expect(at("toast").textContent).toContain("grantkeep.ics");
	});

	it("takes the end of a client secret", async () => {
		const { fake } = await open("forecast");
		await settle();
		const field = at("secret-date") as HTMLInputElement;
		const enter = async (day: string) => {
			field.value = day;
			field.dispatchEvent(new Event("change", { bubbles: true }));
			await settle();
		};
		await enter("2027-01-31");
		await enter("");
		const dates = called(fake.calls, "setSecretExpiry").map(([, , at_ms]) => at_ms);
		expect(dates).toEqual([Date.UTC(2027, 0, 31), null]);
	});

	it("says that nothing is ahead", async () => {
		await open("forecast-empty");
		await settle();
		expect(text("forecast-empty")).toBe("Nothing ahead. All grants renew themselves.");
	});

	it("reauthorizes the accounts of this week one after the other", async () => {
		const { app, fake } = await open("forecast");
		await settle();
		expect(text("sitting-start")).toBe("Reauthorize the 2 of this week");
		await click("sitting-start");
		await settle();
		expect(text("sitting")).toContain("1 of 2: Google personal");
		fake.push({ kind: "authorization_ended", id: "slack/studio", outcome: { kind: "done" } });
		await settle();
		expect(text("sitting"), "another one's end is not its").toContain("1 of 2");
		fake.push({ kind: "authorization_ended", id: "google/personal", outcome: { kind: "done" } });
		await settle();
		expect(text("sitting")).toContain("2 of 2: Slack studio");
		expect(called(fake.calls, "authorize").map(([, id]) => id)).toEqual(["google/personal", "slack/studio"]);
		fake.push({ kind: "authorization_ended", id: "slack/studio", outcome: { kind: "done" } });
		await settle();
		expect(text("sitting")).toContain("2 accounts reauthorized");
		await click("sitting-close");
		expect(app.forecast.sitting).toBeNull();
	});

	it("goes on after a failure, a skip and a stop", async () => {
		const { app, fake } = await open("forecast-sitting-failed");
		await settle();
		expect(text("sitting-says")).toContain("Port 8765 is in use");
		fake.world.failing = {};
		await click("sitting-again");
		await settle();
		expect(text("sitting-says")).toContain("Waiting for the browser");
		await click("sitting-skip");
		await settle();
		expect(called(fake.calls, "cancelAuthorization").map(([, id]) => id)).toEqual(["google/personal"]);
		expect(text("sitting")).toContain("2 of 2");
		await click("sitting-stop");
		await settle();
		expect(app.forecast.sitting).toBeNull();
		expect(called(fake.calls, "cancelAuthorization")).toHaveLength(2);
	});
});

describe("the chart of an account", () => {
	it("has a sentence and a list beside it, and is asked for anew after a refresh", async () => {
		const { app, fake, now } = await open("main");
		await settle();
		expect(document.querySelectorAll("[data-testid=life-chart] .bars i")).toHaveLength(84);
		expect(at("life-chart").querySelector("[role=img]")?.getAttribute("aria-label")).toContain("1 gap");
		expect(at("life-spans").querySelectorAll("li")).toHaveLength(5);
		const asked = called(fake.calls, "timeline").length;
		const id = app.navigation.selected ?? "";
		fake.push({ kind: "event", event: { id: 30_000, at_ms: now, account: id, what: "refreshed", text: "Refreshed" } });
		await settle();
		expect(called(fake.calls, "timeline")).toHaveLength(asked + 1);
	});
});

describe("how long a grant lasts", () => {
	it("is said in the account's detail", async () => {
		const { app, fake } = await open("main");
		await settle();
		const field = at("field-grant-life") as HTMLSelectElement;
		expect(field.value).toBe("unknown");
		field.selectedIndex = 1;
		field.dispatchEvent(new Event("change", { bubbles: true }));
		await settle();
		const id = app.navigation.selected;
		expect(called(fake.calls, "setGrantLife")).toEqual([["setGrantLife", id, 7]]);
		expect(app.accounts.find(id)?.grant_life_days).toBe(7);
		expect((at("field-grant-life") as HTMLSelectElement).value).toBe("7");
	});
});

describe("words", () => {
	it("show the worst of a bar's part", () => {
		const states = barsOf(sampleTimeline(1_000 * HOUR), 84).map((bar) => bar.state);
		expect(states.filter((state) => state === "failing")).toHaveLength(1);
		expect(states.filter((state) => state === "expired")).toHaveLength(2);
		expect(states[0]).toBe("unknown");
		expect(states.at(-1)).toBe("alive");
	});

	it("round the share of a week down", () => {
		expect(timelineText(sampleTimeline(1_000 * HOUR))).toBe("Good for 97.9% of the time · 1 gap, 3 h");
		expect(timelineText({ from_ms: 0, to_ms: 1, spans: [], alive_ms: 0 })).toBe("No token in this time");
		const spans = [{ state: "alive" as const, from_ms: 0, to_ms: HOUR }];
		expect(timelineText({ from_ms: 0, to_ms: HOUR, spans, alive_ms: HOUR })).toBe("Good for 100% of the time, no gap");
	});

	it("place dates in groups and on the strip", () => {
		const now = new Date(2026, 10, 24, 12).getTime();
		const [first, , , , , last] = sampleForecast(now).dates;
		if (first === undefined || last === undefined) throw new Error("no dates");
		expect([aheadOf(first, now), aheadOf(last, now)]).toEqual(["week", "later"]);
		expect(placeOf(first, now)).toBeCloseTo(2.04 / 90, 2);
		expect(placeOf(last, now)).toBeNull();
		expect(placeOf({ ...first, at_ms: now - HOUR }, now)).toBe(0);
		expect(whenText(first.at_ms, now)).toBe("in 2 days");
		expect([whenText(now - 1, now), whenText(now + HOUR, now), whenText(now + 20 * HOUR, now)]).toEqual([
			"over",
			"today",
			"tomorrow",
		]);
		expect(monthsOf(now)).toHaveLength(3);
	});

	it("tell events by their day, tone and detail", () => {
		const now = new Date(2026, 10, 24, 12).getTime();
		const event: EventView = { id: 1, at_ms: now, account: "a/b", what: "refresh_failed", text: "x", took_ms: 12 };
		const days = byDay([event, { ...event, id: 2 }, { ...event, id: 3, at_ms: now - 24 * HOUR }], now);
		expect(days.map((line) => (line.kind === "day" ? line.title : line.event.id))).toEqual([
			"Today",
			1,
			2,
			"Yesterday",
			3,
		]);
		expect(toneOf({ ...event, reason: "grant_ended" })).toBe("bad");
		expect(toneOf({ ...event, reason: "busy" })).toBe("warn");
		expect(detailText({ ...event, detail: "token is still good" })).toBe("token is still good · 12 ms");
		expect(detailText({ ...event, what: "refreshed", detail: "12 ms" })).toBe("12 ms");
	});
});
