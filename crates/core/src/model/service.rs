//! A service: an API at which the person registered a client.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::{Hosts, Name, ScopeSet, SharedHabits, Timestamp};

/// Everything about a service but its client secret, which only the store holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Slug; stable.
    pub name: Name,
    /// API Service: the title that the person typed.
    pub title: String,
    /// Catalog entry that filled in the form.
    pub provider: Option<String>,
    /// Client identifier (RFC 6749 §2.2).
    pub client_id: String,
    /// How the client authenticates.
    pub client_authentication: ClientAuthentication,
    /// Whether the store holds a client secret.
    pub has_client_secret: bool,
    /// Where requests go.
    pub endpoints: Endpoints,
    /// Scopes to ask for; empty = the provider's own default.
    pub scopes: ScopeSet,
    /// How the authorization code comes back.
    pub redirect: Redirect,
    /// Path of the loopback and custom-scheme redirects, `/callback/‹name›-‹4 hex›`; fixed at creation (R-CB-06).
    pub redirect_path: String,
    /// Extra parameters of the authorization request; never standard ones (R-CB-14).
    pub authorize_parameters: Vec<(String, String)>,
    /// How tokens are taken back.
    pub revocation: RevocationRecipe,
    /// What becomes of the previous access token.
    pub revoke_previous: RevokePrevious,
    /// How long a link is good, in seconds: 30 to 3,600.
    pub link_timeout_s: u32,
    /// PKCE (RFC 7636); off only for a service that rejects it (R-CB-03).
    pub pkce: bool,
    /// Origins that tokens and the client secret may be sent to: those they were obtained for, and those that the
    /// person confirmed since (R-ST-14).
    pub confirmed_hosts: Hosts,
    /// Origin of the Test URI that the person confirmed.
    pub confirmed_test_host: Option<String>,
    /// Further origins that [`Service::may_request`] allows, as [`host_of`] writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_hosts: Vec<String>,
    /// Client configuration endpoint (RFC 7592 §3) of a client that Grantkeep registered; the store holds its token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_configuration: Option<Box<Url>>,
    /// When the client secret runs out; `None` = never, or unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_expires_at: Option<Timestamp>,
    /// How it bends the standard.
    #[serde(default)]
    pub habits: SharedHabits,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Where requests of a service go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Authorize URI (RFC 6749 §3.1).
    pub authorize: Url,
    /// Access token URI (RFC 6749 §3.2).
    pub token: Url,
    /// Test URI: any resource that answers a bearer token.
    pub test: Option<Url>,
    /// Introspection endpoint (RFC 7662 §2): tells whether a token is good, and of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection: Option<Url>,
    /// Issuer (RFC 9207, OpenID Connect), as the provider spells it: compared as text.
    pub issuer: Option<String>,
}

/// How the authorization code comes back (RFC 8252 §7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Redirect {
    /// A loopback listener on a free port.
    Loopback {
        /// Address written in the URI.
        host: LoopbackHost,
    },
    /// A loopback listener on one port, for providers that match exactly.
    LoopbackFixed {
        /// Address written in the URI.
        host: LoopbackHost,
        /// Port, 1 to 65,535.
        port: u16,
        /// Path of a client already registered; `None` = the service's own.
        path: Option<String>,
    },
    /// The app's own scheme, `io.github.grantkeep:/callback/…`.
    Scheme,
    /// The person pastes the address; the registered URI can be any.
    Paste {
        /// The registered redirect URI.
        uri: Url,
    },
}

/// Address of a loopback redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoopbackHost {
    /// `127.0.0.1`.
    Ipv4,
    /// `localhost`: 127.0.0.1 and ::1 both listen.
    Localhost,
    /// `[::1]`.
    Ipv6,
}

/// Client authentication: exactly one (R-TK-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// HTTP Basic, client ID and secret form-encoded first (RFC 6749 §2.3.1).
    Basic,
    /// HTTP Basic without that encoding, as some providers want it.
    BasicRaw,
    /// In the request body.
    Post,
    /// A public client: `client_id` alone, in the body.
    None,
}

/// How a service takes tokens back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RevocationRecipe {
    /// Unknown or not offered.
    None,
    /// RFC 7009, with the client's authentication.
    Rfc7009 {
        /// Revocation endpoint.
        url: Url,
    },
    /// A request of the service's own.
    Custom {
        /// HTTP method.
        method: RevocationMethod,
        /// URL template; `{token}` and `{client_id}` are replaced, percent-encoded.
        url: String,
        /// Parameter that carries the token; empty where the URL carries it.
        parameter: String,
        /// Body.
        body: RevocationBody,
        /// Authentication.
        auth: RevocationAuth,
    },
    /// At a page, by hand.
    ByHand {
        /// The page.
        page: Url,
    },
}

/// HTTP method of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationMethod {
    /// GET.
    Get,
    /// POST.
    Post,
    /// DELETE.
    Delete,
}

/// Body of a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationBody {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `application/json`.
    Json,
    /// None; the parameter, if any, goes into the query.
    Empty,
}

/// Who authenticates a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationAuth {
    /// The client, as at the token endpoint; where the body is JSON, with Basic.
    Client,
    /// The client, with its secret in the body, which may be JSON.
    ClientBody,
    /// The access token as bearer.
    Bearer,
    /// Nobody.
    None,
}

/// What becomes of the previous access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokePrevious {
    /// It runs out by itself.
    Never,
    /// Revoked once the new one is stored.
    After,
    /// Revoked before the browser opens; for reauthorizing only, never for refreshes.
    Before,
}

