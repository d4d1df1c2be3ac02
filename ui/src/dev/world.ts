/** Sample services and accounts, one in each state; times are counted from `now`. */
import {
	EMPTY_FORM,
	type AccountView,
	type EventView,
	type GrantView,
	type Headline,
	type IdentityView,
	type Possible,
	type Problem,
	type ProviderView,
	type ScopeView,
	type ServiceDraft,
	type ServiceView,
	type TestView,
} from "../ipc/bindings";
import type { World } from "../ipc/fake";
import { sampleDiscovery, samplePasted } from "./definitions";
import { sampleSettings } from "./notice_scenes";
import { oneHistory, sampleForecast, sampleTimeline } from "./past";
import { samplePermissions } from "./programs";
import { sampleInspection, sampleIntrospection } from "./tokens";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const ROBIN: IdentityView = { subject: "1093", name: "Robin Sample", email: "robin@example.com" };
export const SAM: IdentityView = { subject: "4821", name: "Sam Sample", email: "studio@example.com" };

/** The catalog. */
export function sampleProviders(): ProviderView[] {
	const titles: [string, string, string][] = [
		["google", "Google", "Drive, Calendar, Gmail and more"],
		["github", "GitHub", "Repositories and issues"],
		["mailchimp", "MailChimp", "Audiences and campaigns"],
		["podio", "Podio", "Workspaces, apps and items"],
		["notion", "Notion", "Pages and databases"],
		["slack", "Slack", "Messages and files"],
		["microsoft", "Microsoft", "Outlook, OneDrive, Teams"],
		["linear", "Linear", "Issues and projects"],
		["spotify", "Spotify", "Playlists and playback"],
		["dropbox", "Dropbox", "Files and folders"],
		["figma", "Figma", "Design files"],
		["gitlab", "GitLab", "Repositories and pipelines"],
		["discord", "Discord", "Servers and messages"],
		["zoom", "Zoom", "Meetings and recordings"],
	];
	const unmarked = ["podio", "slack", "microsoft"];
	const providers = titles.map(([id, title, summary]) => provider(id, title, summary, !unmarked.includes(id)));
	const practice = provider("practice", "Practice provider", "A real authorization server on this computer", false);
	practice.practice = true;
	practice.draft = {
		...practice.draft,
		title: "Practice",
		client_id: "grantkeep-practice",
		client_authentication: "none",
	};
	return [...providers, practice];
}

function provider(id: string, title: string, summary: string, marked: boolean): ProviderView {
	return {
		id,
		title,
		...(marked ? { mark: id } : {}),
		summary,
		registration_uri: `https://${id}.example.com/apps`,
		documentation_uri: `https://${id}.example.com/docs`,
		steps: [
			"Choose “New OAuth app” and give it any name, such as “Grantkeep”.",
			"Paste the redirect URI into its field.",
			"Register it, then generate a client secret and keep the page open.",
		],
		scopes: [
			{ scope: "profile", description: "Know who you are", default: true },
			{ scope: "files.read", description: "See files", default: true },
			{ scope: "mail.send", description: "Send mail as you", default: false },
		],
		variables: [],
		redirect_note: "Any loopback port is taken.",
		token_life_s: 3600,
		token_has_no_end: false,
		refresh: "asked",
		rotation: "rotates",
		reasons: [],
		draft: { ...draftOf(title, id), provider: id, client_id: "" },
		practice: false,
	};
}

export function draftOf(title: string, host: string): ServiceDraft {
	return {
		...EMPTY_FORM,
		title,
		client_id: "grantkeep-demo",
		authorize_uri: `https://${host}.example.com/oauth/authorize`,
		token_uri: `https://${host}.example.com/oauth/token`,
		test_uri: `https://${host}.example.com/api/me`,
		scopes: "profile files.read",
		revocation: { kind: "rfc7009", url: `https://${host}.example.com/oauth/revoke` },
	};
}

export function serviceOf(name: string, title: string, accounts: string[]): ServiceView {
	return {
		name,
		definition: { ...draftOf(title, name), provider: name },
		has_client_secret: true,
		redirect_uri: `http://127.0.0.1/callback/${name}-51d0`,
		hosts_to_confirm: [],
		test_host_to_confirm: false,
		client_is_registered: false,
		registration_uri: `https://${name}.example.com/apps`,
		...(name === "google"
			? { revocation_effect: "Google ends the whole grant: every token of this client for this account." }
			: {}),
		accounts: accounts.map((account) => `${name}/${account}`),
	};
}

export function scopeOf(scope: string, description: string, granted = true, asked = true): ScopeView {
	return { scope, description, asked, granted };
}

const SCOPES = [
	scopeOf("drive.file", "See and edit files that were opened with it"),
	scopeOf("calendar.readonly", "See your calendars"),
	scopeOf("gmail.send", "Send mail as you"),
	scopeOf("openid", "Know who you are"),
];

