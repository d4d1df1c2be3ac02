/** Sample timelines and dates ahead, counted from `now`. */
import type { AheadView, EventView, ForecastView, SpanState, TimelineView } from "../ipc/bindings";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Events of all accounts in one history: the newest first, each with a place of its own. */
export function oneHistory(events: EventView[]): EventView[] {
	const inOrder = events.toSorted((one, other) => other.at_ms - one.at_ms);
	return inOrder.map((event, index) => ({ ...event, id: 800 - index }));
}

/** A week: good, but for some trouble and one gap. */
export function sampleTimeline(now: number): TimelineView {
	const parts: [SpanState, number][] = [
		["unknown", 20],
		["alive", 70],
		["failing", 2],
		["expired", 3],
		["alive", 73],
	];
	let from_ms = now - 7 * DAY;
	const spans = parts.map(([state, hours]) => {
		const span = { state, from_ms, to_ms: from_ms + hours * HOUR };
		from_ms = span.to_ms;
		return span;
	});
	return { from_ms: now - 7 * DAY, to_ms: now, spans, alive_ms: 145 * HOUR };
}

/** Dates of each kind. */
export function sampleForecast(now: number): ForecastView {
	const date = (
		days: number,
		account: string,
		name: string,
		text: string,
		more: Partial<AheadView> & Pick<AheadView, "what" | "known">,
	): AheadView => {
		const [service = account] = account.split("/");
		return {
			id: `${more.what}/${account}`,
			service,
			...(more.what === "client_secret" ? {} : { account }),
			name,
			provider: service,
			at_ms: now + days * DAY + HOUR,
			text,
			reminder_days: more.what === "client_secret" ? [30, 7, 1] : [1],
			...more,
		};
	};
	return {
		now_ms: now,
		dates: [
			date(
				2,
				"google/personal",
				"Google personal",
				"The grant before ended after 7 days, as they do while the client is in testing at Google",
				{ what: "refresh_token", known: "learned" },
			),
			date(6, "slack/studio", "Slack studio", "The refresh token ends, as Slack said", {
				what: "refresh_token",
				known: "told",
			}),
			date(19, "microsoft", "Microsoft", "The client secret expires", {
				what: "client_secret",
				known: "said",
				page_uri: "https://microsoft.example.com/apps",
			}),
			date(24, "linear/work", "Linear work", "The access token ends, and no refresh token came with it", {
				what: "access_token",
				known: "told",
			}),
			date(
				58,
				"spotify/personal",
				"Spotify personal",
				"The refresh token ends 60 days after you authorized, whatever happens",
				{ what: "refresh_token", known: "documented", source_uri: "https://spotify.example.com/docs" },
			),
			date(200, "podio", "Podio", "The client secret expires", { what: "client_secret", known: "told" }),
		],
		renewing: 7,
	};
}
