/** What the StateCard says: the one fact, what happens next, and the buttons. */
import { actKey, type Act } from "../parts/acts";
import type { AccountView } from "../ipc/bindings";
import { dayAndTimeText, exactText, lengthText, momentText, spanText, timeText } from "./durations";
import { actLabel, problemButtons } from "./problems";
import { authorizeWord, lifeLeft, missingScopes, refreshesSoon, whoText } from "./statuses";

export type Fact = { name: string; value: string; exact?: string | undefined };

/** A button of the card; `outside` ones open the browser. */
export type StateButton = { act: Act; label: string; keys?: string | undefined; outside: boolean };

export type State = {
	title: string;
	/** The title is a length of life, in large type. */
	big: boolean;
	text: string;
	facts: Fact[];
	/** A bar of life is drawn. */
	life: boolean;
	/** A dashed line is drawn: no end is known. */
	endless: boolean;
	tinted: boolean;
	/** The first button is the screen's primary one. */
	primary: boolean;
	buttons: StateButton[];
};

/** The card of an account; `waiting` has a card of its own. */
export function stateOf(account: AccountView, now: number): State {
	switch (account.headline) {
		case "active":
		case "refreshing":
		case "waiting":
			return alive(account, now);
		case "retrying":
			return retrying(account, now);
		case "unknown_life":
			return endless(account, now);
		case "scopes_missing":
			return scopesMissing(account, now);
		case "expired":
			return needed(account, {
				title: "The access token has ended",
				text: account.possible.refresh
					? "Grantkeep gets a new one with the refresh token."
					: "There is no refresh token, so only you can get a new one.",
			});
		case "reauthorize":
			return needed(account, {
				title: `${account.service_title} needs you to reauthorize`,
				text: reauthorizeText(account),
			});
		case "check_settings":
			return needed(account, {
				title: `${account.service_title} refuses this client`,
				text: "The grant is kept and works again once the settings are right.",
			});
		case "not_authorized":
			return notAuthorized(account);
		case "revoked":
			return revoked(account);
		case "revoking":
			return {
				...NOTHING,
				title: "Taking the access back",
				text: `${account.service_title} is asked to end the tokens.`,
			};
	}
}

/** The problem is told by the card, so that no note has to repeat it. */
export function cardTellsTrouble(account: AccountView): boolean {
	switch (account.headline) {
		case "retrying":
		case "expired":
		case "reauthorize":
		case "check_settings":
		case "not_authorized":
			return true;
		default:
			return false;
	}
}

const NOTHING: State = {
	title: "",
	big: false,
	text: "",
	facts: [],
	life: false,
	endless: false,
	tinted: false,
	primary: true,
	buttons: [],
};

function alive(account: AccountView, now: number): State {
	const left = lifeLeft(account, now);
	if (left === null) return endless(account, now);
	const ended = account.token_state !== "active";
	return {
		...NOTHING,
		title: ended ? "Getting a new token" : `${spanText(left)} left`,
		big: true,
		text: refreshesSoon(account, now) ? "It refreshes soon." : "",
		facts: lifeFacts(account, now),
		life: true,
	};
}

function retrying(account: AccountView, now: number): State {
	const problem = account.trouble?.problem;
	const left = lifeLeft(account, now);
	const good = account.token_state === "active" && left !== null;
	const facts: Fact[] = [];
	if (account.activity.kind === "retrying") {
		const { next_try_at_ms, tries } = account.activity;
		facts.push({
			name: "Next try",
			value: next_try_at_ms <= now ? "at once" : `in ${spanText(next_try_at_ms - now)}`,
			exact: exactText(next_try_at_ms),
		});
		const since = account.trouble === undefined ? "" : ` since ${timeText(account.trouble.since_ms)}`;
		facts.push({ name: "Tried", value: `${tries} ${tries === 1 ? "time" : "times"}${since}` });
	}
	const ends = account.grant?.expires_at_ms;
	if (ends !== undefined) {
		facts.push({ name: good ? "Ends" : "Ended", value: momentText(ends, now), exact: exactText(ends) });
	}
	const text = problem?.detail ?? "Grantkeep keeps trying.";
	if (good) return { ...NOTHING, title: `${spanText(left)} left`, big: true, text, facts, life: true, tinted: true };
	return {
		...NOTHING,
		title: problem?.title ?? `${account.service_title} can’t be reached`,
		text,
		facts,
		tinted: true,
		primary: !account.possible.copy,
		// The header has Refresh wherever it is possible.
		buttons: buttonsFor(account).filter((button) => button.act !== "refresh"),
	};
}

function endless(account: AccountView, now: number): State {
	return {
		...NOTHING,
		title: "No known end",
		big: true,
		text: `${account.service_title} named no end. The token works until it is revoked or replaced.`,
		facts: usedFacts(account, now),
		endless: true,
	};
}

