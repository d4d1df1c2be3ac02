//! Which account is meant by a host, and which user name goes with its token.

use std::net::IpAddr;

use grantkeep_api::AccountId;
use grantkeep_api::account_id::DEFAULT_ACCOUNT;
use grantkeep_api::views::ServiceView;
use url::{Host, Url};

/// Scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    scheme: String,
    host: String,
    port: u16,
}

impl Place {
    /// The place of an address that a token may travel to: https, or http on this machine.
    pub(super) fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let safe = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url),
            _ => false,
        };
        let host = url.host_str()?.to_owned();
        safe.then_some(Self { scheme: url.scheme().to_owned(), host, port: url.port_or_known_default()? })
    }

    /// The places that a server may be meant by, which stands there with or without a scheme.
    pub(super) fn of_server(server: &str) -> Vec<Self> {
        let whole = |scheme: &str| Self::of(&format!("{scheme}://{server}"));
        if server.contains("://") {
            Self::of(server).into_iter().collect()
        } else {
            ["https", "http"].into_iter().filter_map(whole).collect()
        }
    }
}

/// Hosts that a service's token may go to: those of its endpoints and Test URI, and the ones that were allowed.
fn is_of(service: &ServiceView, places: &[Place]) -> bool {
    let definition = &service.definition;
    let own = [&definition.authorize_uri, &definition.token_uri, &definition.test_uri];
    let allowed = definition.request_hosts.split_whitespace().flat_map(Place::of_server);
    own.into_iter().filter_map(|uri| Place::of(uri)).chain(allowed).any(|place| places.contains(&place))
}

/// What a program says about the account that it wants.
#[derive(Debug, Default)]
pub(super) struct Hint<'a> {
    /// `service` or `service/account`, from the helper's own arguments.
    pub(super) name: Option<&'a str>,
    /// A user name.
    pub(super) username: Option<&'a str>,
    /// The path of the address.
    pub(super) path: Option<&'a str>,
}

/// The account that is meant, and its service; `None` = none of ours.
///
/// An account is meant by its full name, by its name as user name or first part of the path; otherwise it is
/// `default`, or the only one. Of several services the first that has one is taken, by name.
pub(super) fn find<'a>(
    services: &'a [ServiceView],
    places: &[Place],
    hint: &Hint<'_>,
) -> Option<(&'a ServiceView, AccountId)> {
    let (wanted, account) = match hint.name.map(|name| name.split_once('/').unwrap_or((name, ""))) {
        Some((service, account)) => (Some(service), Some(account).filter(|account| !account.is_empty())),
        None => (None, None),
    };
    let mut mine: Vec<&ServiceView> = services
        .iter()
        .filter(|service| wanted.is_none_or(|wanted| service.name == wanted) && is_of(service, places))
        .collect();
    mine.sort_by(|a, b| a.name.cmp(&b.name));
    let first_of_path = hint.path.and_then(|path| path.trim_start_matches('/').split('/').next());
    // One that is named wins over all defaults.
    for named in [account, hint.username, first_of_path].into_iter().flatten() {
        let found = mine.iter().find_map(|service| Some((*service, account_of(service, named)?)));
        if found.is_some() || account == Some(named) {
            return found;
        }
    }
    mine.into_iter().find_map(|service| {
        let only = match service.accounts.as_slice() {
            [only] => only.parse().ok(),
            _ => None,
        };
        Some((service, account_of(service, DEFAULT_ACCOUNT).or(only)?))
    })
}

fn account_of(service: &ServiceView, account: &str) -> Option<AccountId> {
    let ids = service.accounts.iter().filter_map(|id| id.parse::<AccountId>().ok());
    ids.into_iter().find(|id| id.account == account)
}

/// The user name that goes with an access token as password at a provider's git servers.
pub(super) fn git_username(service: &ServiceView, place: &Place) -> &'static str {
    match provider(service, place) {
        Provider::GitHub => "x-access-token",
        Provider::Bitbucket => "x-token-auth",
        Provider::Google | Provider::Other => "oauth2",
    }
}

/// The same at a provider's registries of images. Never `<token>`, which would say that it is a refresh token.
pub(super) fn docker_username(service: &ServiceView, place: &Place) -> &'static str {
    match provider(service, place) {
        Provider::Google => "oauth2accesstoken",
        Provider::GitHub => "x-access-token",
        Provider::Bitbucket | Provider::Other => "oauth2",
    }
}

enum Provider {
    GitHub,
    Bitbucket,
    Google,
    Other,
}

