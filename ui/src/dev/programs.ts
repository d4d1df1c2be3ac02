/** Sample programs: questions and permissions; times are counted from `now`. */
import type { PermissionView, ProgramView, QuestionView } from "../ipc/bindings";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const REPORT_BUILDER: ProgramView = {
	name: "report-builder",
	path: "/home/robin/bin/report-builder",
	kind: "program",
};
export const INVOICE_SYNC: ProgramView = {
	name: "invoice-sync",
	path: "/opt/invoice-sync/bin/invoice-sync",
	kind: "program",
};
export const PYTHON: ProgramView = { name: "python3.13", path: "/usr/bin/python3.13", kind: "interpreter" };
export const TERMINAL: ProgramView = { name: "GNOME Terminal", kind: "terminal" };
export const BACKUP: ProgramView = { name: "nightly-backup", path: "/usr/local/bin/nightly-backup", kind: "program" };

/** A question that was asked 8 s ago. */
export function questionOf(now: number, id: string, parts: Partial<QuestionView> = {}): QuestionView {
	return {
		id,
		program: REPORT_BUILDER,
		pid: 48_213,
		started_by: "GNOME Terminal",
		service: "linear",
		account: "linear/work",
		known: false,
		may_always: true,
		asked_at_ms: now - 7_500,
		expires_at_ms: now + 52_500,
		...parts,
	};
}

/** A program that wants to manage Grantkeep itself (R-AG-08). */
export function manageQuestion(now: number, id: string): QuestionView {
	const { service: _none, account: _nor, ...rest } = questionOf(now, id, { program: BACKUP, started_by: "systemd" });
	return rest;
}

export function permissionOf(now: number, id: string, parts: Partial<PermissionView> = {}): PermissionView {
	return {
		id,
		program: INVOICE_SYNC,
		service: "google",
		allowed: true,
		terminal_session: false,
		granted_at_ms: now - 12 * DAY,
		last_used_at_ms: now - 9 * MINUTE,
		uses: 214,
		...parts,
	};
}

/** What programs may in the sample world. */
export function samplePermissions(now: number): PermissionView[] {
	const { service: _all, ...manages } = permissionOf(now, "p6", {
		program: BACKUP,
		expires_at_ms: now + 7 * HOUR + 30_000,
		granted_at_ms: now - HOUR,
		last_used_at_ms: now - 40 * MINUTE,
		uses: 1,
	});
	const { last_used_at_ms: _never, ...refused } = permissionOf(now, "p5", {
		program: REPORT_BUILDER,
		service: "podio",
		allowed: false,
		uses: 0,
	});
	return [
		permissionOf(now, "p1"),
		permissionOf(now, "p2", { service: "podio", last_used_at_ms: now - 3 * HOUR, uses: 31 }),
		permissionOf(now, "p3", {
			program: PYTHON,
			service: "github",
			expires_at_ms: now + 38 * MINUTE + 30_000,
			granted_at_ms: now - 22 * MINUTE,
			last_used_at_ms: now - 21 * MINUTE,
			uses: 2,
		}),
		permissionOf(now, "p4", {
			program: TERMINAL,
			terminal_session: true,
			granted_at_ms: now - 2 * HOUR,
			last_used_at_ms: now - 64 * MINUTE,
			uses: 3,
		}),
		refused,
		manages,
	];
}
