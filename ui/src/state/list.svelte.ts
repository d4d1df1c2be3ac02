import type { AccountView, Group } from "../ipc/bindings";
import { matches, readFilter } from "../text/filter";
import type { Accounts } from "./accounts.svelte";

/** One line of the list: a group's head or an account. */
export type Line =
	{ kind: "head"; group: Group; count: number } | { kind: "account"; account: AccountView; last: boolean };

const ORDER: Group[] = ["needs_attention", "active", "other"];

/** What the list shows: filtered, grouped, ordered. */
export class AccountList {
	/** The filter as typed. */
	typed = $state("");

	filter = $derived(readFilter(this.typed));
	filtered = $derived(this.filter.words.length > 0 || this.filter.statuses.length > 0);
	shown = $derived(this.#shown());
	lines = $derived(this.#lines());
	/** Ids in the order of the list. */
	ids = $derived(this.lines.flatMap((line) => (line.kind === "account" ? [line.account.id] : [])));

	constructor(private readonly accounts: Accounts) {}

	/** The id `by` rows further down (or up), kept inside the list. */
	step(from: string | null, by: number): string | undefined {
		const at = from === null ? -1 : this.ids.indexOf(from);
		if (at < 0) return by < 0 ? this.ids.at(-1) : this.ids[0];
		return this.ids[Math.min(this.ids.length - 1, Math.max(0, at + by))];
	}

	/** The next id whose name begins with `letters`, looking on from `from`. */
	typeAhead(from: string | null, letters: string): string | undefined {
		const at = from === null ? 0 : Math.max(0, this.ids.indexOf(from));
		const order = [...this.ids.slice(at), ...this.ids.slice(0, at)];
		return order.find((id) => this.accounts.find(id)?.service_title.toLowerCase().startsWith(letters.toLowerCase()));
	}

	#shown(): AccountView[] {
		return [...this.accounts.all.values()].filter((account) => matches(account, this.filter));
	}

	#lines(): Line[] {
		const groups: Record<Group, AccountView[]> = { needs_attention: [], active: [], other: [] };
		for (const account of this.shown) groups[this.accounts.held.get(account.id) ?? account.group].push(account);
		groups.needs_attention.sort(byTime);
		groups.active.sort(byName);
		groups.other.sort(byName);
		return ORDER.flatMap((group): Line[] => {
			const members = groups[group];
			if (members.length === 0) return [];
			const rows = members.map((account, index): Line => ({
				kind: "account",
				account,
				last: index === members.length - 1,
			}));
			return [{ kind: "head", group, count: members.length }, ...rows];
		});
	}
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function byName(one: AccountView, other: AccountView): number {
	return collator.compare(one.service_title, other.service_title) || collator.compare(one.title, other.title);
}

/** Oldest first; what began at an unknown time comes first. */
function byTime(one: AccountView, other: AccountView): number {
	return (one.since_ms ?? 0) - (other.since_ms ?? 0) || byName(one, other);
}
