/** What sample tokens say of themselves. */
import type { ClaimView, InspectionView, IntrospectionView } from "../ipc/bindings";

const MINUTE = 60_000;

/** An ID token whose signature holds beside an access token that nobody vouches for. */
export function sampleInspection(now: number): InspectionView {
	const end = now + 42 * MINUTE;
	return {
		at_ms: now,
		keys_uri: "https://google.example.com/keys",
		access_token: {
			header: [claim("alg", "Signed with", "HS256"), claim("typ", "Kind", "at+jwt")],
			claims: [
				claim("sub", "Whose it is", "4821"),
				claim("scope", "Scopes", "drive.file calendar.readonly gmail.send openid"),
				time("exp", "Ends", end),
				claim("tier", undefined, "studio"),
			],
			ends_at_ms: end,
			verified: false,
			signature: "It is signed with HS256: anybody who has the client secret can do that.",
		},
		id_token: {
			header: [claim("alg", "Signed with", "ES256"), claim("kid", "Key", "2026-11")],
			claims: [
				claim("sub", "Whose it is", "4821"),
				claim("name", "Name", "Sam Sample"),
				claim("email", "E-mail address", "studio@example.com"),
				claim("iss", "Who made it", "https://google.example.com"),
				claim("aud", "Whom it is for", "grantkeep-demo"),
				time("exp", "Ends", now - 18 * MINUTE),
				time("iat", "Made", now - 78 * MINUTE),
			],
			ends_at_ms: now - 18 * MINUTE,
			verified: true,
			signature: "The signature holds: ES256, by a key of the issuer among those at https://google.example.com/keys.",
		},
	};
}

/** A good token, as the provider knows it. */
export function sampleIntrospection(now: number): IntrospectionView {
	const end = now + 42 * MINUTE;
	return {
		at_ms: now,
		took_ms: 118,
		active: true,
		scopes: ["drive.file", "calendar.readonly", "gmail.send"],
		whose: "studio@example.com",
		ends_at_ms: end,
		claims: [
			claim("sub", "Whose it is", "4821"),
			claim("username", "User name", "studio@example.com"),
			claim("client_id", "Client", "grantkeep-demo"),
			time("exp", "Ends", end),
		],
	};
}

function claim(name: string, meaning: string | undefined, value: string): ClaimView {
	return { name, value, ...(meaning === undefined ? {} : { meaning }) };
}

function time(name: string, meaning: string, at_ms: number): ClaimView {
	return { name, meaning, value: String(Math.floor(at_ms / 1000)), at_ms };
}
