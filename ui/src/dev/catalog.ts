/** The catalog as it is in `crates/core/catalog`, read much as the agent reads it. */
import { parse } from "smol-toml";
import { EMPTY_FORM, type Habits, type Parameter, type ProviderView, type ServiceDraft } from "../ipc/bindings";

type Extra = Parameter & { why?: string };
type Shape = Omit<ProviderView, "draft"> & {
	redirect?: { note: string };
	draft: Partial<Omit<ServiceDraft, "authorize_parameters">> & {
		authorize_parameters?: Extra[];
		scope_separator?: string;
		token_format?: Habits["token_format"];
		names?: Record<string, string>;
		token_paths?: Record<string, string>;
		token_headers?: Parameter[];
		token_parameters?: Parameter[];
		refresh_headers?: Parameter[];
		refresh_parameters?: Parameter[];
		revocation_headers?: Parameter[];
		revocation_parameters?: Parameter[];
		refresh_scopes?: boolean;
		form_post?: boolean;
		names_issuer?: boolean;
		refresh_uri?: string;
		hex_challenge?: boolean;
		redirect_fields?: string;
		api_host_field?: string;
		test_method?: Habits["test"]["method"];
		test_headers?: Parameter[];
		test_body?: string;
	};
};

const FILES = import.meta.glob<string>("../../../crates/core/catalog/*.toml", {
	eager: true,
	query: "?raw",
	import: "default",
});

/** All providers, by their identifiers. */
export function catalog(): ProviderView[] {
	return Object.values(FILES).map((text) => viewOf(shapeOf(text)));
}

/** Whether a file has this shape is what the catalog's own tests check. */
function shapeOf(text: string): Shape {
	const file: unknown = JSON.parse(JSON.stringify(parse(text)));
	if (isShape(file)) return file;
	throw new Error("a file of the catalog has no form");
}

function isShape(file: unknown): file is Shape {
	return typeof file === "object" && file !== null && "draft" in file;
}

function viewOf({ redirect, draft, ...known }: Shape): ProviderView {
	const parameters = draft.authorize_parameters ?? [];
	return {
		...known,
		scopes: (known.scopes ?? []).map((scope) => ({ ...scope, default: scope.default ?? false })),
		variables: known.variables ?? [],
		...(redirect === undefined ? {} : { redirect_note: redirect.note }),
		token_has_no_end: known.token_has_no_end ?? false,
		refresh: known.refresh ?? "unknown",
		rotation: known.rotation ?? "unknown",
		reasons: parameters.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, value: why }])),
		draft: draftOf(draft),
		practice: false,
	};
}

function draftOf(draft: Shape["draft"]): ServiceDraft {
	const {
		authorize_parameters = [],
		scope_separator,
		token_format = "form",
		names,
		token_paths,
		token_headers = [],
		token_parameters = [],
		refresh_headers = [],
		refresh_parameters = [],
		revocation_headers = [],
		revocation_parameters = [],
		refresh_scopes = false,
		form_post = false,
		names_issuer = false,
		refresh_uri = "",
		hex_challenge = false,
		redirect_fields = "",
		api_host_field = "",
		test_method = "get",
		test_headers = [],
		test_body = "",
		...rest
	} = draft;
	const habits: Habits = {
		scope_separator: scope_separator === "," ? "comma" : "space",
		token_format,
		names: linesOf(names),
		token: { headers: token_headers, parameters: token_parameters },
		refresh: { headers: refresh_headers, parameters: refresh_parameters },
		revocation: { headers: revocation_headers, parameters: revocation_parameters },
		refresh_scopes,
		token_paths: linesOf(token_paths),
		form_post,
		names_issuer,
		refresh_uri,
		hex_challenge,
		redirect_fields,
		api_host_field,
		test: { method: test_method, headers: test_headers, body: test_body },
	};
	const plain = authorize_parameters.map(({ name, value }) => ({ name, value }));
	return { ...EMPTY_FORM, ...rest, authorize_parameters: plain, habits };
}

function linesOf(table: Record<string, string> = {}): Parameter[] {
	return Object.entries(table).map(([name, value]) => ({ name, value }));
}
