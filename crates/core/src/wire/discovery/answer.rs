//! What came back from an address where metadata may be.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::{Asked, Metadata, is_same_origin};
use crate::model::{host_of, plain};
use crate::wire::Response;

/// What an answer holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Looked {
    /// Metadata of the issuer that was asked.
    Found(Box<Metadata>),
    /// It is as it was (RFC 9110 §15.4.5).
    Unchanged,
    /// It is at another address of the same origin.
    Moved(Url),
    /// None that counts.
    Nothing(NoMetadata),
}

/// Why there is no metadata. Text from outside is plain (R-TK-10).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMetadata {
    /// There is nothing at that address.
    #[error("there is no metadata (HTTP {status})")]
    NotThere {
        /// HTTP status.
        status: u16,
    },
    /// Nobody answers.
    #[error("nobody answers: {reason}")]
    Unreachable {
        /// Why.
        reason: String,
    },
    /// It passes.
    #[error("the server is busy (HTTP {status})")]
    Busy {
        /// HTTP status.
        status: u16,
    },
    /// A web page.
    #[error("there is a web page")]
    WebPage,
    /// Neither JSON nor a web page.
    #[error("the answer is no metadata")]
    Unreadable,
    /// JSON without what metadata must have (RFC 8414 §2).
    #[error("the metadata has no {what}")]
    Missing {
        /// The field's name.
        what: &'static str,
    },
    /// More redirects than are followed.
    #[error("it redirects again and again")]
    TooManyRedirects,
    /// A redirect that is not followed.
    #[error("it redirects to {host}")]
    RedirectsElsewhere {
        /// The other origin.
        host: String,
    },
    /// More than is read.
    #[error("the answer has more than 1 MiB")]
    TooLarge,
    /// An address that no secret may be sent to.
    #[error("the {what} is {address}")]
    UnfitAddress {
        /// The field's name.
        what: &'static str,
        /// The address.
        address: String,
    },
    /// Metadata of somebody else (R-TK-15).
    #[error("the metadata is that of {named}")]
    OtherIssuer {
        /// Whom it names.
        named: String,
        /// It can be asked instead, as it has the host that was asked.
        same_host: bool,
    },
}

impl NoMetadata {
    /// How much it tells, next to what the other addresses answered.
    pub fn tells(&self) -> u8 {
        match self {
            Self::NotThere { .. } => 0,
            Self::WebPage => 1,
            Self::Unreadable | Self::Busy { .. } => 2,
            Self::RedirectsElsewhere { .. } | Self::TooManyRedirects => 3,
            Self::Missing { .. } | Self::TooLarge => 4,
            Self::UnfitAddress { .. } | Self::OtherIssuer { .. } => 5,
            Self::Unreachable { .. } => 6,
        }
    }
}

/// How long an answer may be used, and how to ask whether it changed (RFC 9111 §4, RFC 9110 §8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Freshness {
    /// How long it is fresh: up to an hour; zero = ask each time.
    pub fresh_for: Duration,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Freshness {
    /// Of an answer; `None` = it must not be kept.
    pub fn of(response: &Response) -> Option<Self> {
        let control = response.header("cache-control").unwrap_or_default().to_ascii_lowercase();
        let directives: Vec<&str> = control.split(',').map(str::trim).collect();
        if directives.contains(&"no-store") {
            return None;
        }
        let max_age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="));
        let max_age = max_age.and_then(|seconds| seconds.trim_matches('"').parse().ok());
        let max_age = max_age.filter(|_| !directives.contains(&"no-cache")).unwrap_or(0);
        let validator = |name: &str| {
            let value = response.header(name)?;
            let fit =
                value.len() <= LONGEST_VALIDATOR && value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            fit.then(|| value.to_owned())
        };
        Some(Self {
            fresh_for: LONGEST_FRESH.min(Duration::from_secs(max_age)),
            etag: validator("etag"),
            last_modified: validator("last-modified"),
        })
    }

    /// What a 304 tells anew, with what it leaves out from before (RFC 9111 §4.3.4).
    pub fn or(self, before: &Self) -> Self {
        Self {
            fresh_for: self.fresh_for,
            etag: self.etag.or_else(|| before.etag.clone()),
            last_modified: self.last_modified.or_else(|| before.last_modified.clone()),
        }
    }

    /// There is a way to ask whether it changed.
    pub fn can_be_asked(&self) -> bool {
        self.etag.is_some() || self.last_modified.is_some()
    }
}

/// Reads what the address `at` answered to the question for the metadata of `asked`.
///
/// A redirect counts within the origin only: whoever answers elsewhere was not asked.
pub fn read_discovery(asked: &Asked, at: &Url, response: &Response) -> Looked {
    match response.status {
        200..=299 => match read(asked, response) {
            Ok(metadata) => Looked::Found(Box::new(metadata)),
            Err(why) => Looked::Nothing(why),
        },
        304 => Looked::Unchanged,
        status @ (301..=303 | 307 | 308) => {
            let to = response.header("location").and_then(|location| at.join(location).ok());
            match to {
                Some(to) if is_same_origin(&to, &asked.base) => Looked::Moved(to),
                Some(to) => {
                    let host = plain(&host_of(&to), MOST_SHOWN);
                    Looked::Nothing(NoMetadata::RedirectsElsewhere { host })
                }
                None => Looked::Nothing(NoMetadata::NotThere { status }),
            }
        }
        status @ (408 | 425 | 429 | 500..=599) => Looked::Nothing(NoMetadata::Busy { status }),
        status => Looked::Nothing(NoMetadata::NotThere { status }),
    }
}

fn read(asked: &Asked, response: &Response) -> Result<Metadata, NoMetadata> {
    if response.truncated {
        return Err(NoMetadata::TooLarge);
    }
    let text = String::from_utf8_lossy(&response.body);
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Metadata::read(asked, &fields),
        Ok(_) => Err(NoMetadata::Unreadable),
        Err(_) if text.starts_with('<') => Err(NoMetadata::WebPage),
        Err(_) => Err(NoMetadata::Unreadable),
    }
}

/// Characters of a text from outside that are shown.
pub(super) const MOST_SHOWN: usize = 200;

const LONGEST_FRESH: Duration = Duration::from_secs(3600);
const LONGEST_VALIDATOR: usize = 1024;
