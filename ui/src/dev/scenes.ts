/** One scene for each screen and state; the accessibility check and the screenshots go through all of them. */
import type { AccountView, Note } from "../ipc/bindings";
import { problem, type FakeIpc, type World } from "../ipc/fake";
import type { App } from "../state/app.svelte";
import { ADDING_SCENES } from "./adding_scenes";
import { NOTICE_SCENES } from "./notice_scenes";
import { PAST_SCENES } from "./past_scenes";
import { PROGRAM_SCENES } from "./program_scenes";
import { SERVICE_SCENES } from "./service_scenes";
import { accountOf, endlessGrant, grantOf, sampleWorld, SAM, serviceOf, troubleOf } from "./world";
import { press } from "./press";

export type Scene = {
	/** The consent window in place of the main one. */
	consent?: boolean;
	world?: (world: World, now: number) => void;
	/** What the person does before one looks. */
	then?: (app: App, fake: FakeIpc, now: number) => void | Promise<void>;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NONE = { copy: false, refresh: false, revoke: false, test: false, authorize: true };

const select =
	(id: string): NonNullable<Scene["then"]> =>
	(app) =>
		app.select(id, true);

/** Shows one account in place of Google studio. */
function only(parts: (now: number) => Partial<AccountView> & { headline: AccountView["headline"] }): Scene {
	return {
		world: (world, now) => {
			const account = accountOf("google", "Google", "studio", { identity: SAM, ...parts(now) });
			world.accounts = [...world.accounts.filter((one) => one.id !== account.id), account];
		},
		then: select("google/studio"),
	};
}

const NOTES: Note[] = [
	{ kind: "somebody_else", expected: "robin@example.com", came: "sam@example.com" },
	{ kind: "hosts_to_confirm", known: ["google.example.com"], new: ["api.example.net"] },
	{ kind: "no_refresh_token", hint: "Google sends one with access_type=offline and prompt=consent." },
	{ kind: "previous_not_revoked", reason: "Google did not answer. Grantkeep tries again for a day." },
	{ kind: "policy_turned_off" },
	{ kind: "oddity", text: "Google sent two expiry times; the earlier one counts." },
	{ kind: "scopes_missing", missing: ["gmail.send"], accepted: false },
];

export const SCENES: Record<string, Scene> = {
	welcome: { world: (world) => Object.assign(world, { services: [], accounts: [] }) },
	opening: { world: (world) => (world.agent.vault = { kind: "opening" }) },
	locked: { world: (world) => (world.agent.vault = { kind: "needs_passphrase" }) },
	"locked-wrong": {
		world: (world) => (world.agent.vault = { kind: "needs_passphrase" }),
		then: async (app) => void (await app.agent.unlock("wrong")),
	},
	"choose-passphrase": { world: (world) => (world.agent.vault = { kind: "choose_passphrase" }) },
	unavailable: {
		world: (world) =>
			(world.agent.vault = {
				kind: "unavailable",
				problem: problem(
					"key_missing",
					"The vault’s key is not in the keyring",
					"Restore it with a backup, or unlock the keyring that holds it.",
					"The vault is untouched.",
				),
			}),
	},
	main: {
		then: async (app) => {
			app.select("google/studio", true);
			await app.grants.test("google/studio");
		},
	},
	waiting: { then: select("notion/wiki"), world: (world, now) => startWaiting(world, now, 5_000) },
	"waiting-help": {
		then: (app) => {
			app.select("notion/wiki", true);
			void app.authorization.setErrorText(
				"notion/wiki",
				"Missing or invalid redirect_uri. Registered: https://localhost/callback/notion-2c91/",
			);
		},
	},
	reauthorize: { then: select("podio/work") },
	scopes: { then: select("slack/studio") },
	retrying: { then: select("microsoft/work") },
	refreshing: { then: select("google/personal") },
	"unknown-life": { then: select("github/robin-example") },
	"not-authorized": { then: select("figma/default") },
	revoked: { then: select("dropbox/archive") },
	"check-settings": only((now) => ({
		headline: "check_settings",
		token_state: "check_settings",
		group: "needs_attention",
		since_ms: now - HOUR,
		possible: { ...NONE, refresh: true, revoke: true, authorize: true },
		grant: grantOf(now, -HOUR, HOUR, "google"),
		trouble: troubleOf(now, HOUR, {
			code: "client_refused",
			title: "Google refused the client secret",
			detail: "It may have been copied without its last characters, or replaced at Google since.",
			hint: "The grant is kept and works again once the secret is right.",
			actions: [
				{ kind: "edit_field", field: "client_secret" },
				{ kind: "open_console", url: "https://google.example.com/apps" },
				{ kind: "try_authentication", with: "post" },
				{ kind: "try_authentication", with: "basic_raw" },
			],
			provider_said:
				'401 Unauthorized from google.example.com\nPOST https://google.example.com/oauth/token\n\n{ "error": "invalid_client" }',
		}),
	})),
	"retrying-ended": only((now) => ({
		headline: "retrying",
		token_state: "expired",
		group: "needs_attention",
		activity: { kind: "retrying", next_try_at_ms: now + 24_500, tries: 5 },
		possible: { ...NONE, refresh: true, revoke: true },
		grant: grantOf(now, -2 * MINUTE, HOUR, "google"),
		trouble: troubleOf(
			now,
			9 * MINUTE,
			problem(
				"provider_unreachable",
				"Google can’t be reached",
				"",
				"The token has ended. The grant is kept, and Grantkeep keeps trying.",
				[{ kind: "try_again" }, { kind: "edit_field", field: "token_uri" }],
			),
		),
	})),
	expired: only((now) => {
		const { refreshes_at_ms: _none, ...grant } = grantOf(now, -3 * HOUR, HOUR, "google");
		return {
			headline: "expired",
			token_state: "expired",
			group: "needs_attention",
			since_ms: now - 3 * HOUR,
			possible: { ...NONE, revoke: true },
			grant: { ...grant, has_refresh_token: false },
		};
	}),
	revoking: only((now) => ({
		headline: "revoking",
		activity: { kind: "revoking" },
		grant: grantOf(now, 42 * MINUTE, HOUR, "google"),
		possible: { ...NONE, authorize: false },
	})),
	refused: only((now) => ({
		headline: "not_authorized",
		token_state: "not_authorized",
		group: "other",
		possible: NONE,
		trouble: troubleOf(
			now,
			MINUTE,
			problem("consent_refused", "You refused at Google", "", "Nothing was stored.", [{ kind: "authorize" }]),
		),
	})),
	"paste-only": only((now) => ({
		headline: "waiting",
		activity: { kind: "waiting" },
		group: "needs_attention",
		grant: grantOf(now, 42 * MINUTE, HOUR, "google"),
		pending: {
			id: "2",
			started_at_ms: now - 280_000,
			expires_at_ms: now + 20_000,
			redirect_uri: "https://example.com/callback",
			method: "paste",
			paste_only: true,
		},
	})),
	notes: only((now) => ({
		headline: "active",
		notes: NOTES,
		grant: grantOf(now, 42 * MINUTE, HOUR, "google"),
		trouble: troubleOf(
			now,
			MINUTE,
			problem("link_expired", "The link is no longer good", "A new one takes a second.", "It was open for 5 min.", [
				{ kind: "authorize" },
			]),
		),
	})),
	refusal: {
		world: (world) =>
			(world.failing = {
				refresh: problem(
					"provider_unreachable",
					"Google can’t be reached",
					"Try again in a moment.",
					"The computer may be offline.",
					[{ kind: "try_again" }],
				),
			}),
		then: async (app) => {
			app.select("google/studio", true);
			await app.grants.refresh("google/studio");
		},
	},
	receipt: {
		then: async (app) => {
			app.select("google/studio", true);
			await app.grants.revoke("google/studio");
		},
	},
	"receipt-trying": {
		world: (world) => (world.survives = true),
		then: async (app) => {
			app.select("google/studio", true);
			await app.grants.revoke("google/studio");
		},
	},
	"receipt-lives": {
		world: (world) => (world.survives = true),
		then: async (app) => {
			app.select("google/studio", true);
			const receipt = await app.grants.revoke("google/studio");
			if (receipt !== null) await app.grants.stopTrying(receipt);
		},
	},
	"revoke-by-hand": {
		world: byHand,
		then: async (app) => {
			app.select("google/studio", true);
			app.navigation.over = { kind: "revoke", id: "google/studio" };
			await press("confirm-revoke");
		},
	},
	inside: {
		world: (world) =>
			world.services.forEach(
				(service) => (service.definition.introspection_uri = "https://google.example.com/introspect"),
			),
		then: async (app) => {
			app.select("google/studio", true);
			await app.grants.introspect("google/studio");
			await app.grants.inspect("google/studio");
			document.querySelector("[data-testid=introspection]")?.scrollIntoView();
		},
	},
	"inside-closed": {
		world: (world) =>
			world.services.forEach(
				(service) => (service.definition.introspection_uri = "https://google.example.com/introspect"),
			),
		then: (app) => {
			app.select("google/studio", true);
			setTimeout(() => document.querySelector("[data-testid=introspect]")?.scrollIntoView(), 50);
		},
	},
	"no-test-uri": {
		world: (world) => world.services.forEach((service) => (service.definition.test_uri = "")),
		then: select("linear/work"),
	},
	lost: {
		then: (_app, fake) =>
			fake.pushLost(
				problem("agent_unavailable", "The agent stopped.", "It starts again by itself.", "Grants are safe."),
			),
	},
	filter: { then: (app) => void (app.list.typed = "goo") },
	"no-match": { then: (app) => void (app.list.typed = "mial") },
	many: {
		world: (world, now) => {
			const titles = ["Google", "GitHub", "Linear", "Spotify", "Podio"];
			world.accounts = Array.from({ length: 10_000 }, (_, index) => {
				const title = titles[index % titles.length] ?? "Google";
				const account = `client-${String(index).padStart(5, "0")}`;
				return accountOf(title.toLowerCase(), title, account, {
					...(index % 7 === 0
						? ({ headline: "unknown_life", token_state: "unknown_life" } as const)
						: ({ headline: "active" } as const)),
					identity: SAM,
					grant: index % 7 === 0 ? endlessGrant(now, "a") : grantOf(now, (index % 59) * MINUTE + MINUTE, HOUR, "a"),
				});
			});
			world.services = titles.map((title) => serviceOf(title.toLowerCase(), title, []));
		},
	},
	services: {
		world: (world) =>
			(world.services = world.services.map((service) =>
				service.name === "google" ? { ...service, hosts_to_confirm: ["api.example.net"] } : service,
			)),
		then: (app) => app.navigation.show("services"),
	},
	providers: { then: (app) => void (app.navigation.over = { kind: "providers" }) },
	"add-provider": { then: (app) => app.addService("github") },
	"by-hand": {
		then: async (app) => {
			app.addService(null);
			const form = app.drafts.find("add ");
			if (form === undefined) return;
			Object.assign(form.draft, {
				title: "Acme CRM",
				client_id: "acme-desktop-client",
				authorize_uri: "https://crm.example.com/oauth/authorize",
				token_uri: "http://crm.example.com/oauth/token",
				scopes: "contacts.read deals.read",
				revocation: { kind: "rfc7009", url: "https://crm.example.com/oauth/revoke" },
			});
			form.secret = "a-secret-of-24-letters..";
			void form.leave("token_uri");
			await form.checkNow();
		},
	},
	"by-hand-all": {
		then: async (app) => {
			app.addService(null);
			const form = app.drafts.find("add ");
			if (form === undefined) return;
			form.draft.redirect_method = "loopback_fixed";
			form.draft.revocation = {
				kind: "custom",
				method: "delete",
				url: "https://crm.example.com/{token}",
				parameter: "",
				body: "empty",
				auth: "client",
			};
			form.draft.authorize_parameters = [{ name: "access_type", value: "offline" }];
			form.draft.pkce = false;
			await form.save();
		},
	},
	edit: { then: (app) => app.editService("google") },
	"add-account": { then: (app) => void (app.navigation.over = { kind: "add_account", service: "google" }) },
	rename: { then: (app) => void (app.navigation.over = { kind: "rename_account", id: "google/studio" }) },
	"new-account": { then: (app) => void (app.navigation.over = { kind: "new_account", id: "google/studio" }) },
	duplicate: { then: (app) => void (app.navigation.over = { kind: "duplicate_service", name: "google" }) },
	revoke: {
		then: (app) => {
			app.select("google/studio", true);
			app.navigation.over = { kind: "revoke", id: "google/studio" };
		},
	},
	"delete-account": { then: (app) => void (app.navigation.over = { kind: "delete_account", id: "google/studio" }) },
	"delete-service": { then: (app) => void (app.navigation.over = { kind: "delete_service", name: "google" }) },
	"confirm-hosts": {
		world: (world) => world.services.forEach((service) => (service.hosts_to_confirm = ["api.example.net"])),
		then: (app) => void (app.navigation.over = { kind: "confirm_hosts", name: "google" }),
	},
	"deleted-receipt": {
		then: async (app, fake) => app.gone("Google studio", await fake.deleteAccount("google/studio", true)),
	},
	...SERVICE_SCENES,
	...ADDING_SCENES,
	...PROGRAM_SCENES,
	...PAST_SCENES,
	...NOTICE_SCENES,
	keys: { then: (app) => void (app.navigation.over = { kind: "keys" }) },
	toast: {
		then: async (app) => {
			app.select("google/studio", true);
			const account = app.accounts.find("google/studio");
			if (account !== undefined) await app.copyToken(account);
		},
	},
	menu: {
		then: (app) => {
			app.select("google/studio", true);
			setTimeout(
				() =>
					document
						.querySelector<HTMLElement>("[data-testid=more]")
						?.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0, pointerType: "mouse" })),
				50,
			);
		},
	},
};

/** The world of a scene. */
export function worldOf(scene: Scene, now: number): World {
	const world = sampleWorld(now);
	scene.world?.(world, now);
	return world;
}

function byHand(world: World): void {
	const page = "https://google.example.com/permissions";
	for (const service of world.services) service.definition.revocation = { kind: "by_hand", page };
}

function startWaiting(world: World, now: number, ago: number): void {
	world.accounts = world.accounts.map((account) =>
		account.pending === undefined
			? account
			: { ...account, pending: { ...account.pending, started_at_ms: now - ago, expires_at_ms: now - ago + 300_000 } },
	);
}
