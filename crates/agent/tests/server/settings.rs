//! Settings over the API and in their file.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::kit::Home;

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_kept_by_the_next_agent() {
    let home = Home::new();
    let agent = home.start().await;
    let (status, all) = home.get("/v1/settings").await;
    assert_eq!(status, 200, "no open vault is needed");
    assert!(all.as_array().unwrap().iter().all(|setting| setting["value"] == setting["standard"]));

    let night = json!({ "value": "22:00-7:00" });
    let (status, set) = home.ask("PUT", "/v1/settings/quiet-hours", &night).await;

    assert_eq!((status, &set["value"], &set["standard"]), (200, &json!("22:00-07:00"), &json!("off")));
    agent.stop().await;
    let _agent = home.start().await;
    assert_eq!(value(&home, "quiet-hours").await, "22:00-07:00");
    let standard = json!({ "value": "standard" });
    assert_eq!(home.ask("PUT", "/v1/settings/quiet-hours", &standard).await.1["value"], "off");
    let file = std::fs::read_to_string(home.folder().join("home/settings.toml")).unwrap();
    assert!(file.lines().all(|line| line.starts_with('#')), "nothing is chosen any more: {file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_changes_nothing_and_says_what_would() {
    let home = Home::new();
    std::fs::create_dir(home.folder().join("home")).unwrap();
    std::fs::set_permissions(home.folder().join("home"), std::fs::Permissions::from_mode(0o700)).unwrap();
    let file = home.folder().join("home/settings.toml");
    std::fs::write(&file, "tray = ").unwrap();
    let _agent = home.start().await;
    let set = async |key: &str, value: &str| {
        home.ask("PUT", &format!("/v1/settings/{key}"), &json!({ "value": value })).await
    };

    let cases = [
        (set("colour", "red").await, 404, "there is no such setting"),
        (set("quiet-hours", "night").await, 422, "that is no time"),
        (set("tray", "off").await, 422, "the file is no TOML, and may hold what the person wrote"),
    ];

    for ((status, problem), expected, why) in cases {
        assert_eq!(status, expected, "{why}: {problem}");
        assert_ne!(problem["hint"], "", "{why}");
    }
    assert_eq!(value(&home, "tray").await, "on");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "tray = ");
    let (_, checks) = home.get("/v1/doctor").await;
    let told = checks.as_array().unwrap().iter().find(|check| check["name"] == "settings");
    assert_eq!(told.map(|check| &check["state"]), Some(&json!("warning")));
}

async fn value(home: &Home, key: &str) -> String {
    let (_, all) = home.get("/v1/settings").await;
    let found = all.as_array().unwrap().iter().find(|setting| setting["key"] == key).cloned();
    found.unwrap_or(Value::Null)["value"].as_str().unwrap_or_default().to_owned()
}
