import { SvelteSet } from "svelte/reactivity";
import type {
	DraftCheck,
	FieldProblem,
	Parameter,
	PastedView,
	Problem,
	ProviderView,
	ServiceDraft,
	ServiceView,
	VariableView,
} from "../ipc/bindings";
import { problemOf, type Ipc, type SecretChange } from "../ipc/ipc";
import { splitScopes } from "../text/scopes";
import { fillIn, holesOf, valueOf } from "../text/variables";
import { pressEnded } from "./press";

/** A field of the form: a field of the draft, or the client secret. */
export type Field = keyof ServiceDraft | "client_secret";

/** Who makes the client: Grantkeep registers one where the provider lets it, or the person has one. */
export type ClientFrom = "register" | "own";

/** What becomes of a stored client secret. */
export type SecretPlan = "keep" | "replace" | "remove";

/** The fields of the draft that are one line of text. */
export type TextField =
	| "title"
	| "client_id"
	| "authorize_uri"
	| "token_uri"
	| "test_uri"
	| "introspection_uri"
	| "issuer"
	| "redirect_port"
	| "redirect_path"
	| "redirect_uri"
	| "request_hosts";

/** A service being added or edited. It lives as long as the window, so that closing the sheet loses nothing. */
export class ServiceForm {
	draft: ServiceDraft;
	secret = $state("");
	plan = $state<SecretPlan>("keep");
	/** Where the provider registers clients by itself: who makes this one. */
	client = $state<ClientFrom>("own");
	/** For providers that register a client only for whom they know. */
	initialToken = $state("");
	/** What was pasted into the form; the agent keeps its client secret. */
	pasted = $state.raw<PastedView | null>(null);
	/** The step that is shown, of a form that has them, and the farthest one that was. */
	step = $state(0);
	reached = $state(0);
	check = $state.raw<DraftCheck | null>(null);
	/** Fields that were left once. */
	readonly left = new SvelteSet<string>();
	/** Saving was tried: everything that is wrong is shown. */
	tried = $state(false);
	saving = $state(false);
	/** Why saving failed, where that is not about a field. */
	problem = $state.raw<Problem | null>(null);
	changed = $state(false);

