import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

// `--mode fake` builds the window over `ipc/fake.ts` for the accessibility check and the screenshots.
// The production build has the pages of the two windows as its only entries, so no fake gets into it.
export default defineConfig(({ mode }) => ({
	base: "./",
	plugins: [tailwindcss(), svelte(), svelteTesting()],
	clearScreen: false,
	// The scenes show the providers of the catalog, which is beside this folder.
	server: { port: 1420, strictPort: true, host: "127.0.0.1", fs: { allow: [".", "../crates/core/catalog"] } },
	build: {
		target: ["chrome111", "safari16.4"],
		outDir: mode === "fake" ? ".fake-dist" : "dist",
		emptyOutDir: true,
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		rolldownOptions: { input: mode === "fake" ? "fake.html" : ["index.html", "consent.html"] },
	},
	test: {
		environment: "jsdom",
		setupFiles: ["tests/setup.ts"],
		include: ["tests/**/*.test.ts"],
		restoreMocks: true,
	},
}));
