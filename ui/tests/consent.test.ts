import { beforeEach, describe, expect, it, vi } from "vitest";
import { questionOf } from "../src/dev/programs";
import { all, at, click, openConsent, press, settle } from "./world";

const text = (testid: string) => at(testid).textContent.replaceAll(/\s+/g, " ").trim();
const answers = (calls: [string, ...unknown[]][]) => calls.filter(([name]) => name === "answer");
const off = (testid: string) => at(testid).getAttribute("aria-disabled") === "true";

async function wait(ms: number): Promise<void> {
	await vi.advanceTimersByTimeAsync(ms);
	await settle();
}

beforeEach(() => void vi.useFakeTimers());

describe("the consent window", () => {
	it("says who asks for what, and what comes of it", async () => {
		await openConsent("consent");
		expect(text("consent-title")).toBe("report-builder asks for the access token of Linear work");
		const said = text("consent");
		for (const part of [
			"With it, it can do all that the token may do until it ends in 18 h.",
			"/home/robin/bin/report-builder",
			"GNOME Terminal · process 48213",
			"First time",
			"See and edit files that were opened with it, see your calendars",
			"Refused in 0:52",
		]) {
			expect(said).toContain(part);
		}
		expect(at("consent").getAttribute("role")).toBe("alertdialog");
		expect(document.activeElement, "no button has the focus").toBe(at("consent"));
	});

	// R-AG-04
	it("lets no press and no key answer for a second", async () => {
		const { fake } = await openConsent("consent");
		for (const testid of ["consent-allow", "consent-refuse", "consent-never"]) {
			expect(off(testid)).toBe(true);
			await click(testid);
		}
		await press("Escape");
		await wait(990);
		await click("consent-allow");
		expect(answers(fake.calls)).toEqual([]);
		await wait(20);
		expect(off("consent-allow")).toBe(false);
		await click("consent-allow");
		expect(answers(fake.calls)).toEqual([["answer", "q1", "once"]]);
	});

	it("waits a second again when the window comes back, and when another question comes", async () => {
		const { fake } = await openConsent("consent-several");
		await wait(1_010);
		window.dispatchEvent(new Event("focus"));
		await click("consent-allow");
		expect(answers(fake.calls)).toEqual([]);
		await wait(1_010);
		await click("consent-allow");
		await click("consent-allow");
		expect(answers(fake.calls), "the second press meant the first question").toEqual([["answer", "q1", "once"]]);
		expect(text("consent-place")).toBe("2 of 3");
		await wait(1_010);
		await press("Escape");
		await wait(1_010);
		await click("consent-never");
		expect(answers(fake.calls).slice(1)).toEqual([
			["answer", "q2", "refuse"],
			["answer", "q3", "never"],
		]);
		expect(all("consent-ended"), "the person knows what was answered").toHaveLength(0);
	});

	it("gives the time that was chosen, and begins with once for each question", async () => {
		const { fake, consent } = await openConsent("consent-several");
		await wait(1_010);
		await click("span-always");
		expect(text("consent-allow")).toBe("Always allow");
		await click("consent-allow");
		expect(answers(fake.calls)).toEqual([["answer", "q1", "always"]]);
		expect(consent.span).toBe("once");
	});

	// R-AG-04
	it.each([
		["consent", ["once", "hour", "eight_hours", "always"], ""],
		["consent-interpreter", ["once", "hour"], "python3.13 runs many things, so it can’t be allowed for good."],
		["consent-unknown", ["once", "hour"], "The system does not tell which program this is"],
	])("%s can be allowed %s", async (scene, spans, why) => {
		await openConsent(scene);
		const shown = ["once", "hour", "eight_hours", "always"].filter((span) => all(`span-${span}`).length > 0);
		expect(shown).toEqual(spans);
		if (why !== "") expect(text("why-not-always")).toContain(why);
		else expect(all("why-not-always")).toHaveLength(0);
	});

	// R-AG-08
	it("shows that managing is more than a token", async () => {
		await openConsent("consent-manage");
		expect(text("consent-title")).toBe("nightly-backup asks to manage Grantkeep");
		expect(text("consent")).toContain("It could change everything here");
		expect(at("consent").classList.contains("manages")).toBe(true);
		expect(at("consent-allow").classList.contains("danger")).toBe(true);
	});

	it("says that a permission is for all accounts of a service", async () => {
		await openConsent("consent-interpreter");
		expect(text("consent")).toContain("The permission is for all 2 accounts of Google.");
	});

	it("says what became of a question that ran out, or was answered elsewhere", async () => {
		const { fake } = await openConsent("consent");
		fake.push({ kind: "question_gone", id: "q1" });
		await settle();
		expect(text("consent-ended")).toContain("was answered elsewhere");

		fake.push({ kind: "question", question: questionOf(Date.now(), "q2", { expires_at_ms: Date.now() + 5_000 }) });
		await settle();
		await wait(5_010);
		expect(text("consent-countdown")).toBe("Refused");
		fake.push({ kind: "question_gone", id: "q2" });
		await settle();
		expect(text("consent-ended")).toContain("Nobody answered report-builder in time");
	});

	it("keeps the question where the answer is not taken", async () => {
		const { fake } = await openConsent("consent-refused");
		await wait(1_010);
		await click("consent-allow");
		expect(text("consent-problem")).toContain("The agent is not available");
		expect(off("consent-allow")).toBe(false);
		expect(answers(fake.calls)).toHaveLength(1);
	});

	it("tells its height before it is on screen, and again with each question", async () => {
		const { fake } = await openConsent("consent");
		expect(fake.calls).toContainEqual(["fit", 800]);
	});
});
