//! The socket and the vault are for one agent and its owner alone.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use grantkeep_agent::assembly::NotStarted;
use grantkeep_api::views::Code;

use crate::kit::Home;

// R-AG-01
#[tokio::test(flavor = "multi_thread")]
async fn socket_and_folder_are_for_their_owner_alone() {
    let home = Home::new();
    let agent = home.start().await;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = home.config.folders.socket.parent().unwrap().to_owned();

    assert_eq!(mode(agent.socket_path()), 0o600);
    assert_eq!(mode(&folder), 0o700);
    agent.stop().await;
    assert!(!home.config.folders.socket.exists(), "the socket is gone with its agent");

    fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
    let refused = home.try_start().await.err().unwrap();
    assert!(
        matches!(&refused, NotStarted::Problem(problem) if problem.code == Code::VaultUnsafe),
        "{refused}"
    );
}

// R-AG-01
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_socket_is_replaced() {
    let home = Home::new();
    home.start().await.stop().await;
    drop(std::os::unix::net::UnixListener::bind(&home.config.folders.socket).unwrap());
    assert!(home.config.folders.socket.exists());

    let agent = home.start().await;

    assert_eq!(home.get("/v1/agent").await.0, 200);
    agent.stop().await;
    fs::write(&home.config.folders.socket, "no socket").unwrap();
    assert!(matches!(home.try_start().await, Err(NotStarted::Problem(_))), "what is no socket is left alone");
    assert_eq!(fs::read_to_string(&home.config.folders.socket).unwrap(), "no socket");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_agents_cannot_own_one_vault() {
    let home = Home::new();
    let agent = home.unlocked().await;

    let second = home.try_start().await;

    assert!(matches!(second, Err(NotStarted::Held)));
    assert_eq!(home.get("/v1/accounts").await.0, 200, "the first one's socket is unharmed");
    agent.stop().await;
    home.start().await.stop().await;
}