/** A grant with `left` of `whole` milliseconds of life. */
export function grantOf(now: number, left: number, whole: number, host: string): GrantView {
	return {
		token_type: "Bearer",
		access_token_length: 218,
		is_jwt: false,
		obtained_at_ms: now - (whole - left),
		authorized_at_ms: now - 12 * DAY,
		expires_at_ms: now + left,
		refreshes_at_ms: now + left - whole / 10,
		last_refresh_at_ms: now - (whole - left),
		last_used_at_ms: now - 9 * MINUTE,
		has_refresh_token: true,
		has_id_token: true,
		hosts: [`${host}.example.com`],
		scopes: SCOPES,
		other_fields: [],
	};
}

/** A grant whose end is not known. */
export function endlessGrant(now: number, host: string): GrantView {
	const {
		expires_at_ms: _end,
		refreshes_at_ms: _lead,
		last_refresh_at_ms: _last,
		...rest
	} = grantOf(now, HOUR, 2 * HOUR, host);
	return {
		...rest,
		has_refresh_token: false,
		has_id_token: false,
		other_fields: ["dc", "realmId"],
		api_host: "eu.api.example.com",
	};
}

const GOOD: Possible = { copy: true, refresh: true, revoke: true, test: true, authorize: true };
const DEAD: Possible = { copy: false, refresh: false, revoke: true, test: false, authorize: true };
const NONE: Possible = { copy: false, refresh: false, revoke: false, test: false, authorize: true };

type Parts = Partial<AccountView> & { headline: Headline };

export function accountOf(service: string, title: string, account: string, parts: Parts): AccountView {
	return {
		id: `${service}/${account}`,
		service,
		account,
		service_title: title,
		title: account,
		provider: service,
		token_state: "active",
		activity: { kind: "none" },
		notes: [],
		group: "active",
		possible: GOOD,
		...parts,
	};
}

export function troubleOf(now: number, ago: number, problem: Problem) {
	return { since_ms: now - ago, problem };
}

/** The accounts of the main screen. */
export function sampleAccounts(now: number): AccountView[] {
	const left = (minutes: number, hours: number, host: string) =>
		grantOf(now, minutes * MINUTE + 30_000, hours * HOUR, host);
	return [
		accountOf("podio", "Podio", "work", {
			headline: "reauthorize",
			token_state: "reauthorize",
			group: "needs_attention",
			since_ms: now - 3 * HOUR,
			identity: ROBIN,
			possible: DEAD,
			grant: grantOf(now, -3 * HOUR, HOUR, "podio"),
			trouble: troubleOf(now, 3 * HOUR, {
				code: "grant_ended",
				title: "Podio needs you to reauthorize",
				detail: "It no longer accepts the refresh token of robin@example.com.",
				hint: "Nothing else is lost.",
				actions: [{ kind: "authorize" }],
				provider_said:
					'400 Bad Request from podio.example.com\nPOST https://podio.example.com/oauth/token\ngrant_type=refresh_token  client_id=grantkeep-demo  refresh_token=[hidden]\n\n{ "error": "invalid_grant",\n  "error_description": "Refresh token is invalid or expired." }',
			}),
		}),
		accountOf("slack", "Slack", "studio", {
			headline: "scopes_missing",
			group: "needs_attention",
			since_ms: now - 2 * HOUR,
			identity: SAM,
			possible: { ...GOOD, refresh: false },
			grant: {
				...endlessGrant(now, "slack"),
				scopes: [
					scopeOf("chat:write", "Send messages as you", false),
					scopeOf("files:read", "See files", false),
					scopeOf("channels:read", "See public channels"),
					scopeOf("channels:history", "Read messages in public channels"),
					scopeOf("users:read", "See people in the workspace"),
					scopeOf("users:read.email", "See e-mail addresses"),
					scopeOf("team:read", "See the workspace", true, false),
				],
			},
			token_state: "unknown_life",
			notes: [
				{ kind: "scopes_missing", missing: ["chat:write", "files:read"], accepted: false },
				{
					kind: "no_refresh_token",
					hint: "Slack sends one only when token rotation is switched on for the app. Until then this token has no end, and only a revocation stops it.",
				},
			],
		}),
		accountOf("notion", "Notion", "wiki", {
			headline: "waiting",
			token_state: "not_authorized",
			activity: { kind: "waiting" },
			group: "needs_attention",
			since_ms: now - 8_000,
			possible: NONE,
			pending: {
				id: "1",
				started_at_ms: now - 47_500,
				expires_at_ms: now + 252_500,
				redirect_uri: "http://127.0.0.1:49152/callback/notion-2c91",
				method: "loopback",
				paste_only: false,
			},
		}),
		accountOf("google", "Google", "studio", { headline: "active", identity: SAM, grant: left(42, 1, "google") }),
		accountOf("google", "Google", "personal", {
			headline: "refreshing",
			activity: { kind: "refreshing" },
			identity: ROBIN,
			grant: left(5, 1, "google"),
		}),
		accountOf("github", "GitHub", "robin-example", {
			headline: "unknown_life",
			token_state: "unknown_life",
			identity: { subject: "9919", name: "robin-example" },
			grant: endlessGrant(now, "github"),
			possible: { ...GOOD, refresh: false },
		}),
		accountOf("microsoft", "Microsoft", "work", {
			headline: "retrying",
			activity: { kind: "retrying", next_try_at_ms: now + 24_500, tries: 3 },
			identity: ROBIN,
			grant: left(6, 1.2, "microsoft"),
			trouble: troubleOf(now, 2 * MINUTE, {
				code: "provider_busy",
				title: "Microsoft is busy",
				detail:
					"Microsoft answered “service unavailable” (503) and asked to wait 30 s. Your token still works and nothing is lost: Grantkeep keeps trying.",
				hint: "",
				provider_said:
					'503 Service Unavailable from login.example.com\nPOST https://login.example.com/common/oauth2/v2.0/token\ngrant_type=refresh_token  client_id=grantkeep-demo  refresh_token=[hidden]\n\nRetry-After: 30\n{ "error": "temporarily_unavailable" }',
			}),
		}),
		accountOf("linear", "Linear", "work", { headline: "active", identity: ROBIN, grant: left(18 * 60, 24, "linear") }),
		accountOf("mailchimp", "MailChimp", "newsletter", {
			headline: "unknown_life",
			token_state: "unknown_life",
			identity: SAM,
			grant: endlessGrant(now, "mailchimp"),
			possible: { ...GOOD, refresh: false },
		}),
		accountOf("spotify", "Spotify", "personal", {
			headline: "active",
			identity: { subject: "robin-example" },
			grant: left(56, 1, "spotify"),
		}),
		accountOf("dropbox", "Dropbox", "archive", {
			headline: "revoked",
			token_state: "revoked",
			group: "other",
			since_ms: now - 12 * DAY,
			possible: NONE,
		}),
		accountOf("figma", "Figma", "default", {
			headline: "not_authorized",
			token_state: "not_authorized",
			group: "other",
			possible: NONE,
		}),
	];
}

