import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type {
	AccountView,
	AuthorizationOutcome,
	Change,
	ClientAuthentication,
	Problem,
	RedirectHelpView,
	Tried,
} from "../ipc/bindings";
import type { Ipc } from "../ipc/ipc";
import type { Grants } from "./grants.svelte";

/** Authorizations under way: what the person does while the browser is open. */
export class Authorization {
	/** The address being pasted, by account. */
	readonly pasted = new SvelteMap<string, string>();
	/** What was pasted into the redirect doctor, by account. */
	readonly errorTexts = new SvelteMap<string, string>();
	/** What the redirect doctor made of it, by account. */
	readonly helps = new SvelteMap<string, RedirectHelpView>();
	/** Pending authorizations whose redirect doctor was sent away. */
	readonly doctorHidden = new SvelteSet<string>();
	/** The client authentication that an authorization tries, by account. */
	readonly #trying = new Map<string, ClientAuthentication>();

	constructor(
		private readonly ipc: Ipc,
		private readonly grants: Grants,
	) {}

	/** Takes a change in; a client authentication that was tried and taken, if that is what it tells. */
	apply(change: Change): ClientAuthentication | null {
		if (change.kind !== "authorization_ended") return null;
		this.pasted.delete(change.id);
		this.errorTexts.delete(change.id);
		this.helps.delete(change.id);
		const way = this.#trying.get(change.id) ?? null;
		this.#trying.delete(change.id);
		return change.outcome.kind === "done" ? way : null;
	}

	async start(id: string): Promise<boolean> {
		return (await this.#done(id, "authorize", () => this.ipc.authorize(id))) !== null;
	}

	openAgain(id: string): Promise<true | null> {
		return this.#done(id, "open_again", () => this.ipc.openAgain(id));
	}

	/** True when the link is on the clipboard. */
	copyLink(id: string): Promise<true | null> {
		return this.#done(id, "copy_link", () => this.ipc.copyLink(id));
	}

	cancel(id: string): Promise<true | null> {
		return this.#done(id, "cancel", () => this.ipc.cancelAuthorization(id));
	}

	/** Hands the pasted address over; the account tells how it ended. */
	async paste(id: string): Promise<AuthorizationOutcome | null> {
		const address = (this.pasted.get(id) ?? "").trim();
		const outcome = await this.grants.ask(id, "paste", () => this.ipc.pasteRedirect(id, address));
		if (outcome?.kind === "failed") this.grants.refusals.set(id, { asked: "paste", problem: outcome.problem });
		return outcome;
	}

	/** Why the last thing asked of an account was refused. */
	refusal(id: string): Problem | null {
		return this.grants.refusals.get(id)?.problem ?? null;
	}

	/** Tries a client authentication; where the browser opens for it, the end of that authorization tells. */
	async tryAuthentication(id: string, way: ClientAuthentication): Promise<Tried | null> {
		this.#trying.set(id, way);
		const tried = await this.grants.ask(id, "try_authentication", () => this.ipc.tryAuthentication(id, way));
		if (tried !== "authorizing") this.#trying.delete(id);
		return tried;
	}

	/** Takes what is pasted into the redirect doctor, and asks what it says; only the newest text counts. */
	async setErrorText(id: string, text: string): Promise<void> {
		this.errorTexts.set(id, text);
		if (text.trim() === "") {
			this.helps.delete(id);
			return;
		}
		try {
			const help = await this.ipc.redirectHelp(id, text);
			if (this.errorTexts.get(id) === text) this.helps.set(id, help);
		} catch {
			// The agent is gone, which a banner tells: the help that was asked before may be another text's.
			this.helps.delete(id);
		}
	}

	/** The redirect doctor comes after 20 s and stays away once it was sent away. */
	needsDoctor(account: AccountView, now: number): boolean {
		const pending = account.pending;
		if (pending === undefined || this.doctorHidden.has(`${account.id} ${pending.id}`)) return false;
		return now - pending.started_at_ms >= DOCTOR_AFTER_MS;
	}

	hideDoctor(account: AccountView): void {
		if (account.pending !== undefined) this.doctorHidden.add(`${account.id} ${account.pending.id}`);
	}

	#done(id: string, asked: "authorize" | "open_again" | "copy_link" | "cancel", work: () => Promise<void>) {
		return this.grants.ask(id, asked, () => work().then(() => true as const));
	}
}

const DOCTOR_AFTER_MS = 20_000;
