// Screenshots of each scene, light and dark, wide and narrow, in ui/shots-out: `npm run shots [scene…]`.
import { mkdirSync } from "node:fs";
import { each, scenes, withPages } from "./pages.mjs";

const out = new URL("../shots-out/", import.meta.url).pathname;
const looks = ["light", "dark"].flatMap((theme) => [1200, 660].map((width) => ({ theme, width })));
mkdirSync(out, { recursive: true });

await withPages((open) =>
	each(
		scenes().flatMap((scene) => looks.map((look) => ({ scene, look }))),
		async ({ scene, look }) => {
			const { page, errors, close } = await open(scene, look);
			await page.screenshot({ path: `${out}${scene}-${look.width}-${look.theme}.png` });
			for (const error of errors) console.error(`${scene}: ${error}`);
			if (errors.length > 0) process.exitCode = 1;
			await close();
		},
	),
);
