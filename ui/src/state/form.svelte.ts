import { SvelteSet } from "svelte/reactivity";
import type {
	DraftCheck,
	FieldProblem,
	Parameter,
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

/** What becomes of a stored client secret. */
export type SecretPlan = "keep" | "replace" | "remove";

/** A service being added or edited. It lives as long as the window, so that closing the sheet loses nothing. */
export class ServiceForm {
	draft: ServiceDraft;
	secret = $state("");
	plan = $state<SecretPlan>("keep");
	check = $state.raw<DraftCheck | null>(null);
	/** Fields that were left once. */
	readonly left = new SvelteSet<string>();
	/** Saving was tried: everything that is wrong is shown. */
	tried = $state(false);
	saving = $state(false);
	/** Why saving failed, where that is not about a field. */
	problem = $state.raw<Problem | null>(null);
	changed = $state(false);

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
	) {
		this.draft = $state(structuredClone(draft));
	}

	/** Changes a field of the draft. */
	set<Name extends keyof ServiceDraft>(field: Name, value: ServiceDraft[Name]): void {
		this.draft[field] = value;
		this.edited();
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
			if (check === null || check.problems.some((problem) => !problem.warning)) return null;
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

	#holes(): VariableView[] {
		return holesOf(this.draft, this.provider);
	}

	#values(): ServiceDraft {
		return $state.snapshot(this.draft);
	}

	#hasSecret(): boolean {
		if (this.service?.has_client_secret === true && this.plan !== "replace") return this.plan === "keep";
		return this.secret !== "";
	}

	#secretChange(): SecretChange {
		if (this.service?.has_client_secret === true) {
			if (this.plan === "remove") return { kind: "remove" };
			if (this.plan === "keep") return { kind: "keep" };
		}
		return this.secret === "" ? { kind: "keep" } : { kind: "set", value: this.secret };
	}

	#shown(): FieldProblem[] {
		return (this.check?.problems ?? []).filter((problem) => this.tried || this.left.has(fieldOf(problem)));
	}

	#refused(problem: Problem): void {
		const fields = problem.fields ?? [];
		if (fields.length === 0) this.problem = problem;
		else if (this.check !== null) this.check = { ...this.check, problems: fields };
	}
}

/** The field of the form: `revocation.url` stands in the field `revocation`, but each variable and habit has its own. */
function fieldOf(problem: FieldProblem): string {
	const [first] = problem.field.split(/[.[]/);
	return first === undefined || first === "variables" || first === "habits" ? problem.field : first;
}

const VARIABLES = "variables.";
const CHECK_AFTER_MS = 200;
