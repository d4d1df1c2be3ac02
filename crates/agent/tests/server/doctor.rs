//! What the agent tells about its health.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::kit::Home;

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_agent_says_so_and_an_open_folder_is_told() {
    let home = Home::new();
    let agent = home.unlocked().await;
    let checks = async || {
        let (status, checks) = home.get("/v1/doctor").await;
        assert_eq!(status, 200);
        let checks = checks.as_array().unwrap().clone();
        checks
            .into_iter()
            .map(|check| (check["name"].as_str().unwrap().to_owned(), check))
            .collect::<Vec<_>>()
    };
    let state = |checks: &[(String, Value)], name: &str| {
        let found = checks.iter().find(|(check, _)| check == name);
        found.map(|(_, check)| check["state"].as_str().unwrap().to_owned())
    };

    let well = checks().await;
    let log = &home.config.folders.log;
    fs::create_dir_all(log).unwrap();
    fs::set_permissions(log, fs::Permissions::from_mode(0o755)).unwrap();
    let open = checks().await;

    for name in ["version", "vault", "keyring", "folders", "socket", "clock", "memory"] {
        assert_eq!(state(&well, name).as_deref(), Some("good"), "{name}: {well:?}");
    }
    assert_eq!(state(&open, "folders").as_deref(), Some("bad"));
    let (_, folders) = open.iter().find(|(name, _)| name == "folders").unwrap();
    assert!(folders["hint"].as_str().unwrap().starts_with("Run chmod go="), "{folders}");
    agent.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_waits_for_the_person_is_no_failure() {
    let home = Home::new();
    let agent = home.start().await;
    assert!(agent.opened().await.is_err());

    let (_, checks) = home.get("/v1/doctor").await;

    let vault = checks.as_array().unwrap().iter().find(|check| check["name"] == "vault").unwrap();
    assert_eq!(vault["state"], "warning", "{vault}");
    assert!(vault["hint"].as_str().unwrap().contains("grantkeep unlock"), "{vault}");
    agent.stop().await;
}
