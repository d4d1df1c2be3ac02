#!/usr/bin/env node
/**
 * The practice provider: a real authorization server (`oidc-provider`) on 127.0.0.1 and nowhere else.
 *
 * `cargo xtask run` starts it for the practice entry, the tests start it with `--admin`.
 * It keeps everything in memory; when it ends, all its grants are gone.
 */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

import { createAdmin } from "./src/admin.mjs";
import { Faults } from "./src/faults.mjs";
import { quietNotices } from "./src/notices.mjs";
import { Stats } from "./src/stats.mjs";

const HOST = "127.0.0.1";

const HELP = `Usage: node server.mjs [options]

  --port N               port on 127.0.0.1; 0 picks a free one (default 0)
  --descriptor FILE      writes what a client has to know as JSON, readable by its owner only
  --access-token-ttl S   life of an access token in seconds (default 300)
  --rotate, --no-rotate  a refresh also gives a new refresh token, and the old one dies (default: rotate)
  --refresh WHEN         a refresh token is given: "always" (default) or on "offline_access" only
  --admin                opens the admin side for tests on another loopback port
  --exit-with-parent     ends when its standard input is closed
  --max-seconds S        ends by itself after this time (default 43200)
  --verbose              prints the provider's own notices and each failed request

Each option may also be given by environment: --access-token-ttl as PRACTICE_ACCESS_TOKEN_TTL, and so on.
`;

const OPTIONS = {
	port: { type: "string", default: "0" },
	descriptor: { type: "string" },
	"access-token-ttl": { type: "string", default: "300" },
	rotate: { type: "boolean" },
	"no-rotate": { type: "boolean" },
	refresh: { type: "string", default: "always" },
	admin: { type: "boolean" },
	"exit-with-parent": { type: "boolean" },
	"max-seconds": { type: "string", default: String(12 * 60 * 60) },
	verbose: { type: "boolean" },
	help: { type: "boolean", short: "h" },
};

main().catch((error) => {
	console.error(`practice provider: ${error.message}`);
	process.exit(1);
});

async function main() {
	const options = readOptions();
	if (options.help) {
		process.stdout.write(HELP);
		return;
	}
	quietNotices(options.verbose);
	// Imported late, because the library prints its notices while it is loaded.
	const { createProvider } = await import("./src/provider.mjs");

	// The issuer's name holds the port, so the socket comes first.
	const server = createServer();
	const port = await listen(server, options.port);
	const issuer = `http://${HOST}:${port}`;
	const settings = {
		accessTokenTtl: options.accessTokenTtl,
		rotate: options.rotate,
		graceSeconds: 0,
		refresh: options.refresh,
	};
	const stats = new Stats();
	const faults = new Faults();
	const practice = createProvider({ issuer, settings, stats, faults, verbose: options.verbose });
	server.on("request", practice.handler);

	let adminUri;
	if (options.admin) {
		const admin = createServer(createAdmin({ practice, settings, stats, faults }));
		adminUri = `http://${HOST}:${await listen(admin, 0)}`;
	}

	const descriptor = {
		...practice.descriptor,
		...(adminUri && { admin_uri: adminUri }),
		access_token_ttl: settings.accessTokenTtl,
		pid: process.pid,
	};
	endInTime(options);
	if (options.descriptor) writeDescriptor(options.descriptor, descriptor);
	console.log(`READY ${issuer}`);
}

/** Reads the command line over the environment over the defaults. */
function readOptions() {
	const { values } = parseArgs({ options: withEnvironment(OPTIONS), strict: true });
	if (!["always", "offline_access"].includes(values.refresh)) {
		throw new Error('--refresh is "always" or "offline_access"');
	}
	return {
		...values,
		port: wholeNumber("--port", values.port, 0, 65535),
		accessTokenTtl: wholeNumber("--access-token-ttl", values["access-token-ttl"], 1, 31_536_000),
		maxSeconds: wholeNumber("--max-seconds", values["max-seconds"], 1, 2_000_000),
		rotate: values.rotate || !values["no-rotate"],
		exitWithParent: values["exit-with-parent"],
	};
}

function withEnvironment(options) {
	const merged = {};
	for (const [name, option] of Object.entries(options)) {
		const given = process.env[`PRACTICE_${name.toUpperCase().replaceAll("-", "_")}`];
		const value = option.type === "boolean" ? ["1", "true"].includes(given) : given;
		merged[name] = value ? { ...option, default: value } : option;
	}
	return merged;
}

function wholeNumber(name, text, least, most) {
	const number = Number(text);
	if (!Number.isInteger(number) || number < least || number > most) {
		throw new Error(`${name} is a whole number from ${least} to ${most}, not "${text}"`);
	}
	return number;
}

function listen(server, port) {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, HOST, () => resolve(server.address().port));
	});
}

/** Written beside and renamed, so that a reader never sees half of it. */
function writeDescriptor(path, descriptor) {
	const beside = `${path}.${process.pid}.new`;
	writeFileSync(beside, `${JSON.stringify(descriptor, null, "\t")}\n`, { mode: 0o600 });
	chmodSync(beside, 0o600);
	renameSync(beside, path);
	process.on("exit", () => removeOwn(path));
}

/** The practice entry is offered while the descriptor exists; another provider's descriptor stays. */
function removeOwn(path) {
	try {
		if (JSON.parse(readFileSync(path, "utf8")).pid === process.pid) rmSync(path);
	} catch {
		// Gone or replaced by somebody else: nothing of ours is left to remove.
	}
}

function endInTime(options) {
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(0));
	setTimeout(() => process.exit(0), options.maxSeconds * 1000).unref();
	if (options.exitWithParent) {
		process.stdin.resume();
		process.stdin.on("end", () => process.exit(0));
		process.stdin.on("error", () => process.exit(0));
	}
}
