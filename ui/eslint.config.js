import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(
	{ ignores: ["dist", ".fake-dist", "shots-out", "src/ipc/bindings.ts"] },
	js.configs.recommended,
	...ts.configs.strict,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		linterOptions: { reportUnusedDisableDirectives: "error" },
		rules: {
			"no-undef": "off",
			"max-lines": ["error", { max: 400 }],
			// Maps and sets are replaced as a whole (`$state.raw`), or are no state at all.
			"svelte/prefer-svelte-reactivity": "off",
			// Svelte trims spaces at the edge of a block, so some are written out.
			"svelte/no-useless-mustaches": "off",
			"@typescript-eslint/no-invalid-void-type": [
				"error",
				{ allowInGenericTypeArguments: true, allowAsThisParameter: false },
			],
			// It does not see `??=`.
			"no-unused-private-class-members": "off",
			"@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
			"@typescript-eslint/consistent-type-imports": "error",
			"@typescript-eslint/no-non-null-assertion": "error",
			"@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
		},
	},
	{
		files: ["**/*.svelte", "**/*.svelte.ts"],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
	},
	{
		// The edge to the shell and the tests may say what type an unknown value has.
		files: ["src/ipc/*.ts", "tests/**", "scripts/**"],
		rules: { "@typescript-eslint/consistent-type-assertions": "off" },
	},
);
