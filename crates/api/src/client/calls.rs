//! The verbs: one method a route.

use super::http::Method;
use super::{Agent, Call};
use crate::account_id::AccountId;
use crate::requests::{
    AddService, Allow, AnswerQuestion, Asked, AuthorizationStarted, Authorize, CheckService, ConfirmHosts,
    CurrentLink, Identity, IdentityChoice, Passphrase, Purpose, Redirected, Report, SaveService,
    SecretChange, Session, Title, TokenRequest,
};
use crate::routes::{self, pattern};
use crate::secret_input::SecretInput;
use crate::token::{HandedIdToken, HandedToken, Link};
use crate::views::{
    AccountView, AgentView, Answer, AuthorizationOutcome, Change, CheckView, DraftCheck, PermissionView,
    Problem, ProviderView, QuestionOutcome, QuestionView, ReceiptView, ServiceDraft, ServiceView,
};

/// Every method's `# Errors`: the agent's problem, or that it is not available.
#[expect(clippy::missing_errors_doc, reason = "the same for all of them, said above")]
impl Agent {
    /// The agent and its vault.
    pub fn agent(&self) -> Result<AgentView, Problem> {
        self.ask(Call::get(pattern::AGENT))
    }

    /// Everything, as a [`Change::Snapshot`].
    pub fn state(&self) -> Result<Change, Problem> {
        self.ask(Call::get(pattern::STATE))
    }

    /// Opens a vault that has a passphrase.
    pub fn unlock(&self, passphrase: SecretInput) -> Result<(), Problem> {
        self.tell(Call::post(pattern::UNLOCK).with(&Passphrase { passphrase })?)
    }

    /// Makes a vault with a passphrase, where there is none and no keyring.
    pub fn create_vault(&self, passphrase: SecretInput) -> Result<(), Problem> {
        self.tell(Call::post(pattern::VAULT).with(&Passphrase { passphrase })?)
    }

    /// Looks for the vault's key again.
    pub fn retry_vault(&self) -> Result<(), Problem> {
        self.tell(Call::post(pattern::VAULT_RETRY).asks_a_provider())
    }

    /// Asks the agent to finish what is under way and to leave.
    pub fn retire(&self) -> Result<(), Problem> {
        self.tell(Call::post(pattern::RETIRE))
    }

    /// Hands over where the person's desktop is.
    pub fn hand_over_session(&self, session: &Session) -> Result<(), Problem> {
        self.tell(Call::post(pattern::SESSION).with(session)?.repeatable())
    }

    /// The catalog.
    pub fn providers(&self) -> Result<Vec<ProviderView>, Problem> {
        self.ask(Call::get(pattern::PROVIDERS))
    }

    /// Checks a draft; `name` is the service being edited, `None` for a new one.
    pub fn check_service(
        &self,
        draft: ServiceDraft,
        name: Option<String>,
        has_secret: bool,
    ) -> Result<DraftCheck, Problem> {
        self.ask(Call::post(pattern::CHECK).with(&CheckService { draft, name, has_secret })?.repeatable())
    }

    /// Adds a service.
    pub fn add_service(
        &self,
        draft: ServiceDraft,
        client_secret: Option<SecretInput>,
    ) -> Result<ServiceView, Problem> {
        self.ask(Call::post(pattern::SERVICES).with(&AddService {
            draft,
            client_secret,
            secret_ref: None,
        })?)
    }

    /// All services.
    pub fn services(&self) -> Result<Vec<ServiceView>, Problem> {
        self.ask(Call::get(pattern::SERVICES))
    }

    /// One service.
    pub fn service(&self, name: &str) -> Result<ServiceView, Problem> {
        self.ask(Call::get(routes::of_service(pattern::SERVICE, name)))
    }

    /// Saves an edited service.
    pub fn save_service(
        &self,
        name: &str,
        draft: ServiceDraft,
        secret: SecretChange,
    ) -> Result<ServiceView, Problem> {
        let path = routes::of_service(pattern::SERVICE, name);
        self.ask(Call::new(Method::Put, path).with(&SaveService { draft, secret })?)
    }

