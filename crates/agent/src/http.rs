//! HTTP requests: one exchange each, no redirect followed, nothing sent twice (R-TK-02). `stream.rs` has those whose
//! answer is read as it comes.
//!
//! The only file that may look into what a request carries; nothing of it enters a reason or a log.

mod reason;
mod skew;
mod stream;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use grantkeep_core::ports::{Clock as _, Http, Later, StreamResponse};
use grantkeep_core::wire::{Method, Request, Response, StreamRequest, Unreachable};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderName, HeaderValue};
use url::{Host, Url};
use zeroize::Zeroizing;

pub use skew::Skew;

use crate::clock::SystemClock;
use reason::{Attempt, UnknownName};

/// How requests are sent.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Time to connect, TLS included.
    pub connect: Duration,
    /// Time for the whole exchange, from the first byte of the question to the last of the answer; for an answer that is
    /// read as it comes, to its head.
    pub total: Duration,
    /// Time between two pieces of such an answer.
    pub silence: Duration,
    /// A PEM file with the person's own certificate authorities, trusted besides the system's (R-TK-03).
    pub own_ca: Option<PathBuf>,
    /// Where it is noted how far the clock is from those of the hosts that answer.
    pub skew: Skew,
}

impl Default for HttpOptions {
    /// 10 s to connect, 30 s in all (R-TK-04), 60 s of silence, the system's authorities alone.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connect: seconds(10),
            total: seconds(30),
            silence: seconds(60),
            own_ca: None,
            skew: Skew::default(),
        }
    }
}

/// Sends requests over the network.
pub struct HttpClient {
    options: HttpOptions,
    clients: Result<Clients, String>,
}

struct Clients {
    /// For every other host, through the system's proxy where there is one.
    outer: reqwest::Client,
    /// For loopback addresses, which no proxy ever sees.
    loopback: reqwest::Client,
}

/// Installs the TLS provider of the process. Further calls do nothing.
pub fn install_tls() {
    // An error tells that one is installed already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

impl HttpClient {
    /// A client of those options.
    ///
    /// The system's certificate authorities are read here, or the ones that `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR` name. Where there are none, or the person's own can't be read, each request answers
    /// with that reason: the agent still shows what it keeps.
    pub fn new(options: HttpOptions) -> Self {
        install_tls();
        let clients = Clients::new(&options);
        if let Err(reason) = &clients {
            tracing::error!(reason, "no HTTP requests can be sent");
        }
        Self { options, clients }
    }

    async fn exchange(&self, request: Request) -> Result<Response, Unreachable> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Delete => reqwest::Method::DELETE,
        };
        let (client, attempt) = self.way_to(&request.url)?;
        let request = convert(method, request.url, request.headers, Bytes::from_owner(request.body))?;
        let exchange = async {
            let response = client.execute(request).await?;
            self.options.skew.note(host(&response), response.headers(), SystemClock.now());
            read(response).await
        };
        match tokio::time::timeout(self.options.total, exchange).await {
            Ok(outcome) => outcome.map_err(|error| unreachable(attempt.failed(&error))),
            Err(_) => Err(unreachable(attempt.no_answer())),
        }
    }

    /// The client for an address, and words for what may go wrong.
    fn way_to(&self, url: &Url) -> Result<(&reqwest::Client, Attempt), Unreachable> {
        let way = way(url).ok_or_else(|| unreachable(reason::refused(url)))?;
        let clients = self.clients.as_ref().map_err(|reason| unreachable(reason.clone()))?;
        let (client, proxied) = match way {
            Way::Loopback => (&clients.loopback, false),
            Way::Outer => (&clients.outer, reason::has_proxy()),
        };
        Ok((client, Attempt::new(url, proxied, &self.options)))
    }
}

impl Http for HttpClient {
    fn send(&self, request: Request) -> Later<'_, Result<Response, Unreachable>> {
        Box::pin(self.exchange(request))
    }

    fn stream(&self, request: StreamRequest) -> Later<'_, Result<StreamResponse, Unreachable>> {
        Box::pin(self.begin(request))
    }
}

impl Clients {
    fn new(options: &HttpOptions) -> Result<Self, String> {
        let own = options.own_ca.as_deref().map(own_authorities).transpose()?.unwrap_or_default();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("Grantkeep/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                // The library sends again what a server says it has not looked at; only `schedule` decides
                // that.
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(options.connect)
                // A socket that slept with its laptop is dead, and a refresh token sent into it may be lost.
                .pool_idle_timeout(IDLE)
                .tls_certs_merge(own.iter().cloned())
                .dns_resolver(Names)
        };
        let failed = |error: reqwest::Error| reason::no_client(&error);
        Ok(Self {
            outer: builder().https_only(true).build().map_err(failed)?,
            loopback: builder().no_proxy().build().map_err(failed)?,
        })
    }
}

