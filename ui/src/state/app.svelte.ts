import type {
	AccountView,
	Change,
	DiscoveryView,
	PastedView,
	ClientAuthentication,
	PermissionView,
	Problem,
	ReceiptView,
	ServiceView,
} from "../ipc/bindings";
import { problemOf, type Ipc } from "../ipc/ipc";
import { isDefinition } from "../text/definitions";
import { spokenSpan } from "../text/durations";
import { SECRET_PLACES } from "../text/problems";
import { askedText, permissionName, questionTitle } from "../text/programs";
import { accountName, HEADLINES } from "../text/statuses";
import { Accounts } from "./accounts.svelte";
import { Agent } from "./agent.svelte";
import { Announcer } from "./announcer.svelte";
import { Authorization } from "./authorization.svelte";
import { Clock } from "./clock.svelte";
import { Discovery } from "./discovery.svelte";
import { Drafts } from "./drafts.svelte";
import { Forecast } from "./forecast.svelte";
import type { ServiceForm } from "./form.svelte";
import { Grants } from "./grants.svelte";
import { AccountList } from "./list.svelte";
import { Navigation } from "./navigation.svelte";
import { Past } from "./past.svelte";
import { Pasting } from "./pasting.svelte";
import { Notices } from "./notices.svelte";
import { Programs } from "./programs.svelte";
import { Services } from "./services.svelte";
import { Settings } from "./settings.svelte";
import { tell, tellCopied } from "./toasts";

/** All state of the window, and the doings that touch several parts of it. */
export class App {
	readonly clock = new Clock();
	readonly announcer = new Announcer();
	readonly navigation = new Navigation();
	readonly accounts = new Accounts();
	readonly list = new AccountList(this.accounts);
	readonly notices = new Notices();
	readonly settings: Settings;
	readonly agent: Agent;
	readonly services: Services;
	readonly programs: Programs;
	readonly grants: Grants;
	readonly authorization: Authorization;
	readonly drafts: Drafts;
	readonly past: Past;
	readonly forecast: Forecast;
	readonly discovery: Discovery;
	readonly pasting: Pasting;

	/** The receipt of an account or a service that is gone. */
	receipt = $state.raw<ReceiptView | null>(null);

	#loadedProviders = false;
	readonly #countdowns = new Map<string, ReturnType<typeof setTimeout>[]>();

	constructor(readonly ipc: Ipc) {
		this.agent = new Agent(ipc);
		this.settings = new Settings(ipc);
		this.services = new Services(ipc);
		this.programs = new Programs(ipc);
		this.grants = new Grants(ipc);
		this.authorization = new Authorization(ipc, this.grants);
		this.drafts = new Drafts(ipc);
		this.past = new Past(ipc.past);
		this.forecast = new Forecast(ipc.past, this.authorization);
		this.discovery = new Discovery(ipc);
		this.pasting = new Pasting(ipc);
	}

	/** Follows the agent until the returned function is called. */
	async follow(): Promise<() => void> {
		const stops = await Promise.all([
			this.ipc.onChange((change) => this.apply(change)),
			this.ipc.onSelect((id) => this.select(id, true)),
			this.ipc.onAgentLost((problem) => (this.agent.lost = problem)),
		]);
		try {
			await this.ipc.announce();
		} catch (rejection) {
			this.agent.lost = problemOf(rejection);
		}
		return () => stops.forEach((stop) => stop());
	}

	/** Takes a change in. */
	apply(change: Change): void {
		const before = change.kind === "account" ? this.accounts.find(change.account.id) : undefined;
		this.#announceProgram(change);
		const place = change.kind === "account_removed" ? this.list.ids.indexOf(change.id) : -1;
		this.clock.tick();
		this.agent.apply(change);
		this.services.apply(change);
		this.programs.apply(change);
		this.notices.apply(change);
		this.accounts.apply(change);
		this.grants.apply(change);
		const taken = this.authorization.apply(change);
		this.past.apply(change, this.navigation.selected);
		this.forecast.apply(change, this.navigation.page === "forecast");
		const of = change.kind === "authorization_ended" ? this.accounts.find(change.id) : undefined;
		if (taken !== null && of !== undefined) this.#tellTaken(of, taken);
		if (change.kind === "account") {
			this.#announce(before, change.account);
			this.#tellCountdown(before, change.account);
		}
		if (change.kind === "account_removed" && this.navigation.selected === change.id) this.#selectAt(place);
		if (change.kind === "snapshot") this.#settle();
		if (this.agent.open) this.#loadProviders();
		else this.#closeAll();
	}

	/** Shows an account; `open` also shows its detail in a narrow window. */
	select(id: string, open: boolean): void {
		this.navigation.select(id, open);
		this.#loadPast(id);
	}

	async copyToken(account: AccountView): Promise<void> {
		const clears = await this.grants.copyToken(account.id);
		if (clears !== null) this.#copied("Token", account, clears);
	}

