/** Sentences of the window that depend on more than one value. */
import type { AccountView, AgentView, Problem, ReceiptLine, ReceiptView, ServiceView } from "../ipc/bindings";
import { exactText, momentText } from "./durations";
import { accountName, whoText } from "./statuses";

/** A problem as plain text, for a report; it holds no secret, as the provider's answer comes sanitised. */
export function reportOf(problem: Problem): string {
	const lines = [problem.title, problem.detail, problem.hint, `Code: ${problem.code}`];
	if (problem.provider_said !== undefined) lines.push("", problem.provider_said);
	return lines.filter((line, index) => line !== "" || index > 3).join("\n");
}

/** What a revocation takes with it. */
export function revocationEffect(account: AccountView, service: ServiceView | undefined): string {
	if (service?.revocation_effect !== undefined) return service.revocation_effect;
	const who = whoText(account);
	const whose = who === "" ? "" : ` of ${who}`;
	switch (service?.definition.revocation.kind) {
		case "by_hand":
			return `${account.service_title} takes tokens back on a page of its own. Grantkeep opens it, and forgets the grant${whose} once you say that it is done.`;
		case "rfc7009":
		case "custom":
			return `${account.service_title} is asked to end the tokens${whose}.`;
		default:
			return `${account.service_title} offers no way to take tokens back, so only Grantkeep forgets them.`;
	}
}

/** Whether a revocation reaches the provider by itself. */
export function revokesThere(service: ServiceView | undefined): boolean {
	const kind = service?.definition.revocation.kind;
	return kind === "rfc7009" || kind === "custom";
}

/** "1 account", "3 accounts". */
export function countText(count: number, word: string): string {
	return `${new Intl.NumberFormat().format(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** "214 of 10,000": what a filter left. */
export function shareText(shown: number, all: number): string {
	const number = new Intl.NumberFormat();
	return `${number.format(shown)} of ${number.format(all)}`;
}

/** Where the vault's key is, in words. */
export function keyText(agent: AgentView): string {
	if (agent.key_place === "keyring") return "in the system keyring";
	if (agent.unlocked_from_file) return "sealed by a passphrase that the agent read from a private file";
	return "sealed by your passphrase";
}

/** The list of accounts in a sentence: "Google studio, Google and 3 more". */
export function namesText(accounts: AccountView[]): string {
	const names = accounts.map(accountName);
	if (names.length <= 3) return new Intl.ListFormat("en").format(names);
	return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

/** A receipt as plain text. */
export function receiptText(receipt: ReceiptView, name: string): string {
	const exactly = (line: ReceiptLine) => {
		if (line.fate === "dead" && line.dead_at_ms !== undefined) return `dead since ${exactText(line.dead_at_ms)}`;
		if (line.lives_until_ms !== undefined) return `${fateWord(line)}; ends ${exactText(line.lives_until_ms)}`;
		return fateWord(line);
	};
	const lines = receipt.lines.map((line) => `${line.what}: ${exactly(line)}. ${line.how}`);
	return [`${name}, ${exactText(receipt.at_ms)}`, ...lines].join("\n");
}

/** What became of a token, in a word or two, and when it ends by itself. */
export function fateText(line: ReceiptLine, now: number): string {
	if (line.lives_until_ms === undefined) return fateWord(line);
	const until = momentText(line.lives_until_ms, now);
	return line.fate === "lives" ? `lives until ${until}` : `${fateWord(line)}, ends ${until}`;
}

function fateWord(line: ReceiptLine): string {
	switch (line.fate) {
		case "dead":
			return "dead";
		case "said":
			return "taken back";
		case "lives":
			return "lives on";
		case "unknown":
			return "not known to be dead";
		case "trying":
			return "being tried…";
	}
}

/** "2 refreshing, next 15:26": what the keeper is about. */
export function keeperText(accounts: AccountView[], now: number): string {
	const refreshing = accounts.filter((account) => account.activity.kind === "refreshing").length;
	const ahead = accounts.flatMap((account) => {
		const at = account.grant?.refreshes_at_ms;
		return at !== undefined && at > now ? [at] : [];
	});
	const next =
		ahead.length === 0
			? ""
			: momentText(
					ahead.reduce((one, other) => Math.min(one, other)),
					now,
				);
	if (refreshing > 0) return `${refreshing} refreshing${next === "" ? "" : `, next ${next}`}`;
	return next === "" ? "Nothing to refresh" : `Next refresh ${next}`;
}
