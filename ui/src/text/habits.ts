/** Words for how a service bends the standard. */
import type { Extras, Habits, ScopeSeparator, TestMethod, TokenFormat } from "../ipc/bindings";
import { countText } from "./messages";

type Choices<Value> = readonly { value: Value; label: string }[];

export const SCOPE_SEPARATORS: Choices<ScopeSeparator> = [
	{ value: "space", label: "Space" },
	{ value: "comma", label: "Comma" },
];

export const TOKEN_FORMATS: Choices<TokenFormat> = [
	{ value: "form", label: "Form" },
	{ value: "json", label: "JSON" },
	{ value: "query", label: "Query" },
];

export const TOKEN_FORMAT_HELP: Record<TokenFormat, string> = {
	form: "A POST with a form, as the standard has it.",
	json: "A POST with JSON.",
	query: "A GET with everything in the address, client secret and tokens too. Servers often log addresses.",
};

export const TEST_METHODS: Choices<TestMethod> = [
	{ value: "get", label: "GET" },
	{ value: "post", label: "POST" },
];

/** The requests that can carry more than the standard has. */
export const REQUESTS = [
	{ key: "token", label: "Token request", of: "of the token request", help: "Added when the code is exchanged." },
	{ key: "refresh", label: "Refresh request", of: "of the refresh request", help: "Added to each refresh." },
	{
		key: "revocation",
		label: "Revocation request",
		of: "of the revocation request",
		help: "Added when tokens are revoked.",
	},
] as const;

/** What is bent, in a few words each; nothing where the service keeps to the standard. */
export function bentParts(habits: Habits): string[] {
	const parts = [
		habits.scope_separator === "comma" ? "scopes with commas" : "",
		habits.token_format === "json" ? "token requests as JSON" : "",
		habits.token_format === "query" ? "token requests in the address" : "",
		...filled(habits.names).map(({ name, value }) => `${name} is called ${value}`),
		...REQUESTS.map(({ key, label }) => extrasText(habits[key], label.toLowerCase())),
		habits.refresh_scopes ? "scopes at each refresh" : "",
		pathsText(filled(habits.token_paths).length),
		habits.form_post ? "the answer comes as a form" : "",
		habits.names_issuer ? "each answer names the issuer" : "",
		habits.refresh_uri.trim() === "" ? "" : "refreshed at an address of its own",
		habits.hex_challenge ? "the PKCE challenge in hexadecimal" : "",
		keptText(habits.redirect_fields),
		habits.api_host_field.trim() === "" ? "" : `the API’s host from ${habits.api_host_field.trim()}`,
		testText(habits.test),
	];
	return parts.filter((part) => part !== "");
}

function extrasText({ headers, parameters }: Extras, request: string): string {
	const names = [...filled(headers), ...filled(parameters)].map(({ name }) => name);
	return names.length === 0 ? "" : `${names.join(", ")} in the ${request}`;
}

function keptText(names: string): string {
	const words = names.split(/\s+/).filter((name) => name !== "");
	return words.length === 0 ? "" : `${words.join(", ")} kept from the redirect`;
}

function testText({ method, headers }: Habits["test"]): string {
	const names = filled(headers).map(({ name }) => name);
	const post = method === "post" ? "the test is a POST" : "";
	return names.length === 0 ? post : `${post === "" ? "the test" : post} with ${names.join(", ")}`;
}

function pathsText(count: number): string {
	return count === 0 ? "" : `${countText(count, "field")} elsewhere in the answer`;
}

function filled<Line extends { name: string }>(lines: Line[]): Line[] {
	return lines.filter(({ name }) => name.trim() !== "");
}

/** The fields of the habits from top to bottom, as problems name them. */
export const HABIT_FIELDS = [
	"habits.scope_separator",
	"habits.token_format",
	"habits.names",
	...REQUESTS.flatMap(({ key }) => [`habits.${key}.headers`, `habits.${key}.parameters`]),
	"habits.refresh_scopes",
	"habits.refresh_uri",
	"habits.token_paths",
	"habits.api_host_field",
	"habits.form_post",
	"habits.redirect_fields",
	"habits.names_issuer",
	"habits.hex_challenge",
	"habits.test.headers",
	"habits.test.body",
];
