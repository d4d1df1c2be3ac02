/** What the window asks of the desktop shell; the only way out of the web view. */
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type {
	AccountView,
	AuthorizationOutcome,
	Change,
	DiscoveryView,
	ClientAuthentication,
	DraftCheck,
	PastedView,
	InspectionView,
	IntrospectionView,
	Problem,
	ProviderView,
	ReceiptView,
	RedirectHelpView,
	ServiceDraft,
	ServiceView,
	SettingView,
	TestView,
	Tried,
} from "./bindings";
import { TauriPast, type PastIpc } from "./past_ipc";

/** What becomes of the client secret when a service is saved. */
export type SecretChange =
	| { kind: "keep" }
	| { kind: "set"; value: string }
	/** The one that the agent found in a pasted text. */
	| { kind: "pasted"; secret_ref: string }
	| { kind: "remove" };

/** Who a grant of somebody else belongs to. */
export type IdentityChoice = { kind: "replace" } | { kind: "new_account"; title: string };

/** Every function rejects with a `Problem`. */
export interface Ipc {
	/** Calls back for each change until the returned function is called. */
	onChange(listener: (change: Change) => void): Promise<() => void>;
	/** Calls back when a `/account/NAME` link or a second start asks for an account. */
	onSelect(listener: (id: string) => void): Promise<() => void>;
	/** Calls back when the agent is lost (problem) and when it is there again (null). */
	onAgentLost(listener: (problem: Problem | null) => void): Promise<() => void>;
	/** Asks for one snapshot change; call it after `onChange`. */
	announce(): Promise<void>;

	unlock(passphrase: string): Promise<void>;
	/** Makes a vault with a passphrase, where there is no keyring. */
	createVault(passphrase: string): Promise<void>;
	/** Looks for the vault's key again. */
	retryVault(): Promise<void>;
	/** Forgets the vault's key until the person unlocks it. */
	lock(): Promise<void>;

	providers(): Promise<ProviderView[]>;
	/** Checks a draft; `name` is the service being edited, or null for a new one. */
	checkService(draft: ServiceDraft, name: string | null, hasSecret: boolean): Promise<DraftCheck>;
	/** Rejects with `invalid_input` and fields when the draft needs mending. */
	saveService(draft: ServiceDraft, secret: SecretChange, name: string | null): Promise<ServiceView>;
	/** Asks a provider what it tells of itself; `issuer` may be just a host. Nothing is stored. */
	discover(issuer: string): Promise<DiscoveryView>;
	/** Registers a client at the provider that the draft's issuer names, and adds the service with it. */
	registerService(draft: ServiceDraft, initialAccessToken: string | null): Promise<ServiceView>;
	/** Reads a definition of another program; a client secret in it stays in the agent. Nothing is stored. */
	readPasted(text: string): Promise<PastedView>;
	/** Copies a service, its client secret included. */
	duplicateService(name: string, title: string): Promise<ServiceView>;
	/** Deletes a service with its accounts; `revoke` takes the tokens back first. */
	deleteService(name: string, revoke: boolean): Promise<ReceiptView>;
	/** Confirms changed hosts (R-ST-14); the client secret is entered again where there is one. */
	confirmHosts(name: string, clientSecret: string | null): Promise<ServiceView>;
	/** Adds the practice provider as a service, if it runs. */
	addPractice(): Promise<ServiceView>;

	addAccount(service: string, title: string): Promise<AccountView>;
	renameAccount(id: string, title: string): Promise<AccountView>;
	deleteAccount(id: string, revoke: boolean): Promise<ReceiptView>;

	/** Makes a link and opens it in the system browser. */
	authorize(id: string): Promise<void>;
	openAgain(id: string): Promise<void>;
	/** Puts the link on the clipboard. */
	copyLink(id: string): Promise<void>;
	cancelAuthorization(id: string): Promise<void>;
	/** Hands over the address that the browser ended on. */
	pasteRedirect(id: string, address: string): Promise<AuthorizationOutcome>;
	/** Does again what was refused, with the client secret sent in another way; the browser opens where it has to. */
	tryAuthentication(id: string, way: ClientAuthentication): Promise<Tried>;
	/** Compares the redirect URI with the address or text of the provider's error page. */
	redirectHelp(id: string, text: string): Promise<RedirectHelpView>;
	resolveIdentity(id: string, choice: IdentityChoice): Promise<AccountView>;
	acceptScopes(id: string): Promise<AccountView>;

	/** Puts the token on the clipboard; resolves to the milliseconds until it is cleared. */
	copyToken(id: string): Promise<number>;
	/** The same as an `Authorization` header. */
	copyHeader(id: string): Promise<number>;
	clearClipboard(): Promise<void>;
	refresh(id: string): Promise<AccountView>;
	revoke(id: string): Promise<ReceiptView>;
	/** The person took the grant back at the provider's page. */
	revoked(id: string): Promise<ReceiptView>;
	/** A receipt at its next change, while its tokens are being tried. */
	receipt(receiptId: string): Promise<ReceiptView>;
	/** Ends the trials of a receipt. */
	stopTrying(receiptId: string): Promise<ReceiptView>;
	test(id: string): Promise<TestView>;
	/** Asks the provider about the token. */
	introspect(id: string): Promise<IntrospectionView>;
	/** What is inside the tokens; they stay with the agent. */
	inspect(id: string): Promise<InspectionView>;
	/** History, timelines and the forecast. */
	readonly past: PastIpc;

	/** Puts a text that is no secret (a redirect URI, a report) on the clipboard. */
	copyText(text: string): Promise<void>;
	/** Opens an https page (registration, documentation, revocation by hand) in the system browser. */
	openPage(url: string): Promise<void>;