/// By the catalog, else by the host.
fn provider(service: &ServiceView, place: &Place) -> Provider {
    let is_below = |domain: &str| {
        place.host == domain || place.host.strip_suffix(domain).is_some_and(|before| before.ends_with('.'))
    };
    match service.definition.provider.as_deref() {
        Some("github") => Provider::GitHub,
        Some("bitbucket") => Provider::Bitbucket,
        Some("google") => Provider::Google,
        _ if is_below("github.com") || is_below("ghcr.io") => Provider::GitHub,
        _ if is_below("bitbucket.org") => Provider::Bitbucket,
        _ if is_below("gcr.io") || is_below("pkg.dev") => Provider::Google,
        _ => Provider::Other,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use grantkeep_api::views::{
        ClientAuthentication, Habits, LoopbackHost, RedirectMethod, Revocation, RevokePrevious, ServiceDraft,
    };

    use super::*;

    #[test]
    fn a_token_goes_to_its_own_hosts_only() {
        let github = service("github", "https://github.com/login", "", &["default"]);
        let own = service("own", "https://a.example:8443/o", "https://git.a.example b.example", &["default"]);
        let local = service("local", "http://127.0.0.1:4455/auth", "", &["default"]);
        let services = [github, own, local];
        let cases = [
            ("https://github.com", Some("github"), "an endpoint's host"),
            ("https://GitHub.com:443", Some("github"), "the same, spelled out"),
            ("https://api.github.com", Some("github"), "the Test URI's host"),
            ("https://gist.github.com", None, "a neighbour"),
            ("https://github.com.evil.example", None, "a name that only begins like it"),
            ("http://github.com", None, "in the open"),
            ("https://a.example:8443", Some("own"), "with its port"),
            ("https://a.example", None, "another port"),
            ("https://git.a.example", Some("own"), "allowed, as an address"),
            ("https://b.example", Some("own"), "allowed, by name"),
            ("http://127.0.0.1:4455", Some("local"), "this machine"),
            ("http://127.0.0.1:4456", None, "another port of it"),
            ("ssh://github.com", None, "another protocol"),
        ];
        for (address, expected, why) in cases {
            let places: Vec<Place> = Place::of(address).into_iter().collect();
            let found = find(&services, &places, &Hint::default());
            assert_eq!(found.map(|(service, _)| service.name.as_str()), expected, "{address}: {why}");
        }
    }

    #[test]
    fn the_account_is_the_one_that_is_named() {
        let services = [
            service("github", "https://github.com/login", "", &["default", "work"]),
            service("other", "https://github.com/login", "", &["only"]),
        ];
        let cases = [
            (Hint::default(), Some("github/default"), "nothing is said"),
            (hint(Some("github/work"), None, None), Some("github/work"), "by its full name"),
            (hint(Some("github/none"), Some("work"), None), None, "a full name that is none"),
            (hint(Some("other"), None, None), Some("other/only"), "the only one"),
            (hint(None, Some("work"), None), Some("github/work"), "as user name"),
            (hint(None, Some("only"), None), Some("other/only"), "as user name, of whichever service"),
            (hint(None, Some("x-access-token"), None), Some("github/default"), "a user name of another kind"),
            (hint(None, None, Some("work/repository.git")), Some("github/work"), "first in the path"),
            (hint(Some("podio"), None, None), None, "a service of other hosts"),
        ];
        let place = Place::of("https://github.com").unwrap();
        for (hint, expected, why) in cases {
            let found = find(&services, std::slice::from_ref(&place), &hint);
            assert_eq!(found.map(|(_, id)| id.to_string()).as_deref(), expected, "{why}");
        }
    }

    #[test]
    fn a_server_of_docker_may_have_no_scheme() {
        assert_eq!(Place::of_server("gcr.io"), [Place::of("https://gcr.io").unwrap()]);
        assert_eq!(
            Place::of_server("https://index.docker.io/v1/"),
            [Place::of("https://index.docker.io").unwrap()]
        );
        assert_eq!(Place::of_server("localhost:5000").len(), 2, "on this machine, either scheme");
        assert_eq!(Place::of_server("not a host").len(), 0);
    }

    #[test]
    fn user_names_are_those_that_providers_want() {
        let cases = [
            (Some("github"), "https://ghe.example", "x-access-token", "x-access-token"),
            (None, "https://github.com", "x-access-token", "x-access-token"),
            (None, "https://bitbucket.org", "x-token-auth", "oauth2"),
            (None, "https://europe-docker.pkg.dev", "oauth2", "oauth2accesstoken"),
            (None, "https://gitlab.com", "oauth2", "oauth2"),
        ];
        for (provider, address, git, docker) in cases {
            let mut service = service("a", "https://a.example", "", &[]);
            service.definition.provider = provider.map(str::to_owned);
            let place = Place::of(address).unwrap();
            assert_eq!((git_username(&service, &place), docker_username(&service, &place)), (git, docker));
        }
    }

    fn hint<'a>(name: Option<&'a str>, username: Option<&'a str>, path: Option<&'a str>) -> Hint<'a> {
        Hint { name, username, path }
    }

    pub(in super::super) fn service(
        name: &str,
        authorize_uri: &str,
        hosts: &str,
        accounts: &[&str],
    ) -> ServiceView {
        let is_github = authorize_uri.contains("github.com");
        let definition = ServiceDraft {
            title: name.to_owned(),
            provider: None,
            client_id: String::new(),
            client_authentication: ClientAuthentication::None,
            authorize_uri: authorize_uri.to_owned(),
            token_uri: authorize_uri.to_owned(),
            test_uri: if is_github { "https://api.github.com/user".to_owned() } else { String::new() },
            introspection_uri: String::new(),
            issuer: String::new(),
            scopes: String::new(),
            redirect_method: RedirectMethod::Loopback,
            redirect_host: LoopbackHost::Ipv4,
            redirect_port: String::new(),
            redirect_path: String::new(),
            redirect_uri: String::new(),
            authorize_parameters: Vec::new(),
            revocation: Revocation::None,
            revoke_previous: RevokePrevious::Never,
            link_timeout_s: 300,
            pkce: true,
            request_hosts: hosts.to_owned(),
            habits: Habits::default(),
            variables: Vec::new(),
        };
        ServiceView {
            name: name.to_owned(),
            definition,
            has_client_secret: false,
            redirect_uri: String::new(),
            hosts_to_confirm: Vec::new(),
            test_host_to_confirm: false,
            client_is_registered: false,
            client_secret_expires_at_ms: None,
            revocation_effect: None,
            registration_uri: None,
            accounts: accounts.iter().map(|account| format!("{name}/{account}")).collect(),
        }
    }
}
