import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { AccountView, Change, EventView, Problem, ReceiptView, TestView } from "../ipc/bindings";
import { problemOf, type Ipc } from "../ipc/ipc";

/** What a person asked an account for. */
export type Asked =
	| "copy"
	| "refresh"
	| "test"
	| "revoke"
	| "authorize"
	| "open_again"
	| "copy_link"
	| "cancel"
	| "paste"
	| "accept_scopes"
	| "resolve_identity"
	| "post_body";

/** What was asked and refused; it stays on its account until something works or the person hides it. */
export type Refusal = { asked: Asked; problem: Problem };

/** Everything that is done with an account's grant, and what came of it. */
export class Grants {
	/** `id asked` of what is under way. */
	readonly busy = new SvelteSet<string>();
	readonly refusals = new SvelteMap<string, Refusal>();
	readonly tests = new SvelteMap<string, TestView>();
	readonly receipts = new SvelteMap<string, ReceiptView>();
	/** Newest first; absent until asked for. */
	readonly histories = new SvelteMap<string, EventView[]>();

	constructor(private readonly ipc: Ipc) {}

	/** Takes a change in. */
	apply(change: Change): void {
		if (change.kind === "event") this.#remember(change.event);
		if (change.kind === "account_removed") this.#forget(change.id);
		if (change.kind === "account") this.#renew(change.account);
	}

	isBusy(id: string, asked: Asked): boolean {
		return this.busy.has(`${id} ${asked}`);
	}

	/** Milliseconds until the clipboard is cleared; null when it could not be copied. */
	copyToken(id: string): Promise<number | null> {
		return this.ask(id, "copy", () => this.ipc.copyToken(id));
	}

	copyHeader(id: string): Promise<number | null> {
		return this.ask(id, "copy", () => this.ipc.copyHeader(id));
	}

	refresh(id: string): Promise<AccountView | null> {
		return this.ask(id, "refresh", () => this.ipc.refresh(id));
	}

	async test(id: string): Promise<TestView | null> {
		const answer = await this.ask(id, "test", () => this.ipc.test(id));
		if (answer !== null) this.tests.set(id, answer);
		return answer;
	}

	async revoke(id: string): Promise<ReceiptView | null> {
		const receipt = await this.ask(id, "revoke", () => this.ipc.revoke(id));
		if (receipt !== null) this.receipts.set(id, receipt);
		return receipt;
	}

	acceptScopes(id: string): Promise<AccountView | null> {
		return this.ask(id, "accept_scopes", () => this.ipc.acceptScopes(id));
	}

	replaceIdentity(id: string): Promise<AccountView | null> {
		return this.ask(id, "resolve_identity", () => this.ipc.resolveIdentity(id, { kind: "replace" }));
	}

	/** Asks for an account's history, once. */
	async loadHistory(id: string): Promise<void> {
		if (this.histories.has(id)) return;
		try {
			this.histories.set(id, (await this.ipc.past.history({ name: id, limit: HISTORY })).events);
		} catch {
			// The history is a convenience: without it the section says that nothing has happened yet.
			this.histories.delete(id);
		}
	}

	/** Does what was asked, once at a time; null when it was refused, with the reason in `refusals`. */
	async ask<Answer>(id: string, asked: Asked, work: () => Promise<Answer>): Promise<Answer | null> {
		const key = `${id} ${asked}`;
		if (this.busy.has(key)) return null;
		this.busy.add(key);
		try {
			const answer = await work();
			this.refusals.delete(id);
			return answer;
		} catch (rejection) {
			this.refusals.set(id, { asked, problem: problemOf(rejection) });
			return null;
		} finally {
			this.busy.delete(key);
		}
	}

	#remember(event: EventView): void {
		// What concerns a service alone stands in the histories of all its accounts.
		const ids = event.account.includes("/")
			? [event.account]
			: [...this.histories.keys()].filter((id) => id.startsWith(`${event.account}/`));
		for (const id of ids) {
			const known = this.histories.get(id);
			if (known === undefined || known.some((line) => line.id === event.id)) continue;
			this.histories.set(id, [event, ...known].slice(0, HISTORY));
		}
	}

	#forget(id: string): void {
		this.refusals.delete(id);
		this.tests.delete(id);
		this.receipts.delete(id);
		this.histories.delete(id);
	}

	/** A receipt is over once the account has a grant again; a test, once it has none. */
	#renew(account: AccountView): void {
		if (account.grant !== undefined) this.receipts.delete(account.id);
		else this.tests.delete(account.id);
	}
}

const HISTORY = 50;
