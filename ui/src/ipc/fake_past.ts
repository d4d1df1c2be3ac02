/** History, timelines and the forecast of the fake. */
import type { AccountView, ForecastView, HistoryView, ServiceView, TimelineView } from "./bindings";
import type { World } from "./fake";
import type { HistoryFormat, HistoryQuery, PastIpc } from "./past_ipc";

export class FakePast implements PastIpc {
	constructor(
		private readonly world: () => World,
		private readonly call: (name: string, ...given: unknown[]) => Promise<void>,
		private readonly changed: (account: AccountView) => void,
		private readonly changedService: (service: ServiceView) => void,
	) {}

	async history(query: HistoryQuery): Promise<HistoryView> {
		await this.call("history", query);
		const lines = this.#lines(query);
		const events = lines.slice(0, query.limit);
		const last = events.at(-1);
		return lines.length > events.length && last !== undefined ? { events, next: last.id } : { events };
	}

	async saveHistory(query: HistoryQuery, format: HistoryFormat): Promise<string | null> {
		await this.call("saveHistory", query, format);
		return `grantkeep-history.${format}`;
	}

	async copyHistory(query: HistoryQuery, format: HistoryFormat): Promise<number> {
		await this.call("copyHistory", query, format);
		return this.#lines(query).length;
	}

	async timeline(id: string, days: number): Promise<TimelineView> {
		await this.call("timeline", id, days);
		return this.world().timeline;
	}

	async forecast(): Promise<ForecastView> {
		await this.call("forecast");
		return this.world().forecast;
	}

	async saveForecast(): Promise<string | null> {
		await this.call("saveForecast");
		return "grantkeep.ics";
	}

	async setGrantLife(id: string, days: number | null): Promise<AccountView> {
		await this.call("setGrantLife", id, days);
		const found = this.world().accounts.find((account) => account.id === id);
		if (found === undefined) throw new Error("no such account");
		const { grant_life_days: _before, ...rest } = found;
		const account = days === null ? rest : { ...rest, grant_life_days: days };
		this.changed(account);
		return account;
	}

	async setSecretExpiry(name: string, expires_at_ms: number | null): Promise<ServiceView> {
		await this.call("setSecretExpiry", name, expires_at_ms);
		const found = this.world().services.find((service) => service.name === name);
		if (found === undefined) throw new Error("no such service");
		const { client_secret_expires_at_ms: _before, ...rest } = found;
		const service = expires_at_ms === null ? rest : { ...rest, client_secret_expires_at_ms: expires_at_ms };
		this.changedService(service);
		return service;
	}

	#lines({ name, kinds = [], text = "", before }: HistoryQuery) {
		const holds = (part: string | undefined) => part?.toLowerCase().includes(text.toLowerCase()) ?? false;
		return this.world()
			.events.filter((event) => name === undefined || event.account === name || event.account.startsWith(`${name}/`))
			.filter((event) => kinds.length === 0 || kinds.includes(event.what))
			.filter((event) => holds(event.text) || holds(event.detail) || holds(event.account))
			.filter((event) => before === undefined || event.id < before)
			.sort((one, other) => other.id - one.id);
	}
}
