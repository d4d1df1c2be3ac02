/** Words and kinds of the Activity page. */
import type { AccountView, EventKind, EventView } from "../ipc/bindings";
import { dateText, daysBetween } from "./durations";
import { accountName } from "./statuses";

/** What the chips choose. */
export type Topic = "everything" | "trouble" | "refreshes" | "authorizations" | "handed_out" | "revoked" | "settings";

export const TOPICS: Record<Topic, { label: string; kinds: readonly EventKind[] }> = {
	everything: { label: "Everything", kinds: [] },
	trouble: { label: "Trouble", kinds: ["refresh_failed", "revoke_failed", "reported", "working_again"] },
	refreshes: { label: "Refreshes", kinds: ["refreshed", "refresh_failed", "working_again"] },
	authorizations: { label: "Authorizations", kinds: ["authorization", "authorized"] },
	handed_out: { label: "Handed out", kinds: ["handed_out"] },
	revoked: { label: "Revoked", kinds: ["revoked", "revoke_failed"] },
	settings: { label: "Settings", kinds: ["service", "access"] },
};

/** The chips, in their order. */
export const TOPIC_ORDER: readonly Topic[] = [
	"everything",
	"trouble",
	"refreshes",
	"authorizations",
	"handed_out",
	"revoked",
	"settings",
];

/** The look of an event: the status whose colour it takes. */
export function toneOf(event: EventView): "ok" | "warn" | "bad" | "wait" | "plain" {
	switch (event.what) {
		case "refresh_failed":
			return event.reason === "grant_ended" || event.reason === "client_refused" ? "bad" : "warn";
		case "revoke_failed":
		case "reported":
			return "warn";
		case "refreshed":
		case "authorized":
		case "working_again":
			return "ok";
		case "authorization":
			return "wait";
		default:
			return "plain";
	}
}

/** A line of the list: the head of a day, or an event. */
export type ActivityLine = { kind: "day"; key: string; title: string } | { kind: "event"; event: EventView };

/** Events by day; those come newest first. */
export function byDay(events: readonly EventView[], now: number): ActivityLine[] {
	const lines: ActivityLine[] = [];
	let last: string | null = null;
	for (const event of events) {
		const title = dayHead(event.at_ms, now);
		if (title !== last) lines.push({ kind: "day", key: `day ${event.id}`, title });
		last = title;
		lines.push({ kind: "event", event });
	}
	return lines;
}

/** "Today", "Yesterday", then a date. */
export function dayHead(at_ms: number, now: number): string {
	const away = daysBetween(at_ms, now);
	if (away === 0) return "Today";
	return away === -1 ? "Yesterday" : dateText(at_ms, now);
}

/** Whom an event is about: "Google studio", a service's title, or Grantkeep itself. */
export function whoseText(event: EventView, account: AccountView | undefined, service: string | undefined): string {
	if (account !== undefined) return accountName(account);
	if (event.account === "") return "Grantkeep";
	return service === undefined || event.account.includes("/") ? event.account : service;
}

/** The second part, and how long it took where that is not said already. */
export function detailText(event: EventView): string {
	const took = event.took_ms === undefined || event.took_ms === 0 ? "" : `${event.took_ms} ms`;
	const quick = event.what === "handed_out" || event.what === "revoked" || event.what === "refresh_failed";
	return [event.detail, quick ? took : ""].filter((part) => part !== undefined && part !== "").join(" · ");
}
