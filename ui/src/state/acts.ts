/** Does what the buttons inside an account's detail ask for. */
import type { AccountView } from "../ipc/bindings";
import type { Act, ActWith, PlainAct } from "../parts/acts";
import type { App } from "./app.svelte";
import type { Asked, Grants } from "./grants.svelte";

/** Runs one act on an account. */
export function actOn(app: App, account: AccountView, act: Act): void {
	if (typeof act === "object") return actWith(app, account, act);
	const service = app.services.find(account.service);
	switch (act) {
		case "authorize":
			void app.authorization.start(account.id);
			break;
		case "refresh":
			void app.grants.refresh(account.id);
			break;
		case "test":
			void app.grants.test(account.id);
			break;
		case "edit_service":
		case "add_test_uri":
			app.editService(account.service, act === "add_test_uri" ? "test_uri" : null);
			break;
		case "registration_page":
			if (service?.registration_uri !== undefined) app.openPage(service.registration_uri);
			break;
		case "confirm_hosts":
			app.navigation.over = { kind: "confirm_hosts", name: account.service };
			break;
		case "retry_vault":
			void app.agent.retry();
			break;
		case "open_again":
			void app.authorization.openAgain(account.id);
			break;
		case "copy_link":
			void app.copyLink(account);
			break;
		case "cancel":
			void app.authorization.cancel(account.id);
			break;
		case "paste":
			void app.authorization.paste(account.id);
			break;
		case "accept_scopes":
			void app.grants.acceptScopes(account.id);
			break;
		case "replace_identity":
			void app.grants.replaceIdentity(account.id);
			break;
		case "new_account":
			app.navigation.over = { kind: "new_account", id: account.id };
			break;
		case "hide_refusal":
			app.grants.refusals.delete(account.id);
			break;
		case "revocation_page": {
			const page = app.grants.receipts.get(account.id)?.page;
			if (page !== undefined) app.openPage(page);
		}
	}
}

function actWith(app: App, account: AccountView, act: ActWith): void {
	switch (act.kind) {
		case "try_authentication":
			void app.tryAuthentication(account, act.with);
			break;
		case "edit_field":
			app.editService(account.service, fieldOf(app, account, act.field));
			break;
		case "copy_redirect_uri":
			void app.copyRedirectUri(act.uri);
			break;
		case "open_console":
		case "open_documentation":
			app.openPage(act.url);
	}
}

/** A stored client secret is not shown: the choice whether to replace it stands in its place. */
function fieldOf(app: App, account: AccountView, field: string): string {
	const stored = app.services.find(account.service)?.has_client_secret === true;
	return field === "client_secret" && stored ? "secret_plan" : field;
}

/** The keys of an account's acts that are under way (`actKey`). */
export function busyActs(grants: Grants, id: string): Set<string> {
	return new Set(PAIRS.filter(([, asked]) => grants.isBusy(id, asked)).map(([key]) => key));
}

const PAIRS: [PlainAct | `try_${string}`, Asked][] = [
	["authorize", "authorize"],
	["refresh", "refresh"],
	["test", "test"],
	["try_post", "try_authentication"],
	["try_basic", "try_authentication"],
	["try_basic_raw", "try_authentication"],
	["open_again", "open_again"],
	["copy_link", "copy_link"],
	["cancel", "cancel"],
	["paste", "paste"],
	["accept_scopes", "accept_scopes"],
	["replace_identity", "resolve_identity"],
];
