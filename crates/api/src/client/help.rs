//! Help where a provider said no.

use super::{Agent, Call};
use crate::account_id::AccountId;
use crate::requests::{AuthenticationTried, ErrorPage, TryAuthentication};
use crate::routes::{self, pattern};
use crate::secret_input::SecretInput;
use crate::views::{ClientAuthentication, Problem, RedirectHelpView};

impl Agent {
    /// Does again what failed last, with the client secret sent in another way; the service keeps it if it works.
    ///
    /// # Errors
    /// Why the provider refused it, too, or that the agent is not available.
    pub fn try_authentication(
        &self,
        id: &AccountId,
        with: ClientAuthentication,
    ) -> Result<AuthenticationTried, Problem> {
        let call = Call::post(routes::of_account(pattern::TRY_AUTHENTICATION, id));
        self.ask(call.with(&TryAuthentication { with })?.asks_a_provider())
    }

    /// Compares the redirect URI with the address or text of a provider's error page.
    ///
    /// # Errors
    /// The agent's problem, or that it is not available.
    pub fn redirect_help(&self, id: &AccountId, text: SecretInput) -> Result<RedirectHelpView, Problem> {
        let call = Call::post(routes::of_account(pattern::REDIRECT_HELP, id));
        self.ask(call.with(&ErrorPage { text })?.repeatable())
    }
}
