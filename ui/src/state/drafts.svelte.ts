import {
	EMPTY_FORM,
	type DiscoveryView,
	type PastedView,
	type ProviderView,
	type ServiceDraft,
	type ServiceView,
} from "../ipc/bindings";
import type { Ipc } from "../ipc/ipc";
import { ServiceForm } from "./form.svelte";

/** The forms of this session, so that closing a sheet loses nothing that was typed. */
export class Drafts {
	readonly #forms = new Map<string, ServiceForm>();

	constructor(private readonly ipc: Ipc) {}

	/** The key of a form for a new service of `provider`, or by hand. */
	add(provider: ProviderView | null): string {
		const key = `add ${provider?.id ?? ""}`;
		if (!this.#forms.has(key)) this.#open(key, null, provider, provider?.draft ?? EMPTY_FORM);
		return key;
	}

	/** The key of a form for what a provider tells of itself; one that was changed goes on. */
	discovered(found: DiscoveryView): string {
		const key = `add ${found.issuer}`;
		if (this.#forms.get(key)?.changed !== true) this.#open(key, null, null, found.draft, found.registration);
		return key;
	}

	/** The key of a form for what was pasted; it starts anew. */
	pasted(found: PastedView, provider: ProviderView | null): string {
		const key = "add pasted";
		const form = this.#open(key, null, provider, found.draft);
		form.take(found);
		// Its client is registered already.
		form.reached = 1;
		form.step = 1;
		return key;
	}

	/** The key of a form for `service`; it starts anew unless something was changed. */
	edit(service: ServiceView, provider: ProviderView | null): string {
		const key = `edit ${service.name}`;
		if (this.#forms.get(key)?.changed !== true) this.#open(key, service, provider, service.definition);
		return key;
	}

	find(key: string): ServiceForm | undefined {
		return this.#forms.get(key);
	}

	/** Forgets a form: it was saved, or thrown away. */
	drop(key: string): void {
		this.#forms.delete(key);
	}

	#open(
		key: string,
		service: ServiceView | null,
		provider: ProviderView | null,
		draft: ServiceDraft,
		registers = false,
	): ServiceForm {
		const form = new ServiceForm(this.ipc, service, provider, draft, registers);
		this.#forms.set(key, form);
		void form.checkNow();
		return form;
	}
}
