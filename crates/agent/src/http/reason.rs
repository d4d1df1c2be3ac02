//! Why there was no answer, in words for a person. Never says more of an address than its host and port.

use std::error::Error;
use std::time::Duration;
use std::{fmt, io, iter};

use rustls::CertificateError;
use url::Url;

use super::HttpOptions;

/// What is being tried, for the words about its failure.
pub(super) struct Attempt {
    host: String,
    place: String,
    proxied: bool,
    connect: Duration,
    total: Duration,
}

impl Attempt {
    pub(super) fn new(url: &Url, proxied: bool, options: &HttpOptions) -> Self {
        let host = url.host_str().unwrap_or_default().to_owned();
        let place = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        Self { host, place, proxied, connect: options.connect, total: options.total }
    }

    /// Words for an exchange that took too long.
    pub(super) fn no_answer(&self) -> String {
        format!("no answer from {} within {}", self.place, seconds(self.total))
    }

    /// Words for an answer that stopped coming.
    pub(super) fn silent(&self, silence: Duration) -> String {
        format!("nothing more came from {} within {}", self.place, seconds(silence))
    }

    /// Words for an exchange that failed; the innermost cause that has words is the best known.
    pub(super) fn failed(&self, error: &reqwest::Error) -> String {
        if let Some(words) = causes(error).filter_map(|cause| self.known(cause)).last() {
            return words;
        }
        let place = &self.place;
        if error.is_connect() && error.is_timeout() {
            format!("no connection to {place}{} within {}", self.or_proxy(), seconds(self.connect))
        } else if error.is_timeout() {
            self.no_answer()
        } else if error.is_connect() {
            format!("no connection to {place}{}", self.or_proxy())
        } else {
            format!("the connection to {place} broke")
        }
    }

    fn known(&self, cause: &(dyn Error + 'static)) -> Option<String> {
        if let Some(unknown) = cause.downcast_ref::<UnknownName>() {
            return Some(unknown.to_string());
        }
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            return Some(self.tls(error));
        }
        self.io(cause.downcast_ref::<io::Error>()?.kind())
    }

    fn io(&self, kind: io::ErrorKind) -> Option<String> {
        let place = &self.place;
        match kind {
            io::ErrorKind::ConnectionRefused => {
                Some(format!("nothing answers at {place}{}", self.or_proxy()))
            }
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown => {
                Some(format!("there is no network to {place}{}", self.or_proxy()))
            }
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Some(format!("the connection to {place} broke")),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Some(format!("the answer of {place} can't be read"))
            }
            _ => None,
        }
    }

    fn tls(&self, error: &rustls::Error) -> String {
        let host = &self.host;
        match error {
            rustls::Error::InvalidCertificate(error) => match error {
                CertificateError::UnknownIssuer => format!("the certificate of {host} is not trusted"),
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    format!("the certificate of {host} has expired")
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    format!("the certificate of {host} is not valid yet; is this computer's clock right?")
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    format!("the certificate of {host} is for another name")
                }
                CertificateError::Revoked => format!("the certificate of {host} was revoked"),
                other => format!("the certificate of {host} is not trusted: {}", brief(other)),
            },
            rustls::Error::InvalidMessage(_) => format!("{} does not speak TLS", self.place),
            other => format!("no secure connection to {}: {}", self.place, brief(other)),
        }
    }

    fn or_proxy(&self) -> &'static str {
        if self.proxied { ", or at the proxy that the environment names" } else { "" }
    }
}

/// Words for an address that nothing is sent to.
pub(super) fn refused(url: &Url) -> String {
    match url.host_str() {
        Some(host) if url.scheme() == "http" => format!("{host} is asked over https only"),
        _ => format!("{} is no address for a request", url.scheme()),
    }
}

/// Words for a client that could not be made.
pub(super) fn no_client(error: &reqwest::Error) -> String {
    let cause = causes(error).last().map(ToString::to_string).unwrap_or_default();
    format!("the certificate authorities can't be used: {cause}")
}

/// Whether the environment names a proxy.
pub(super) fn has_proxy() -> bool {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// A name without an address.
#[derive(Debug)]
pub(super) struct UnknownName {
    host: String,
    passing: bool,
}

impl UnknownName {
    pub(super) fn new(host: String, error: &io::Error) -> Self {
        // The system's own number does not come through; its text does (EAI_AGAIN).
        Self { host, passing: error.to_string().contains("Temporary failure") }
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.passing {
            write!(f, "the name {} can't be looked up; is there a network?", self.host)
        } else {
            write!(f, "the name {} is not known", self.host)
        }
    }
}

impl Error for UnknownName {}

/// The error and what caused it; also looks into `io::Error`, which hides the one it wraps.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn brief(error: &impl fmt::Display) -> String {
    grantkeep_core::model::plain(&error.to_string(), 120)
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_refused_in_words() {
        let attempt = attempt("https://auth.example.com:8443/token?secret=1");
        let cases = [
            (CertificateError::UnknownIssuer, "the certificate of auth.example.com is not trusted"),
            (CertificateError::Expired, "the certificate of auth.example.com has expired"),
            (CertificateError::NotValidForName, "the certificate of auth.example.com is for another name"),
            (CertificateError::Revoked, "the certificate of auth.example.com was revoked"),
        ];
        for (error, words) in cases {
            assert_eq!(attempt.tls(&rustls::Error::InvalidCertificate(error)), words);
        }
    }

    #[test]
    fn a_failed_connection_is_told_in_words() {
        let attempt = attempt("https://auth.example.com:8443/token?secret=1");
        let cases = [
            (io::ErrorKind::ConnectionRefused, Some("nothing answers at auth.example.com:8443")),
            (io::ErrorKind::NetworkUnreachable, Some("there is no network to auth.example.com:8443")),
            (io::ErrorKind::ConnectionReset, Some("the connection to auth.example.com:8443 broke")),
            (io::ErrorKind::Other, None),
        ];
        for (kind, words) in cases {
            assert_eq!(attempt.io(kind).as_deref(), words, "{kind}");
        }
        assert_eq!(attempt.no_answer(), "no answer from auth.example.com:8443 within 30 s");
    }

    #[test]
    fn an_error_inside_an_io_error_is_found() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let error = io::Error::other(io::Error::other(inner));

        let words = causes(&error).filter_map(|cause| attempt("https://a.example/").known(cause)).last();

        assert_eq!(words.as_deref(), Some("the certificate of a.example is not trusted"));
    }

    #[test]
    fn a_name_that_fails_for_now_is_told_apart() {
        let text = "failed to lookup address information: Temporary failure in name resolution";
        let passing = UnknownName::new("a.example".into(), &io::Error::other(text));
        let unknown = UnknownName::new("a.example".into(), &io::Error::other("Name or service not known"));

        assert_eq!(passing.to_string(), "the name a.example can't be looked up; is there a network?");
        assert_eq!(unknown.to_string(), "the name a.example is not known");
    }

    fn attempt(url: &str) -> Attempt {
        Attempt::new(&Url::parse(url).unwrap(), false, &HttpOptions::default())
    }
}