export function sampleEvents(now: number, account: string): EventView[] {
	const lines: [number, EventView["what"], string, string | undefined][] = [
		[9 * MINUTE, "handed_out", "Token handed to invoice-sync", undefined],
		[18 * MINUTE, "refreshed", "Refreshed", "212 ms"],
		[79 * MINUTE, "refreshed", "Refreshed", "198 ms"],
		[2 * DAY, "working_again", "Working again", "after 20 min and 4 tries"],
		[2 * DAY + 20 * MINUTE, "refresh_failed", "Refresh failed: answered 503", "token was still good"],
		[12 * DAY, "authorized", "Authorized by studio@example.com", undefined],
	];
	return lines.map(([ago, what, text, detail], index) => ({
		id: 100 - index,
		at_ms: now - ago,
		account,
		what,
		text,
		...(detail === undefined ? {} : { detail }),
	}));
}

export function sampleTest(now: number): TestView {
	return {
		status: 200,
		reason: "OK",
		took_ms: 184,
		request: "GET https://google.example.com/api/me",
		headers: [
			{ name: "content-type", value: "application/json" },
			{ name: "cache-control", value: "no-store" },
		],
		body: '{\n  "sub": "109300000000000000000",\n  "email": "studio@example.com",\n  "email_verified": true\n}',
		is_json: true,
		truncated: false,
		at_ms: now - 12 * MINUTE,
	};
}

/** The world of the main screen. */
export function sampleWorld(now: number): World {
	const accounts = sampleAccounts(now);
	const names = [...new Set(accounts.map((account) => account.service))];
	const services = names.map((name) => {
		const mine = accounts.filter((account) => account.service === name);
		return serviceOf(
			name,
			mine[0]?.service_title ?? name,
			mine.map((account) => account.account),
		);
	});
	return {
		agent: {
			version: "0.1.0",
			api: 1,
			pid: 4121,
			vault: { kind: "open" },
			key_place: "keyring",
			unlocked_from_file: false,
		},
		services,
		accounts,
		providers: sampleProviders(),
		events: oneHistory(accounts.flatMap((account) => sampleEvents(now, account.id))),
		timeline: sampleTimeline(now),
		forecast: sampleForecast(now),
		questions: [],
		permissions: samplePermissions(now),
		settings: sampleSettings(),
		test: sampleTest(now),
		discovery: sampleDiscovery(),
		pasted: samplePasted(),
		introspection: sampleIntrospection(now),
		inspection: sampleInspection(now),
		survives: false,
		failing: {},
		passphrase: "correct horse",
	};
}
