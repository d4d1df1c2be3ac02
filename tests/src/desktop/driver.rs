//! Connections to WebDriver servers on this machine.

use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;

use super::{Failure, Outcome};

/// A session of the driver at `port` with these capabilities.
///
/// # Errors
/// The driver refuses it, or does not answer: some do not when a program fails to start.
pub(super) async fn connect(port: &str, wanted: Value) -> Outcome<Client> {
    let Value::Object(wanted) = wanted else { return Err(Failure::new("capabilities are an object")) };
    let address = format!("http://127.0.0.1:{port}");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let connecting = builder.capabilities(wanted).connect(&address);
    match tokio::time::timeout(PATIENCE, connecting).await {
        Ok(connected) => Ok(connected?),
        Err(_) => Err(Failure::new("the driver did not start a session in time")),
    }
}

const PATIENCE: Duration = Duration::from_secs(40);
