//! The verbs for definitions that come from elsewhere.

use super::{Agent, Call};
use crate::requests::{AddService, Discover, Paste, Register};
use crate::routes::pattern;
use crate::secret_input::SecretInput;
use crate::views::{DiscoveryView, PastedView, Problem, ServiceDraft, ServiceView};

/// Every method's `# Errors`: the agent's problem, or that it is not available.
#[expect(clippy::missing_errors_doc, reason = "the same for all of them, said above")]
impl Agent {
    /// Asks a provider what it tells of itself; `issuer` may be just a host. Nothing is stored.
    pub fn discover(&self, issuer: String) -> Result<DiscoveryView, Problem> {
        self.ask(Call::post(pattern::DISCOVER).with(&Discover { issuer })?.repeatable().asks_a_provider())
    }

    /// Registers a client at the provider that the form's issuer names, and adds the service with it.
    pub fn register(
        &self,
        draft: ServiceDraft,
        initial_access_token: Option<SecretInput>,
    ) -> Result<ServiceView, Problem> {
        let body = Register { draft, initial_access_token };
        self.ask(Call::post(pattern::REGISTER).with(&body)?.asks_a_provider())
    }

    /// Reads a definition of another program into the form. Nothing is stored.
    pub fn read_pasted(&self, text: SecretInput) -> Result<PastedView, Problem> {
        self.ask(Call::post(pattern::PASTED).with(&Paste { text })?.repeatable())
    }

    /// Adds a service with the client secret that the agent found in a pasted text.
    pub fn add_pasted_service(
        &self,
        draft: ServiceDraft,
        secret_ref: String,
    ) -> Result<ServiceView, Problem> {
        let body = AddService { draft, client_secret: None, secret_ref: Some(secret_ref) };
        self.ask(Call::post(pattern::SERVICES).with(&body)?)
    }
}
