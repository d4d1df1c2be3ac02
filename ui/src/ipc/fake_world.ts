/** What the fake shell starts with. */
import type {
	AccountView,
	AgentView,
	DiscoveryView,
	EventView,
	ForecastView,
	InspectionView,
	IntrospectionView,
	PastedView,
	PermissionView,
	Problem,
	ProviderView,
	QuestionView,
	ServiceView,
	SettingView,
	TestView,
	TimelineView,
} from "./bindings";

export type World = {
	agent: AgentView;
	services: ServiceView[];
	accounts: AccountView[];
	providers: ProviderView[];
	events: EventView[];
	timeline: TimelineView;
	forecast: ForecastView;
	questions: QuestionView[];
	permissions: PermissionView[];
	settings: SettingView[];
	test: TestView;
	introspection: IntrospectionView;
	inspection: InspectionView;
	/** Tokens are accepted after their revocation. */
	survives: boolean;
	/** What each provider tells, and each pasted text holds. */
	discovery: DiscoveryView;
	pasted: PastedView;
	/** Functions that reject, by name. */
	failing: Record<string, Problem>;
	/** The passphrase that opens the vault. */
	passphrase: string;
};
