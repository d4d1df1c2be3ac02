/** The one polite live region: what changed, once a change, grouped where many come together. */
export class Announcer {
	/** What is being told. */
	text = $state("");

	#waiting: { text: string; group: string }[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** Tells `text`; several of one `group` within half a second become "5 accounts refreshed". */
	tell(text: string, group = ""): void {
		this.#waiting.push({ text, group });
		this.#timer ??= setTimeout(() => this.#flush(), GROUPING_MS);
	}

	#flush(): void {
		this.#timer = undefined;
		const told = new Map<string, string[]>();
		for (const { text, group } of this.#waiting) told.set(group, [...(told.get(group) ?? []), text]);
		this.#waiting = [];
		const sentences: string[] = [];
		for (const [group, texts] of told) {
			if (group !== "" && texts.length > 1) sentences.push(`${texts.length} accounts ${group}`);
			else sentences.push(...texts);
		}
		this.text = sentences.join(". ");
	}
}

const GROUPING_MS = 500;
