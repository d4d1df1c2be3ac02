//! How an account was, and on which dates the person will be needed.

use serde::{Deserialize, Serialize};

#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// How an account was for a while.
    enum SpanState {
        /// It had no token.
        NoToken,
        /// Its token was good.
        Alive,
        /// Its token was good, and a refresh had failed.
        Failing,
        /// Its token had ended, and no new one had come.
        Expired,
        /// The history does not go back that far.
        Unknown,
    }
}

view! {
    /// A while.
    struct SpanView {
        /// How the account was.
        pub state: SpanState,
        /// From here.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub from_ms: i64,
        /// Up to here.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub to_ms: i64,
    }
}

view! {
    /// How an account was over some days.
    struct TimelineView {
        /// From here.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub from_ms: i64,
        /// Up to here.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub to_ms: i64,
        /// What is between them: in order, without gap, overlap or two of a kind in a row.
        pub spans: Vec<SpanView>,
        /// How long it had a good token.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub alive_ms: i64,
    }
}

view! {
    /// What ends on a date.
    enum Ends {
        /// The access token, and there is no refresh token.
        AccessToken,
        /// The refresh token.
        RefreshToken,
        /// The client secret.
        ClientSecret,
    }
}

view! {
    /// How a date is known; the surest first.
    enum Known {
        /// The provider said it in an answer.
        Told,
        /// The person said it.
        Said,
        /// An earlier grant of the account ended so.
        Learned,
        /// The catalog says so of this provider.
        Documented,
    }
}

view! {
    /// A date on which the person will be needed.
    struct AheadView {
        /// Stays the same while the date is about the same thing: `refresh_token/google/work`.
        pub id: String,
        /// The service's slug.
        pub service: String,
        /// The account's full name; absent for the service's client.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub account: Option<String>,
        /// As people call it: "Google studio".
        pub name: String,
        /// Catalog entry of the service.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub provider: Option<String>,
        /// When.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub at_ms: i64,
        /// What ends then.
        pub what: Ends,
        /// How that is known.
        pub known: Known,
        /// One sentence without its full stop: what ends, and why.
        pub text: String,
        /// The provider's page on its OAuth, where the date is known from the catalog.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub source_uri: Option<String>,
        /// The provider's page for clients, where the client secret is what ends.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "bindings", ts(optional))]
        pub page_uri: Option<String>,
        /// Days before it on which one is reminded.
        pub reminder_days: Vec<u32>,
    }
}

view! {
    /// What lies ahead.
    struct ForecastView {
        /// As seen from here.
        #[cfg_attr(feature = "bindings", ts(type = "number"))]
        pub now_ms: i64,
        /// Dates, the next one first.
        pub dates: Vec<AheadView>,
        /// Accounts that renew themselves, or whose token has no known end.
        pub renewing: u32,
    }
}
