//! The agent leaves when nobody needs it.

use grantkeep_tests::{Client, Home, Person, Provider, until_blocking};

#[tokio::test]
async fn an_agent_without_anything_to_keep_leaves_and_the_next_one_finds_all() {
    let home = Home::new();
    let provider = Provider::new().await;
    let mut agent = home.agent().env("GRANTKEEP_IDLE", "1s").start();
    let id = agent.add(&provider, Client::Public);
    agent.authorize(&id, &Person::ada()).await;

    // A grant is there: twice the time goes by.
    tokio::time::sleep(std::time::Duration::from_millis(2200)).await;
    assert!(agent.group().ended().is_none(), "a grant needs keeping");
    agent.client().revoke(&id).unwrap();
    let ended = agent.group().wait();

    assert!(ended.success(), "{}", agent.output());
    assert!(!home.folders().socket.exists());
    let next = home.agent().start();
    assert_eq!(next.client().accounts().unwrap().len(), 1);
}

#[test]
fn a_time_that_makes_no_sense_is_told() {
    let home = Home::new();

    let mut agent = home.agent().env("GRANTKEEP_IDLE", "soon").spawn();

    assert!(!agent.group().wait().success());
    until_blocking("its words", || agent.output().contains("GRANTKEEP_IDLE is no time").then_some(()));
}
