//! What can be done where a provider said no.

use serde::{Deserialize, Serialize};

use super::ClientAuthentication;
#[cfg(feature = "bindings")]
use ts_rs::TS;

view! {
    /// One thing to do about a problem, with all that it takes.
    tagged Action {
        /// Authorize or reauthorize.
        Authorize,
        /// Try again what failed: refresh where there is a refresh token, else authorize.
        TryAgain,
        /// Try another client authentication (`POST …/try-authentication`); the service keeps it if it works.
        TryAuthentication {
            /// The other way.
            with: ClientAuthentication,
        },
        /// Edit a field of the service.
        EditField {
            /// Its name in `ServiceDraft`, or `client_secret`.
            field: String,
        },
        /// Copy the redirect URI, to register it at the provider.
        CopyRedirectUri {
            /// As it is to be registered.
            uri: String,
        },
        /// Open the provider's page where the client is registered.
        OpenConsole {
            /// The page.
            url: String,
        },
        /// Open the provider's documentation.
        OpenDocumentation {
            /// The page.
            url: String,
        },
        /// Confirm the hosts that the endpoints name (R-ST-14).
        ConfirmHosts,
    }
}

view! {
    /// What trying a client authentication came to, as the window is told.
    enum Tried {
        /// The provider took it: there is a new token.
        Refreshed,
        /// The browser has a link; how that ends tells.
        Authorizing,
    }
}

view! {
    /// What comparing the redirect URI with a provider's error page brought.
    struct RedirectHelpView {
        /// For programs.
        pub finding: RedirectFinding,
        /// What was found, in a sentence or two.
        pub text: String,
        /// What to do, in a sentence or two.
        pub advice: String,
        /// The redirect URI that was sent.
        pub sent: Vec<Stretch>,
        /// The one that was found; empty where there is none to compare.
        pub found: Vec<Stretch>,
        /// Each difference in words, from left to right.
        pub differences: Vec<String>,
        /// What can be done, the most useful first.
        pub actions: Vec<Action>,
    }
}

view! {
    /// Kinds of findings of the redirect doctor.
    enum RedirectFinding {
        /// Another redirect URI was found.
        Differs,
        /// The registered one is the same.
        Same,
        /// The page only repeats what was sent.
        Repeated,
        /// The page is about something else, which is known.
        OtherError,
        /// It is the answer, and no error page.
        Answer,
        /// Nothing that helps.
        Nothing,
    }
}

view! {
    /// A stretch of an address; joined they are the address.
    struct Stretch {
        /// Its text.
        pub text: String,
        /// It is another one in the other address.
        pub differs: bool,
    }
}