impl Service {
    /// How long a link is good.
    pub fn link_timeout(&self) -> Duration {
        Duration::from_secs(u64::from(self.link_timeout_s))
    }

    /// Origins that tokens and the client secret would be sent to.
    pub fn hosts(&self) -> Hosts {
        let mut hosts = [&self.endpoints.authorize, &self.endpoints.token, &*self.refresh_endpoint()]
            .map(host_of)
            .to_vec();
        hosts.extend(self.endpoints.introspection.as_ref().map(host_of));
        match &self.revocation {
            RevocationRecipe::Rfc7009 { url } => hosts.push(host_of(url)),
            // The template was checked to be a URL when the service was saved.
            RevocationRecipe::Custom { url, .. } => hosts.extend(Url::parse(url).iter().map(host_of)),
            RevocationRecipe::None | RevocationRecipe::ByHand { .. } => {}
        }
        hosts.into()
    }

    /// Where tokens are refreshed (RFC 6749 §6): at the token endpoint, or at an address of its own.
    pub fn refresh_endpoint(&self) -> Cow<'_, Url> {
        // The form's rules checked that it is an address.
        match Url::parse(&self.habits.refresh_uri) {
            Ok(own) => Cow::Owned(own),
            Err(_) => Cow::Borrowed(&self.endpoints.token),
        }
    }

    /// Origins that the endpoints name and that the person has not confirmed (R-ST-14).
    pub fn hosts_to_confirm(&self) -> Vec<String> {
        self.hosts().missing_from(&self.confirmed_hosts)
    }

    /// Whether the Test URI names an origin that the person has not confirmed.
    pub fn test_host_to_confirm(&self) -> bool {
        self.endpoints.test.as_ref().is_some_and(|test| {
            let host = host_of(test);
            self.confirmed_test_host.as_ref() != Some(&host) && !self.confirmed_hosts.contains(&host)
        })
    }

    /// Whether a program's request may take the access token to this address: over https (http on loopback), to an
    /// origin of the endpoints or the Test URI, to one that the person named, or to the `api_host` of a grant's answer
    /// where the service is one that names it there.
    pub fn may_request(&self, url: &Url, api_host: Option<&str>) -> bool {
        let origin = host_of(url);
        let confirmed = |origin: &String| self.confirmed_hosts.contains(origin);
        let test = self.endpoints.test.as_ref().filter(|_| !self.test_host_to_confirm());
        is_sent_safely(url)
            && (self.hosts().iter().filter(|origin| confirmed(origin)).any(|own| *own == origin)
                || test.is_some_and(|test| host_of(test) == origin)
                || (api_host == Some(&*origin) && !self.habits.api_host_field.is_empty())
                || self.request_hosts.contains(&origin))
    }

    /// The redirect URI to register at the provider; a free port is not part of it (RFC 8252 §7.3).
    pub fn registered_redirect_uri(&self) -> String {
        match &self.redirect {
            Redirect::Loopback { host } => format!("http://{}{}", host.text(), self.redirect_path),
            Redirect::LoopbackFixed { host, port, path } => {
                format!("http://{}:{port}{}", host.text(), path.as_ref().unwrap_or(&self.redirect_path))
            }
            Redirect::Scheme => format!("{SCHEME}:{}", self.redirect_path),
            Redirect::Paste { uri } => uri.to_string(),
        }
    }

    /// Whether a refresh token is expected of this service.
    pub fn wants_refresh_token(&self) -> bool {
        self.scopes.iter().any(|scope| scope.as_str() == "offline_access")
            || self
                .authorize_parameters
                .iter()
                .any(|(name, value)| name == "access_type" && value == "offline")
    }
}

impl LoopbackHost {
    /// As it is written in a URI.
    pub fn text(self) -> &'static str {
        match self {
            Self::Ipv4 => "127.0.0.1",
            Self::Localhost => "localhost",
            Self::Ipv6 => "[::1]",
        }
    }
}

/// The origin of a URL as a person reads it: `example.com`, or with a scheme and port that are not https's.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match (url.scheme(), url.port()) {
        ("https", None) => host.to_owned(),
        ("https", Some(port)) => format!("{host}:{port}"),
        (scheme, Some(port)) => format!("{scheme}://{host}:{port}"),
        (scheme, None) => format!("{scheme}://{host}"),
    }
}

/// The origin that a word names: a host with or without a port (over https), or a whole origin.
pub(crate) fn origin_of(word: &str) -> Option<String> {
    let whole = if word.contains("://") { word.to_owned() } else { format!("https://{word}") };
    let url = Url::parse(&whole).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    (bare && is_sent_safely(&url)).then(|| host_of(&url))
}

/// A secret may travel there: over https, or http to this machine, and without a user name of its own.
pub(crate) fn is_sent_safely(url: &Url) -> bool {
    let open = url.username().is_empty() && url.password().is_none();
    open && (url.scheme() == "https" && url.has_host() || url.scheme() == "http" && is_loopback(url))
}

/// The host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The app's own URI scheme: reverse DNS with a dot (RFC 8252 §7.1).
pub(crate) const SCHEME: &str = "io.github.grantkeep";

/// Parameters of an authorization request that Grantkeep sets itself (R-CB-14): RFC 6749 §4.1.1, RFC 7636 §4.3,
/// OpenID Connect Core §3.1.2.1; and the client secret, which never travels there.
pub const STANDARD_PARAMETERS: [&str; 9] = [
    "response_type",
    "client_id",
    "client_secret",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "nonce",
];