fn own_authorities(file: &Path) -> Result<Vec<reqwest::Certificate>, String> {
    let pem = std::fs::read(file).map_err(|error| format!("{} can't be read: {error}", file.display()))?;
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(own) if !own.is_empty() => Ok(own),
        Ok(_) | Err(_) => Err(format!("{} holds no certificate", file.display())),
    }
}

enum Way {
    Loopback,
    Outer,
}

/// Which way a request goes; `None` where it may not go at all: http is for loopback only.
fn way(url: &Url) -> Option<Way> {
    let loopback = match url.host()? {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => is_localhost(name),
    };
    match (url.scheme(), loopback) {
        ("http" | "https", true) => Some(Way::Loopback),
        ("https", false) => Some(Way::Outer),
        _ => None,
    }
}

fn is_localhost(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
}

fn convert(
    method: reqwest::Method,
    url: Url,
    headers: Vec<(String, Zeroizing<String>)>,
    body: Bytes,
) -> Result<reqwest::Request, Unreachable> {
    let mut converted = reqwest::Request::new(method, url);
    for (name, value) in headers {
        // The bytes stay in the memory that is wiped when they are dropped.
        let field = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_maybe_shared(Bytes::from_owner(value)).ok());
        let Some((name, mut value)) = field else {
            return Err(unreachable("the request has a header field that can't be sent".to_owned()));
        };
        value.set_sensitive(true);
        converted.headers_mut().append(name, value);
    }
    if !body.is_empty() {
        *converted.body_mut() = Some(body.into());
    }
    Ok(converted)
}

/// Reads the answer; its body is cut at [`MAX_BODY`], counted after decompression (R-TK-04).
/// The host that answered.
fn host(response: &reqwest::Response) -> &str {
    response.url().host_str().unwrap_or_default()
}

async fn read(mut response: reqwest::Response) -> Result<Response, reqwest::Error> {
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let mut body = Zeroizing::new(Vec::with_capacity(FIRST_ROOM));
    let mut truncated = false;
    while let Some(chunk) = response.chunk().await? {
        let room = MAX_BODY - body.len();
        truncated = chunk.len() > room;
        append(&mut body, &chunk[..chunk.len().min(room)]);
        if truncated {
            break;
        }
    }
    Ok(Response { status, headers, body, truncated })
}

/// Appends to `body`; a larger room is a new one, so that the smaller is wiped.
fn append(body: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    let needed = body.len() + bytes.len();
    if needed > body.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed.next_power_of_two()));
        larger.extend_from_slice(body);
        *body = larger;
    }
    body.extend_from_slice(bytes);
}

fn unreachable(reason: String) -> Unreachable {
    Unreachable { reason }
}

/// Looks names up as the system does, except `localhost`, which is loopback whatever a name server says (RFC
/// 6761 §6.3).
struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            if is_localhost(&host) {
                let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
                return Ok(Box::new(loopback.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs);
            }
            match look_up(&host).await {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(error) => Err(UnknownName::new(host, &error).into()),
            }
        })
    }
}

async fn look_up(host: &str) -> io::Result<Vec<SocketAddr>> {
    let addresses: Vec<_> = tokio::net::lookup_host((host, 0)).await?.collect();
    if addresses.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(addresses) }
}

/// Longest body that is read, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

const FIRST_ROOM: usize = 16 * 1024;

const IDLE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_loopback_only() {
        let cases = [
            ("https://example.com/", true, "https goes anywhere"),
            ("http://example.com/", false, "a token in the clear"),
            ("http://127.0.0.1:80/", true, "loopback"),
            ("http://127.9.9.9/", true, "all of 127.0.0.0/8 is loopback"),
            ("http://[::1]/", true, "loopback"),
            ("http://LOCALHOST/", true, "loopback by name"),
            ("http://localhost.example.com/", false, "a name of somebody else"),
            ("http://10.0.0.1/", false, "a private network is a network"),
            ("http://0.0.0.0/", false, "not a loopback address"),
            ("ftp://127.0.0.1/", false, "not HTTP"),
            ("file:///etc/passwd", false, "not HTTP"),
        ];
        for (url, allowed, why) in cases {
            assert_eq!(way(&Url::parse(url).unwrap()).is_some(), allowed, "{url}: {why}");
        }
    }
}
