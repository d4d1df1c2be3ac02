import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type {
	AccountView,
	Change,
	EventView,
	InspectionView,
	IntrospectionView,
	Problem,
	ReceiptLine,
	ReceiptView,
	TestView,
} from "../ipc/bindings";
import { problemOf, type Ipc } from "../ipc/ipc";

/** What a person asked an account for. */
export type Asked =
	| "copy"
	| "refresh"
	| "test"
	| "introspect"
	| "inspect"
	| "revoke"
	| "authorize"
	| "open_again"
	| "copy_link"
	| "cancel"
	| "paste"
	| "accept_scopes"
	| "resolve_identity"
	| "try_authentication";

/** What was asked and refused; it stays on its account until something works or the person hides it. */
export type Refusal = { asked: Asked; problem: Problem };

/** Everything that is done with an account's grant, and what came of it. */
export class Grants {
	/** `id asked` of what is under way. */
	readonly busy = new SvelteSet<string>();
	readonly refusals = new SvelteMap<string, Refusal>();
	readonly tests = new SvelteMap<string, TestView>();
	readonly introspections = new SvelteMap<string, IntrospectionView>();
	readonly inspections = new SvelteMap<string, InspectionView>();
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
		if (receipt !== null) void this.followReceipt(receipt, (changed) => this.receipts.set(id, changed));
		return receipt;
	}

	/** The person took the grant back at the provider's page. */
	async revoked(id: string): Promise<ReceiptView | null> {
		const receipt = await this.ask(id, "revoke", () => this.ipc.revoked(id));
		if (receipt !== null) void this.followReceipt(receipt, (changed) => this.receipts.set(id, changed));
		return receipt;
	}

	/** Tells a receipt, and each change of it while its tokens are being tried. */
	async followReceipt(receipt: ReceiptView, tell: (receipt: ReceiptView) => void): Promise<void> {
		tell(receipt);
		try {
			while (receipt.id !== undefined && isTrying(receipt)) {
				receipt = await this.ipc.receipt(receipt.id);
				tell(receipt);
			}
		} catch {
			// The agent went away: nothing more will be known.
			tell({ ...receipt, lines: receipt.lines.map(given) });
		}
	}

	/** Ends the trials of a receipt; it is told to whoever follows it. */
	async stopTrying(receipt: ReceiptView): Promise<void> {
		// Whoever follows it hears of a failure, too.
		if (receipt.id !== undefined) await this.ipc.stopTrying(receipt.id).catch(() => undefined);
	}

	async introspect(id: string): Promise<IntrospectionView | null> {
		const said = await this.ask(id, "introspect", () => this.ipc.introspect(id));
		if (said !== null) this.introspections.set(id, said);
		return said;
	}

	async inspect(id: string): Promise<InspectionView | null> {
		const inside = await this.ask(id, "inspect", () => this.ipc.inspect(id));
		if (inside !== null) this.inspections.set(id, inside);
		return inside;
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
		this.introspections.delete(id);
		this.inspections.delete(id);
		this.receipts.delete(id);
		this.histories.delete(id);
	}

	/** A receipt is over once the account has a grant again; what is known of a token, once it has another or none. */
	#renew(account: AccountView): void {
		const { id, grant } = account;
		if (grant !== undefined) this.receipts.delete(id);
		else this.tests.delete(id);
		for (const known of [this.introspections, this.inspections]) {
			const at = known.get(id)?.at_ms;
			if (at !== undefined && (grant === undefined || grant.obtained_at_ms > at)) known.delete(id);
		}
	}
}

function isTrying(receipt: ReceiptView): boolean {
	return receipt.lines.some((line) => line.fate === "trying");
}

/** A token that nobody tries any more. */
function given(line: ReceiptLine): ReceiptLine {
	return line.fate === "trying" ? { ...line, fate: "unknown", how: "The agent went away while it was tried." } : line;
}

const HISTORY = 50;