	async copyHeader(account: AccountView): Promise<void> {
		const clears = await this.grants.copyHeader(account.id);
		if (clears !== null) this.#copied("Header", account, clears);
	}

	async copyLink(account: AccountView): Promise<void> {
		if ((await this.authorization.copyLink(account.id)) !== null) tell("Link", `for ${accountName(account)} copied`);
	}

	/** Puts a text that is no secret on the clipboard; false where that failed. */
	async copyText(text: string): Promise<boolean> {
		return (await this.attempt(() => this.ipc.copyText(text).then(() => true))) ?? false;
	}

	openPage(url: string): void {
		void this.attempt(() => this.ipc.openPage(url));
	}

	/** Takes a notice off the list. */
	async dismiss(id: string): Promise<void> {
		await this.attempt(() => this.ipc.dismissNotice(id));
	}

	/** Locks the vault; names and status stay on screen. */
	async lock(): Promise<void> {
		await this.attempt(() => this.ipc.lock());
	}

	/** Brings the consent window forward. */
	showConsent(): void {
		void this.attempt(() => this.ipc.showConsent());
	}

	/** Takes one permission of a program back. */
	async takeBack(permission: PermissionView): Promise<void> {
		const name = permissionName(permission, this.services.find(permission.service));
		await this.attempt(async () => {
			await this.programs.takeBack([permission.id]);
			tell(name, "taken back");
		});
	}

	/** Asks whether all permissions of a program are to be taken back; a single one is at once. */
	askToTakeAllBack(program: string): void {
		const [first, ...more] = this.programs.group(program)?.permissions ?? [];
		if (first !== undefined && more.length === 0) void this.takeBack(first);
		else if (first !== undefined) this.navigation.over = { kind: "take_all_back", program };
	}

	/** Opens the form of a service, at one of its fields. */
	editService(name: string, field: string | null = null): void {
		const service = this.services.find(name);
		if (service === undefined) return;
		const provider = this.services.providerOf(service) ?? null;
		this.navigation.over = { kind: "form", draft: this.drafts.edit(service, provider), field };
	}

	/** Opens the form for a new service of a catalog entry, or by hand. */
	addService(providerId: string | null): void {
		const provider = this.services.providers.find((one) => one.id === providerId) ?? null;
		this.navigation.over = { kind: "form", draft: this.drafts.add(provider), field: null };
	}

	/** Opens the sheet that asks a provider what it tells of itself; an address that was typed is asked at once. */
	openDiscovery(address: string | null): void {
		this.navigation.over = { kind: "discover" };
		if (address === null) return;
		this.discovery.type(address);
		void this.discovery.discover();
	}

	/** Opens the form with what a provider tells. */
	useDiscovered(found: DiscoveryView): void {
		this.navigation.over = { kind: "form", draft: this.drafts.discovered(found), field: null };
	}

	/** Opens the form with what was pasted. */
	usePasted(found: PastedView): void {
		const provider = this.services.providers.find((one) => one.id === found.draft.provider) ?? null;
		this.pasting.clear();
		this.navigation.over = { kind: "form", draft: this.drafts.pasted(found, provider), field: null };
	}

	/** Takes a definition off a paste, wherever on the page it goes; any other text is left to its field. */
	paste(event: ClipboardEvent): void {
		const text = definitionOf(event);
		if (text === null) return;
		this.navigation.over = { kind: "paste" };
		void this.pasting.read(text);
	}

	/** The same on a form of a new service: what belongs to it is filled in, anything else is shown first. */
	async pasteIntoForm(form: ServiceForm, event: ClipboardEvent): Promise<void> {
		const text = form.service === null ? definitionOf(event) : null;
		if (text === null) return;
		const found = await this.pasting.read(text);
		if (found !== null && found.draft.provider === form.provider?.id) {
			this.pasting.clear();
			form.take(found);
		} else this.navigation.over = { kind: "paste" };
	}

	/** Adds the practice provider and authorizes its first account. */
	async practice(): Promise<Problem | null> {
		try {
			await this.authorizeNew(await this.ipc.addPractice());
			return null;
		} catch (rejection) {
			return problemOf(rejection);
		}
	}

	/** Shows the first account of a service that was just saved, and authorizes it. */
	async authorizeNew(service: ServiceView): Promise<void> {
		const id = this.showNew(service);
		await this.authorization.start(id);
	}

	/** Shows the first account of a service that was just saved. */
	showNew(service: ServiceView): string {
		const id = service.accounts[0] ?? `${service.name}/default`;
		this.list.typed = "";
		this.select(id, true);
		return id;
	}

	/** Does again what the provider refused, with the client secret sent in another way, and says so if it works. */
	async tryAuthentication(account: AccountView, way: ClientAuthentication): Promise<void> {
		const tried = await this.authorization.tryAuthentication(account.id, way);
		if (tried === "refreshed") this.#tellTaken(account, way);
	}

	async copyRedirectUri(uri: string): Promise<void> {
		if (await this.copyText(uri)) tell("Redirect URI", "copied");
	}

