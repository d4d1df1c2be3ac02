//! The real command line with a real agent and a real provider.

#![expect(clippy::unwrap_used, reason = "the helpers below are part of the tests")]

mod accounts;
mod definitions;
mod git;
mod kubectl;
mod messages;
mod past;
mod programs;
mod services;
mod tokens;

use grantkeep_tests::{AgentProcess, Client, Home, Person, Provider};

/// An agent whose account `practice` Ada has authorized.
async fn authorized(provider: &Provider, home: &Home) -> AgentProcess {
    let agent = home.agent().start();
    let id = agent.add(provider, Client::Public);
    agent.authorize(&id, &Person::ada()).await;
    agent
}
