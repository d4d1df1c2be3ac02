/** What the fake shell starts with. */
import type {
	AccountView,
	AgentView,
	EventView,
	InspectionView,
	IntrospectionView,
	PermissionView,
	Problem,
	ProviderView,
	QuestionView,
	ServiceView,
	TestView,
} from "./bindings";

export type World = {
	agent: AgentView;
	services: ServiceView[];
	accounts: AccountView[];
	providers: ProviderView[];
	events: EventView[];
	questions: QuestionView[];
	permissions: PermissionView[];
	test: TestView;
	introspection: IntrospectionView;
	inspection: InspectionView;
	/** Tokens are accepted after their revocation. */
	survives: boolean;
	/** Functions that reject, by name. */
	failing: Record<string, Problem>;
	/** The passphrase that opens the vault. */
	passphrase: string;
};
