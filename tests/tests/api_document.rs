//! Every answer of the agent is one that its OpenAPI document announces: schemathesis asks, with good input and bad.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers, too")]

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use grantkeep_tests::{Client, Home, Person, Provider};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_one_that_the_document_announces() {
    let provider = Provider::new().await;
    let home = Home::new();
    let agent = home.agent().env("GRANTKEEP_PRACTICE", provider.descriptor_file()).start();
    let id = agent.add(&provider, Client::Public);
    agent.authorize(&id, &Person::ada()).await;
    let port = forward(agent.client().folders().socket.clone());
    let folder = tempfile::tempdir().unwrap();
    let names = format!(
        "[parameters]\n\"path.name\" = \"{0}\"\n\"path.service\" = \"{0}\"\n\"path.account\" = \"{1}\"\n",
        id.service, id.account
    );
    std::fs::write(folder.path().join("schemathesis.toml"), names).unwrap();

    // What ends the agent or the test's service comes last or not at all; a stream has no end.
    let rounds: [&[&str]; 2] =
        [&["--exclude-method", "DELETE", "--exclude-path", "/v1/events"], &["--include-method", "DELETE"]];
    for round in rounds {
        let output = tokio::task::block_in_place(|| {
            Command::new(schemathesis())
                .current_dir(folder.path())
                .arg("run")
                .arg(format!("http://127.0.0.1:{port}/openapi.json"))
                .args(["--seed", "1", "--max-examples", "12", "--phases", "examples,coverage,fuzzing"])
                .args(["--exclude-path", "/v1/retire", "--exclude-path", "/v1/lock"])
                // They would ask whatever host stands in the body.
                .args(["--exclude-path", "/v1/discover", "--exclude-path", "/v1/register"])
                .args(["--checks", CHECKS, "--no-color", "--request-timeout", "60"])
                .args(round)
                .output()
        });
        let output = output.unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{round:?}: {told}");
        assert!(told.contains("passed"), "it has asked something: {told}");
    }
    assert!(agent.client().agent().is_ok(), "the agent lives");
}

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_schema_conformance,response_headers_conformance,unsupported_method";

/// The program that `cargo xtask setup` installed.
fn schemathesis() -> PathBuf {
    let named = std::env::var_os("GRANTKEEP_TEST_SCHEMATHESIS").filter(|path| !path.is_empty());
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/schemathesis/bin/schemathesis");
    let path = named.map_or(own, PathBuf::from);
    assert!(path.is_file(), "{} is not there: `cargo xtask test` installs it", path.display());
    path
}

/// Hands connections on to the agent's socket: schemathesis speaks TCP only. Ends with this process.
fn forward(socket: PathBuf) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, agent) = (client.unwrap(), UnixStream::connect(&socket).unwrap());
            let (back, forth) = ((agent.try_clone().unwrap(), client.try_clone().unwrap()), (client, agent));
            std::thread::spawn(move || pass_on(forth.0, forth.1, |agent| agent.shutdown(Shutdown::Write)));
            std::thread::spawn(move || {
                pass_on(back.0, back.1, |client: &TcpStream| client.shutdown(Shutdown::Write))
            });
        }
    });
    port
}

fn pass_on<W: io::Write>(mut from: impl io::Read, mut to: W, end: impl FnOnce(&W) -> io::Result<()>) {
    // Either end may break off: that is what the other one is told.
    let _ = io::copy(&mut from, &mut to);
    let _ = end(&to);
}
