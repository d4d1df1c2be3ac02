/** A world in memory in place of the shell: for tests, accessibility checks and `vite dev`. Never in a release. */
import type {
	AccountView,
	Action,
	Answer,
	AuthorizationOutcome,
	ClientAuthentication,
	DraftCheck,
	Problem,
	ProviderView,
	ReceiptView,
	ServiceDraft,
	ServiceView,
	SettingView,
	Tried,
} from "./bindings";
import { FakeChanges } from "./fake_changes";
import { checkDraft, filledDraft, slugOf } from "./fake_check";
import { FakePast } from "./fake_past";
import {
	hostsOf,
	newAccount,
	receipt,
	receiptByHand,
	redirectHelp,
	survived,
	surviving,
	withoutPending,
} from "./fake_views";
import type { World } from "./fake_world";
import type { ConsentIpc } from "./consent_ipc";
import type { IdentityChoice, Ipc, SecretChange } from "./ipc";

export type { World } from "./fake_world";

export class FakeIpc extends FakeChanges implements Ipc, ConsentIpc {
	/** Each call: its name and what it was given. */
	readonly calls: [string, ...unknown[]][] = [];

	#tellReceipt: ((receipt: ReceiptView) => void) | undefined;

	constructor(readonly world: World) {
		super();
	}

	async announce(): Promise<void> {
		await this.#call("announce");
		this.#snapshot();
	}

	async unlock(passphrase: string): Promise<void> {
		await this.#call("unlock");
		if (passphrase !== this.world.passphrase)
			throw problem("wrong_passphrase", "That is not the passphrase", "Try again.");
		this.#open();
	}

	async createVault(_passphrase: string): Promise<void> {
		await this.#call("createVault");
		this.#open();
	}

	async retryVault(): Promise<void> {
		await this.#call("retryVault");
		this.#open();
	}

	/** Names and status stay visible, as where the agent locked its vault while it ran. */
	async lock(): Promise<void> {
		await this.#call("lock");
		const kind = this.world.agent.key_place === "passphrase" ? "needs_passphrase" : "locked";
		this.world.agent = { ...this.world.agent, vault: { kind } };
		this.push({ kind: "agent", agent: this.world.agent });
	}

	async providers(): Promise<ProviderView[]> {
		await this.#call("providers");
		return this.world.providers;
	}

