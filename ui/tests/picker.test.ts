import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { catalog } from "../src/dev/catalog";
import { markOf, marksRead } from "../src/parts/marks.svelte";
import { cardAfter, providerGroups, wordsOf } from "../src/text/providers";
import { all, at, click, open, press, settle, type } from "./world";

const PROVIDERS = catalog();
const found = (typed: string) =>
	providerGroups(PROVIDERS, wordsOf(typed)).flatMap((group) => group.providers.map((one) => one.id));
const focused = () => document.activeElement?.getAttribute("data-testid");

describe("finding a provider", () => {
	it("shows some first, then all others by their titles", () => {
		const [often, others, ...more] = providerGroups(PROVIDERS, []);
		expect(often?.providers[0]?.id).toBe("google");
		const titles = others?.providers.map((one) => one.title) ?? [];
		expect(titles).toEqual([...titles].sort((one, other) => one.localeCompare(other, undefined, { numeric: true })));
		expect((often?.providers.length ?? 0) + titles.length).toBe(PROVIDERS.length);
		expect(more).toEqual([]);
	});

	it.each([
		["git", ["gitea", "github", "gitlab", "digitalocean"], "the beginning of the name comes first"],
		["GitHub", ["github"], "capitals do not count"],
		["x", "x", "a short name before all that have the letter"],
		["forgejo", ["gitea"], "another word of the title"],
		["jira", ["atlassian"], "what one reaches with it"],
		["micro soft", ["microsoft"], "several pieces"],
		["nothing like it", [], "nothing"],
	])("%s finds %j: %s", (typed, ids, _why) => {
		if (typeof ids === "string") expect(found(typed)[0]).toBe(ids);
		else expect(found(typed)).toEqual(ids);
	});
});

describe("moving among cards", () => {
	it.each([
		["ArrowRight", 0, 1],
		["ArrowRight", 7, 7],
		["ArrowLeft", 0, 0],
		["ArrowLeft", 4, 3],
		["ArrowDown", 0, 3],
		["ArrowDown", 2, 4],
		["ArrowDown", 4, 6],
		["ArrowDown", 6, 6],
		["ArrowUp", 7, 4],
		["ArrowUp", 1, -1],
		["Home", 6, 0],
		["End", 1, 7],
		["a", 1, undefined],
	])("%s from %d goes to %s", (key, from, to) => {
		// Three columns: 0 1 2 / 3 4, then the next group: 5 6 7.
		expect(cardAfter(key, from, 3, [5, 3])).toBe(to);
	});
});

describe("the picker", () => {
	it("has every provider once", async () => {
		await open("picker");
		expect(document.querySelectorAll(".pgrid button")).toHaveLength(PROVIDERS.length + 1);
		expect(at("provider-search").getAttribute("placeholder")).toBe(
			`Search ${PROVIDERS.length} providers, or paste an issuer or a definition`,
		);
	});

	it("goes from the search into the cards and back by keys", async () => {
		await open("picker");
		at("provider-search").focus();
		await press("ArrowDown");
		expect(focused()).toBe("provider-google");
		await press("ArrowRight");
		expect(focused()).toBe("provider-github");
		await press("ArrowDown");
		expect(focused()).toBe("provider-notion");
		await press("Home");
		await press("ArrowUp");
		expect(focused()).toBe("provider-search");
		await press("ArrowDown");
		await press("q");
		expect(focused()).toBe("provider-search");
	});

	it("is one stop of Tab", async () => {
		await open("picker");
		const stops = [...document.querySelectorAll<HTMLElement>(".pgrid button")].filter((card) => card.tabIndex === 0);
		expect(stops.map((card) => card.dataset["testid"])).toEqual(["provider-google"]);
	});

	it("takes the nearest by Enter", async () => {
		const { app } = await open("picker");
		await type("provider-search", "hub");
		at("provider-search").closest("form")?.requestSubmit();
		await settle();
		expect(app.navigation.over).toMatchObject({ kind: "form", draft: "add hubspot" });
	});

	it("takes nothing by Enter where nothing was typed", async () => {
		const { app } = await open("picker");
		at("provider-search").closest("form")?.requestSubmit();
		await settle();
		expect(app.navigation.over).toEqual({ kind: "providers" });
	});

	it("offers the empty form where nothing matches", async () => {
		const { app } = await open("picker-none");
		expect(at("provider-none").textContent).toContain("No provider matches “acme”.");
		expect(all("provider-github")).toHaveLength(0);
		await click("provider-none-manual");
		expect(app.navigation.over).toMatchObject({ kind: "form", draft: "add " });
	});

	it("underlines what matched", async () => {
		await open("picker-search");
		expect(at("provider-github").querySelector("mark")?.textContent).toBe("Git");
	});
});

describe("marks", () => {
	it("are there for each slug of the catalog, and no others", async () => {
		await marksRead;
		const slugs = PROVIDERS.flatMap((one) => (one.mark === undefined ? [] : [one.mark]));
		expect(slugs.filter((slug) => !markOf(slug))).toEqual([]);
		const data: unknown = JSON.parse(readFileSync("src/parts/marks_data.json", "utf8"));
		expect(Object.keys(data ?? {})).toEqual([...new Set(slugs)].sort());
		expect(markOf("no-such-mark")).toBeNull();
	});

	it("stand on the tiles; a provider without one has its letter", async () => {
		await marksRead;
		await open("picker");
		expect(at("provider-github").querySelector(".tile svg")).not.toBeNull();
		expect(at("provider-slack").querySelector(".tile")?.textContent).toBe("S");
	});
});
