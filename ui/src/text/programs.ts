/** Words about programs: what they ask, and what they may. */
import type {
	AccountView,
	Answer,
	PermissionView,
	ProgramKind,
	ProgramView,
	QuestionView,
	ServiceView,
} from "../ipc/bindings";
import { agoText, countdownText, spanText } from "./durations";
import { countText } from "./messages";
import { accountName } from "./statuses";

/** How long a program is allowed: the answers that say yes. */
export type Span = "once" | "hour" | "eight_hours" | "always";

const SPANS: Record<Span, { label: string; button: string }> = {
	once: { label: "Once", button: "Allow once" },
	hour: { label: "For 1 hour", button: "Allow for 1 hour" },
	eight_hours: { label: "For 8 hours", button: "Allow for 8 hours" },
	always: { label: "Always", button: "Always allow" },
};

/** The spans that can be chosen: what may be anything is allowed for an hour at most, and never for good (R-AG-04). */
export function spansOf(question: QuestionView): { value: Span; label: string }[] {
	const anything = question.program.kind === "interpreter" || question.program.kind === "unknown";
	const spans: Span[] = ["once", "hour"];
	if (!anything) spans.push("eight_hours");
	if (question.may_always) spans.push("always");
	return spans.map((value) => ({ value, label: SPANS[value].label }));
}

/** "Allow for 1 hour". */
export function allowWord(span: Span): string {
	return SPANS[span].button;
}

/** Whether an answer allows. */
export function allows(answer: Answer): answer is Span {
	return answer !== "refuse" && answer !== "never";
}

/** Why a program can't be allowed for good; empty where it can. */
export function whyNotAlways(question: QuestionView): string {
	if (question.may_always) return "";
	const name = question.program.name;
	const reasons: Record<ProgramKind, string> = {
		interpreter: `${name} runs many things, so it can’t be allowed for good.`,
		unknown: "The system does not tell which program this is, so it can’t be allowed for good.",
		terminal: "A permission of a terminal ends with its session, so it can’t be allowed for good.",
		program: `${name} can’t be told from other programs for sure, so it can’t be allowed for good.`,
	};
	return reasons[question.program.kind];
}

/** What a question asks for: an account where it named one, else the service. */
export function askedText(question: QuestionView, accounts: AccountView[], service: ServiceView | undefined): string {
	const account = accounts.find((one) => one.id === question.account);
	if (account !== undefined) return accountName(account);
	return service?.definition.title ?? question.service ?? "";
}

/** "report-builder asks for the access token of Linear work". */
export function questionTitle(question: QuestionView, asked: string): string {
	const name = question.program.name;
	if (question.service === undefined) return `${name} asks to manage Grantkeep`;
	return `${name} asks for the access token of ${asked}`;
}

/** What comes of saying yes. */
export function consequence(question: QuestionView, account: AccountView | undefined, now: number): string {
	if (question.service === undefined) {
		return "It could change everything here, as you can in this window. Allow it only if you just started it for that.";
	}
	const ends = account?.grant?.expires_at_ms;
	const until = ends === undefined || ends <= now ? "" : ` until it ends in ${spanText(ends - now)}`;
	return `With it, it can do all that the token may do${until}.`;
}

/** "This permission is for all 3 accounts of Google."; empty where there is one account. */
export function reachText(question: QuestionView, service: ServiceView | undefined): string {
	const count = service?.accounts.length ?? 0;
	if (question.service === undefined || service === undefined || count < 2) return "";
	return `The permission is for all ${countText(count, "account")} of ${service.definition.title}.`;
}

/** What a program may do then, in plain words. */
export function mayThen(question: QuestionView, account: AccountView | undefined): string {
	if (question.service === undefined) {
		return "Add, edit and delete services, authorize and revoke, allow other programs, lock";
	}
	const scopes = account?.grant?.scopes.filter((scope) => scope.granted) ?? [];
	const words = scopes.map((scope) => scope.description ?? scope.scope);
	if (words.length === 0) return "All that the service allows; it names no scopes";
	const lower = words.map((word, index) => (index === 0 ? word : word.charAt(0).toLowerCase() + word.slice(1)));
	return lower.join(", ");
}

/** Where a program is, or what is known in place of that. */
export function programPlace(program: ProgramView): string {
	if (program.path !== undefined) return program.path;
	const places: Record<ProgramKind, string> = {
		terminal: "A terminal session",
		unknown: "The system does not tell",
		program: program.name,
		interpreter: program.name,
	};
	return places[program.kind];
}

/** "Refused in 0:52". */
export function refusedIn(question: QuestionView, now: number): string {
	return question.expires_at_ms <= now ? "Refused" : `Refused in ${countdownText(question.expires_at_ms - now)}`;
}

/** What became of a question that was not answered in this window. */
export function endedText(question: QuestionView, now: number): { title: string; text: string } {
	const over = question.expires_at_ms <= now + 1_000;
	return over
		? { title: "Refused", text: `Nobody answered ${question.program.name} in time. It can ask again.` }
		: { title: "No longer asked", text: `${question.program.name} was answered elsewhere, or gave up.` };
}

/** Until when: "Always", "For 38 min more". */
export function termText(permission: PermissionView, now: number): string {
	if (!permission.allowed) return "Refused for good";
	if (permission.expires_at_ms !== undefined) {
		return permission.expires_at_ms <= now ? "Ended" : `For ${spanText(permission.expires_at_ms - now)} more`;
	}
	return permission.terminal_session ? "Until the terminal closes" : "Always";
}

/** "14 times, last 9 min ago". */
export function usesText(permission: PermissionView, now: number): string {
	if (!permission.allowed) return "It is not asked about again until you take this back.";
	if (permission.uses === 0 || permission.last_used_at_ms === undefined) return "Not used yet";
	return `Used ${countText(permission.uses, "time")}, last ${agoText(permission.last_used_at_ms, now)}`;
}

/** What a permission is for: the title of its service, or all of Grantkeep. */
export function purposeText(permission: PermissionView, service: ServiceView | undefined): string {
	if (permission.service === undefined) return "Manage Grantkeep";
	return service?.definition.title ?? permission.service;
}

/** The command that gets an account's token, for the empty state. */
export function tokenCommand(account: AccountView | undefined): string {
	if (account === undefined) return "grantkeep token google/studio";
	return `grantkeep token ${account.account === "default" ? account.service : account.id}`;
}

/** Whether a program stays in the list: each word is in its name, its path or what it may. */
export function matchesProgram(
	group: { program: ProgramView; permissions: PermissionView[] },
	titles: ReadonlyMap<string, string>,
	typed: string,
): boolean {
	const purposes = group.permissions.flatMap((one) =>
		one.service === undefined ? ["manage grantkeep"] : [one.service, titles.get(one.service)],
	);
	const text = [group.program.name, group.program.path, ...purposes].join("\n").toLowerCase();
	return typed
		.toLowerCase()
		.split(/\s+/)
		.every((word) => text.includes(word));
}

/** "report-builder for Google": a permission in a sentence. */
export function permissionName(permission: PermissionView, service: ServiceView | undefined): string {
	if (permission.service === undefined) return `${permission.program.name} to manage Grantkeep`;
	return `${permission.program.name} for ${purposeText(permission, service)}`;
}
