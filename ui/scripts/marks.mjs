// Writes src/parts/marks.ts: the few marks of simple-icons that the window shows (their data is CC0; the marks belong to
// their owners). Run `npm run marks` after adding a slug here.
import { writeFileSync } from "node:fs";
import * as icons from "simple-icons";

const SLUGS = [
	"airtable",
	"asana",
	"atlassian",
	"auth0",
	"bitbucket",
	"box",
	"discord",
	"dropbox",
	"figma",
	"github",
	"gitlab",
	"google",
	"hubspot",
	"huggingface",
	"intuit",
	"keycloak",
	"linear",
	"mailchimp",
	"mastodon",
	"miro",
	"notion",
	"okta",
	"paypal",
	"quickbooks",
	"reddit",
	"shopify",
	"spotify",
	"stripe",
	"strava",
	"trello",
	"twitch",
	"vimeo",
	"xero",
	"zoom",
];

const bySlug = new Map(Object.values(icons).map((icon) => [icon.slug, icon]));
const lines = SLUGS.flatMap((slug) => {
	const icon = bySlug.get(slug);
	if (icon === undefined) {
		console.warn(`simple-icons has no mark for ${slug}`);
		return [];
	}
	return [`\t${slug}: { colour: "#${icon.hex}", path: ${JSON.stringify(icon.path)} },`];
});

writeFileSync(
	new URL("../src/parts/marks.ts", import.meta.url),
	`// Written by scripts/marks.mjs from simple-icons. Do not edit.

/** A provider's mark: its brand colour and one SVG path in a box of 24. */
export type Mark = { colour: string; path: string };

export const MARKS: Readonly<Record<string, Mark>> = {
${lines.join("\n")}
};
`,
);
