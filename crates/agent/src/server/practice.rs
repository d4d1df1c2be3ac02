//! The practice provider: offered while it answers on loopback.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use grantkeep_core::model;
use grantkeep_core::model::Provider;
use tokio::net::TcpStream;
use url::{Host, Url};

/// Where the practice provider tells of itself.
#[derive(Debug, Default)]
pub(crate) struct Practice {
    descriptor: Mutex<Option<PathBuf>>,
}

impl Practice {
    pub(crate) fn new(descriptor: Option<PathBuf>) -> Self {
        Self { descriptor: Mutex::new(descriptor) }
    }

    /// A front end says where the descriptor is.
    pub(super) fn set(&self, descriptor: PathBuf) {
        *self.descriptor.lock().unwrap_or_else(PoisonError::into_inner) = Some(descriptor);
    }

    /// The provider, if it answers.
    pub(crate) async fn look(&self) -> Option<Arc<Provider>> {
        let path = self.descriptor.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let text = tokio::task::spawn_blocking(move || read(&path)).await.ok()??;
        let practice: model::Practice = serde_json::from_str(&text).ok()?;
        let uris = [
            &practice.issuer,
            &practice.authorize_uri,
            &practice.token_uri,
            &practice.revocation_uri,
            &practice.userinfo_uri,
        ];
        if !uris.iter().all(|uri| is_loopback(uri)) {
            tracing::warn!("a practice provider that is not on loopback is not offered");
            return None;
        }
        let at = Url::parse(&practice.issuer).ok()?.socket_addrs(|| None).ok()?;
        tokio::time::timeout(PATIENCE, TcpStream::connect(&*at)).await.ok()?.ok()?;
        Some(Arc::new(Provider::practice(practice)))
    }
}

fn read(path: &std::path::Path) -> Option<String> {
    use std::io::Read as _;
    let mut text = String::new();
    std::fs::File::open(path).ok()?.take(MAX).read_to_string(&mut text).ok()?;
    Some(text)
}

fn is_loopback(uri: &str) -> bool {
    match Url::parse(uri).ok().as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // The name could be pointed elsewhere.
        Some(Host::Domain(_)) | None => false,
    }
}

const PATIENCE: Duration = Duration::from_millis(500);

/// Bytes of a descriptor.
const MAX: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_offered_only_while_it_answers_on_loopback() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("practice.json");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let here = format!("http://{}", listener.local_addr().unwrap());
        let describe = |issuer: &str| {
            let uri = |path| format!("{issuer}{path}");
            let text = serde_json::json!({
                "issuer": issuer, "authorize_uri": uri("/auth"), "token_uri": uri("/token"),
                "revocation_uri": uri("/revoke"), "userinfo_uri": uri("/me"), "client_id": "practice",
                "admin": "ignored",
            });
            std::fs::write(&path, text.to_string()).unwrap();
        };
        let practice = Practice::default();
        assert!(practice.look().await.is_none(), "nobody named a descriptor");
        practice.set(path.clone());
        assert!(practice.look().await.is_none(), "there is no descriptor");

        describe(&here);
        assert!(practice.look().await.is_some_and(|provider| provider.practice));
        describe("http://192.0.2.1:80");
        assert!(practice.look().await.is_none(), "not on loopback");
        describe(&here);
        drop(listener);
        assert!(practice.look().await.is_none(), "it ended");
    }
}
