/** What the consent window asks of the desktop shell: less than the main one, and its capability allows no more. */
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Answer, Change, ProviderView } from "./bindings";

/** Every function rejects with a `Problem`. */
export interface ConsentIpc {
	/** Calls back for each change until the returned function is called. */
	onChange(listener: (change: Change) => void): Promise<() => void>;
	/** Asks for one snapshot change; call it after `onChange`. */
	announce(): Promise<void>;
	providers(): Promise<ProviderView[]>;
	/** Answers a program's question. */
	answer(id: string, answer: Answer): Promise<void>;
	/** Gives the window the height of its page, and shows it. */
	fit(height: number): Promise<void>;
}

/** The desktop shell: Tauri commands and events. */
export class TauriConsentIpc implements ConsentIpc {
	onChange(listener: (change: Change) => void): Promise<() => void> {
		return listen<Change>("change", (event) => listener(event.payload));
	}

	announce = (): Promise<void> => invoke("announce");
	providers = () => invoke<ProviderView[]>("providers");
	answer = (id: string, answer: Answer): Promise<void> => invoke("answer_question", { id, answer });
	fit = (height: number): Promise<void> => invoke("fit_consent", { height });
}
