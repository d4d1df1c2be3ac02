// Writes src/parts/marks_data.json: the marks of simple-icons that the catalog names (their data is CC0; the marks
// belong to their owners). Run `npm run marks` after adding a `mark` to a file of crates/core/catalog.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as icons from "simple-icons";

const catalog = new URL("../../crates/core/catalog/", import.meta.url);
const bySlug = new Map(Object.values(icons).map((icon) => [icon.slug, icon]));
const marks = {};

for (const file of readdirSync(catalog).sort()) {
	const slug = file.endsWith(".toml") && /^mark = "(.+)"$/m.exec(readFileSync(new URL(file, catalog), "utf8"))?.[1];
	if (!slug) continue;
	const icon = bySlug.get(slug);
	if (icon === undefined) throw new Error(`${file}: simple-icons has no mark ${slug}`);
	marks[slug] = { colour: `#${icon.hex}`, path: icon.path };
}

const sorted = Object.fromEntries(Object.entries(marks).sort(([one], [other]) => (one < other ? -1 : 1)));
writeFileSync(new URL("../src/parts/marks_data.json", import.meta.url), `${JSON.stringify(sorted, null, "\t")}\n`);
console.log(`${Object.keys(sorted).length} marks`);
