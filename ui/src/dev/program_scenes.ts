/** Scenes of programs: their page, the consent window, and a vault that was locked while it ran. */
import { problem } from "../ipc/fake";
import { manageQuestion, permissionOf, PYTHON, questionOf, TERMINAL } from "./programs";
import type { Scene } from "./scenes";

export const PROGRAM_SCENES: Record<string, Scene> = {
	programs: { then: (app) => app.navigation.show("programs") },
	"programs-asking": {
		world: (world, now) =>
			(world.questions = [
				questionOf(now, "q1"),
				questionOf(now, "q2", { program: PYTHON, service: "github", account: "github/robin-example" }),
				manageQuestion(now, "q3"),
			]),
		then: (app) => app.navigation.show("programs"),
	},
	"programs-empty": {
		world: (world) => (world.permissions = []),
		then: (app) => app.navigation.show("programs"),
	},
	"programs-many": {
		world: (world, now) =>
			(world.permissions = Array.from({ length: 40 }, (_, index) => {
				const name = `worker-${String(index).padStart(2, "0")}`;
				const program = { name, path: `/srv/jobs/${name}`, kind: "program" as const };
				return permissionOf(now, `w${index}`, {
					program,
					service: ["google", "podio", "github"][index % 3] ?? "google",
				});
			})),
		then: (app) => {
			app.navigation.show("programs");
			app.programs.typed = "podio worker";
		},
	},
	"programs-no-match": {
		world: (world, now) =>
			(world.permissions = Array.from({ length: 12 }, (_, index) => permissionOf(now, `w${index}`))),
		then: (app) => {
			app.navigation.show("programs");
			app.programs.typed = "mial";
		},
	},
	"take-all-back": {
		then: (app) => {
			app.navigation.show("programs");
			app.askToTakeAllBack(app.programs.groups.find((group) => group.permissions.length > 1)?.key ?? "");
		},
	},
	"account-programs": { then: (app) => app.select("google/studio", true) },
	consent: { consent: true, world: (world, now) => (world.questions = [questionOf(now, "q1")]) },
	"consent-interpreter": {
		consent: true,
		world: (world, now) =>
			(world.questions = [
				questionOf(now, "q1", {
					program: PYTHON,
					service: "google",
					account: "google/studio",
					known: true,
					may_always: false,
				}),
			]),
	},
	"consent-manage": { consent: true, world: (world, now) => (world.questions = [manageQuestion(now, "q1")]) },
	"consent-several": {
		consent: true,
		world: (world, now) =>
			(world.questions = [
				questionOf(now, "q1", {
					program: {
						name: "a-program-with-a-long-name",
						path: `/home/robin/${"projects/".repeat(6)}target/release/x`,
						kind: "program",
					},
					expires_at_ms: now + 8_500,
				}),
				questionOf(now, "q2", { program: TERMINAL, service: "github", account: "github/robin-example" }),
				manageQuestion(now, "q3"),
			]),
	},
	"consent-unknown": {
		consent: true,
		world: (world, now) =>
			(world.questions = [
				questionOf(now, "q1", {
					program: { name: "process 48213", kind: "unknown" },
					service: "slack",
					account: "slack/studio",
					may_always: false,
				}),
			]),
	},
	"consent-ended": {
		consent: true,
		world: (world, now) => (world.questions = [questionOf(now, "q1")]),
		then: (_app, fake) => fake.push({ kind: "question_gone", id: "q1" }),
	},
	"consent-refused": {
		consent: true,
		world: (world, now) => {
			world.questions = [questionOf(now, "q1")];
			world.failing = {
				answer: problem("agent_unavailable", "The agent is not available", "Try again.", "It did not answer in time."),
			};
		},
		then: async () => {
			await new Promise((done) => setTimeout(done, 1_100));
			document.querySelector<HTMLElement>("[data-testid=consent-allow]")?.click();
		},
	},
	"locked-keyring": {
		world: (world) =>
			Object.assign(world, { services: [], accounts: [], agent: { ...world.agent, vault: { kind: "locked" } } }),
	},
	"locked-running": {
		then: async (app) => {
			app.select("google/studio", true);
			await app.lock();
		},
	},
	"locked-running-passphrase": {
		world: (world) => (world.agent.key_place = "passphrase"),
		then: async (app) => {
			app.select("google/studio", true);
			await app.lock();
		},
	},
	"locked-programs": {
		then: async (app) => {
			app.navigation.show("programs");
			await app.lock();
		},
	},
};
