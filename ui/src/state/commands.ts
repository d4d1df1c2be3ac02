/** Every action on an account is one named command, used by keys, buttons and menus alike. */
import type { AccountView } from "../ipc/bindings";
import { authorizeWord } from "../text/statuses";
import type { App } from "./app.svelte";

export type CommandName =
	| "copy_token"
	| "copy_header"
	| "refresh"
	| "test"
	| "authorize"
	| "open_again"
	| "edit_service"
	| "rename"
	| "add_account"
	| "lock"
	| "revoke"
	| "delete";

export type Command = {
	label: (account: AccountView) => string;
	/** As shown beside it: `⇧C`. */
	keys?: string;
	/** As pressed: `KeyboardEvent.key`, with `shift+` before it where Shift is needed. */
	press?: string;
	dangerous?: boolean;
	possible: (account: AccountView) => boolean;
	run: (app: App, account: AccountView) => void;
};

export const COMMANDS: Record<CommandName, Command> = {
	copy_token: {
		label: () => "Copy token",
		keys: "C",
		press: "c",
		possible: (account) => account.possible.copy,
		run: (app, account) => void app.copyToken(account),
	},
	copy_header: {
		label: () => "Copy as header",
		keys: "⇧C",
		press: "shift+c",
		possible: (account) => account.possible.copy,
		run: (app, account) => void app.copyHeader(account),
	},
	refresh: {
		label: () => "Refresh",
		keys: "R",
		press: "r",
		possible: (account) => account.possible.refresh,
		run: (app, account) => void app.grants.refresh(account.id),
	},
	test: {
		label: () => "Test",
		keys: "T",
		press: "t",
		possible: (account) => account.possible.test,
		run: (app, account) => void app.grants.test(account.id),
	},
	authorize: {
		label: authorizeWord,
		keys: "A",
		press: "a",
		possible: (account) => account.possible.authorize,
		run: (app, account) => void app.authorization.start(account.id),
	},
	open_again: {
		label: () => "Open again",
		possible: (account) => account.pending !== undefined,
		run: (app, account) => void app.authorization.openAgain(account.id),
	},
	edit_service: {
		label: () => "Edit service…",
		keys: "E",
		press: "e",
		possible: () => true,
		run: (app, account) => app.editService(account.service),
	},
	rename: {
		label: () => "Rename…",
		possible: () => true,
		run: (app, account) => (app.navigation.over = { kind: "rename_account", id: account.id }),
	},
	add_account: {
		label: (account) => `Add another ${account.service_title} account…`,
		possible: () => true,
		run: (app, account) => (app.navigation.over = { kind: "add_account", service: account.service }),
	},
	lock: {
		label: () => "Lock Grantkeep",
		keys: "Ctrl L",
		possible: () => true,
		run: (app) => void app.lock(),
	},
	revoke: {
		label: () => "Revoke…",
		keys: "⇧R",
		press: "shift+r",
		dangerous: true,
		possible: (account) => account.possible.revoke,
		run: (app, account) => (app.navigation.over = { kind: "revoke", id: account.id }),
	},
	delete: {
		label: () => "Delete…",
		keys: "Del",
		press: "delete",
		dangerous: true,
		possible: () => true,
		run: (app, account) => (app.navigation.over = { kind: "delete_account", id: account.id }),
	},
};

/** The menu of an account, in its order. */
export const MENU: readonly CommandName[] = [
	"copy_token",
	"copy_header",
	"test",
	"refresh",
	"authorize",
	"edit_service",
	"rename",
	"add_account",
	"lock",
	"revoke",
	"delete",
];

/** The commands of a menu that can be run on an account. */
export function menuOf(account: AccountView): CommandName[] {
	return MENU.filter((name) => COMMANDS[name].possible(account));
}

/** The command of a pressed key; undefined where the key has none. */
export function commandOf(event: KeyboardEvent): CommandName | undefined {
	if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
	const pressed = `${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
	return MENU.find((name) => COMMANDS[name].press === pressed);
}
