import type { AccountView, Answer, Change, Problem, ProviderView, QuestionView, ServiceView } from "../ipc/bindings";
import type { ConsentIpc } from "../ipc/consent_ipc";
import { problemOf } from "../ipc/ipc";
import type { Span } from "../text/programs";
import { Clock } from "./clock.svelte";
import { inOrder } from "./programs.svelte";

/** The consent window: one question after another, the oldest first. */
export class Consent {
	readonly clock = new Clock();
	/** What waits for an answer. */
	waiting = $state.raw<QuestionView[]>([]);
	services = $state.raw<ReadonlyMap<string, ServiceView>>(new Map());
	accounts = $state.raw<ReadonlyMap<string, AccountView>>(new Map());
	providers = $state.raw<ProviderView[]>([]);
	/** How long, as chosen for the question on screen. */
	span = $state<Span>("once");
	/** The buttons act: the question has been on screen, and the window in front, for a second. */
	armed = $state(false);
	/** The answer that is being given. */
	busy = $state<Answer | null>(null);
	/** Why the last answer was not taken. */
	problem = $state.raw<Problem | null>(null);
	/** The question that went away unanswered, once none is left. */
	ended = $state.raw<QuestionView | null>(null);
	/** Questions that are over, since there last was none. */
	over = $state(0);

	current = $derived(this.waiting[0]);

	#timer: ReturnType<typeof setTimeout> | undefined;
	#answered: string | null = null;

	constructor(private readonly ipc: ConsentIpc) {}

	/** Follows the agent until the returned function is called. */
	async follow(): Promise<() => void> {
		const stop = await this.ipc.onChange((change) => this.apply(change));
		await this.ipc.announce().catch(() => undefined);
		// The marks are a nicety: a question without them is still a question.
		this.providers = await this.ipc.providers().catch(() => []);
		return stop;
	}

	/** Takes a change in. */
	apply(change: Change): void {
		this.clock.tick();
		switch (change.kind) {
			case "snapshot":
				this.services = new Map(change.services.map((service) => [service.name, service]));
				this.accounts = new Map(change.accounts.map((account) => [account.id, account]));
				this.#show(change.questions);
				break;
			case "service":
				this.services = new Map(this.services).set(change.service.name, change.service);
				break;
			case "account":
				this.accounts = new Map(this.accounts).set(change.account.id, change.account);
				break;
			case "question":
				this.#show([...this.waiting.filter((one) => one.id !== change.question.id), change.question]);
				break;
			case "question_gone":
				this.#show(this.waiting.filter((one) => one.id !== change.id));
				break;
			default:
		}
	}

	/** To be called whenever the window gets or loses the focus: a click that brought it back means nothing. */
	rearm(): void {
		this.armed = false;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => (this.armed = true), ACTS_AFTER_MS);
	}

	/** Answers the question on screen, if the buttons act. */
	async answer(answer: Answer): Promise<void> {
		const question = this.current;
		if (question === undefined || !this.armed || this.busy !== null) return;
		this.busy = answer;
		this.problem = null;
		this.#answered = question.id;
		try {
			await this.ipc.answer(question.id, answer);
			// The change that says the same may come later, or have come already.
			this.#show(this.waiting.filter((one) => one.id !== question.id));
		} catch (rejection) {
			this.problem = problemOf(rejection);
			this.#answered = null;
		} finally {
			this.busy = null;
		}
	}

	/** Gives the window the height of its page. */
	fit(height: number): void {
		void this.ipc.fit(height).catch(() => undefined);
	}

	#show(questions: QuestionView[]): void {
		const before = this.current;
		const ids = new Set(questions.map((question) => question.id));
		const gone = this.waiting.filter((question) => !ids.has(question.id)).length;
		this.over = this.waiting.length === 0 ? 0 : this.over + gone;
		this.waiting = inOrder(questions);
		if (this.current?.id === before?.id) return;
		this.span = "once";
		this.problem = null;
		this.ended = this.current === undefined && before?.id !== this.#answered ? (before ?? null) : null;
		this.rearm();
	}
}

/** A press that was meant for something else, or a key that was on its way, must not answer. */
const ACTS_AFTER_MS = 1_000;
