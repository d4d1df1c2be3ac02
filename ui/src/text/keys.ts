/** All keys that work, for the help sheet. */
export type KeyLine = { keys: string[]; does: string };

export const KEYS: { title: string; keys: KeyLine[] }[] = [
	{
		title: "Account",
		keys: [
			{ keys: ["C"], does: "Copy token" },
			{ keys: ["⇧ C"], does: "Copy as Authorization header" },
			{ keys: ["R"], does: "Refresh" },
			{ keys: ["T"], does: "Test" },
			{ keys: ["A"], does: "Authorize or reauthorize" },
			{ keys: ["E"], does: "Edit service" },
			{ keys: ["⇧ R"], does: "Revoke…" },
			{ keys: ["Del"], does: "Delete…" },
		],
	},
	{
		title: "List",
		keys: [
			{ keys: ["↑", "↓"], does: "Previous or next account" },
			{ keys: ["Home", "End"], does: "First or last account" },
			{ keys: ["PgUp", "PgDn"], does: "One page up or down" },
			{ keys: ["↵"], does: "Go into the account" },
			{ keys: ["→"], does: "Go to the row’s button" },
			{ keys: ["⇧ F10"], does: "Menu of the account" },
		],
	},
	{
		title: "Programs",
		keys: [
			{ keys: ["↑", "↓"], does: "Previous or next permission" },
			{ keys: ["↵"], does: "Go to the service’s account" },
			{ keys: ["Del"], does: "Take back" },
		],
	},
	{
		title: "Window",
		keys: [
			{ keys: ["Ctrl N"], does: "Add a service" },
			{ keys: ["/", "Ctrl F"], does: "Filter accounts" },
			{ keys: ["Ctrl 1"], does: "Accounts" },
			{ keys: ["Ctrl 2"], does: "Forecast" },
			{ keys: ["Ctrl 3"], does: "Activity" },
			{ keys: ["Ctrl 4"], does: "Services" },
			{ keys: ["Ctrl 5"], does: "Programs" },
			{ keys: ["Ctrl ,"], does: "Settings" },
			{ keys: ["Ctrl L"], does: "Lock, or unlock with the keyring" },
			{ keys: ["F6"], does: "Next pane" },
			{ keys: ["Esc"], does: "Clear the filter, close, go back" },
			{ keys: ["?"], does: "This list" },
		],
	},
];
