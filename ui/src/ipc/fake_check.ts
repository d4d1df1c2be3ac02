/** Checks a draft roughly as the agent does; only for tests and development. */
import { fillIn, holesOf } from "../text/variables";
import type { DraftCheck, FieldProblem, Parameter, ProviderView, ServiceDraft } from "./bindings";

export function checkDraft(
	draft: ServiceDraft,
	provider: ProviderView | null,
	hasSecret: boolean,
	hosts_to_confirm: string[],
): DraftCheck {
	const name = slugOf(draft.title);
	const missing = variableProblems(draft, provider);
	const problems = missing.length > 0 ? missing : problemsOf(filledDraft(draft, provider), hasSecret);
	return { problems, redirect_uri: redirectOf(draft, name), hosts_to_confirm, name };
}

/** The draft as it is saved: every address whole. */
export function filledDraft(draft: ServiceDraft, provider: ProviderView | null): ServiceDraft {
	const fill = (address: string) => fillIn(address, provider?.variables ?? [], draft.variables);
	const { authorize_uri, token_uri, test_uri, introspection_uri, issuer, revocation } = draft;
	const whole = {
		authorize_uri: fill(authorize_uri),
		token_uri: fill(token_uri),
		test_uri: fill(test_uri),
		introspection_uri: fill(introspection_uri),
	};
	const recipe =
		"url" in revocation
			? { ...revocation, url: fill(revocation.url) }
			: "page" in revocation
				? { ...revocation, page: fill(revocation.page) }
				: revocation;
	const habits = { ...draft.habits, refresh_uri: fill(draft.habits.refresh_uri) };
	return { ...draft, ...whole, issuer: fill(issuer), revocation: recipe, habits, variables: [] };
}

function variableProblems(draft: ServiceDraft, provider: ProviderView | null): FieldProblem[] {
	return holesOf(draft, provider).flatMap(({ name, label, hint, example, default: usual }) => {
		const typed = draft.variables.find((one) => one.name === name)?.value.trim() ?? "";
		const field = `variables.${name}`;
		if (typed === "" && usual === undefined) {
			return [{ field, message: `${label} is needed. ${hint}`, warning: false }];
		}
		if (typed === "" || /^[\w-]+([./][\w-]+)*$/.test(typed)) return [];
		const whole = /^(?:\w+:\/\/)?([\w.-]+)/.exec(typed)?.[1];
		const bare = example.includes(".") ? whole : whole?.split(".")[0];
		const fix = bare === undefined ? {} : { fix: { label: `Use ${bare}`, value: bare } };
		const message = `This can't be the ${label.toLowerCase()}. It looks like ${example}.`;
		return [{ field, message, ...fix, warning: false }];
	});
}

export function slugOf(title: string): string {
	const slug = title
		.toLowerCase()
		.replaceAll(/[^a-z0-9._-]+/g, "-")
		.replaceAll(/^-|-$/g, "");
	return slug === "" ? "service" : slug;
}

function problemsOf(draft: ServiceDraft, hasSecret: boolean): FieldProblem[] {
	const problems: FieldProblem[] = [];
	const add = (field: string, message: string, warning = false) => problems.push({ field, message, warning });
	if (draft.title.trim() === "") add("title", "Give the service a name.");
	if (draft.client_id.trim() === "")
		add("client_id", "The client ID is needed. The service shows it where you registered.");
	if (!hasSecret && (draft.client_authentication === "basic" || draft.client_authentication === "post")) {
		add("client_secret", "Without a client secret, choose “None” as client authentication.");
	}
	for (const [field, needed] of [
		["authorize_uri", true],
		["token_uri", true],
		["test_uri", false],
		["introspection_uri", false],
	] as const) {
		problems.push(...addressProblems(field, draft[field], needed));
	}
	if (draft.redirect_method === "loopback_fixed" && !/^\d{2,5}$/.test(draft.redirect_port)) {
		add("redirect_port", "A port is a number from 1024 to 65535.");
	}
	if (draft.redirect_method === "paste" && draft.redirect_uri === "") {
		add("redirect_uri", "Enter the address that is registered at the service.");
	}
	if (draft.revocation.kind === "rfc7009") problems.push(...addressProblems("revocation", draft.revocation.url, true));
	if (draft.link_timeout_s < 30 || draft.link_timeout_s > 3600) {
		add("link_timeout_s", "Choose 30 seconds to 60 minutes.");
	}
	if (draft.authorize_parameters.some((parameter) => parameter.name === "" && parameter.value !== "")) {
		add("authorize_parameters", "A parameter has a value and no name.");
	}
	problems.push(...habitProblems(draft));
	for (const host of draft.request_hosts.split(/\s+/)) {
		if (host !== "" && !/^[a-z0-9.-]+(:\d+)?$/i.test(host)) {
			add("request_hosts", `“${host}” is not a host. Write names such as api.example.com, separated by spaces.`);
		}
	}
	return problems;
}

