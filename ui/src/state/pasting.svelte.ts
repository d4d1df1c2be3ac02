import type { PastedView, Problem } from "../ipc/bindings";
import { problemOf, type Ipc } from "../ipc/ipc";

/** A definition of another program. Its text goes to the agent and is kept here only while it can't be read. */
export class Pasting {
	/** What was typed or pasted and not read yet; it may hold a client secret. */
	text = $state("");
	busy = $state(false);
	problem = $state.raw<Problem | null>(null);
	found = $state.raw<PastedView | null>(null);

	constructor(private readonly ipc: Ipc) {}

	/** Has a text read. One that can't be stays to be mended. */
	async read(text: string): Promise<PastedView | null> {
		if (this.busy) return null;
		this.busy = true;
		this.problem = null;
		this.found = null;
		try {
			this.found = await this.ipc.readPasted(text);
			this.text = "";
			return this.found;
		} catch (rejection) {
			this.problem = problemOf(rejection);
			this.text = text;
			return null;
		} finally {
			this.busy = false;
		}
	}

	/** Forgets what was read and what waits to be. */
	clear(): void {
		this.text = "";
		this.problem = null;
		this.found = null;
	}
}
