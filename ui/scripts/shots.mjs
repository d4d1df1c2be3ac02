// Screenshots of each scene, light and dark, wide and narrow, in ui/shots-out: `npm run shots [scene…]`.
import { mkdirSync } from "node:fs";
import { scenes, withPages } from "./pages.mjs";

const out = new URL("../shots-out/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });

await withPages(async (open) => {
	for (const scene of scenes()) {
		for (const theme of ["light", "dark"]) {
			for (const width of [1200, 660]) {
				const { page, errors, close } = await open(scene, { theme, width });
				await page.screenshot({ path: `${out}${scene}-${width}-${theme}.png` });
				for (const error of errors) console.error(`${scene}: ${error}`);
				if (errors.length > 0) process.exitCode = 1;
				await close();
			}
		}
	}
});
