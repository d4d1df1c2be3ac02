/**
 * Silences oidc-provider's advice for production (and its wish for a newer Node), which would only
 * worry a person who practises. `verbose` keeps it.
 */
export function quietNotices(verbose) {
	if (verbose) return;
	for (const name of ["info", "warn"]) {
		const print = console[name].bind(console);
		console[name] = (...words) => {
			if (!/oidc-provider (NOTICE|WARNING)/.test(String(words[0]))) print(...words);
		};
	}
}
