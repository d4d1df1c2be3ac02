/** Words and values of the settings. */

export const ON = "on";
export const OFF = "off";

/** Settings that are a switch. */
export const SWITCHES = [
	{
		key: "tray",
		label: "Icon in the tray",
		text: "With what needs you, and the tokens that were used last. It belongs to the agent, not to this window.",
	},
	{
		key: "notifications",
		label: "Notifications",
		text: "Once, when an account needs you, and once more when it works again.",
	},
] as const;

/** Who starts the agent at login. */
export const STARTS = [
	{ value: OFF, label: "Off" },
	{ value: "autostart", label: "By the desktop" },
	{ value: "systemd", label: "By systemd" },
] as const;

export type QuietTimes = { from: string; to: string };

/** What quiet hours are until other times are chosen. */
export const QUIET_AT_FIRST: QuietTimes = { from: "22:00", to: "07:00" };

/** The times of `22:00-07:00`; null where there are none. */
export function quietTimes(value: string): QuietTimes | null {
	const [from, to] = value.split("-");
	return from !== undefined && to !== undefined ? { from, to } : null;
}

export function quietText({ from, to }: QuietTimes): string {
	return `${from}-${to}`;
}
