//! The agent's own memory with a thousand services.

use grantkeep_api::client::Agent;
use grantkeep_api::views::{Problem, ServiceDraft};
use grantkeep_core::model::Draft;
use grantkeep_tests::desktop::{Failure, Outcome};
use grantkeep_tests::{AgentProcess, Client, Home, Provider};

use crate::figure::{Against, Figure, Target};
use crate::{memory, run};

pub(crate) const NAMES: &[&str] = &["agent_memory_1000_services"];

pub(crate) async fn measure() -> Outcome<Vec<Figure>> {
    let provider = Provider::new().await;
    let home = Home::new();
    let agent = start(&home)?;
    for number in 0..SERVICES {
        let title = format!("Service {number}");
        add(&agent.client(), Draft { title, ..provider.draft(Client::Public) }).await?;
    }
    let value = memory::settled(agent.pid(), None).await?;
    Ok(vec![Figure {
        name: "agent_memory_1000_services",
        value,
        unit: "MiB",
        against: Against::Nothing,
        target: Target::Value(25.0),
    }])
}

/// The release agent with a vault that it opens by a passphrase file; that alone lets the bench add services.
pub(crate) fn start(home: &Home) -> Outcome<AgentProcess> {
    run::program("grantkeep-agent")?;
    Ok(home.agent().from_folder(run::programs()?).start())
}

/// Adds a service; its name.
pub(crate) async fn add(agent: &Agent, draft: Draft) -> Outcome<String> {
    let draft: ServiceDraft = serde_json::from_value(serde_json::to_value(draft)?)?;
    Ok(asked(agent, move |agent| agent.add_service(draft, None)).await?.name)
}

/// Asks the agent on a thread for blocking work.
pub(crate) async fn asked<T: Send + 'static>(
    agent: &Agent,
    ask: impl FnOnce(&Agent) -> Result<T, Problem> + Send + 'static,
) -> Outcome<T> {
    let agent = agent.clone();
    let answered = tokio::task::spawn_blocking(move || ask(&agent)).await?;
    answered.map_err(|problem| Failure::new(format!("{}: {}", problem.title, problem.detail)))
}

const SERVICES: usize = 1000;
