import { describe, expect, it, vi } from "vitest";
import { accountOf, sampleAccounts, sampleWorld } from "../src/dev/world";
import { FakeIpc, problem } from "../src/ipc/fake";
import { problemOf } from "../src/ipc/ipc";
import { App } from "../src/state/app.svelte";
import { Clock } from "../src/state/clock.svelte";
import { commandOf, menuOf } from "../src/state/commands";

async function start(change: (fake: FakeIpc) => void = () => undefined) {
	const fake = new FakeIpc(sampleWorld(Date.now()));
	change(fake);
	const app = new App(fake);
	const stop = await app.follow();
	await Promise.resolve();
	return { app, fake, stop };
}

const called = (fake: FakeIpc) => fake.calls.map(([name]) => name);

describe("the list", () => {
	it("is grouped, and ordered by time or by name", async () => {
		const { app } = await start();
		const lines = app.list.lines.map((line) =>
			line.kind === "head" ? `${line.group} ${line.count}` : line.account.id,
		);
		expect(lines).toEqual([
			"needs_attention 3",
			"podio/work",
			"slack/studio",
			"notion/wiki",
			"active 7",
			"github/robin-example",
			"google/personal",
			"google/studio",
			"linear/work",
			"mailchimp/newsletter",
			"microsoft/work",
			"spotify/personal",
			"other 2",
			"dropbox/archive",
			"figma/default",
		]);
	});

	it("selects its first account, and a neighbour when the selected one goes", async () => {
		const { app, fake } = await start();
		expect(app.navigation.selected).toBe("podio/work");
		fake.push({ kind: "account_removed", id: "podio/work" });
		expect(app.navigation.selected).toBe("slack/studio");
	});

	it("steps inside its ends", async () => {
		const { app } = await start();
		expect(app.list.step("podio/work", -1)).toBe("podio/work");
		expect(app.list.step("podio/work", 1)).toBe("slack/studio");
		expect(app.list.step(null, 1)).toBe("podio/work");
		expect(app.list.step("podio/work", Infinity)).toBe("figma/default");
	});

	it("keeps a row in its group for 2 s while the pointer is inside", async () => {
		vi.useFakeTimers();
		const { app, fake } = await start();
		const account = app.accounts.find("google/studio");
		if (account === undefined) throw new Error("no account");
		app.accounts.touched = true;
		fake.push({ kind: "account", account: { ...account, headline: "reauthorize", group: "needs_attention" } });
		expect(app.list.ids.indexOf("google/studio")).toBe(5);
		vi.advanceTimersByTime(2_100);
		expect(app.list.ids.indexOf("google/studio")).toBe(0);
	});

	it("holds 10,000 accounts and filters them at once", async () => {
		const { app, fake } = await start((world) => {
			world.world.accounts = Array.from({ length: 10_000 }, (_, index) =>
				accountOf("google", "Google", `client-${index}`, { headline: "active" }),
			);
		});
		const began = performance.now();
		app.list.typed = "client-77";
		expect(app.list.shown).toHaveLength(111);
		expect(performance.now() - began).toBeLessThan(500);
		expect(called(fake)).toContain("announce");
	});
});

describe("following the agent", () => {
	it("listens first, then asks once", async () => {
		const { fake, stop } = await start();
		expect(called(fake).filter((name) => name === "announce")).toHaveLength(1);
		stop();
	});

	it("selects the account that a link from outside names", async () => {
		const { app, fake } = await start();
		fake.pushSelect("linear/work");
		expect(app.navigation.selected).toBe("linear/work");
		expect(app.navigation.detailOpen).toBe(true);
	});

	it("says that the agent is lost, and that it is back", async () => {
		const { app, fake } = await start();
		fake.pushLost(problem("agent_unavailable", "The agent stopped", ""));
		expect(app.agent.lost?.title).toBe("The agent stopped");
		fake.pushLost(null);
		expect(app.agent.lost).toBeNull();
	});

	it("is lost from the start where announcing fails", async () => {
		const { app } = await start(
			(fake) => (fake.world.failing["announce"] = problem("agent_unavailable", "No agent", "")),
		);
		expect(app.agent.lost?.title).toBe("No agent");
	});

	it("tells a refresh once, grouped", async () => {
		vi.useFakeTimers();
		const { app, fake } = await start();
		await fake.refresh("google/studio");
		await fake.refresh("google/personal");
		vi.advanceTimersByTime(600);
		expect(app.announcer.text).toBe("2 accounts refreshed");
	});
});