function habitProblems(draft: ServiceDraft): FieldProblem[] {
	const { habits } = draft;
	const problems: FieldProblem[] = [];
	const check = (field: string, lines: Parameter[], good: (line: Parameter) => boolean, message: string) => {
		const filled = lines.filter((line) => line.name.trim() !== "" || line.value.trim() !== "");
		if (!filled.every(good)) problems.push({ field, message, warning: false });
	};
	check(
		"habits.names",
		habits.names,
		(line) => /^[\w.~-]+$/.test(line.value.trim()),
		"Give the service's own name, such as client_key.",
	);
	check(
		"habits.token_paths",
		habits.token_paths,
		(line) => /^[^.]+(\.[^.]+)*$/.test(line.value.trim()),
		"Say where it stands, such as authed_user.access_token.",
	);
	for (const request of ["token", "refresh", "revocation"] as const) {
		check(
			`habits.${request}.headers`,
			habits[request].headers,
			(line) => line.name.trim().toLowerCase() !== "authorization",
			"`Authorization` is set by Grantkeep itself.",
		);
		check(
			`habits.${request}.parameters`,
			habits[request].parameters,
			(line) => line.name.trim() !== "client_id",
			"`client_id` is set by Grantkeep from the other fields, so it can't be an extra parameter.",
		);
	}
	if (habits.form_post && !draft.redirect_method.startsWith("loopback")) {
		const message = "Only a loopback redirect can take the answer as a posted form.";
		problems.push({ field: "habits.form_post", message, warning: false });
	}
	problems.push(...addressProblems("habits.refresh_uri", habits.refresh_uri, false));
	if (habits.names_issuer && draft.issuer.trim() === "") {
		const message = "Fill in the issuer: it is what the answers have to name.";
		problems.push({ field: "habits.names_issuer", message, warning: false });
	}
	if (habits.test.method === "get" && habits.test.body.trim() !== "") {
		const message = "A GET request has no body. Choose POST, or remove the body.";
		problems.push({ field: "habits.test.body", message, warning: false });
	}
	return problems;
}

function addressProblems(field: string, value: string, needed: boolean): FieldProblem[] {
	if (value === "") return needed ? [{ field, message: "This address is needed.", warning: false }] : [];
	if (value.startsWith("http://") && !value.startsWith("http://127.0.0.1")) {
		return [
			{
				field,
				message: "This begins with http://, so your client secret would travel in the open.",
				fix: { label: "Change to https://", value: value.replace("http://", "https://") },
				warning: false,
			},
		];
	}
	if (!/^https?:\/\/[^/\s]+/.test(value)) {
		return [{ field, message: "This is not a complete address. It begins with https://", warning: false }];
	}
	return [];
}

function redirectOf(draft: ServiceDraft, name: string): string {
	const hosts = { ipv4: "127.0.0.1", localhost: "localhost", ipv6: "[::1]" };
	const path = `/callback/${name}-51d0`;
	switch (draft.redirect_method) {
		case "loopback":
			return `http://${hosts[draft.redirect_host]}${path}`;
		case "loopback_fixed":
			return `http://${hosts[draft.redirect_host]}:${draft.redirect_port || "…"}${draft.redirect_path || path}`;
		case "scheme":
			return `io.github.grantkeep:${path}`;
		case "paste":
			return draft.redirect_uri || "https://…";
	}
}
