// Runs axe-core on each scene, light and dark, and in the narrow window: `npm run test:axe [scene…]`.
import { readFileSync } from "node:fs";
import { scenes, withPages } from "./pages.mjs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const looks = [
	{ theme: "light", width: 1200 },
	{ theme: "dark", width: 1200 },
	{ theme: "light", width: 660 },
];
let pages = 0;
let violations = 0;

await withPages(async (open) => {
	for (const scene of scenes()) {
		for (const look of looks) {
			const { page, errors, close } = await open(scene, look);
			await page.evaluate(axe);
			const result = await page.evaluate(() =>
				axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
			);
			pages += 1;
			for (const violation of result.violations) {
				violations += 1;
				console.error(`${scene} (${look.theme}, ${look.width}): ${violation.id}: ${violation.help}`);
				for (const node of violation.nodes.slice(0, 4))
					console.error(`  ${node.html.slice(0, 200)}\n  ${node.failureSummary?.split("\n")[1]?.trim()}`);
			}
			for (const error of errors) {
				violations += 1;
				console.error(`${scene} (${look.theme}, ${look.width}): ${error}`);
			}
			await close();
		}
	}
});

console.log(`axe: ${pages} pages, ${violations} violations`);
process.exitCode = violations === 0 ? 0 : 1;