function scopesMissing(account: AccountView, now: number): State {
	const missing = missingScopes(account);
	const scopes = account.grant?.scopes ?? [];
	const asked = scopes.filter((scope) => scope.asked).length;
	const words = missing.map((name) => scopes.find((scope) => scope.scope === name)?.description ?? name);
	const ends = account.grant?.expires_at_ms;
	const buttons: StateButton[] = [];
	if (account.possible.authorize) buttons.push({ act: "authorize", label: "Reauthorize", keys: "A", outside: false });
	buttons.push({ act: "accept_scopes", label: "Use it as it is", outside: false });
	return {
		...NOTHING,
		title: `${account.service_title} granted ${asked - missing.length} of ${asked} scopes`,
		text: `${quoted(words)} ${words.length === 1 ? "was" : "were"} left out, so programs that need ${words.length === 1 ? "it" : "them"} will fail. The token works for the rest.`,
		facts: ends === undefined ? [] : [{ name: "Ends", value: momentText(ends, now), exact: exactText(ends) }],
		tinted: true,
		primary: false,
		buttons,
	};
}

/** A red card: the problem's own words where there is one. */
function needed(account: AccountView, otherwise: { title: string; text: string }): State {
	const problem = account.trouble?.problem;
	return {
		...NOTHING,
		title: problem?.title ?? otherwise.title,
		text: problem === undefined ? otherwise.text : joined(problem.detail, problem.hint),
		tinted: true,
		buttons: buttonsFor(account),
	};
}

function notAuthorized(account: AccountView): State {
	const problem = account.trouble?.problem;
	if (problem !== undefined) {
		return {
			...NOTHING,
			title: problem.title,
			text: joined(problem.detail, problem.hint),
			buttons: buttonsFor(account),
		};
	}
	return {
		...NOTHING,
		title: "Not authorized yet",
		text: `Your browser opens ${account.service_title}, which asks whether Grantkeep may have a token. Nothing is stored until you agree there.`,
		buttons: [{ act: "authorize", label: "Authorize in browser", keys: "A", outside: true }],
	};
}

function revoked(account: AccountView): State {
	return {
		...NOTHING,
		title: "Access taken back",
		text: `Grantkeep holds no token of ${account.service_title} for this account.`,
	};
}

/** The buttons of the problem, else the one that the headline asks for. */
function buttonsFor(account: AccountView): StateButton[] {
	const problem = account.trouble?.problem;
	const acts: Act[] = problem === undefined ? [] : problemButtons(problem, account).map((button) => button.act);
	const asked = account.headline === "check_settings" ? "edit_service" : "authorize";
	const first = account.headline === "reauthorize" || account.headline === "expired";
	if (first) acts.unshift(asked);
	if (account.headline !== "retrying") acts.push(asked);
	const buttons = acts
		.filter((act) => act !== "authorize" || account.possible.authorize)
		.map((act) => buttonOf(act, account));
	return buttons.filter((button, at) => buttons.findIndex((one) => actKey(one.act) === actKey(button.act)) === at);
}

function buttonOf(act: Act, account: AccountView): StateButton {
	const code = account.trouble?.problem.code ?? "internal";
	const plainWord =
		account.headline === "reauthorize" || account.headline === "expired" || account.trouble === undefined;
	const label = act === "authorize" && plainWord ? authorizeWord(account) : actLabel(act, code, account.service_title);
	const key = actKey(act);
	return {
		act,
		label,
		keys: key === "authorize" ? "A" : key === "edit_service" ? "E" : key === "refresh" ? "R" : undefined,
		outside: act === "authorize" || (typeof act === "object" && "url" in act),
	};
}

function lifeFacts(account: AccountView, now: number): Fact[] {
	const grant = account.grant;
	if (grant === undefined) return [];
	const facts: Fact[] = [];
	if (grant.refreshes_at_ms !== undefined && grant.refreshes_at_ms > now) {
		const at = grant.refreshes_at_ms;
		facts.push({
			name: "Refreshes itself",
			value: `${momentText(at, now)} · in ${spanText(at - now)}`,
			exact: exactText(at),
		});
	}
	if (grant.expires_at_ms !== undefined) {
		facts.push({ name: "Ends", value: momentText(grant.expires_at_ms, now), exact: exactText(grant.expires_at_ms) });
	}
	return [...facts, ...usedFacts(account, now)].slice(0, 3);
}

function usedFacts(account: AccountView, now: number): Fact[] {
	const grant = account.grant;
	if (grant === undefined) return [];
	const used = grant.last_used_at_ms;
	if (used !== undefined) return [{ name: "Last handed out", value: momentText(used, now), exact: exactText(used) }];
	const at = grant.obtained_at_ms;
	return [{ name: "Obtained", value: dayAndTimeText(at, now), exact: exactText(at) }];
}

function reauthorizeText(account: AccountView): string {
	const who = whoText(account);
	return `It no longer accepts the refresh token${who === "" ? "" : ` of ${who}`}.`;
}

function quoted(words: string[]): string {
	return new Intl.ListFormat("en").format(words.map((word) => `“${word}”`));
}

function joined(detail: string, hint: string): string {
	return [detail, hint].filter((sentence) => sentence !== "").join(" ");
}

/** "5 min · once; then it is worthless". */
export function linkLifeText(account: AccountView): string {
	const pending = account.pending;
	return pending === undefined ? "" : lengthText(pending.expires_at_ms - pending.started_at_ms);
}
