/** Keys of the whole window. Single letters act in list and detail only, never in a field. */
import type { App } from "./app.svelte";
import { COMMANDS, commandOf } from "./commands";

export function onWindowKey(app: App, event: KeyboardEvent): void {
	// A dialog, a sheet or a menu has the keys to itself.
	if (event.defaultPrevented || app.navigation.over !== null || inMenu(event.target)) return;
	if (withControl(app, event)) return;
	if (event.key === "F6") {
		event.preventDefault();
		nextPane(event.shiftKey ? -1 : 1);
		return;
	}
	if (inField(event.target)) return;
	if (event.key === "/") {
		event.preventDefault();
		focusFilter(app);
	} else if (event.key === "?") {
		app.navigation.over = { kind: "keys" };
	} else if (event.key === "Escape" || (event.altKey && event.key === "ArrowLeft")) {
		if (app.navigation.back()) focusRow();
		else if (app.list.typed !== "") app.list.typed = "";
	} else {
		letter(app, event);
	}
}

function withControl(app: App, event: KeyboardEvent): boolean {
	if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
	switch (event.key.toLowerCase()) {
		case "n":
			if (!app.agent.open) return false;
			app.navigation.over = { kind: "providers" };
			break;
		case "l":
			if (app.agent.open) void app.lock();
			else if (app.agent.view?.vault.kind === "locked") void app.agent.retry();
			break;
		case "f":
			focusFilter(app);
			break;
		case "1":
			app.navigation.show("accounts");
			break;
		case "2":
			app.navigation.show("forecast");
			break;
		case "3":
			app.navigation.show("activity");
			break;
		case "4":
			app.navigation.show("services");
			break;
		case "5":
			app.navigation.show("programs");
			break;
		case ",":
			app.navigation.show("settings");
			break;
		default:
			return false;
	}
	event.preventDefault();
	return true;
}

function letter(app: App, event: KeyboardEvent): void {
	if (app.navigation.page !== "accounts" || !app.agent.open) return;
	const account = app.accounts.find(app.navigation.selected);
	const name = commandOf(event);
	if (account === undefined || name === undefined || !COMMANDS[name].possible(account)) return;
	event.preventDefault();
	COMMANDS[name].run(app, account);
}

function focusFilter(app: App): void {
	const own = document.querySelector<HTMLInputElement>("[data-testid=program-filter], [data-testid=activity-filter]");
	if (own !== null) {
		own.focus();
		own.select();
		return;
	}
	if (app.navigation.page !== "accounts") app.navigation.show("accounts");
	app.navigation.detailOpen = false;
	setTimeout(() => {
		const field = document.querySelector<HTMLInputElement>("[data-testid=filter]");
		field?.focus();
		field?.select();
	});
}

function focusRow(): void {
	setTimeout(() => document.querySelector<HTMLElement>(".row[tabindex='0']")?.focus());
}

/** The panes are the sidebar, the list, the detail and a toast, as far as they are on screen. */
function nextPane(by: number): void {
	const panes = [...document.querySelectorAll<HTMLElement>("[data-pane], [data-sonner-toast]")].filter(
		(pane) => pane.offsetParent !== null || pane.matches("[data-sonner-toast]"),
	);
	const at = panes.findIndex((pane) => pane.contains(document.activeElement));
	const pane = panes[(at + by + panes.length) % panes.length];
	const places = [".row[tabindex='0']", "[data-detail-focus]", "[aria-current]", "button, [href], input"];
	const first = places.flatMap((place) => [...(pane?.querySelectorAll<HTMLElement>(place) ?? [])])[0];
	first?.focus();
}

function inField(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function inMenu(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && target.closest("[role=menu], [role=dialog], [role=alertdialog]") !== null;
}
