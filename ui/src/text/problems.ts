/**
 * What a person can do about a problem: its actions as buttons, the first being the one that mends it.
 *
 * The sentences of a `Problem` come with it, and so do its actions; here are the words of the buttons.
 */
import type { AccountView, Action, ClientAuthentication, Code, Problem } from "../ipc/bindings";
import type { Act } from "../parts/acts";

/** A button under a problem. */
export type ProblemButton = { act: Act; label: string };

/** What mends a problem that the agent or the window has by itself, and no provider. */
const OWN: Partial<Record<Code, readonly Act[]>> = {
	key_missing: ["retry_vault"],
	vault_unsafe: ["retry_vault"],
	vault_read_only: ["retry_vault"],
	keyring_locked: ["retry_vault"],
	browser: ["authorize"],
};

/** The buttons that fit a problem of an account: what can't be done is left out, and so is what was said already. */
export function problemButtons(problem: Problem, account: AccountView): ProblemButton[] {
	const given = (problem.actions ?? []).map((action) => actOf(action, account));
	const acts = given.length > 0 ? given : (OWN[problem.code] ?? []);
	const buttons: ProblemButton[] = [];
	let ways = 0;
	for (const act of acts) {
		if (act === "authorize" && !account.possible.authorize) continue;
		if (act === "refresh" && !account.possible.refresh) continue;
		// The next way is offered when this one was refused.
		if (typeof act === "object" && act.kind === "try_authentication" && ways++ > 0) continue;
		const label = actLabel(act, problem.code, account.service_title);
		if (buttons.every((button) => button.label !== label)) buttons.push({ act, label });
	}
	return buttons;
}

/** The words of a button; where the same thing failed before, it says so. */
export function actLabel(act: Act, code: Code, serviceTitle: string): string {
	if (typeof act === "object") {
		switch (act.kind) {
			case "try_authentication":
				return SEND_SECRET[act.with];
			case "edit_field":
				return EDIT_FIELD[act.field] ?? "Edit service";
			case "copy_redirect_uri":
				return "Copy redirect URI";
			case "open_console":
				return pageLabel(serviceTitle);
			case "open_documentation":
				return "Read its documentation";
		}
	}
	switch (act) {
		case "authorize":
			return code === "grant_ended" || code === "no_refresh_token" ? "Reauthorize" : authorizeLabel(code);
		case "refresh":
			return "Refresh now";
		case "confirm_hosts":
			return "Confirm…";
		case "retry_vault":
			return "Try again";
		default:
			return "Edit service";
	}
}

/** "Open GitHub's page", with a possessive that also fits "Ads". */
export function pageLabel(serviceTitle: string): string {
	return `Open ${serviceTitle}${serviceTitle.endsWith("s") ? "’" : "’s"} page`;
}

/** Where the client secret goes, after "takes the client secret". */
export const SECRET_PLACES: Record<ClientAuthentication, string> = {
	basic: "in the header (Basic)",
	basic_raw: "in the header (Basic, not encoded)",
	post: "in the body (POST)",
	none: "nowhere",
};

const SEND_SECRET: Record<ClientAuthentication, string> = {
	basic: "Send client secret as Basic",
	basic_raw: "Send client secret as Basic, not encoded",
	post: "Send client secret in the body",
	none: "Send no client secret",
};

const EDIT_FIELD: Partial<Record<string, string>> = {
	scopes: "Choose scopes",
	redirect_port: "Change port",
	redirect_method: "Change redirect",
	redirect_host: "Change redirect",
	test_uri: "Add a Test URI…",
};

function actOf(action: Action, account: AccountView): Act {
	switch (action.kind) {
		case "authorize":
		case "confirm_hosts":
			return action.kind;
		case "try_again":
			return account.possible.refresh ? "refresh" : "authorize";
		case "try_authentication":
		case "edit_field":
		case "copy_redirect_uri":
		case "open_console":
		case "open_documentation":
			return action;
	}
}

function authorizeLabel(code: Code): string {
	if (code === "port_busy" || code === "cannot_listen" || code === "browser") return "Try again";
	return code === "no_token" || code === "authorization_required" ? "Authorize" : "Authorize again";
}