	/** Tells that something is gone; a receipt with something in it is shown. */
	gone(name: string, receipt: ReceiptView): void {
		tell(name, "deleted");
		const anything = receipt.lines.length > 0 || receipt.page !== undefined;
		this.receipt = anything ? receipt : null;
		if (anything) void this.grants.followReceipt(receipt, (changed) => (this.receipt &&= changed));
		this.navigation.over = anything ? { kind: "receipt", title: name } : null;
	}

	/** Does `work`; a failure is told in a toast, for what has no account to stay on. */
	async attempt<Answer>(work: () => Promise<Answer>): Promise<Answer | null> {
		try {
			return await work();
		} catch (rejection) {
			const problem = problemOf(rejection);
			tell(problem.title, problem.hint);
			return null;
		}
	}

	#tellTaken(account: AccountView, way: ClientAuthentication): void {
		tell(account.service_title, `takes the client secret ${SECRET_PLACES[way]} · the service is saved`);
	}

	#copied(what: string, account: AccountView, clears_in_ms: number): void {
		tellCopied(what, accountName(account), clears_in_ms, this.clock, () => {
			void this.attempt(async () => {
				await this.ipc.clearClipboard();
				tell("Clipboard", "cleared");
			});
		});
	}

	#announce(before: AccountView | undefined, account: AccountView): void {
		const name = accountName(account);
		const refreshed = account.grant?.last_refresh_at_ms;
		if (refreshed !== undefined && refreshed !== before?.grant?.last_refresh_at_ms) {
			const ends = account.grant?.expires_at_ms;
			const left = ends === undefined ? "" : `, ${spokenSpan(ends - this.clock.now)} left`;
			this.announcer.tell(`${name}: refreshed${left}`, "refreshed");
		} else if (before !== undefined && before.headline !== account.headline && account.headline !== "refreshing") {
			this.announcer.tell(`${name}: ${HEADLINES[account.headline].toLowerCase()}`);
		}
	}

	/** To be called before a change is taken in, while what goes away is still known. */
	#announceProgram(change: Change): void {
		if (change.kind === "question" && !this.programs.questions.has(change.question.id)) {
			const service = this.services.find(change.question.service);
			const asked = askedText(change.question, [...this.accounts.all.values()], service);
			this.announcer.tell(questionTitle(change.question, asked));
		}
		if (change.kind === "permission" && !this.programs.permissions.has(change.permission.id)) {
			const name = permissionName(change.permission, this.services.find(change.permission.service));
			this.announcer.tell(`${name}: ${change.permission.allowed ? "allowed" : "refused for good"}`);
		}
		const gone = change.kind === "permission_removed" ? this.programs.permissions.get(change.id) : undefined;
		if (gone !== undefined) {
			this.announcer.tell(`${permissionName(gone, this.services.find(gone.service))}: permission ended`);
		}
	}

	/** The countdown of a link is spoken at 1 minute and at 10 seconds only. */
	#tellCountdown(before: AccountView | undefined, account: AccountView): void {
		if (before?.pending?.id === account.pending?.id && before !== undefined) return;
		for (const timer of this.#countdowns.get(account.id) ?? []) clearTimeout(timer);
		this.#countdowns.delete(account.id);
		const ends = account.pending?.expires_at_ms;
		if (ends === undefined) return;
		const timers = [60_000, 10_000]
			.filter((left) => ends - left > Date.now())
			.map((left) =>
				setTimeout(
					() => this.announcer.tell(`${accountName(account)}: the link is good for ${spokenSpan(left)}`),
					ends - left - Date.now(),
				),
			);
		this.#countdowns.set(account.id, timers);
	}

	/** Nothing can be done while the vault is not open, and what was pasted may be secret. */
	#closeAll(): void {
		this.navigation.over = null;
		this.pasting.clear();
	}

	#settle(): void {
		const selected = this.accounts.find(this.navigation.selected);
		if (selected === undefined) this.#selectAt(0);
		else this.#keepSelected(selected.id);
	}

	#selectAt(place: number): void {
		const id = this.list.ids[Math.min(Math.max(0, place), this.list.ids.length - 1)];
		this.navigation.selected = null;
		this.navigation.detailOpen = false;
		if (id === undefined) return;
		this.navigation.selected = id;
		this.#loadPast(id);
	}

	/** Selects without going to the page of accounts: nobody asked for that. */
	#keepSelected(id: string): void {
		this.navigation.selected = id;
		this.#loadPast(id);
	}

	#loadPast(id: string): void {
		void this.grants.loadHistory(id);
		void this.past.loadTimeline(id);
	}

	#loadProviders(): void {
		if (this.#loadedProviders) return;
		this.#loadedProviders = true;
		void this.services.load().catch(() => (this.#loadedProviders = false));
	}
}

/** The definition that is being pasted; null for any other text. */
function definitionOf(event: ClipboardEvent): string | null {
	const text = event.clipboardData?.getData("text/plain") ?? "";
	if (event.defaultPrevented || !isDefinition(text)) return null;
	event.preventDefault();
	return text;
}
