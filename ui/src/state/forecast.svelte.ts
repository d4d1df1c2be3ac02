import type { AheadView, Change, ForecastView, Problem } from "../ipc/bindings";
import type { PastIpc } from "../ipc/past_ipc";
import { aheadOf } from "../text/forecast";
import type { Authorization } from "./authorization.svelte";

/** Reauthorizing several accounts, one after the other. */
export type Sitting = {
	ids: readonly string[];
	/** Which of them is under way. */
	at: number;
	/** How many were reauthorized. */
	done: number;
	/** Why the one under way failed; the person tries again, skips or stops. */
	failed: Problem | null;
};

/** The dates ahead, and the sitting in which the person deals with those of this week. */
export class Forecast {
	view = $state.raw<ForecastView | null>(null);
	sitting = $state.raw<Sitting | null>(null);

	#later: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly ipc: PastIpc,
		private readonly authorization: Authorization,
	) {}

	async load(): Promise<void> {
		this.view = await this.ipc.forecast();
	}

	save(): Promise<string | null> {
		return this.ipc.saveForecast();
	}

	/** Accounts that can be reauthorized for a date of this week. */
	dueThisWeek(now: number): string[] {
		const due = (this.view?.dates ?? []).filter((date) => aheadOf(date, now) === "week" && canReauthorize(date));
		return due.flatMap((date) => date.account ?? []);
	}

	/** Takes a change in; `seen` while the page is shown. */
	apply(change: Change, seen: boolean): void {
		if (change.kind === "authorization_ended") this.#ended(change.id, change.outcome);
		const may = change.kind === "account" || change.kind === "service" || change.kind === "account_removed";
		if (change.kind === "snapshot" || (may && (seen || this.sitting !== null))) {
			clearTimeout(this.#later);
			this.#later = setTimeout(() => void this.load().catch(() => undefined), REST_MS);
		}
	}

	/** Begins with the first of them. */
	async start(ids: readonly string[]): Promise<void> {
		if (ids.length > 0) await this.#go({ ids, at: 0, done: 0, failed: null });
	}

	/** The one under way once more. */
	async again(): Promise<void> {
		if (this.sitting !== null) await this.#go({ ...this.sitting, failed: null });
	}

	/** Leaves the one under way as it is, and goes on with the next. */
	async skip(): Promise<void> {
		const sitting = this.sitting;
		if (sitting === null) return;
		await this.#leave(sitting);
		await this.#go({ ...sitting, at: sitting.at + 1, failed: null });
	}

	/** Ends the sitting; what was reauthorized stays so. */
	async stop(): Promise<void> {
		const sitting = this.sitting;
		this.sitting = null;
		if (sitting !== null) await this.#leave(sitting);
	}

	#ended(id: string, outcome: Extract<Change, { kind: "authorization_ended" }>["outcome"]): void {
		const sitting = this.sitting;
		if (sitting === null || sitting.ids[sitting.at] !== id) return;
		if (outcome.kind === "done")
			void this.#go({ ...sitting, at: sitting.at + 1, done: sitting.done + 1, failed: null });
		else if (outcome.kind === "failed") this.sitting = { ...sitting, failed: outcome.problem };
	}

	async #go(sitting: Sitting): Promise<void> {
		this.sitting = sitting;
		const id = sitting.ids[sitting.at];
		if (id === undefined) return;
		if (!(await this.authorization.start(id)) && this.sitting === sitting)
			this.sitting = { ...sitting, failed: this.authorization.refusal(id) };
	}

	async #leave(sitting: Sitting): Promise<void> {
		const id = sitting.ids[sitting.at];
		if (id !== undefined && sitting.failed === null) await this.authorization.cancel(id);
	}
}

/** Reauthorizing moves the date on. */
export function canReauthorize(date: AheadView): boolean {
	return date.account !== undefined && date.what !== "client_secret";
}

/** Changes come in groups. */
const REST_MS = 500;
