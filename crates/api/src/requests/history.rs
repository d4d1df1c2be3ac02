//! Queries about what was, and what the person knows of what will be.

use serde::{Deserialize, Serialize};

/// Query of the history routes.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct HistoryQuery {
    /// How many lines at most, newest first; absent = [`DEFAULT_HISTORY`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next` of the page before: only older lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// Only of this service (`google`) or account (`google/work`, with its service's own); not for an account's history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only of these kinds (`EventView.what`), with commas between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Not before this, in milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_ms: Option<i64>,
    /// Before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// Only lines with this text in their words or names; letters a to z match in either case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl HistoryQuery {
    /// The newest lines.
    pub fn newest(limit: u32) -> Self {
        Self { limit: Some(limit), ..Self::default() }
    }
}

/// Lines of a history where no limit is asked.
pub const DEFAULT_HISTORY: u32 = 100;

/// Query of an account's timeline.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct TimelineQuery {
    /// How many days back, 1 to 90; absent = [`DEFAULT_DAYS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 90))]
    pub days: Option<u32>,
}

/// Days of a timeline where none are asked.
pub const DEFAULT_DAYS: u32 = 7;

/// Body of `PUT …/grant-life`: how long a grant of the account lasts, whatever happens.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantLife {
    /// Days from the authorization on, 1 to 3,650; absent = nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650))]
    pub days: Option<u32>,
}

/// Body of `PUT …/secret-expiry`: when the client secret ends.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SecretExpiry {
    /// In milliseconds since 1970 UTC; absent = never, or nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
}