	async checkService(draft: ServiceDraft, name: string | null, hasSecret: boolean): Promise<DraftCheck> {
		await this.#call("checkService", draft, name, hasSecret);
		const before = this.world.services.find((service) => service.name === name);
		const known = before === undefined ? [] : hostsOf(before.definition);
		const changed = before === undefined ? [] : hostsOf(draft).filter((host) => !known.includes(host));
		return checkDraft(draft, this.#provider(draft), hasSecret, changed);
	}

	async saveService(draft: ServiceDraft, secret: SecretChange, name: string | null): Promise<ServiceView> {
		await this.#call("saveService", draft, secret, name);
		const provider = this.#provider(draft);
		const check = checkDraft(draft, provider, secret.kind !== "remove", []);
		const before = this.world.services.find((service) => service.name === name);
		const slug = name ?? check.name;
		const service: ServiceView = {
			name: slug,
			definition: filledDraft(draft, provider),
			has_client_secret:
				"value" in secret || "secret_ref" in secret || (secret.kind === "keep" && (before?.has_client_secret ?? false)),
			redirect_uri: check.redirect_uri,
			hosts_to_confirm: before?.hosts_to_confirm ?? [],
			test_host_to_confirm: false,
			client_is_registered: before?.client_is_registered ?? false,
			accounts: before?.accounts ?? [`${slug}/default`],
		};
		this.#setService(service);
		if (before === undefined) this.#setAccount(newAccount(service, "default", "default"));
		return service;
	}

	discover = (issuer: string) => this.#call("discover", issuer).then(() => this.world.discovery);
	readPasted = (text: string) => this.#call("readPasted", text).then(() => this.world.pasted);

	async registerService(draft: ServiceDraft, initialAccessToken: string | null): Promise<ServiceView> {
		await this.#call("registerService", draft, initialAccessToken);
		const made = { ...draft, client_id: "registered-client" };
		const service = await this.saveService(made, { kind: "set", value: "registered" }, null);
		return { ...service, client_is_registered: true };
	}

	async duplicateService(name: string, title: string): Promise<ServiceView> {
		await this.#call("duplicateService", name, title);
		return this.saveService({ ...this.#service(name).definition, title }, { kind: "set", value: "copied" }, null);
	}

	async deleteService(name: string, revoke: boolean): Promise<ReceiptView> {
		await this.#call("deleteService", name, revoke);
		for (const id of this.#service(name).accounts) this.#removeAccount(id);
		this.world.services = this.world.services.filter((service) => service.name !== name);
		this.push({ kind: "service_removed", name });
		return receipt(revoke);
	}

	async confirmHosts(name: string, clientSecret: string | null): Promise<ServiceView> {
		await this.#call("confirmHosts", name, clientSecret);
		const service = { ...this.#service(name), hosts_to_confirm: [], test_host_to_confirm: false };
		this.#setService(service);
		for (const id of service.accounts) {
			const account = this.#account(id);
			this.#setAccount({ ...account, notes: account.notes.filter((note) => note.kind !== "hosts_to_confirm") });
		}
		return service;
	}

	async addPractice(): Promise<ServiceView> {
		await this.#call("addPractice");
		const practice = this.world.providers.find((provider) => provider.practice);
		if (practice === undefined) throw problem("not_found", "The practice provider does not run", "Start it first.");
		return this.saveService(practice.draft, { kind: "keep" }, null);
	}

	async addAccount(service: string, title: string): Promise<AccountView> {
		await this.#call("addAccount", service, title);
		const account = newAccount(this.#service(service), slugOf(title), title);
		if (this.world.accounts.some((one) => one.id === account.id)) {
			throw problem("name_taken", "There is an account of that name", "Choose another one.");
		}
		this.#setAccount(account);
		this.#setService({ ...this.#service(service), accounts: [...this.#service(service).accounts, account.id] });
		return account;
	}

	async renameAccount(id: string, title: string): Promise<AccountView> {
		await this.#call("renameAccount", id, title);
		return this.#setAccount({ ...this.#account(id), title });
	}

	async deleteAccount(id: string, revoke: boolean): Promise<ReceiptView> {
		await this.#call("deleteAccount", id, revoke);
		this.#removeAccount(id);
		return receipt(revoke);
	}

	async authorize(id: string): Promise<void> {
		await this.#call("authorize", id);
		const account = this.#account(id);
		const now = Date.now();
		this.#setAccount({
			...account,
			activity: { kind: "waiting" },
			headline: "waiting",
			group: "needs_attention",
			since_ms: now,
			pending: {
				id: "1",
				started_at_ms: now,
				expires_at_ms: now + 300_000,
				redirect_uri: "http://127.0.0.1:49152/callback/notion-2c91",
				method: "loopback",
				paste_only: false,
			},
		});
	}

	openAgain = (id: string) => this.#call("openAgain", id);
	copyLink = (id: string) => this.#call("copyLink", id);

	async cancelAuthorization(id: string): Promise<void> {
		await this.#call("cancelAuthorization", id);
		this.#setAccount(withoutPending(this.#account(id)));
		this.push({ kind: "authorization_ended", id, outcome: { kind: "cancelled" } });
	}

	async pasteRedirect(id: string, address: string): Promise<AuthorizationOutcome> {
		await this.#call("pasteRedirect", id, address);
		if (!address.includes("code=")) {
			return {
				kind: "failed",
				problem: problem("not_an_answer", "This address holds no answer", "Copy the whole address from the browser."),
			};
		}
		this.#setAccount(withoutPending(this.#account(id)));
		return { kind: "done" };
	}

	tryAuthentication = (id: string, way: ClientAuthentication): Promise<Tried> =>
		this.#call("tryAuthentication", id, way).then(() => this.refresh(id).then(() => "refreshed"));
	redirectHelp = (id: string, text: string) => this.#call("redirectHelp", id, text).then(() => redirectHelp(text));

	async resolveIdentity(id: string, choice: IdentityChoice): Promise<AccountView> {
		await this.#call("resolveIdentity", id, choice);
		const account = this.#account(id);
		return this.#setAccount({ ...account, notes: account.notes.filter((note) => note.kind !== "somebody_else") });
	}

	async acceptScopes(id: string): Promise<AccountView> {
		await this.#call("acceptScopes", id);
		const account = this.#account(id);
		const notes = account.notes.map((note) => (note.kind === "scopes_missing" ? { ...note, accepted: true } : note));
		return this.#setAccount({ ...account, notes, headline: "active", group: "active" });
	}

	copyToken = (id: string) => this.#call("copyToken", id).then(() => 28_000);
	copyHeader = (id: string) => this.#call("copyHeader", id).then(() => 28_000);
	dismissNotice = (id: string) => this.#call("dismissNotice", id);
	settings = () => this.#call("settings").then(() => this.world.settings);

	async changeSetting(key: string, value: string): Promise<SettingView> {
		await this.#call("changeSetting", key, value);
		const known = this.world.settings.find((setting) => setting.key === key);
		if (known === undefined) throw problem("not_found", "There is no such setting", "Choose another one.");
		return { ...known, value };
	}

	clearClipboard = () => this.#call("clearClipboard");

	async refresh(id: string): Promise<AccountView> {
		await this.#call("refresh", id);
		const account = this.#account(id);
		const now = Date.now();
		if (account.grant === undefined) return account;
		const grant = {
			...account.grant,
			obtained_at_ms: now,
			expires_at_ms: now + 3_600_000,
			refreshes_at_ms: now + 3_240_000,
			last_refresh_at_ms: now,
		};
		const { trouble: _over, ...rest } = account;
		return this.#setAccount({
			...rest,
			token_state: "active",
			headline: "active",
			group: "active",
			activity: { kind: "none" },
			grant,
		});
	}

	async revoke(id: string): Promise<ReceiptView> {
		await this.#call("revoke", id);
		const { revocation } = this.#service(this.#account(id).service).definition;
		const asked = this.calls.some(([name, given]) => name === "revoked" && given === id);
		if (revocation.kind === "by_hand" && !asked) return receiptByHand(revocation.page);
		const { grant: _gone, trouble: _over, ...rest } = this.#account(id);
		this.#setAccount({
			...rest,
			token_state: "revoked",
			headline: "revoked",
			group: "other",
			since_ms: Date.now(),
			notes: [],
			possible: { copy: false, refresh: false, revoke: false, test: false, authorize: true },
		});
		return this.world.survives ? surviving() : receipt(true);
	}