    /// Deletes a service with its accounts; `revoke` takes the tokens back first.
    pub fn delete_service(&self, name: &str, revoke: bool) -> Result<ReceiptView, Problem> {
        let path = routes::removal(&routes::of_service(pattern::SERVICE, name), revoke);
        self.ask(Call::new(Method::Delete, path).asks_a_provider())
    }

    /// Copies a service, its client secret included.
    pub fn duplicate_service(&self, name: &str, title: String) -> Result<ServiceView, Problem> {
        self.ask(Call::post(routes::of_service(pattern::DUPLICATE, name)).with(&Title { title })?)
    }

    /// Confirms changed hosts (R-ST-14), with the client secret where there is one.
    pub fn confirm_hosts(
        &self,
        name: &str,
        client_secret: Option<SecretInput>,
    ) -> Result<ServiceView, Problem> {
        let path = routes::of_service(pattern::CONFIRM_HOSTS, name);
        self.ask(Call::post(path).with(&ConfirmHosts { client_secret })?)
    }

    /// Adds the practice provider as a service, if it runs.
    pub fn add_practice(&self) -> Result<ServiceView, Problem> {
        self.ask(Call::post(pattern::PRACTICE))
    }

    /// All accounts.
    pub fn accounts(&self) -> Result<Vec<AccountView>, Problem> {
        self.ask(Call::get(pattern::ACCOUNTS))
    }

    /// Adds an account to a service.
    pub fn add_account(&self, service: &str, title: String) -> Result<AccountView, Problem> {
        self.ask(Call::post(routes::of_service(pattern::SERVICE_ACCOUNTS, service)).with(&Title { title })?)
    }

    /// One account.
    pub fn account(&self, id: &AccountId) -> Result<AccountView, Problem> {
        self.ask(Call::get(routes::of_account(pattern::ACCOUNT, id)))
    }

    /// Gives an account another title.
    pub fn rename_account(&self, id: &AccountId, title: String) -> Result<AccountView, Problem> {
        let path = routes::of_account(pattern::ACCOUNT, id);
        self.ask(Call::new(Method::Patch, path).with(&Title { title })?)
    }

    /// Deletes an account; `revoke` takes its tokens back first.
    pub fn delete_account(&self, id: &AccountId, revoke: bool) -> Result<ReceiptView, Problem> {
        let path = routes::removal(&routes::of_account(pattern::ACCOUNT, id), revoke);
        self.ask(Call::new(Method::Delete, path).asks_a_provider())
    }

    /// Makes a link for the browser. `timeout_s`: how long it is good, `None` = as the service says; `paste`: the
    /// person will hand over the address, nothing listens.
    pub fn authorize(
        &self,
        id: &AccountId,
        timeout_s: Option<u32>,
        paste: bool,
    ) -> Result<AuthorizationStarted, Problem> {
        let call =
            Call::post(routes::of_account(pattern::AUTHORIZE, id)).with(&Authorize { timeout_s, paste })?;
        self.ask(call.asks_a_provider())
    }

    /// The link of the authorization under way.
    pub fn link(&self, id: &AccountId) -> Result<Link, Problem> {
        self.ask::<CurrentLink>(Call::get(routes::of_account(pattern::LINK, id))).map(|reply| reply.link)
    }

    /// How an authorization ended; `Waiting` after 25 s at the latest.
    pub fn outcome(&self, id: &AccountId, pending: &str) -> Result<AuthorizationOutcome, Problem> {
        self.ask(Call::get(routes::outcome(id, pending)))
    }

    /// Ends the authorization under way.
    pub fn cancel_authorization(&self, id: &AccountId) -> Result<(), Problem> {
        self.tell(Call::post(routes::of_account(pattern::CANCEL, id)))
    }

    /// Hands over the address that the browser ended on.
    pub fn paste_redirect(
        &self,
        id: &AccountId,
        address: SecretInput,
    ) -> Result<AuthorizationOutcome, Problem> {
        let call = Call::post(routes::of_account(pattern::PASTE, id)).with(&Redirected { address })?;
        self.ask(call.asks_a_provider())
    }

