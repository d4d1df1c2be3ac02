//! `grantkeep token` and `grantkeep refresh`, as processes with a live agent.

use std::process::Command;

use grantkeep_api::AccountId;
use grantkeep_core::model::Draft;
use grantkeep_tests::desktop::{Outcome, ensure};
use grantkeep_tests::{AgentProcess, Client, Home, Person, Provider, Settings};
use tokio::time::Instant;

use crate::agent::{add, start};
use crate::figure::{Against, Figure, Target, median};
use crate::floor::Floor;
use crate::grant::Grant;
use crate::peer::{OidcAgent, floor, timed};

pub(crate) const NAMES: &[&str] = &["token", "token_beside_oidc_token"];
pub(crate) const REFRESH_NAMES: &[&str] = &["refresh"];

/// Ours, the floor and `oidc-token` in turns.
pub(crate) async fn measure() -> Outcome<Vec<Figure>> {
    let provider = provider().await;
    let home = Home::new();
    let (agent, id) = authorized(&provider, &home).await?;
    let peer = OidcAgent::start(&provider).await?;
    let (mut ours, mut theirs, mut floor) = (token(&agent, &id), peer.token(), floor(home.root())?);
    let (mut our_ms, mut their_ms, mut floor_ms) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let times = (timed(&mut ours)?, timed(&mut theirs)?, timed(&mut floor)?);
        // The first one fills caches.
        if run > 0 {
            our_ms.push(times.0);
            their_ms.push(times.1);
            floor_ms.push(times.2);
        }
    }
    let value = median(our_ms);
    let figure =
        |name, against, ratio| Figure { name, value, unit: "ms", against, target: Target::Ratio(ratio) };
    Ok(vec![
        figure("token", Against::Floor(median(floor_ms)), 1.5),
        figure("token_beside_oidc_token", Against::Peer(median(their_ms)), 1.0),
    ])
}

/// A forced refresh, against the bare request over a kept connection with as many durable writes, and the floor.
pub(crate) async fn refresh() -> Outcome<Vec<Figure>> {
    let provider = provider().await;
    let home = Home::new();
    let (agent, id) = authorized(&provider, &home).await?;
    let mut ours = agent.cli();
    ours.args(["refresh", &id.to_string()]);
    let mut grant = Grant::new(&provider).await?;
    let mut writes = Floor::new(home.root())?;
    let mut floor = floor(home.root())?;
    let (mut our_ms, mut bare_ms) = (Vec::new(), Vec::new());
    for run in 0..=REFRESHES {
        let started = Instant::now();
        ensure(ours.output()?.status.success(), "the refresh failed")?;
        let took_ms = started.elapsed().as_secs_f64() * 1000.0;
        let began = Instant::now();
        grant.refresh().await?;
        let request_ms = began.elapsed().as_secs_f64() * 1000.0;
        let bare = request_ms + writes.refresh()? + timed(&mut floor)?;
        if run > 0 {
            our_ms.push(took_ms);
            bare_ms.push(bare);
        }
    }
    Ok(vec![Figure {
        name: "refresh",
        value: median(our_ms),
        unit: "ms",
        against: Against::Floor(median(bare_ms)),
        target: Target::Ratio(1.5),
    }])
}

/// A provider whose tokens outlive the bench.
pub(crate) async fn provider() -> Provider {
    let provider = Provider::new().await;
    provider.set(Settings { access_token_ttl: 36_000, ..Settings::default() }).await;
    provider
}

/// An agent with ten services, and one account that is authorized.
pub(crate) async fn authorized(provider: &Provider, home: &Home) -> Outcome<(AgentProcess, AccountId)> {
    let agent = start(home)?;
    for number in 1..TEN {
        let title = format!("Service {number}");
        add(&agent.client(), Draft { title, ..provider.draft(Client::Public) }).await?;
    }
    let id = agent.add(provider, Client::Public);
    agent.authorize(&id, &Person::ada()).await;
    Ok((agent, id))
}

/// `grantkeep token` for an account.
pub(crate) fn token(agent: &AgentProcess, id: &AccountId) -> Command {
    let mut command = agent.cli();
    command.args(["token", &id.to_string()]);
    command
}

pub(crate) const RUNS: usize = 201;
const REFRESHES: usize = 31;
const TEN: usize = 10;
