import { describe, expect, it } from "vitest";
import { all, at, click, open, press, settle } from "./world";

const named = (calls: [string, ...unknown[]][], name: string) => calls.filter(([call]) => call === name);

describe("the notices", () => {
	it("are counted at the bell while they last, and listed with what is over", async () => {
		const { app } = await open("notices");
		expect(at("notice-count").textContent).toContain("3");
		expect(all("notice").map((notice) => notice.dataset["notice"])).toEqual(["9", "7", "5", "3"]);
		expect(all("notice")[3]?.textContent).toContain("Working again: Google studio");
		expect(all("notice-act"), "what is over has nothing to do").toHaveLength(3);

		app.apply({ kind: "notices", notices: [] });
		await settle();
		expect(all("notices-empty")).toHaveLength(1);
		expect(all("notice-count")).toHaveLength(0);
	});

	it("each do what helps, and go when they are dismissed", async () => {
		const { fake } = await open("notices");
		all("notice-dismiss")[3]?.click();
		all("notice-act")[0]?.click();
		await settle();

		expect(named(fake.calls, "dismissNotice")).toEqual([["dismissNotice", "3"]]);
		expect(named(fake.calls, "authorize")).toEqual([["authorize", "podio/work"]]);
	});
});

describe("the settings", () => {
	it("are reached by the sidebar and by their key, and show what is chosen", async () => {
		const { app } = await open("main");
		await click("nav-settings");
		await settle();
		expect(at("setting-tray").getAttribute("aria-checked")).toBe("true");
		app.navigation.show("accounts");
		await settle();
		await press(",", { ctrlKey: true }, document.body);
		expect(all("settings")).toHaveLength(1);
	});

	it("are changed at the agent, one at a time", async () => {
		const { fake } = await open("settings");
		await click("setting-tray");
		await click("setting-quiet-hours");
		await settle();
		const from = at("quiet-from") as HTMLInputElement;
		expect(from.value).toBe("22:00");
		from.value = "23:30";
		from.dispatchEvent(new Event("change", { bubbles: true }));
		await click("start-at-login-autostart");
		await settle();

		expect(named(fake.calls, "changeSetting").map(([, ...given]) => given)).toEqual([
			["tray", "off"],
			["quiet-hours", "22:00-07:00"],
			["quiet-hours", "23:30-07:00"],
			["start-at-login", "autostart"],
		]);
	});

	it("say why a value was not taken", async () => {
		await open("settings-problem");
		expect(at("settings-problem").textContent).toContain("quiet-hours");
	});
});
