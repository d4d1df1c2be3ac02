import type { AccountView, Change, Group } from "../ipc/bindings";

/** The accounts. The agent's changes are their only source. */
export class Accounts {
	/** By id; replaced as a whole with each change. */
	all = $state.raw<ReadonlyMap<string, AccountView>>(new Map());
	/** Accounts that stay in the group they were in for a moment, so that no row moves under a pointer or focus. */
	held = $state.raw<ReadonlyMap<string, Group>>(new Map());
	/** The pointer or the focus is inside the list. */
	touched = false;

	attention = $derived([...this.all.values()].filter((account) => account.group === "needs_attention").length);

	/** Takes a change in. */
	apply(change: Change): void {
		switch (change.kind) {
			case "snapshot":
				this.all = new Map(change.accounts.map((account) => [account.id, account]));
				this.held = new Map();
				break;
			case "account":
				this.#set(change.account);
				break;
			case "account_removed":
				this.#remove(change.id);
				break;
			default:
		}
	}

	/** The account of that id. */
	find(id: string | null): AccountView | undefined {
		return id === null ? undefined : this.all.get(id);
	}

	#set(account: AccountView): void {
		const before = this.all.get(account.id);
		if (this.touched && before !== undefined && before.group !== account.group && !this.held.has(account.id)) {
			this.held = new Map(this.held).set(account.id, before.group);
			setTimeout(() => this.#release(account.id), HOLD_MS);
		}
		this.all = new Map(this.all).set(account.id, account);
	}

	#remove(id: string): void {
		const rest = new Map(this.all);
		rest.delete(id);
		this.all = rest;
	}

	#release(id: string): void {
		const rest = new Map(this.held);
		rest.delete(id);
		this.held = rest;
	}
}

const HOLD_MS = 2_000;
