/** Scenes of the pages Activity and Forecast. */
import { problem } from "../ipc/fake";
import type { EventKind, EventView } from "../ipc/bindings";
import type { Scene } from "./scenes";

const MINUTE = 60_000;

function many(now: number): EventView[] {
	const kinds: [EventKind, string, string | undefined][] = [
		["refreshed", "Refreshed", "212 ms"],
		["handed_out", "Token handed to invoice-sync (/usr/bin/invoice-sync, process 4121)", undefined],
		["refresh_failed", "Refresh failed: Microsoft is busy", "token is still good"],
		["working_again", "Working again", "after 6 min and 3 tries"],
		["access", "invoice-sync was allowed always", undefined],
	];
	const accounts = ["google/studio", "microsoft/work", "linear/work", "spotify/personal", "", "google"];
	return Array.from({ length: 3_000 }, (_, index) => {
		const [what, text, detail] = kinds[index % kinds.length] ?? ["refreshed", "Refreshed", undefined];
		return {
			id: 50_000 - index,
			at_ms: now - index * 7 * MINUTE,
			account: accounts[index % accounts.length] ?? "",
			what,
			text,
			...(detail === undefined ? {} : { detail }),
			took_ms: 3,
		};
	});
}

const due: NonNullable<Scene["then"]> = async (app, _fake, now) => {
	app.navigation.show("forecast");
	await app.forecast.load();
	await app.forecast.start(app.forecast.dueThisWeek(now));
};

export const PAST_SCENES: Record<string, Scene> = {
	activity: { then: (app) => app.navigation.show("activity") },
	"activity-many": {
		world: (world, now) => (world.events = many(now)),
		then: (app) => app.navigation.show("activity"),
	},
	"activity-trouble": {
		world: (world, now) => (world.events = many(now)),
		then: async (app) => {
			app.navigation.show("activity");
			await app.past.choose("trouble");
		},
	},
	"activity-empty": { world: (world) => (world.events = []), then: (app) => app.navigation.show("activity") },
	"activity-no-match": {
		then: async (app) => {
			app.navigation.show("activity");
			app.past.typed = "mial";
			await app.past.load();
		},
	},
	"activity-export": {
		then: (app) => {
			app.navigation.show("activity");
			setTimeout(
				() =>
					document
						.querySelector<HTMLElement>("[data-testid=export]")
						?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0, pointerType: "mouse" })),
				50,
			);
		},
	},
	forecast: { then: (app) => app.navigation.show("forecast") },
	"forecast-empty": {
		world: (world) => (world.forecast = { ...world.forecast, dates: [] }),
		then: (app) => app.navigation.show("forecast"),
	},
	"forecast-sitting": { then: due },
	"forecast-sitting-failed": {
		world: (world) =>
			(world.failing = {
				authorize: problem("port_busy", "Port 8765 is in use", "Close that program, or register another port."),
			}),
		then: due,
	},
	"forecast-sitting-done": {
		then: async (app, fake, now) => {
			await due(app, fake, now);
			await app.forecast.skip();
			await app.forecast.skip();
		},
	},
};