describe("a grant", () => {
	it("keeps what was refused on its account until something works", async () => {
		const { app, fake } = await start((one) => (one.world.failing["refresh"] = problem("provider_busy", "Busy", "")));
		await app.grants.refresh("google/studio");
		expect(app.grants.refusals.get("google/studio")).toMatchObject({ asked: "refresh", problem: { title: "Busy" } });
		fake.world.failing = {};
		await app.grants.refresh("google/studio");
		expect(app.grants.refusals.has("google/studio")).toBe(false);
	});

	it("asks for one thing once at a time", async () => {
		const { app, fake } = await start();
		await Promise.all([app.grants.refresh("google/studio"), app.grants.refresh("google/studio")]);
		expect(called(fake).filter((name) => name === "refresh")).toHaveLength(1);
	});

	it("keeps the receipt of a revocation until there is a grant again", async () => {
		const { app, fake } = await start();
		const before = app.accounts.find("google/studio");
		await app.grants.revoke("google/studio");
		expect(app.grants.receipts.get("google/studio")?.lines).toHaveLength(2);
		if (before !== undefined) fake.push({ kind: "account", account: before });
		expect(app.grants.receipts.has("google/studio")).toBe(false);
	});

	it("remembers new events of a history that was asked for", async () => {
		const { app, fake } = await start();
		await app.grants.loadHistory("google/studio");
		fake.push({
			kind: "event",
			event: { id: 999, at_ms: 1, account: "google/studio", what: "tested", text: "Tested" },
		});
		expect(app.grants.histories.get("google/studio")?.[0]?.text).toBe("Tested");
	});

	it("is tried with the secret in the body when that is asked for", async () => {
		const { app, fake } = await start();
		const account = app.accounts.find("google/studio");
		if (account !== undefined) await app.tryAuthentication(account, "post");
		expect(fake.calls).toContainEqual(["tryAuthentication", "google/studio", "post"]);
	});

	it("tells which way an authorization showed to work", async () => {
		const { app, fake } = await start();
		fake.tryAuthentication = () => Promise.resolve("authorizing");
		const ended = (kind: "done" | "cancelled") =>
			({ kind: "authorization_ended", id: "google/studio", outcome: { kind } }) as const;
		expect(await app.authorization.tryAuthentication("google/studio", "post")).toBe("authorizing");
		expect(app.authorization.apply(ended("done"))).toBe("post");
		expect(app.authorization.apply(ended("done"))).toBeNull();
		await app.authorization.tryAuthentication("google/studio", "basic");
		expect(app.authorization.apply(ended("cancelled"))).toBeNull();
	});
});

