//! From the redirect's arrival to the page that tells the grant is stored, without the provider's own time.

use grantkeep_api::AccountId;
use grantkeep_core::model::Draft;
use grantkeep_tests::desktop::{Failure, Outcome, ensure};
use grantkeep_tests::{Client, Home, Page, Person, Provider};
use tokio::time::Instant;

use crate::agent::{add, asked, start};
use crate::figure::{Against, Figure, Target, median};
use crate::floor::Floor;

pub(crate) const NAMES: &[&str] = &["redirect_to_commit"];

pub(crate) async fn measure() -> Outcome<Vec<Figure>> {
    let provider = Provider::new().await;
    let home = Home::new();
    let process = start(&home)?;
    let agent = process.client();
    let service = add(&agent, Draft { title: "Bench".to_owned(), ..provider.draft(Client::Public) }).await?;
    let id: AccountId = service.parse().map_err(|_| Failure::new("the service's name is no account's"))?;
    let mut floor = Floor::new(home.root())?;
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let wanted = id.clone();
        let begun = asked(&agent, move |agent| agent.authorize(&wanted, None, false)).await?;
        let address = Person::ada().address(begun.link.expose()).await;
        let started = Instant::now();
        let page = Page::try_open(&address).await.ok_or_else(|| Failure::new("nobody takes the redirect"))?;
        let took_ms = started.elapsed().as_secs_f64() * 1000.0;
        ensure(page.status == 200, format!("the page tells {}", page.status))?;
        let answers = provider.stats().await.token_answer_ms;
        let theirs_ms = answers.last().ok_or_else(|| Failure::new("the provider counted no answer"))?;
        let floor_ms = floor.commit()?;
        // The first one opens connections.
        if run > 0 {
            ours.push(took_ms - theirs_ms);
            floors.push(floor_ms);
        }
    }
    Ok(vec![Figure {
        name: "redirect_to_commit",
        value: median(ours),
        unit: "ms",
        against: Against::Floor(median(floors)),
        target: Target::Value(50.0),
    }])
}

const RUNS: usize = 15;
