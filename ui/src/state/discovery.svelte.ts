import type { DiscoveryView, FieldProblem, Problem } from "../ipc/bindings";
import { problemOf, type Ipc } from "../ipc/ipc";

/** What a provider tells of itself: asked for by its issuer, and looked at before it is accepted. */
export class Discovery {
	/** An issuer or a host. It stays when the sheet is closed. */
	typed = $state("");
	busy = $state(false);
	problem = $state.raw<Problem | null>(null);
	found = $state.raw<DiscoveryView | null>(null);

	/** What is wrong with what was typed. */
	problems = $derived<FieldProblem[]>((this.problem?.fields ?? []).filter((one) => one.field === "issuer"));

	#asked = 0;

	constructor(private readonly ipc: Ipc) {}

	/** Takes what is typed: what was found before belongs to something else. */
	type(text: string): void {
		this.cancel();
		this.typed = text;
		this.problem = null;
		this.found = null;
	}

	/** Asks the provider. */
	async discover(): Promise<void> {
		this.#asked += 1;
		const mine = this.#asked;
		this.busy = true;
		this.problem = null;
		this.found = null;
		try {
			const found = await this.ipc.discover(this.typed.trim());
			if (mine === this.#asked) this.found = found;
		} catch (rejection) {
			if (mine === this.#asked) this.problem = problemOf(rejection);
		} finally {
			if (mine === this.#asked) this.busy = false;
		}
	}

	/** Waits no longer. An answer that comes later is dropped; nothing was stored. */
	cancel(): void {
		this.#asked += 1;
		this.busy = false;
	}
}
