//! What a service is made of, as flags of `service add` and `service edit`.

use clap::ValueEnum;

use super::time::seconds;

/// What a service is made of, without its title.
#[derive(clap::Args, Default)]
pub(crate) struct Definition {
    /// Fill in what is known of this provider, such as github
    #[arg(long, value_name = "ID")]
    pub(crate) provider: Option<String>,
    /// Issuer that answers and ID tokens are checked against; where add is given no endpoints, it asks there for them
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    /// Client ID
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the client secret from the first line of standard input
    #[arg(long)]
    pub(crate) client_secret_stdin: bool,
    /// Authorize URI
    #[arg(long, value_name = "URL")]
    pub(crate) authorize_uri: Option<String>,
    /// Access token URI
    #[arg(long, value_name = "URL")]
    pub(crate) token_uri: Option<String>,
    /// Address that test asks with the token; empty for none
    #[arg(long, value_name = "URL")]
    pub(crate) test_uri: Option<String>,
    /// Introspection endpoint (RFC 7662); empty for none
    #[arg(long, value_name = "URL")]
    pub(crate) introspection_uri: Option<String>,
    /// Scopes, separated by spaces; empty for the service's default
    #[arg(long, value_name = "SCOPES")]
    pub(crate) scope: Vec<String>,
    /// How the client authenticates [default for a new service: basic, or as the provider wants it]
    #[arg(long, value_enum, value_name = "METHOD")]
    pub(crate) auth_method: Option<AuthMethod>,
    /// How the answer comes back: loopback, loopback:PORT, loopback:PORT/PATH, scheme or paste:URL
    #[arg(long, value_name = "METHOD", value_parser = redirect)]
    pub(crate) redirect: Option<Redirection>,
    /// Host of a loopback redirect: 127.0.0.1, localhost or [::1]
    #[arg(long, value_enum, value_name = "HOST")]
    pub(crate) redirect_host: Option<RedirectHost>,
    /// Revocation endpoint (RFC 7009), or with the next four flags a request of the service's own; empty for none
    #[arg(long, value_name = "URL", conflicts_with = "revocation_page")]
    pub(crate) revocation_uri: Option<String>,
    /// HTTP method of the service's own request
    #[arg(long, value_enum, value_name = "METHOD", ignore_case = true, conflicts_with = "revocation_page")]
    pub(crate) revocation_method: Option<RevocationMethod>,
    /// Parameter that carries the token; empty where {token} stands in the address
    #[arg(long, value_name = "NAME", conflicts_with = "revocation_page")]
    pub(crate) revocation_param: Option<String>,
    /// Who authenticates the request
    #[arg(long, value_enum, value_name = "WHO", conflicts_with = "revocation_page")]
    pub(crate) revocation_auth: Option<RevocationAuth>,
    /// Body of the request
    #[arg(long, value_enum, value_name = "BODY", conflicts_with = "revocation_page")]
    pub(crate) revocation_body: Option<RevocationBody>,
    /// Page where tokens are taken back by hand
    #[arg(long, value_name = "URL")]
    pub(crate) revocation_page: Option<String>,
    /// Extra authorize parameter, as NAME=VALUE; NAME alone takes it away
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) param: Vec<(String, Option<String>)>,
    /// Revoke the previous token
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(crate) revoke_previous: Option<RevokePrevious>,
    /// How long a link is good (30s to 1h)
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub(crate) link_timeout: Option<u32>,
    /// Do not use PKCE, for a service that rejects it
    #[arg(long)]
    pub(crate) no_pkce: bool,
    /// What stands for {NAME} in the provider's addresses, such as tenant=contoso.onmicrosoft.com
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) var: Vec<(String, Option<String>)>,
    /// A further host that request and credential helpers may send the token to; several make the whole list
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
    // Last: its heading would stand above what comes after it.
    #[command(flatten)]
    pub(crate) habits: super::Habits,
}

/// `--auth-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuthMethod {
    /// HTTP Basic (RFC 6749 §2.3.1)
    Basic,
    /// HTTP Basic without its encoding
    BasicRaw,
    /// In the request's body
    Post,
    /// A public client, which has no secret
    None,
}

/// `--redirect`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redirection {
    /// Any port.
    Loopback,
    /// One port, as typed, and a path or nothing.
    Fixed(String, String),
    /// Our own scheme.
    Scheme,
    /// The registered address; the person pastes.
    Paste(String),
}

/// `--redirect-host`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RedirectHost {
    /// IPv4
    #[value(name = "127.0.0.1")]
    Ipv4,
    /// Both, by name
    Localhost,
    /// IPv6
    #[value(name = "[::1]", alias = "::1")]
    Ipv6,
}

/// `--revocation-method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum RevocationMethod {
    Get,
    Post,
    Delete,
}

/// `--revocation-auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevocationAuth {
    /// The client, as at the token endpoint; with Basic where the body is JSON
    Client,
    /// The client, in the body, which may be JSON
    ClientBody,
    /// The token itself
    Bearer,
    /// Nobody
    None,
}

/// `--revocation-body`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevocationBody {
    Form,
    Json,
    Empty,
}

/// `--revoke-previous`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RevokePrevious {
    /// It runs out by itself
    Never,
    /// Once the new one is stored
    After,
    /// Before the browser opens
    Before,
}

fn redirect(text: &str) -> Result<Redirection, String> {
    let wrong = || "write loopback, loopback:PORT, loopback:PORT/PATH, scheme or paste:URL".to_owned();
    match text.split_once(':') {
        None if text == "loopback" => Ok(Redirection::Loopback),
        None if text == "scheme" => Ok(Redirection::Scheme),
        Some(("loopback", place)) => {
            let (port, path) = place.find('/').map_or((place, ""), |at| place.split_at(at));
            port.parse::<u16>().map_err(|_| wrong())?;
            Ok(Redirection::Fixed(port.to_owned(), path.to_owned()))
        }
        Some(("paste", url)) if !url.is_empty() => Ok(Redirection::Paste(url.to_owned())),
        _ => Err(wrong()),
    }
}

pub(super) fn parameter(text: &str) -> Result<(String, Option<String>), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    if name.is_empty() { Err("write NAME=VALUE".to_owned()) } else { Ok((name.to_owned(), value)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_methods_are_read() {
        let fixed = |port: &str, path: &str| Some(Redirection::Fixed(port.to_owned(), path.to_owned()));
        let cases = [
            ("loopback", Some(Redirection::Loopback), "any port"),
            ("loopback:8765", fixed("8765", ""), "one port"),
            ("loopback:8765/a/b", fixed("8765", "/a/b"), "with a path"),
            ("scheme", Some(Redirection::Scheme), "our scheme"),
            (
                "paste:https://a.example/b",
                Some(Redirection::Paste("https://a.example/b".into())),
                "an address",
            ),
            ("loopback:", None, "no port"),
            ("loopback:70000", None, "no such port"),
            ("paste:", None, "no address"),
            ("paste", None, "no address at all"),
            ("device", None, "something else"),
        ];
        for (text, expected, why) in cases {
            assert_eq!(redirect(text).ok(), expected, "{text:?}: {why}");
        }
    }

    #[test]
    fn parameters_are_set_and_taken_away() {
        assert_eq!(parameter("a=b=c"), Ok(("a".into(), Some("b=c".into()))));
        assert_eq!(parameter("a="), Ok(("a".into(), Some(String::new()))), "an empty value is a value");
        assert_eq!(parameter("a"), Ok(("a".into(), None)));
        assert!(parameter("=b").is_err());
    }
}
