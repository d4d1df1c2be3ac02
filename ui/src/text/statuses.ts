/** Words of the headlines and of the second line in lists. */
import type { AccountView, Group, Headline } from "../ipc/bindings";
import { countdownText, pastText, sinceText, spanText } from "./durations";

/** The headline's word. */
export const HEADLINES: Record<Headline, string> = {
	waiting: "Waiting",
	revoking: "Revoking",
	reauthorize: "Reauthorize",
	check_settings: "Check settings",
	expired: "Expired",
	scopes_missing: "Scopes missing",
	retrying: "Retrying",
	refreshing: "Refreshing",
	active: "Active",
	unknown_life: "Unknown life",
	not_authorized: "Not authorized",
	revoked: "Revoked",
};

/** The heads of the list's groups. */
export const GROUPS: Record<Group, string> = {
	needs_attention: "Needs attention",
	active: "Active",
	other: "Other",
};

/** The class that brings a status' colours (`tokens.css`). */
export function statusClass(headline: Headline): string {
	return `st-${headline.replaceAll("_", "-")}`;
}

/** "Google studio", or "Google" for the account `default`. */
export function accountName(account: AccountView): string {
	const suffix = accountSuffix(account);
	return suffix === "" ? account.service_title : `${account.service_title} ${suffix}`;
}

/** What follows the service's title in a name; empty for the account `default`. */
export function accountSuffix(account: AccountView): string {
	return account.title.toLowerCase() === "default" ? "" : account.title;
}

/** "Sam Sample · studio@example.com", as far as the provider said. */
export function identityText(account: AccountView): string {
	const who = account.identity;
	if (who === undefined) return "";
	return [who.name, who.email].filter((part) => part !== undefined && part !== "").join(" · ") || who.subject;
}

/** One word for who authorized: the address, else the name, else the provider's identifier. */
export function whoText(account: AccountView): string {
	return account.identity?.email ?? account.identity?.name ?? account.identity?.subject ?? "";
}

/** Who authorized, unless the account is named after them: nobody reads an address twice. */
function whoElse(account: AccountView): string {
	const who = whoText(account);
	return who === account.title ? "" : who;
}

/** The missing scopes' note, where there is one. */
export function missingScopes(account: AccountView): string[] {
	for (const note of account.notes) if (note.kind === "scopes_missing") return note.missing;
	return [];
}

/** The access token is inside its refresh lead: the keeper refreshes it soon. */
export function refreshesSoon(account: AccountView, now: number): boolean {
	const at = account.grant?.refreshes_at_ms;
	return account.headline === "active" && at !== undefined && at <= now;
}

/** Milliseconds of life left, or null where the end is not known or nothing is there. */
export function lifeLeft(account: AccountView, now: number): number | null {
	const ends = account.grant?.expires_at_ms;
	return ends === undefined ? null : Math.max(0, ends - now);
}

/** How full the battery is, 0 to 1. */
export function lifeShare(account: AccountView, now: number): number {
	const grant = account.grant;
	if (grant?.expires_at_ms === undefined) return 0;
	const whole = Math.max(1, grant.expires_at_ms - grant.obtained_at_ms);
	return Math.min(1, Math.max(0, (grant.expires_at_ms - now) / whole));
}

/** Who or why: what follows the status word in a row. */
export function secondLine(account: AccountView, now: number): string {
	const since = account.since_ms === undefined ? "" : sinceText(account.since_ms, now);
	switch (account.headline) {
		case "waiting":
			return "in the browser";
		case "reauthorize":
			return since;
		case "check_settings":
			return account.trouble?.problem.code === "client_refused" ? "client refused" : since;
		case "expired":
			return account.since_ms === undefined ? "" : `since ${spanText(now - account.since_ms)}`;
		case "scopes_missing": {
			const asked = account.grant?.scopes.filter((scope) => scope.asked).length ?? 0;
			return `${missingScopes(account).length} of ${asked}`;
		}
		case "retrying":
			return account.activity.kind === "retrying" ? againText(account.activity.next_try_at_ms, now) : "";
		case "active":
			return refreshesSoon(account, now) ? "refreshes soon" : whoElse(account);
		case "refreshing":
		case "unknown_life":
			return whoElse(account);
		case "revoked":
			return account.since_ms === undefined ? "" : pastText(account.since_ms, now);
		case "revoking":
		case "not_authorized":
			return "";
	}
}

/** "again in 24 s", or "again at once". */
export function againText(next_try_at_ms: number, now: number): string {
	return next_try_at_ms <= now ? "again at once" : `again in ${spanText(next_try_at_ms - now)}`;
}

/** The word at the end of a row: life left, "no end", the countdown, or nothing. */
export function rowEnd(account: AccountView, now: number): string {
	if (account.pending !== undefined && account.headline === "waiting") {
		return countdownText(account.pending.expires_at_ms - now);
	}
	if (account.token_state === "unknown_life") return "no end";
	const left = account.token_state === "active" ? lifeLeft(account, now) : null;
	return left === null ? "" : spanText(left);
}

/** The one button of a row that needs attention; null where there is none. */
export function rowAction(account: AccountView): { label: string; command: RowCommand } | null {
	switch (account.headline) {
		case "waiting":
			return { label: "Open again", command: "open_again" };
		case "reauthorize":
		case "expired":
			return account.possible.authorize ? { label: "Reauthorize", command: "authorize" } : null;
		case "check_settings":
			return { label: "Edit", command: "edit_service" };
		case "scopes_missing":
			return account.group === "needs_attention" ? { label: "Review", command: "open" } : null;
		default:
			return null;
	}
}

/** What a row's button does. */
export type RowCommand = "open_again" | "authorize" | "edit_service" | "open";

/** "Authorize" the first time and after a revocation, else "Reauthorize". */
export function authorizeWord(account: AccountView): string {
	return account.token_state === "not_authorized" || account.token_state === "revoked" ? "Authorize" : "Reauthorize";
}
