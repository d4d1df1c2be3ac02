/** What was and what will be: the part of `Ipc` for history, timelines and the forecast. */
import { invoke } from "@tauri-apps/api/core";
import type { AccountView, EventKind, ForecastView, HistoryView, ServiceView, TimelineView } from "./bindings";

/** Which lines of the history are asked for, newest first. */
export type HistoryQuery = {
	/** A service's slug or an account's id; absent = all. */
	name?: string;
	/** Absent = every kind. */
	kinds?: readonly EventKind[];
	text?: string;
	/** `next` of the page before. */
	before?: number;
	limit: number;
};

/** How a history is written into a file. */
export type HistoryFormat = "csv" | "json";

/** Every function rejects with a `Problem`. */
export interface PastIpc {
	history(query: HistoryQuery): Promise<HistoryView>;
	/** Asks where, and saves all lines that match; resolves to the file's name, or null where the person cancelled. */
	saveHistory(query: HistoryQuery, format: HistoryFormat): Promise<string | null>;
	/** Puts all lines that match on the clipboard; resolves to how many. */
	copyHistory(query: HistoryQuery, format: HistoryFormat): Promise<number>;
	timeline(id: string, days: number): Promise<TimelineView>;
	forecast(): Promise<ForecastView>;
	/** Asks where, and saves the forecast as a calendar. */
	saveForecast(): Promise<string | null>;
	/** Notes how many days a grant of the account lasts; null = nobody knows. */
	setGrantLife(id: string, days: number | null): Promise<AccountView>;
	/** Notes when the client secret of a service ends; null = never. */
	setSecretExpiry(name: string, expires_at_ms: number | null): Promise<ServiceView>;
}

/** As the agent's route takes it. */
function asked({ kinds, ...query }: HistoryQuery): Record<string, unknown> {
	return kinds === undefined || kinds.length === 0 ? query : { ...query, kind: kinds.join() };
}

/** The desktop shell. */
export class TauriPast implements PastIpc {
	history = (query: HistoryQuery) => invoke<HistoryView>("history", { query: asked(query) });
	saveHistory = (query: HistoryQuery, format: HistoryFormat) =>
		invoke<string | null>("save_history", { query: asked(query), format });
	copyHistory = (query: HistoryQuery, format: HistoryFormat) =>
		invoke<number>("copy_history", { query: asked(query), format });
	timeline = (id: string, days: number) => invoke<TimelineView>("timeline", { id, days });
	forecast = () => invoke<ForecastView>("forecast");
	saveForecast = () => invoke<string | null>("save_forecast");
	setGrantLife = (id: string, days: number | null) => invoke<AccountView>("set_grant_life", { id, days });
	setSecretExpiry = (name: string, expires_at_ms: number | null) =>
		invoke<ServiceView>("set_secret_expiry", { name, expiresAtMs: expires_at_ms });
}
