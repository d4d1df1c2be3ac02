import type { Remedy } from "../text/problems";

/** What the buttons inside an account's detail ask for; the screen does it. */
export type Act =
	| Remedy
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