	async revoked(id: string): Promise<ReceiptView> {
		await this.#call("revoked", id);
		return this.revoke(id);
	}

	/** A receipt whose tokens are tried stays so until it is stopped. */
	receipt = (receiptId: string) =>
		this.#call("receipt", receiptId).then(() => new Promise<ReceiptView>((told) => (this.#tellReceipt = told)));

	async stopTrying(receiptId: string): Promise<ReceiptView> {
		await this.#call("stopTrying", receiptId);
		const ended = survived();
		this.#tellReceipt?.(ended);
		return ended;
	}

	introspect = (id: string) =>
		this.#call("introspect", id).then(() => ({ ...this.world.introspection, at_ms: Date.now() }));
	inspect = (id: string) => this.#call("inspect", id).then(() => ({ ...this.world.inspection, at_ms: Date.now() }));
	test = (id: string) => this.#call("test", id).then(() => ({ ...this.world.test, at_ms: Date.now() }));
	readonly past = new FakePast(
		() => this.world,
		(name, ...given) => this.#call(name, ...given),
		(account) => this.#setAccount(account),
		(service) => this.#setService(service),
	);

	copyText = (text: string) => this.#call("copyText", text);
	openPage = (url: string) => this.#call("openPage", url);

	async removePermission(id: string): Promise<void> {
		await this.#call("removePermission", id);
		this.world.permissions = this.world.permissions.filter((permission) => permission.id !== id);
		this.push({ kind: "permission_removed", id });
	}

	showConsent = () => this.#call("showConsent");

	async answer(id: string, answer: Answer): Promise<void> {
		await this.#call("answer", id, answer);
		this.world.questions = this.world.questions.filter((question) => question.id !== id);
		this.push({ kind: "question_gone", id });
	}

	fit = (height: number) => this.#call("fit", height);

	async #call(name: string, ...given: unknown[]): Promise<void> {
		this.calls.push([name, ...given]);
		const failure = this.world.failing[name];
		if (failure !== undefined) throw failure;
	}

	#snapshot(): void {
		const { agent, services, accounts, questions, permissions } = this.world;
		const told = agent.vault.kind === "open" || agent.vault.kind === "locked";
		if (told) this.push({ kind: "snapshot", agent, services, accounts, questions, permissions });
		else this.push({ kind: "snapshot", agent, services: [], accounts: [], questions: [], permissions: [] });
	}

	#open(): void {
		this.world.agent = { ...this.world.agent, vault: { kind: "open" } };
		this.#snapshot();
	}

	#provider(draft: ServiceDraft): ProviderView | null {
		return this.world.providers.find((provider) => provider.id === draft.provider) ?? null;
	}

	#service(name: string): ServiceView {
		const found = this.world.services.find((service) => service.name === name);
		if (found === undefined) throw problem("not_found", "There is no such service", "");
		return found;
	}

	#account(id: string): AccountView {
		const found = this.world.accounts.find((account) => account.id === id);
		if (found === undefined) throw problem("not_found", "There is no such account", "");
		return found;
	}

	#setService(service: ServiceView): void {
		this.world.services = [...this.world.services.filter((one) => one.name !== service.name), service];
		this.push({ kind: "service", service });
	}

	#setAccount(account: AccountView): AccountView {
		this.world.accounts = [...this.world.accounts.filter((one) => one.id !== account.id), account];
		this.push({ kind: "account", account });
		return account;
	}

	#removeAccount(id: string): void {
		this.world.accounts = this.world.accounts.filter((account) => account.id !== id);
		this.push({ kind: "account_removed", id });
	}
}

/** A problem in a few words. */
export function problem(
	code: Problem["code"],
	title: string,
	hint: string,
	detail = "",
	actions: Action[] = [],
): Problem {
	return { code, title, detail, hint, actions };
}
