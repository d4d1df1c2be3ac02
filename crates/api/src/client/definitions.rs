//! The verbs for definitions that come from elsewhere.

use super::{Agent, Call};
use crate::requests::Discover;
use crate::routes::pattern;
use crate::views::{DiscoveryView, Problem};

/// Every method's `# Errors`: the agent's problem, or that it is not available.
#[expect(clippy::missing_errors_doc, reason = "the same for all of them, said above")]
impl Agent {
    /// Asks a provider what it tells of itself; `issuer` may be just a host. Nothing is stored.
    pub fn discover(&self, issuer: String) -> Result<DiscoveryView, Problem> {
        self.ask(Call::post(pattern::DISCOVER).with(&Discover { issuer })?.repeatable().asks_a_provider())
    }
}
