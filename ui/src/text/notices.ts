/** Words of the notices. */
import type { NoticeKind } from "../ipc/bindings";

/** What a notice's button says. */
export const NOTICE_ACTIONS: Record<NoticeKind, string> = {
	reauthorize: "Reauthorize",
	check_settings: "Edit service",
	somebody_else: "Show",
	previous_not_revoked: "Show",
	outage: "Refresh now",
};
