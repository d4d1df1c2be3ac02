//! What a person does with an agent.

use grantkeep_api::account_id::AccountId;
use grantkeep_api::requests::Purpose;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{AccountView, AuthorizationOutcome, Problem, TokenState};
use grantkeep_core::model::Draft;
use url::Url;

use super::AgentProcess;
use crate::{Client, Page, Person, Provider};

#[expect(clippy::expect_used, reason = "the test is about what comes next")]
impl AgentProcess {
    /// Adds one of the provider's clients as a service; its first account.
    ///
    /// # Panics
    /// When the agent refuses it.
    pub fn add(&self, provider: &Provider, client: Client) -> AccountId {
        self.add_draft(&provider.draft(client), provider.secret(client))
    }

    /// Adds a form as a service; its first account.
    ///
    /// # Panics
    /// When the agent refuses it.
    pub fn add_draft(&self, draft: &Draft, secret: Option<&str>) -> AccountId {
        let form = serde_json::to_value(draft).expect("a form");
        let draft = serde_json::from_value(form).expect("the same form as front ends have it");
        let secret = secret.map(|secret| SecretInput::from(secret.to_owned()));
        let service = self.client.add_service(draft, secret).expect("the service is added");
        service.name.parse().expect("an account's name")
    }

    /// Begins an authorization: its link, and what tells it from others.
    ///
    /// # Panics
    /// When the agent refuses.
    pub fn begin(&self, id: &AccountId) -> (String, String) {
        let started = self.client.authorize(id, None, false).expect("an authorization begins");
        (started.link.expose().to_owned(), started.pending.id)
    }

    /// Lets a person authorize an account; the address that the browser ended on.
    ///
    /// # Panics
    /// When no grant comes of it.
    pub async fn authorize(&self, id: &AccountId, person: &Person) -> Url {
        let (link, pending) = self.begin(id);
        let address = person.address(&link).await;
        let page = Page::try_open(&address).await.expect("the listener answers");
        assert_eq!(page.status, 200, "{}", page.body);
        // An authorization that has ended is forgotten.
        let outcome = self.client.outcome(id, &pending);
        assert!(matches!(outcome, Ok(AuthorizationOutcome::Done) | Err(_)), "{outcome:?}");
        assert_eq!(self.account(id).token_state, TokenState::Active);
        address
    }

    /// The account as the window sees it.
    ///
    /// # Panics
    /// When there is none.
    pub fn account(&self, id: &AccountId) -> AccountView {
        self.client.account(id).expect("an account")
    }

    /// The access token, as a program gets it.
    ///
    /// # Errors
    /// The agent's.
    pub fn token(&self, id: &AccountId) -> Result<String, Box<Problem>> {
        let handed = self.client.token(id, 0, Purpose::HandOut).map_err(Box::new)?;
        Ok(handed.access_token.expose().to_owned())
    }
}
