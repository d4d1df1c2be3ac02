// Runs axe-core on each scene, light and dark, and in the narrow window: `npm run test:axe [scene…]`.
import { readFileSync } from "node:fs";
import { each, scenes, withPages } from "./pages.mjs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const looks = [
	{ theme: "light", width: 1200 },
	{ theme: "dark", width: 1200 },
	{ theme: "light", width: 660 },
];
let pages = 0;
let violations = 0;

await withPages((open) =>
	each(
		scenes().flatMap((scene) => looks.map((look) => ({ scene, look }))),
		async ({ scene, look }) => {
			const { page, errors, close } = await open(scene, look);
			await page.evaluate(axe);
			const result = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules }), RULES);
			const place = `${scene} (${look.theme}, ${look.width})`;
			pages += 1;
			violations += result.violations.length + errors.length;
			for (const violation of result.violations) tell(place, violation);
			for (const error of errors) console.error(`${place}: ${error}`);
			await close();
		},
	),
);

console.log(`axe: ${pages} pages, ${violations} violations`);
process.exitCode = violations === 0 ? 0 : 1;

function tell(place, violation) {
	console.error(`${place}: ${violation.id}: ${violation.help}`);
	for (const node of violation.nodes.slice(0, 3)) {
		console.error(`  ${node.html.slice(0, 200)}\n  ${node.failureSummary?.split("\n")[1]?.trim()}`);
	}
}
