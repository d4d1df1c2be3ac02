//! kubectl, the real one where there is one: it sends credentials over TLS only.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use grantkeep_tests::{Home, Provider, said};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_asks_its_cluster_with_the_token() {
    // Debian has none, and its protocol is tested without it.
    if Command::new("kubectl").args(["version", "--client"]).output().is_err() {
        return;
    }
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    let (cluster, authorizations) = cluster();
    let exec = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
        "command": agent.cli_path(), "args": ["helper", "kubectl", "practice"],
    });
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{ "name": "c", "cluster": { "server": cluster, "insecure-skip-tls-verify": true } }],
        "users": [{ "name": "u", "user": { "exec": exec } }],
        "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "u" } }],
    });
    let file = home.root().join("kubeconfig");
    std::fs::write(&file, config.to_string()).unwrap();
    let mut kubectl = agent.beside("kubectl");

    let answered = said(kubectl.env("KUBECONFIG", &file).args(["get", "--raw", "/healthz"]), "");

    assert_eq!((answered.code, answered.out.as_str()), (Some(0), "all is well"), "{}", answered.err);
    let token = agent.run(&["token", "practice"]).good();
    assert_eq!(authorizations.try_recv().unwrap(), format!("Bearer {}", token.trim()));
}

/// A cluster that is well: its address, and the `Authorization` of each request.
fn cluster() -> (String, Receiver<String>) {
    let key = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let (sender, authorizations) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::new(config.clone())).unwrap();
            let mut stream = BufReader::new(StreamOwned::new(connection, stream.unwrap()));
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|count| count > 2) {
                if let Some(value) = line.trim().strip_prefix("Authorization: ") {
                    // A test that has ended hears no more.
                    drop(sender.send(value.to_owned()));
                }
                line.clear();
            }
            let body = "all is well";
            // One that hung up needs no answer.
            let _ = write!(
                stream.get_mut(),
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.get_mut().flush();
        }
    });
    (address, authorizations)
}
