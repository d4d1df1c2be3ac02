/**
 * What a person can do about a problem: one table, complete by type.
 *
 * The sentences of a `Problem` come with it; here are the buttons that fit, the first being the one that mends it.
 */
import type { Code, ServiceView } from "../ipc/bindings";

/** A button under a problem. */
export type Remedy =
	| "authorize"
	| "refresh"
	| "edit_service"
	| "registration_page"
	| "post_body"
	| "confirm_hosts"
	| "copy_redirect_uri"
	| "add_test_uri"
	| "retry_vault";

const REMEDIES: Record<Code, readonly Remedy[]> = {
	invalid_input: ["edit_service"],
	not_found: [],
	name_taken: [],
	authorization_required: ["authorize"],
	vault_locked: [],
	key_missing: ["retry_vault"],
	vault_too_new: [],
	vault_damaged: [],
	vault_unsafe: ["retry_vault"],
	vault_read_only: ["retry_vault"],
	wrong_passphrase: [],
	keyring_locked: ["retry_vault"],
	not_allowed: [],
	consent_required: [],
	host_not_allowed: ["edit_service"],
	no_id_token: ["edit_service", "authorize"],
	provider_unreachable: ["refresh"],
	provider_busy: ["refresh"],
	bad_answer: ["edit_service", "refresh"],
	grant_ended: ["authorize"],
	client_refused: ["edit_service", "registration_page", "post_body"],
	consent_refused: ["authorize"],
	invalid_scope: ["edit_service"],
	provider_refused: ["edit_service", "authorize"],
	link_expired: ["authorize"],
	wrong_state: [],
	wrong_issuer: ["edit_service"],
	not_an_answer: [],
	port_busy: ["authorize", "edit_service"],
	cannot_listen: ["authorize", "edit_service"],
	hosts_to_confirm: ["confirm_hosts"],
	no_refresh_token: ["edit_service", "authorize"],
	no_token: ["authorize"],
	no_test_uri: ["add_test_uri"],
	no_revocation: ["edit_service"],
	revocation_failed: [],
	cancelled: ["authorize"],
	version_mismatch: [],
	agent_unavailable: [],
	clipboard: [],
	browser: ["authorize"],
	internal: [],
};

/** The buttons that fit a problem of an account of `service`. */
export function remediesFor(code: Code, service: ServiceView | undefined): Remedy[] {
	return REMEDIES[code].filter((remedy) => {
		if (remedy === "registration_page") return service?.registration_uri !== undefined;
		if (remedy === "post_body") return usesBasic(service);
		return true;
	});
}

/** The words of a remedy's button; where the same action failed before, it says so. */
export function remedyLabel(remedy: Remedy, code: Code, serviceTitle: string): string {
	switch (remedy) {
		case "authorize":
			return code === "grant_ended" || code === "no_refresh_token" ? "Reauthorize" : authorizeLabel(code);
		case "refresh":
			return "Refresh now";
		case "edit_service":
			return code === "port_busy" ? "Change port" : code === "invalid_scope" ? "Choose scopes" : "Edit service";
		case "registration_page":
			return pageLabel(serviceTitle);
		case "post_body":
			return "Try POST body";
		case "confirm_hosts":
			return "Confirm…";
		case "copy_redirect_uri":
			return "Copy the right URI";
		case "add_test_uri":
			return "Add a Test URI…";
		case "retry_vault":
			return "Try again";
	}
}

/** "Open GitHub's page", with a possessive that also fits "Ads". */
export function pageLabel(serviceTitle: string): string {
	return `Open ${serviceTitle}${serviceTitle.endsWith("s") ? "’" : "’s"} page`;
}

function authorizeLabel(code: Code): string {
	if (code === "port_busy" || code === "cannot_listen" || code === "browser") return "Try again";
	return code === "no_token" || code === "authorization_required" ? "Authorize" : "Authorize again";
}

function usesBasic(service: ServiceView | undefined): boolean {
	const method = service?.definition.client_authentication;
	return service?.has_client_secret === true && (method === "basic" || method === "basic_raw");
}