	/** Grantkeep registers the client when the form is saved. */
	registering = $derived(this.client === "register");
	hasSecret = $derived(this.#hasSecret());
	shown = $derived(this.#shown());
	/** What the addresses still lack: asked for first. */
	holes = $derived(this.#holes());
	toMend = $derived(this.shown.filter((problem) => !problem.warning).length);

	#timer: ReturnType<typeof setTimeout> | undefined;
	#checks = 0;

	constructor(
		private readonly ipc: Ipc,
		/** The service being edited. */
		readonly service: ServiceView | null,
		/** The catalog entry it comes from. */
		readonly provider: ProviderView | null,
		draft: ServiceDraft,
		/** The provider registers clients by itself. */
		readonly registers: boolean = false,
	) {
		this.draft = $state(structuredClone(draft));
		if (registers) this.client = "register";
	}

	/** Changes a field of the draft. */
	set<Name extends keyof ServiceDraft>(field: Name, value: ServiceDraft[Name]): void {
		this.draft[field] = value;
		this.edited();
	}

	/** Takes over what a pasted text tells; all else stays as it is. */
	take(found: PastedView): void {
		const told = Object.entries(found.draft).filter(([field]) => found.fields.includes(field));
		Object.assign(this.draft, structuredClone(Object.fromEntries(told)));
		this.pasted = found;
		this.client = "own";
		if (found.secret_ref !== undefined) {
			this.secret = "";
			this.plan = "replace";
		}
		this.edited();
	}

	/** Gives a pasted client secret up: another one is typed. */
	dropPastedSecret(): void {
		this.#forgetPastedSecret();
		this.edited();
	}

	/** Goes to a step that was reached. */
	goTo(step: number): void {
		if (step <= this.reached) this.step = step;
	}

	/** Goes on from a step with these fields; false where one of them is to be mended first. */
	async pass(fields: readonly string[]): Promise<boolean> {
		await this.checkNow();
		for (const field of fields) this.left.add(field);
		if (this.firstToMend(fields) !== undefined) return false;
		this.step += 1;
		this.reached = Math.max(this.reached, this.step);
		return true;
	}

	/** The bindings of one text field of the draft; an address shows as it will be used. */
	text(name: TextField) {
		return {
			name,
			value: this.filled(this.draft[name]),
			problems: this.problemsOf(name),
			oninput: (value: string) => this.set(name, value),
			onleave: () => void this.leave(name),
			onmend: (problem: FieldProblem) => this.mend(problem),
		};
	}

	/** What was typed for a variable. */
	variable(name: string): string {
		return valueOf(name, this.draft.variables);
	}

	setVariable(name: string, value: string): void {
		const others = this.draft.variables.filter((one) => one.name !== name);
		this.draft.variables = value === "" ? others : [...others, { name, value }];
		this.edited();
	}

	/** An address as it will be used: with the variables in their places. */
	filled(address: string): string {
		return fillIn(address, this.provider?.variables ?? [], this.draft.variables);
	}

	/** To be called after each change of a field: checks once typing pauses. */
	edited(): void {
		this.changed = true;
		this.problem = null;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.checkNow(), CHECK_AFTER_MS);
	}

	/** To be called when the focus leaves a field: what is wrong with it as it is now shows once a press has ended. */
	async leave(field: string): Promise<void> {
		await this.checkNow();
		this.left.add(field);
	}

	/** What is wrong with a field, as far as it is time to say so. */
	problemsOf(field: string): FieldProblem[] {
		return this.shown.filter((problem) => fieldOf(problem) === field);
	}

	/** Puts a problem's mend into its field. */
	mend(problem: FieldProblem): void {
		if (problem.fix === undefined) return;
		const value = problem.fix.value;
		const field = fieldOf(problem);
		if (field.startsWith(VARIABLES)) {
			this.setVariable(field.slice(VARIABLES.length), value);
			void this.checkNow();
			return;
		}
		switch (field) {
			case "title":
			case "client_id":
			case "authorize_uri":
			case "token_uri":
			case "test_uri":
			case "introspection_uri":
			case "issuer":
			case "scopes":
			case "redirect_port":
			case "redirect_path":
			case "redirect_uri":
			case "request_hosts":
				this.draft[field] = value;
				break;
			case "client_secret":
				this.secret = value;
				break;
			case "habits.refresh_uri":
				this.draft.habits.refresh_uri = value;
				break;
			case "revocation":
				if ("url" in this.draft.revocation) this.draft.revocation.url = value;
				if ("page" in this.draft.revocation) this.draft.revocation.page = value;
				break;
			default:
				return;
		}
		this.edited();
		void this.checkNow();
	}

	/** Adds an empty line to one of the draft's lists. */
	addLine(lines: Parameter[]): void {
		lines.push({ name: "", value: "" });
		this.edited();
	}

	removeLine(lines: Parameter[], index: number): void {
		lines.splice(index, 1);
		this.edited();
	}

	/** Adds a scope, or takes it away where it stands. */
	toggleScope(scope: string): void {
		const scopes = splitScopes(this.draft.scopes);
		const without = scopes.filter((one) => one !== scope);
		this.draft.scopes = (without.length === scopes.length ? [...scopes, scope] : without).join(" ");
		this.edited();
	}

	/** Asks what is wrong with the draft; an older answer never replaces a newer one. */
	async checkNow(): Promise<DraftCheck | null> {
		clearTimeout(this.#timer);
		this.#checks += 1;
		const mine = this.#checks;
		try {
			const check = await this.ipc.checkService(this.#values(), this.service?.name ?? null, this.hasSecret);
			await pressEnded();
			if (mine === this.#checks) this.check = check;
			return check;
		} catch (rejection) {
			this.problem = problemOf(rejection);
			return null;
		}
	}

	/** Saves; null where something has to be mended first. */
	async save(): Promise<ServiceView | null> {
		if (this.saving) return null;
		this.saving = true;
		this.problem = null;
		try {
			const check = await this.checkNow();
			this.tried = true;
			if (check === null || this.toMend > 0) return null;
			if (this.registering) return await this.ipc.registerService(this.#values(), this.initialToken.trim() || null);
			return await this.ipc.saveService(this.#values(), this.#secretChange(), this.service?.name ?? null);
		} catch (rejection) {
			this.#refused(problemOf(rejection));
			return null;
		} finally {
			this.saving = false;
		}
	}

	/** The first field to mend, in the order of the form. */
	firstToMend(order: readonly string[]): string | undefined {
		const fields = new Set(this.shown.filter((problem) => !problem.warning).map(fieldOf));
		return order.find((field) => fields.has(field));
	}

	#forgetPastedSecret(): void {
		if (this.pasted === null) return;
		const { secret_ref: _given, ...rest } = this.pasted;
		this.pasted = rest;
	}

	#holes(): VariableView[] {
		return holesOf(this.draft, this.provider);
	}

	#values(): ServiceDraft {
		return $state.snapshot(this.draft);
	}

	#hasSecret(): boolean {
		if (this.registering || this.pasted?.secret_ref !== undefined) return true;
		if (this.service?.has_client_secret === true && this.plan !== "replace") return this.plan === "keep";
		return this.secret !== "";
	}

	#secretChange(): SecretChange {
		const secret_ref = this.pasted?.secret_ref;
		if (secret_ref !== undefined) return { kind: "pasted", secret_ref };
		if (this.service?.has_client_secret === true) {
			if (this.plan === "remove") return { kind: "remove" };
			if (this.plan === "keep") return { kind: "keep" };
		}
		return this.secret === "" ? { kind: "keep" } : { kind: "set", value: this.secret };
	}

	#shown(): FieldProblem[] {
		const problems = (this.check?.problems ?? []).filter((problem) => this.tried || this.left.has(fieldOf(problem)));
		return this.registering ? problems.filter((problem) => !OF_THE_CLIENT.includes(fieldOf(problem))) : problems;
	}

	#refused(problem: Problem): void {
		const fields = problem.fields ?? [];
		// What a registration ran into, or that a pasted secret is gone, is more than the word at its field.
		const whole = fields.length === 0 || this.registering || this.pasted?.secret_ref !== undefined;
		if (whole) this.problem = problem;
		if (fields.length > 0 && this.check !== null) this.check = { ...this.check, problems: fields };
		// The agent keeps a pasted secret for a while only.
		if (fields.some((field) => field.field === "client_secret")) this.#forgetPastedSecret();
	}
}

/** The field of the form: `revocation.url` stands in the field `revocation`, but each variable and habit has its own. */
function fieldOf(problem: FieldProblem): string {
	const [first] = problem.field.split(/[.[]/);
	return first === undefined || first === "variables" || first === "habits" ? problem.field : first;
}

/** What a registration brings. */
const OF_THE_CLIENT = ["client_id", "client_secret", "client_authentication"];

const VARIABLES = "variables.";
const CHECK_AFTER_MS = 200;
