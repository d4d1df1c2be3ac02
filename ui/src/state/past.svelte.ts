import { SvelteMap } from "svelte/reactivity";
import type { Change, EventKind, EventView, TimelineView } from "../ipc/bindings";
import type { HistoryFormat, HistoryQuery, PastIpc } from "../ipc/past_ipc";
import { TOPICS, type Topic } from "../text/activity";

/** The history over all accounts, as filtered, and the timelines of accounts. */
export class Past {
	/** Newest first. */
	events = $state.raw<EventView[]>([]);
	/** It was asked for, and has come. */
	loaded = $state(false);
	loading = $state(false);
	topic = $state<Topic>("everything");
	/** The filter as typed. */
	typed = $state("");
	/** By account. */
	readonly timelines = new SvelteMap<string, TimelineView>();

	#next = $state<number | undefined>(undefined);
	/** Counts questions, so that the answer of an older one is dropped. */
	#asked = 0;
	#later: ReturnType<typeof setTimeout> | undefined;
	readonly #stale = new Set<string>();

	constructor(private readonly ipc: PastIpc) {}

	get filtered(): boolean {
		return this.topic !== "everything" || this.typed.trim() !== "";
	}

	/** There is more to be loaded. */
	get more(): boolean {
		return this.#next !== undefined;
	}

	/** Asks for the newest lines; rejects with a problem. */
	async load(): Promise<void> {
		await this.#ask(undefined);
	}

	/** Asks for older ones, where there are some. */
	async loadMore(): Promise<void> {
		if (this.#next !== undefined && !this.loading) await this.#ask(this.#next);
	}

	async choose(topic: Topic): Promise<void> {
		this.topic = topic;
		await this.load();
	}

	/** Filters by a text once typing rests. */
	type(text: string, failed: (rejection: unknown) => void): void {
		this.typed = text;
		clearTimeout(this.#later);
		this.#later = setTimeout(() => void this.load().catch(failed), TYPING_RESTS_MS);
	}

	save(format: HistoryFormat): Promise<string | null> {
		return this.ipc.saveHistory(this.#query(), format);
	}

	copy(format: HistoryFormat): Promise<number> {
		return this.ipc.copyHistory(this.#query(), format);
	}

	/** Asks for an account's timeline, where it is not there or no longer holds. */
	async loadTimeline(id: string): Promise<void> {
		if (this.timelines.has(id) && !this.#stale.has(id)) return;
		this.#stale.delete(id);
		try {
			this.timelines.set(id, await this.ipc.timeline(id, TIMELINE_DAYS));
		} catch {
			// It is a convenience: without it the section is left out.
			this.timelines.delete(id);
		}
	}

	/** Takes a change in; `shown` is the account in the detail. */
	apply(change: Change, shown: string | null): void {
		if (change.kind === "snapshot") {
			this.timelines.clear();
			if (this.loaded) void this.load().catch(() => undefined);
		}
		if (change.kind === "account_removed") this.timelines.delete(change.id);
		if (change.kind !== "event") return;
		const { event } = change;
		if (this.loaded && this.#matches(event) && !this.events.some((one) => one.id === event.id)) {
			this.events = [event, ...this.events];
		}
		if (!TIMELINE_KINDS.includes(event.what)) return;
		this.#stale.add(event.account);
		if (event.account === shown) void this.loadTimeline(event.account);
	}

	#query(): HistoryQuery {
		const text = this.typed.trim();
		return { kinds: TOPICS[this.topic].kinds, limit: PAGE, ...(text === "" ? {} : { text }) };
	}

	/** As the agent chooses those that were. */
	#matches(event: EventView): boolean {
		const { kinds } = TOPICS[this.topic];
		const text = this.typed.trim().toLowerCase();
		const holds = (part: string | undefined) => part?.toLowerCase().includes(text) ?? false;
		return (
			(kinds.length === 0 || kinds.includes(event.what)) &&
			(holds(event.text) || holds(event.detail) || holds(event.account))
		);
	}

	async #ask(before: number | undefined): Promise<void> {
		const asked = ++this.#asked;
		this.loading = true;
		try {
			let page = await this.ipc.history({ ...this.#query(), ...(before === undefined ? {} : { before }) });
			let found = page.events;
			// A page may be empty and yet go on.
			while (found.length === 0 && page.next !== undefined && asked === this.#asked) {
				page = await this.ipc.history({ ...this.#query(), before: page.next });
				found = page.events;
			}
			if (asked !== this.#asked) return;
			this.events = before === undefined ? found : [...this.events, ...found];
			this.#next = page.next;
			this.loaded = true;
		} finally {
			if (asked === this.#asked) this.loading = false;
		}
	}
}

/** Lines asked for at once. */
const PAGE = 200;
const TYPING_RESTS_MS = 200;
export const TIMELINE_DAYS = 7;
const TIMELINE_KINDS: readonly EventKind[] = ["authorized", "refreshed", "refresh_failed", "revoked"];
