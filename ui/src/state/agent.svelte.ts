import type { AgentView, Change, Problem } from "../ipc/bindings";
import { problemOf, type Ipc } from "../ipc/ipc";

/** The agent and its vault: whether there is anything to show at all. */
export class Agent {
	/** Null until the first snapshot. */
	view = $state.raw<AgentView | null>(null);
	/** Why the agent can't be reached; null while it can. */
	lost = $state.raw<Problem | null>(null);
	/** What a passphrase or a new look for the key failed with. */
	problem = $state.raw<Problem | null>(null);
	busy = $state(false);

	/** The vault is open: tokens can be used. */
	open = $derived(this.view?.vault.kind === "open");

	constructor(private readonly ipc: Ipc) {}

	/** Takes a change in. */
	apply(change: Change): void {
		if (change.kind === "snapshot" || change.kind === "agent") this.view = change.agent;
	}

	/** Whether the vault opened; the problem is kept here. */
	unlock(passphrase: string): Promise<boolean> {
		return this.#try(() => this.ipc.unlock(passphrase));
	}

	createVault(passphrase: string): Promise<boolean> {
		return this.#try(() => this.ipc.createVault(passphrase));
	}

	retry(): Promise<boolean> {
		return this.#try(() => this.ipc.retryVault());
	}

	async #try(work: () => Promise<void>): Promise<boolean> {
		if (this.busy) return false;
		this.busy = true;
		this.problem = null;
		try {
			await work();
			return true;
		} catch (rejection) {
			this.problem = problemOf(rejection);
			return false;
		} finally {
			this.busy = false;
		}
	}
}
