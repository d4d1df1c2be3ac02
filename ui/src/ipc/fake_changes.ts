/** What the fake shell tells the window, and who listens. */
import type { Change, Problem } from "./bindings";

export class FakeChanges {
	readonly #listeners = new Set<(change: Change) => void>();
	readonly #selecting = new Set<(id: string) => void>();
	readonly #losing = new Set<(problem: Problem | null) => void>();

	/** Pushes a change, as the agent does. */
	push(change: Change): void {
		for (const listener of this.#listeners) listener(change);
	}

	/** Asks for an account, as a link from outside does. */
	pushSelect(id: string): void {
		for (const listener of this.#selecting) listener(id);
	}

	/** Loses the agent, or brings it back. */
	pushLost(problem: Problem | null): void {
		for (const listener of this.#losing) listener(problem);
	}

	async onChange(listener: (change: Change) => void): Promise<() => void> {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async onSelect(listener: (id: string) => void): Promise<() => void> {
		this.#selecting.add(listener);
		return () => this.#selecting.delete(listener);
	}

	async onAgentLost(listener: (problem: Problem | null) => void): Promise<() => void> {
		this.#losing.add(listener);
		return () => this.#losing.delete(listener);
	}
}
