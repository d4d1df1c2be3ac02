import type { Action } from "../ipc/bindings";

/** What the buttons inside an account's detail ask for; the screen does it. */
export type Act = PlainAct | ActWith;

/** An act that needs no more than its name. */
export type PlainAct =
	| "authorize"
	| "refresh"
	| "edit_service"
	| "registration_page"
	| "confirm_hosts"
	| "add_test_uri"
	| "retry_vault"
	| "open_again"
	| "copy_link"
	| "cancel"
	| "paste"
	| "test"
	| "accept_scopes"
	| "replace_identity"
	| "new_account"
	| "hide_refusal"
	| "revocation_page";

/** An action of a problem that says what with. */
export type ActWith = Exclude<Action, { kind: "authorize" | "try_again" | "confirm_hosts" }>;

/** Tells acts apart: what is busy, and the test identifier of a button. */
export function actKey(act: Act): string {
	if (typeof act === "string") return act;
	if (act.kind === "try_authentication") return `try_${act.with}`;
	return act.kind === "edit_field" ? "edit_service" : act.kind;
}

/** The same as it stands in a test identifier. */
export function actTestid(act: Act): string {
	return actKey(act).replaceAll("_", "-");
}