    /// Hands over an address of the custom scheme.
    pub fn redirect(&self, address: SecretInput) -> Result<AuthorizationOutcome, Problem> {
        self.ask(Call::post(pattern::REDIRECT).with(&Redirected { address })?.asks_a_provider())
    }

    /// Refreshes now. Single flight makes it safe to ask again.
    pub fn refresh(&self, id: &AccountId) -> Result<AccountView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::REFRESH, id)).repeatable().asks_a_provider())
    }

    /// The person uses the account with the scopes it has.
    pub fn accept_scopes(&self, id: &AccountId) -> Result<AccountView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::ACCEPT_SCOPES, id)))
    }

    /// Says who a grant of somebody else belongs to.
    pub fn resolve_identity(&self, id: &AccountId, choice: IdentityChoice) -> Result<AccountView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::IDENTITY, id)).with(&Identity { choice })?)
    }

    /// The access token, good for `min_ttl_s` seconds at least.
    pub fn token(&self, id: &AccountId, min_ttl_s: u32, purpose: Purpose) -> Result<HandedToken, Problem> {
        let path = routes::of_account(pattern::TOKEN, id);
        self.ask(Call::post(path).with(&TokenRequest { min_ttl_s, purpose })?.repeatable().asks_a_provider())
    }

    /// The ID token, good for `min_ttl_s` seconds at least.
    pub fn id_token(
        &self,
        id: &AccountId,
        min_ttl_s: u32,
        purpose: Purpose,
    ) -> Result<HandedIdToken, Problem> {
        let path = routes::of_account(pattern::ID_TOKEN, id);
        self.ask(Call::post(path).with(&TokenRequest { min_ttl_s, purpose })?.repeatable().asks_a_provider())
    }

    /// Says that a resource answered this status to our token; with 401 the keeper refreshes once.
    pub fn report(&self, id: &AccountId, status: u16) -> Result<AccountView, Problem> {
        let call = Call::post(routes::of_account(pattern::REPORT, id)).with(&Report { status })?;
        self.ask(call.repeatable().asks_a_provider())
    }

    /// Programs that wait for the person's permission.
    pub fn questions(&self) -> Result<Vec<QuestionView>, Problem> {
        self.ask(Call::get(pattern::QUESTIONS))
    }

    /// How a question stands; `Waiting` after 25 s at the latest.
    pub fn question(&self, id: &str) -> Result<QuestionOutcome, Problem> {
        self.ask::<Asked>(Call::get(routes::of_id(pattern::QUESTION, id))).map(|asked| asked.outcome)
    }

    /// Answers a program's question.
    pub fn answer(&self, id: &str, answer: Answer) -> Result<(), Problem> {
        self.tell(Call::post(routes::of_id(pattern::ANSWER, id)).with(&AnswerQuestion { answer })?)
    }

    /// What programs may do.
    pub fn permissions(&self) -> Result<Vec<PermissionView>, Problem> {
        self.ask(Call::get(pattern::ACCESS))
    }

    /// Gives a permission.
    pub fn allow(&self, allow: &Allow) -> Result<PermissionView, Problem> {
        self.ask(Call::post(pattern::ACCESS).with(allow)?)
    }

    /// Takes a permission back.
    pub fn remove_permission(&self, id: &str) -> Result<(), Problem> {
        self.tell(Call::new(Method::Delete, routes::of_id(pattern::PERMISSION, id)))
    }

    /// Forgets the vault's key until the person unlocks it.
    pub fn lock(&self) -> Result<(), Problem> {
        self.tell(Call::post(pattern::LOCK).repeatable().asks_a_provider())
    }

    /// What the agent itself can tell about its health.
    pub fn doctor(&self) -> Result<Vec<CheckView>, Problem> {
        self.ask(Call::get(pattern::DOCTOR).asks_a_provider())
    }
}
