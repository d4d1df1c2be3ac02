import type { Change, NoticeView } from "../ipc/bindings";

/** What needs the person, or did. The agent's changes are the only source. */
export class Notices {
	/** What lasts stands before what is over; the latest first. */
	all = $state.raw<readonly NoticeView[]>([]);
	/** What lasts. */
	open = $derived(this.all.filter((notice) => notice.over_at_ms === undefined));

	/** Takes a change in. A snapshot comes with notices behind it, where there are some. */
	apply(change: Change): void {
		if (change.kind === "snapshot") this.all = [];
		else if (change.kind === "notices") this.all = change.notices;
	}
}
