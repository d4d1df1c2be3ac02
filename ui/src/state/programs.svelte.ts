import { SvelteSet } from "svelte/reactivity";
import type { Change, PermissionView, ProgramView, QuestionView } from "../ipc/bindings";
import type { Ipc } from "../ipc/ipc";

/** A program and all that it may, or may not. */
export type ProgramGroup = { key: string; program: ProgramView; permissions: PermissionView[] };

/** Programs that ask, and what they were answered. The agent's changes are the only source. */
export class Programs {
	/** By id. */
	questions = $state.raw<ReadonlyMap<string, QuestionView>>(new Map());
	/** By id. */
	permissions = $state.raw<ReadonlyMap<string, PermissionView>>(new Map());
	/** The filter as typed. */
	typed = $state("");
	/** Ids of permissions that are being taken back. */
	readonly busy = new SvelteSet<string>();

	/** What waits for an answer, the oldest first. */
	waiting = $derived(inOrder(this.questions.values()));
	groups = $derived(grouped(this.permissions.values()));

	constructor(private readonly ipc: Ipc) {}

	/** Takes a change in. */
	apply(change: Change): void {
		switch (change.kind) {
			case "snapshot":
				this.questions = new Map(change.questions.map((question) => [question.id, question]));
				this.permissions = new Map(change.permissions.map((permission) => [permission.id, permission]));
				break;
			case "question":
				this.questions = new Map(this.questions).set(change.question.id, change.question);
				break;
			case "question_gone":
				this.questions = without(this.questions, change.id);
				break;
			case "permission":
				this.permissions = new Map(this.permissions).set(change.permission.id, change.permission);
				break;
			case "permission_removed":
				this.permissions = without(this.permissions, change.id);
				break;
			default:
		}
	}

	/** The permissions for a service, and those to manage all of it. */
	of(service: string): PermissionView[] {
		return this.groups.flatMap((group) => group.permissions.filter((one) => one.service === service));
	}

	group(key: string): ProgramGroup | undefined {
		return this.groups.find((group) => group.key === key);
	}

	/** Takes permissions back, one after the other; rejects with the first problem. */
	async takeBack(ids: string[]): Promise<void> {
		const mine = ids.filter((id) => !this.busy.has(id));
		mine.forEach((id) => this.busy.add(id));
		try {
			for (const id of mine) await this.ipc.removePermission(id);
		} finally {
			mine.forEach((id) => this.busy.delete(id));
		}
	}
}

/** Questions, the oldest first: the order in which the consent window asks them. */
export function inOrder(questions: Iterable<QuestionView>): QuestionView[] {
	return [...questions].sort(
		(one, other) => one.asked_at_ms - other.asked_at_ms || (one.id < other.id ? -1 : Number(one.id > other.id)),
	);
}

/** By program, in the order of their names; within one, what manages all comes first, then by service. */
function grouped(permissions: Iterable<PermissionView>): ProgramGroup[] {
	const groups = new Map<string, ProgramGroup>();
	for (const permission of permissions) {
		const { program } = permission;
		const key = [program.kind, program.path ?? "", program.name].join(" ");
		const group = groups.get(key) ?? { key, program, permissions: [] };
		group.permissions.push(permission);
		groups.set(key, group);
	}
	for (const group of groups.values()) {
		group.permissions.sort(
			(one, other) =>
				collator.compare(one.service ?? "", other.service ?? "") ||
				one.granted_at_ms - other.granted_at_ms ||
				collator.compare(one.id, other.id),
		);
	}
	return [...groups.values()].sort(
		(one, other) => collator.compare(one.program.name, other.program.name) || collator.compare(one.key, other.key),
	);
}

function without<Value>(all: ReadonlyMap<string, Value>, id: string): ReadonlyMap<string, Value> {
	const rest = new Map(all);
	rest.delete(id);
	return rest;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
