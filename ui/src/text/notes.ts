/** The words and buttons of an account's notes. */
import type { AccountView, Note } from "../ipc/bindings";
import type { Act } from "../parts/acts";
import { authorizeWord } from "./statuses";

export type NoteButton = { act: Act; label: string; testid: string };
export type NoteText = { tone: "bad" | "warn" | "calm"; title: string; text: string; buttons: NoteButton[] };

/** What a note says; null where the card or the scope list says it already. */
export function noteText(note: Note, account: AccountView): NoteText | null {
	const service = account.service_title;
	switch (note.kind) {
		case "scopes_missing":
			if (note.accepted || account.headline === "scopes_missing") return null;
			return {
				tone: "warn",
				title: "Scopes missing",
				text: `${service} granted less than was asked: ${list.format(note.missing)} ${note.missing.length === 1 ? "is" : "are"} missing.`,
				buttons: [{ act: "accept_scopes", label: "Use it as it is", testid: "note-accept-scopes" }],
			};
		case "no_refresh_token":
			return {
				tone: "calm",
				title: "No refresh token came",
				text: note.hint,
				buttons: [
					{ act: "edit_service", label: "Edit service", testid: "note-edit-service" },
					...(account.possible.authorize
						? [{ act: "authorize", label: authorizeWord(account), testid: "note-authorize" } satisfies NoteButton]
						: []),
				],
			};
		case "somebody_else":
			return {
				tone: "warn",
				title: `That was ${note.came}, not ${note.expected}`,
				text: "Both grants are kept until you choose.",
				buttons: [
					{ act: "new_account", label: "Make it a new account…", testid: "choice-new-account" },
					{ act: "replace_identity", label: "Replace the old one", testid: "choice-replace" },
				],
			};
		case "previous_not_revoked":
			return { tone: "warn", title: "The previous token is not revoked yet", text: note.reason, buttons: [] };
		case "policy_turned_off":
			return {
				tone: "warn",
				title: "Policy turned off",
				text: "Revoking the previous token ended the new one, too. Grantkeep won’t do it again here.",
				buttons: [],
			};
		case "hosts_to_confirm":
			return {
				tone: "warn",
				title: `${service} now points to ${list.format(note.new)}`,
				text: `Its tokens were obtained for ${list.format(note.known)}. Nothing is sent until you confirm.`,
				buttons: [
					{ act: "confirm_hosts", label: "Confirm…", testid: "confirm-hosts" },
					{ act: "edit_service", label: "Edit service", testid: "note-edit-service" },
				],
			};
		case "oddity":
			return { tone: "calm", title: "Worth knowing", text: note.text, buttons: [] };
	}
}

const list = new Intl.ListFormat("en");
