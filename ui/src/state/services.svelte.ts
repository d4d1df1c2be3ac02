import type { Change, ProviderView, ServiceView } from "../ipc/bindings";
import type { Ipc } from "../ipc/ipc";

/** The services, and the catalog of providers. */
export class Services {
	/** The catalog; empty until it has been asked for. */
	providers = $state.raw<ProviderView[]>([]);
	/** By name. */
	all = $state.raw<ReadonlyMap<string, ServiceView>>(new Map());

	list = $derived(
		[...this.all.values()].sort((one, other) => byTitle.compare(one.definition.title, other.definition.title)),
	);
	practice = $derived(this.providers.find((provider) => provider.practice));

	constructor(private readonly ipc: Ipc) {}

	/** Asks for the catalog; it is the same as long as the window lives, except for the practice provider. */
	async load(): Promise<void> {
		this.providers = await this.ipc.providers();
	}

	/** Takes a change in. */
	apply(change: Change): void {
		switch (change.kind) {
			case "snapshot":
				this.all = new Map(change.services.map((service) => [service.name, service]));
				break;
			case "service":
				this.all = new Map(this.all).set(change.service.name, change.service);
				break;
			case "service_removed": {
				const rest = new Map(this.all);
				rest.delete(change.name);
				this.all = rest;
				break;
			}
			default:
		}
	}

	find(name: string | undefined): ServiceView | undefined {
		return name === undefined ? undefined : this.all.get(name);
	}

	/** Slug of the mark of a catalog entry. */
	markOf(provider: string | undefined): string | undefined {
		return this.providers.find((one) => one.id === provider)?.mark;
	}

	isPractice(provider: string | undefined): boolean {
		return provider !== undefined && this.practice?.id === provider;
	}

	/** The catalog entry of a service, where it came from one. */
	providerOf(service: ServiceView | undefined): ProviderView | undefined {
		const id = service?.definition.provider;
		return id === undefined ? undefined : this.providers.find((provider) => provider.id === id);
	}
}

const byTitle = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
