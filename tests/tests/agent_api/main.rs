//! The agent's API with the real agent and a real provider: reports, ID tokens, requests with the token, locking,
//! leaving.

#![expect(clippy::unwrap_used, reason = "the helpers below are part of the tests")]

mod broker;
mod help;
mod id_token;
mod idle;
mod lock;
mod report;

use grantkeep_api::account_id::AccountId;
use grantkeep_api::requests::HistoryQuery;
use grantkeep_core::model::Draft;
use grantkeep_tests::{AgentProcess, Client, Home, Person, Provider};

/// An agent with the account `practice` that Ada has authorized, and what it lives on.
struct Scene {
    agent: AgentProcess,
    provider: Provider,
    id: AccountId,
    _home: Home,
}

impl Scene {
    /// The account as the provider suggests it.
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with an edited form.
    async fn with(edit: impl FnOnce(&mut Draft)) -> Self {
        let home = Home::new();
        let provider = Provider::new().await;
        let mut draft = provider.draft(Client::Public);
        edit(&mut draft);
        let agent = home.agent().start();
        let id = agent.add_draft(&draft, None);
        agent.authorize(&id, &Person::ada()).await;
        Self { agent, provider, id, _home: home }
    }

    /// The newest lines of the account's history.
    fn history(&self) -> Vec<String> {
        let events = self.agent.client().account_history(&self.id, &HistoryQuery::newest(20)).unwrap().events;
        events.into_iter().map(|event| event.text).collect()
    }
}
