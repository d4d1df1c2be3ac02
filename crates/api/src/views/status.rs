//! The status of an account.

use serde::{Deserialize, Serialize};

#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// The state of a token, a pure function of the stored account and the time.
    enum TokenState {
        /// There never was a token.
        NotAuthorized,
        /// The access token is good.
        Active,
        /// The provider gave no expiry.
        UnknownLife,
        /// Past its expiry.
        Expired,
        /// The provider ended the grant (`invalid_grant` or its equivalent).
        Reauthorize,
        /// The provider refuses the client itself, or its hosts await confirmation.
        CheckSettings,
        /// Taken back here.
        Revoked,
    }
}

view! {
    /// The one word shown in lists, derived from token state, activity and notes.
    enum Headline {
        /// An authorization waits for the browser.
        Waiting,
        /// The grant is being taken back.
        Revoking,
        /// Only the person can help: authorize again.
        Reauthorize,
        /// Only the person can help: edit the service.
        CheckSettings,
        /// Past its expiry with nothing to refresh it.
        Expired,
        /// Granted less than asked, not yet accepted.
        ScopesMissing,
        /// A passing failure; the keeper tries again.
        Retrying,
        /// A refresh is under way.
        Refreshing,
        /// The access token is good.
        Active,
        /// Good as far as known; the provider gave no expiry.
        UnknownLife,
        /// There never was a token.
        NotAuthorized,
        /// Taken back here.
        Revoked,
    }
}

view! {
    /// The group of a list that an account stands in.
    enum Group {
        /// The person is needed.
        NeedsAttention,
        /// Fine.
        Active,
        /// No token.
        Other,
    }
}

view! {
    /// What is going on with an account.
    tagged Activity {
        /// Nothing.
        None,
        /// The browser has the link (see `AccountView::pending`).
        Waiting,
        /// A refresh is under way.
        Refreshing,
        /// A passing failure: the next try comes by itself.
        Retrying {
            /// When the keeper tries next.
            #[cfg_attr(feature = "bindings", ts(type = "number"))]
            next_try_at_ms: i64,
            /// How many tries failed in a row.
            tries: u32,
        },
        /// The grant is being taken back.
        Revoking,
    }
}

view! {
    /// Something worth knowing that is no state of its own.
    tagged Note {
        /// The provider granted less than was asked.
        ScopesMissing {
            /// The scopes that were asked and not granted.
            missing: Vec<String>,
            /// The person said: use it as it is.
            accepted: bool,
        },
        /// No refresh token came although one was wanted; `hint` says what this provider wants.
        NoRefreshToken {
            /// Which scope or parameter the provider wants, in the person's words.
            hint: String,
        },
        /// The token after a reauthorization is another person's; both grants are kept until the person chooses.
        SomebodyElse {
            /// Who was expected.
            expected: String,
            /// Who came.
            came: String,
        },
        /// The previous token was not yet revoked.
        PreviousNotRevoked {
            /// Why, in the person's words.
            reason: String,
        },
        /// Revoking the previous token ended the new one: the policy turned itself off.
        PolicyTurnedOff,
        /// Endpoint hosts changed: nothing is sent there until the person confirms (R-ST-14).
        HostsToConfirm {
            /// Hosts that the tokens were obtained for.
            known: Vec<String>,
            /// Hosts that the endpoints now name.
            new: Vec<String>,
        },
        /// Something about the provider's answer, such as a missing `token_type`.
        Oddity {
            /// One sentence.
            text: String,
        },
    }
}

view! {
    /// What a person can do right now; depends on the token state alone.
    struct Possible {
        /// There is a good (or possibly good) access token.
        pub copy: bool,
        /// There is a refresh token.
        pub refresh: bool,
        /// There is something to take back.
        pub revoke: bool,
        /// There is a Test URI and a token.
        pub test: bool,
        /// Authorize or reauthorize.
        pub authorize: bool,
    }
}
