// Builds the window over the fake, serves it, and opens its scenes in Chromium.
import { existsSync, readFileSync } from "node:fs";
import { build, preview } from "vite";
import { chromium } from "playwright-core";

const CHROMIUM =
	process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path));

/** The names of all scenes, or of those given on the command line. */
export function scenes() {
	const wanted = process.argv.slice(2);
	const tables = ["scenes.ts", "service_scenes.ts", "adding_scenes.ts", "program_scenes.ts", "past_scenes.ts"].map(
		(file) => {
			const source = readFileSync(new URL(`../src/dev/${file}`, import.meta.url), "utf8");
			const begin = /export const [A-Z_]+: Record<string, Scene>/.exec(source)?.index ?? 0;
			return source.slice(begin, source.indexOf("\n};", begin));
		},
	);
	const names = [...tables.join("\n").matchAll(/^\t"?([a-z-]+)"?: (?:\{|only\(|searching\()/gm)].map(
		(match) => match[1],
	);
	return wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
}

/** Runs `work` on each of `jobs`, a few at a time. */
export async function each(jobs, work) {
	const rest = [...jobs];
	const line = async () => {
		for (let job = rest.shift(); job !== undefined; job = rest.shift()) await work(job);
	};
	await Promise.all(Array.from({ length: 4 }, line));
}

/** Runs `work` with a function that opens a scene. */
export async function withPages(work) {
	await build({ mode: "fake", logLevel: "warn" });
	const server = await preview({
		mode: "fake",
		logLevel: "warn",
		build: { outDir: ".fake-dist" },
		preview: { port: 0, host: "127.0.0.1" },
	});
	const address = server.resolvedUrls.local[0];
	const browser = await chromium.launch({
		executablePath: CHROMIUM,
		args: ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
	});
	try {
		await work(async (scene, { theme = "light", width = 1200, height = 800, contrast } = {}) => {
			const context = await browser.newContext({
				viewport: { width, height },
				colorScheme: theme,
				reducedMotion: "reduce",
				locale: "en-GB",
				contrast: contrast ?? "no-preference",
			});
			const page = await context.newPage();
			const errors = [];
			page.on("pageerror", (error) => errors.push(String(error)));
			page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
			await page.goto(`${address}fake.html?scene=${scene}`);
			await page.waitForSelector("html[data-ready]", { timeout: 10_000 });
			await page.evaluate(() => document.fonts.ready);
			await page.waitForTimeout(250);
			return { page, errors, close: () => context.close() };
		});
	} finally {
		await browser.close();
		await new Promise((done) => server.httpServer.close(done));
	}
}
