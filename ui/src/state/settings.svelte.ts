import { SvelteSet } from "svelte/reactivity";
import type { Problem, SettingView } from "../ipc/bindings";
import { problemOf, type Ipc } from "../ipc/ipc";

/** What is chosen for Grantkeep as a whole, as the agent keeps it. */
export class Settings {
	all = $state.raw<readonly SettingView[]>([]);
	/** Why the last change came to nothing. */
	problem = $state.raw<Problem | null>(null);
	/** Why they could not be looked at. */
	unread = $state.raw<Problem | null>(null);
	/** Keys that are being changed. */
	readonly busy = new SvelteSet<string>();

	constructor(private readonly ipc: Ipc) {}

	value(key: string): string | undefined {
		return this.all.find((setting) => setting.key === key)?.value;
	}

	/** Looks at all of them anew. */
	async load(): Promise<void> {
		try {
			this.all = await this.ipc.settings();
			this.unread = null;
		} catch (rejection) {
			this.unread = problemOf(rejection);
		}
	}

	/** Sets one; what could not be set stays as it was. */
	async change(key: string, value: string): Promise<void> {
		this.busy.add(key);
		try {
			const set = await this.ipc.changeSetting(key, value);
			this.all = this.all.map((setting) => (setting.key === key ? set : setting));
			this.problem = null;
		} catch (rejection) {
			this.problem = problemOf(rejection);
		} finally {
			this.busy.delete(key);
		}
	}
}
