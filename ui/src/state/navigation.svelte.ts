/** Where the window is: page, account, sheet and dialog. */

/** The pages of the sidebar. */
export type Page = "accounts" | "forecast" | "activity" | "services" | "programs" | "notices" | "settings";

/** What stands over the page. */
export type Over =
	| { kind: "providers" }
	| { kind: "discover" }
	| { kind: "paste" }
	| { kind: "form"; draft: string; field: string | null }
	| { kind: "add_account"; service: string }
	| { kind: "rename_account"; id: string }
	| { kind: "new_account"; id: string }
	| { kind: "delete_account"; id: string }
	| { kind: "revoke"; id: string }
	| { kind: "duplicate_service"; name: string }
	| { kind: "delete_service"; name: string }
	| { kind: "confirm_hosts"; name: string }
	| { kind: "take_all_back"; program: string }
	| { kind: "receipt"; title: string }
	| { kind: "keys" };

export class Navigation {
	page = $state<Page>("accounts");
	/** The account in the detail; kept by id while the list changes. */
	selected = $state<string | null>(null);
	/** In a narrow window: the detail is shown in place of the list. */
	detailOpen = $state(false);
	over = $state.raw<Over | null>(null);

	show(page: Page): void {
		this.page = page;
		this.detailOpen = false;
	}

	select(id: string, open: boolean): void {
		this.page = "accounts";
		this.selected = id;
		if (open) this.detailOpen = true;
	}

	/** One step back; false where there is none. */
	back(): boolean {
		if (!this.detailOpen) return false;
		this.detailOpen = false;
		return true;
	}
}