describe("an authorization", () => {
	it("is started, pasted and over", async () => {
		const { app } = await start();
		await app.authorization.start("figma/default");
		expect(app.accounts.find("figma/default")?.headline).toBe("waiting");
		app.authorization.pasted.set("figma/default", "http://127.0.0.1/callback");
		await app.authorization.paste("figma/default");
		expect(app.grants.refusals.get("figma/default")?.problem.code).toBe("not_an_answer");
		app.authorization.pasted.set("figma/default", " http://127.0.0.1/callback?code=a&state=b ");
		expect((await app.authorization.paste("figma/default"))?.kind).toBe("done");
	});

	it("gets a doctor after 20 s, who stays away once sent away", async () => {
		const { app } = await start();
		const account = app.accounts.find("notion/wiki");
		if (account?.pending === undefined) throw new Error("not waiting");
		const began = account.pending.started_at_ms;
		expect(app.authorization.needsDoctor(account, began + 19_000)).toBe(false);
		expect(app.authorization.needsDoctor(account, began + 20_000)).toBe(true);
		app.authorization.hideDoctor(account);
		expect(app.authorization.needsDoctor(account, began + 30_000)).toBe(false);
	});

	it("gets help with the newest text alone", async () => {
		const { app, fake } = await start();
		const first = app.authorization.setErrorText("notion/wiki", "https://localhost/");
		await Promise.all([first, app.authorization.setErrorText("notion/wiki", "redirect_uri_mismatch")]);
		expect(app.authorization.helps.get("notion/wiki")?.finding).toBe("nothing");
		await app.authorization.setErrorText("notion/wiki", " ");
		expect(app.authorization.helps.has("notion/wiki")).toBe(false);
		fake.world.failing["redirectHelp"] = problem("agent_unavailable", "The agent stopped.", "");
		await app.authorization.setErrorText("notion/wiki", "https://localhost/");
		expect(app.authorization.helps.has("notion/wiki")).toBe(false);
	});

	it("is spoken at 1 minute and at 10 seconds", async () => {
		vi.useFakeTimers();
		const { app } = await start();
		await app.authorization.start("figma/default");
		await vi.advanceTimersByTimeAsync(240_600);
		expect(app.announcer.text).toBe("Figma: the link is good for 1 minute");
		await vi.advanceTimersByTimeAsync(50_000);
		expect(app.announcer.text).toBe("Figma: the link is good for 10 seconds");
	});

	it("of the practice provider follows from adding it", async () => {
		const { app, fake } = await start((one) => Object.assign(one.world, { services: [], accounts: [] }));
		expect(await app.practice()).toBeNull();
		expect(called(fake)).toContain("authorize");
		expect(app.navigation.selected).toBe("practice/default");
	});
});

describe("commands", () => {
	it("follow the token state alone", () => {
		const byId = new Map(sampleAccounts(Date.now()).map((account) => [account.id, account]));
		const menu = (id: string) => {
			const account = byId.get(id);
			return account === undefined ? [] : menuOf(account);
		};
		expect(menu("google/studio")).toContain("copy_token");
		expect(menu("slack/studio")).toContain("copy_token");
		expect(menu("podio/work")).not.toContain("copy_token");
		expect(menu("figma/default")).not.toContain("revoke");
	});

	it.each([
		["c", {}, "copy_token"],
		["C", { shiftKey: true }, "copy_header"],
		["R", { shiftKey: true }, "revoke"],
		["Delete", {}, "delete"],
		["c", { ctrlKey: true }, undefined],
	])("%s with %j is %s", (key, options, name) => {
		expect(commandOf(new KeyboardEvent("keydown", { key, ...options }))).toBe(name);
	});
});

describe("the clock", () => {
	it("wakes when the next word changes, at most once a second", () => {
		vi.useFakeTimers();
		const clock = new Clock();
		const began = clock.now;
		clock.wish("list", began + 20_000);
		clock.wish("detail", began + 300);
		vi.advanceTimersByTime(900);
		expect(clock.now).toBe(began);
		vi.advanceTimersByTime(200);
		expect(clock.now).toBe(began + 1_000);
		clock.wish("detail", null);
		vi.advanceTimersByTime(18_000);
		expect(clock.now).toBe(began + 1_000);
		vi.advanceTimersByTime(1_500);
		expect(clock.now).toBe(began + 20_000);
	});

	it("stands still where nothing ticks", () => {
		vi.useFakeTimers();
		const clock = new Clock();
		clock.wish("list", null);
		expect(vi.getTimerCount()).toBe(0);
	});
});

it("makes a problem of whatever was rejected", () => {
	expect(problemOf(problem("name_taken", "Taken", "")).code).toBe("name_taken");
	expect(problemOf("command not found")).toMatchObject({ code: "internal", provider_said: "command not found" });
});
