/** Scenes of the notices and the settings. */
import type { NoticeView, SettingView } from "../ipc/bindings";
import { problem } from "../ipc/fake";
import type { Scene } from "./scenes";

const MINUTE = 60_000;

export const NOTICE_SCENES: Record<string, Scene> = {
	notices: {
		then: (app, fake, now) => {
			fake.push({ kind: "notices", notices: sampleNotices(now) });
			app.navigation.show("notices");
		},
	},
	"notices-empty": { then: (app) => app.navigation.show("notices") },
	settings: { then: (app) => app.navigation.show("settings") },
	"settings-problem": {
		world: (world) =>
			(world.failing["changeSetting"] = problem(
				"invalid_input",
				"“9” is no value for quiet-hours",
				"When notifications wait, in local time: off, or from and to as in 22:00-07:00.",
			)),
		then: async (app) => {
			app.navigation.show("settings");
			await app.settings.change("quiet-hours", "9");
		},
	},
};

/** One of each kind, and one that is over. */
export function sampleNotices(now: number): NoticeView[] {
	return [
		{
			id: "9",
			about: "reauthorize",
			title: "Podio work needs you to reauthorize",
			text: "Podio no longer accepts the refresh token. Programs that ask for it are refused until then.",
			at_ms: now - 12 * MINUTE,
			accounts: ["podio/work"],
		},
		{
			id: "7",
			about: "outage",
			title: "Microsoft can't be reached",
			text: "The token of Microsoft work ended meanwhile. The grant is kept, and Grantkeep keeps trying.",
			at_ms: now - 40 * MINUTE,
			accounts: ["microsoft/work"],
		},
		{
			id: "5",
			about: "check_settings",
			title: "Notion: Notion refused the client secret",
			text: "It may have been copied without its last characters, or replaced at Notion since.",
			at_ms: now - 180 * MINUTE,
			accounts: ["notion/wiki"],
		},
		{
			id: "3",
			about: "reauthorize",
			title: "Google studio needs you to reauthorize",
			text: "Google no longer accepts the refresh token.",
			at_ms: now - 300 * MINUTE,
			over_at_ms: now - 290 * MINUTE,
			accounts: ["google/studio"],
		},
	];
}

/** As they are where nothing was chosen. */
export function sampleSettings(): SettingView[] {
	return [
		{ key: "tray", value: "on", standard: "on", meaning: "Show an icon in the desktop's tray: on or off." },
		{
			key: "notifications",
			value: "on",
			standard: "on",
			meaning: "Tell in the desktop's notifications when you are needed: on or off.",
		},
		{
			key: "quiet-hours",
			value: "off",
			standard: "off",
			meaning: "When notifications wait, in local time: off, or from and to as in 22:00-07:00.",
		},
		{
			key: "start-at-login",
			value: "off",
			standard: "off",
			meaning: "Start the agent at login: off, autostart (by the desktop) or systemd (a user unit, for servers).",
		},
	];
}