	/** Takes a permission of a program back, or its refusal for good. */
	removePermission(id: string): Promise<void>;
	/** Brings the consent window forward; the questions are answered there. */
	showConsent(): Promise<void>;

	/** What is chosen for Grantkeep as a whole. */
	settings(): Promise<SettingView[]>;
	/** Sets one; `standard` takes the choice back. */
	changeSetting(key: string, value: string): Promise<SettingView>;
	/** Takes a notice off the list. */
	dismissNotice(id: string): Promise<void>;
}

/** Calls a command that answers nothing. */
function call(command: string, given?: Record<string, unknown>): Promise<void> {
	return invoke(command, given);
}

/** The desktop shell: Tauri commands and events. */
export class TauriIpc implements Ipc {
	onChange(listener: (change: Change) => void): Promise<() => void> {
		return listen<Change>("change", (event) => listener(event.payload));
	}

	onSelect(listener: (id: string) => void): Promise<() => void> {
		return listen<string>("select", (event) => listener(event.payload));
	}

	onAgentLost(listener: (problem: Problem | null) => void): Promise<() => void> {
		return listen<Problem | null>("agent-lost", (event) => listener(event.payload));
	}

	announce = () => call("announce");
	unlock = (passphrase: string) => call("unlock", { passphrase });
	createVault = (passphrase: string) => call("create_vault", { passphrase });
	retryVault = () => call("retry_vault");
	lock = () => call("lock");

	providers = () => invoke<ProviderView[]>("providers");
	checkService = (draft: ServiceDraft, name: string | null, hasSecret: boolean) =>
		invoke<DraftCheck>("check_service", { draft, name, hasSecret });
	saveService = (draft: ServiceDraft, secret: SecretChange, name: string | null) =>
		invoke<ServiceView>("save_service", { draft, secret, name });
	discover = (issuer: string) => invoke<DiscoveryView>("discover", { issuer });
	registerService = (draft: ServiceDraft, initialAccessToken: string | null) =>
		invoke<ServiceView>("register_service", { draft, initialAccessToken });
	readPasted = (text: string) => invoke<PastedView>("read_pasted", { text });
	duplicateService = (name: string, title: string) => invoke<ServiceView>("duplicate_service", { name, title });
	deleteService = (name: string, revoke: boolean) => invoke<ReceiptView>("delete_service", { name, revoke });
	confirmHosts = (name: string, clientSecret: string | null) =>
		invoke<ServiceView>("confirm_hosts", { name, clientSecret });
	addPractice = () => invoke<ServiceView>("add_practice");

	addAccount = (service: string, title: string) => invoke<AccountView>("add_account", { service, title });
	renameAccount = (id: string, title: string) => invoke<AccountView>("rename_account", { id, title });
	deleteAccount = (id: string, revoke: boolean) => invoke<ReceiptView>("delete_account", { id, revoke });

	authorize = (id: string) => call("authorize", { id });
	openAgain = (id: string) => call("open_again", { id });
	copyLink = (id: string) => call("copy_link", { id });
	cancelAuthorization = (id: string) => call("cancel_authorization", { id });
	pasteRedirect = (id: string, address: string) => invoke<AuthorizationOutcome>("paste_redirect", { id, address });
	tryAuthentication = (id: string, way: ClientAuthentication) => invoke<Tried>("try_authentication", { id, way });
	redirectHelp = (id: string, text: string) => invoke<RedirectHelpView>("redirect_help", { id, text });
	resolveIdentity = (id: string, choice: IdentityChoice) => invoke<AccountView>("resolve_identity", { id, choice });
	acceptScopes = (id: string) => invoke<AccountView>("accept_scopes", { id });

	copyToken = (id: string) => invoke<number>("copy_token", { id });
	copyHeader = (id: string) => invoke<number>("copy_header", { id });
	clearClipboard = () => call("clear_clipboard");
	refresh = (id: string) => invoke<AccountView>("refresh", { id });
	revoke = (id: string) => invoke<ReceiptView>("revoke", { id });
	revoked = (id: string) => invoke<ReceiptView>("revoked", { id });
	receipt = (receiptId: string) => invoke<ReceiptView>("receipt", { id: receiptId });
	stopTrying = (receiptId: string) => invoke<ReceiptView>("stop_trying", { id: receiptId });
	test = (id: string) => invoke<TestView>("test", { id });
	introspect = (id: string) => invoke<IntrospectionView>("introspect", { id });
	inspect = (id: string) => invoke<InspectionView>("inspect", { id });
	readonly past = new TauriPast();

	copyText = (text: string) => call("copy_text", { text });
	openPage = (url: string) => call("open_page", { url });

	removePermission = (id: string) => call("remove_permission", { id });
	showConsent = () => call("show_consent");

	settings = () => invoke<SettingView[]>("settings");
	changeSetting = (key: string, value: string) => invoke<SettingView>("change_setting", { key, value });
	dismissNotice = (id: string) => call("dismiss_notice", { id });
}

/** What a function of `Ipc` rejected with, as a `Problem`; anything else becomes one. */
export function problemOf(rejection: unknown): Problem {
	if (typeof rejection === "object" && rejection !== null && "code" in rejection && "title" in rejection) {
		return rejection as Problem;
	}
	const said = rejection instanceof Error ? rejection.message : String(rejection);
	return {
		code: "internal",
		title: "This window and the agent do not understand each other",
		detail: "Your grants are safe.",
		hint: "Start Grantkeep again. If it stays, copy the report.",
		provider_said: said,
	};
}
