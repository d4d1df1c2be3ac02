/** Does what the buttons inside an account's detail ask for. */
import type { AccountView } from "../ipc/bindings";
import type { Act } from "../parts/acts";
import type { App } from "./app.svelte";
import type { Asked, Grants } from "./grants.svelte";

/** Runs one act on an account. */
export function actOn(app: App, account: AccountView, act: Act): void {
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
		case "post_body":
			void app.tryPostBody(account);
			break;
		case "confirm_hosts":
			app.navigation.over = { kind: "confirm_hosts", name: account.service };
			break;
		case "copy_redirect_uri":
			void app.copyText(account.pending?.redirect_uri ?? service?.redirect_uri ?? "");
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

/** The acts of an account that are under way. */
export function busyActs(grants: Grants, id: string): Set<Act> {
	return new Set(PAIRS.filter(([, asked]) => grants.isBusy(id, asked)).map(([act]) => act));
}

const PAIRS: [Act, Asked][] = [
	["authorize", "authorize"],
	["refresh", "refresh"],
	["test", "test"],
	["post_body", "post_body"],
	["open_again", "open_again"],
	["copy_link", "copy_link"],
	["cancel", "cancel"],
	["paste", "paste"],
	["accept_scopes", "accept_scopes"],
	["replace_identity", "resolve_identity"],
];
