/**
 * The window's one clock.
 *
 * It wakes when the next visible word changes, at most once a second and not at all while the window is hidden.
 * Whoever shows times says with `wish` when its next word changes.
 */
export class Clock {
	/** The time on screen, in milliseconds since 1970. */
	now = $state(Date.now());

	readonly #wishes = new Map<string, number>();
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** Asks for a tick at `at_ms`; null takes the wish of that name back. */
	wish(name: string, at_ms: number | null): void {
		if (at_ms === null || !Number.isFinite(at_ms)) this.#wishes.delete(name);
		else this.#wishes.set(name, at_ms);
		this.#plan();
	}

	/** Follows the window's visibility until the returned function is called. */
	follow(page: Document): () => void {
		const changed = () => (page.hidden ? this.#stop() : this.tick());
		page.addEventListener("visibilitychange", changed);
		return () => {
			page.removeEventListener("visibilitychange", changed);
			this.#stop();
		};
	}

	/** Reads the system's time. */
	tick(): void {
		this.now = Date.now();
		this.#plan();
	}

	#plan(): void {
		this.#stop();
		if (this.#wishes.size === 0 || (typeof document !== "undefined" && document.hidden)) return;
		const next = Math.min(...this.#wishes.values());
		const soonest = this.now + SHORTEST_MS;
		this.#timer = setTimeout(() => this.tick(), Math.min(LONGEST_MS, Math.max(next, soonest) - Date.now()));
	}

	#stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}

/** Times change on screen at most once a second. */
const SHORTEST_MS = 1_000;
/** A laptop that slept is noticed within a minute. */
const LONGEST_MS = 60_000;
