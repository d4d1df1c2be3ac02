//! Ten thousand services, and two hundred clients.

use std::path::Path;

use grantkeep_core::model::Draft;
use grantkeep_tests::desktop::{Failure, Outcome};
use grantkeep_tests::{Client, Home, Person, Provider, Settings};

use crate::agent::{add, start};
use crate::figure::{Against, Figure, Target, median};
use crate::memory;
use crate::peer::timed;
use crate::token::{RUNS, authorized, provider, token};

pub(crate) const NAMES: &[&str] = &["agent_memory_10000_services", "token_10000_services"];
pub(crate) const CROWD_NAMES: &[&str] = &["token_requests_of_a_crowd"];

/// The agent's memory with 10,000 services, and a token from it against one from an agent with ten.
pub(crate) async fn measure() -> Outcome<Vec<Figure>> {
    let provider = provider().await;
    // Adding them takes 20,000 durable writes, and what is measured takes none: memory will do.
    let memory_disk = Path::new("/dev/shm");
    let home = || if memory_disk.is_dir() { Home::below(memory_disk) } else { Home::new() };
    let (few_home, many_home) = (home(), home());
    let (few, few_id) = authorized(&provider, &few_home).await?;
    let many = start(&many_home)?;
    for number in 1..MANY {
        let title = format!("Service {number}");
        add(&many.client(), Draft { title, ..provider.draft(Client::Public) }).await?;
    }
    let many_id = many.add(&provider, Client::Public);
    many.authorize(&many_id, &Person::ada()).await;
    // An agent as it runs day by day: it found its services in the vault.
    many.leave();
    let many = start(&many_home)?;
    let mib = memory::settled(many.pid(), None).await?;
    let (mut of_few, mut of_many) = (token(&few, &few_id), token(&many, &many_id));
    let (mut few_ms, mut many_ms) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let times = (timed(&mut of_few)?, timed(&mut of_many)?);
        if run > 0 {
            few_ms.push(times.0);
            many_ms.push(times.1);
        }
    }
    Ok(vec![
        Figure {
            name: "agent_memory_10000_services",
            value: mib,
            unit: "MiB",
            against: Against::Nothing,
            target: Target::Value(40.0),
        },
        Figure {
            name: "token_10000_services",
            value: median(many_ms),
            unit: "ms",
            against: Against::Peer(median(few_ms)),
            target: Target::Ratio(1.1),
        },
    ])
}

/// 200 clients ask for the tokens of 50 accounts at once, each of which has to be refreshed.
pub(crate) async fn crowd() -> Outcome<Vec<Figure>> {
    let provider = Provider::new().await;
    provider.set(Settings { access_token_ttl: 59, ..Settings::default() }).await;
    let home = Home::new();
    let agent = start(&home)?;
    let mut ids = Vec::new();
    for number in 0..ACCOUNTS {
        let title = format!("Service {number}");
        let draft = Draft { title, ..provider.draft(Client::Public) };
        let id = agent.add_draft(&draft, None);
        agent.authorize(&id, &Person::ada()).await;
        ids.push(id);
    }
    provider.set(Settings { access_token_ttl: 36_000, ..Settings::default() }).await;
    provider.reset_stats().await;
    let client = agent.client();
    let answered = tokio::task::spawn_blocking(move || {
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|number| {
                    let (client, ids) = (&client, &ids);
                    scope.spawn(move || {
                        let from = number % ids.len();
                        let turn = ids[from..].iter().chain(&ids[..from]);
                        turn.map(|id| client.token(id, 60, grantkeep_api::requests::Purpose::HandOut))
                            .all(|handed| handed.is_ok())
                    })
                })
                .collect();
            clients.into_iter().all(|client| client.join().unwrap_or(false))
        })
    })
    .await?;
    if !answered {
        return Err(Failure::new("a client got no token"));
    }
    let requests = provider.stats().await.token_requests();
    Ok(vec![Figure {
        name: "token_requests_of_a_crowd",
        value: f64::from(u32::try_from(requests)?) / f64::from(u32::try_from(ACCOUNTS)?),
        unit: "a need",
        against: Against::Nothing,
        target: Target::Value(1.0),
    }])
}

const MANY: usize = 10_000;
const ACCOUNTS: usize = 50;
const CLIENTS: usize = 200;
