//! Trying tokens, looking into them, and taking them back.

use super::{Agent, Call};
use crate::account_id::AccountId;
use crate::routes::{self, pattern};
use crate::views::{InspectionView, IntrospectionView, Problem, ReceiptView, TestView};

/// Every method's `# Errors`: the agent's problem, or that it is not available.
#[expect(clippy::missing_errors_doc, reason = "the same for all of them, said above")]
impl Agent {
    /// Tries the token at the Test URI.
    pub fn test(&self, id: &AccountId) -> Result<TestView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::TEST, id)).asks_a_provider())
    }

    /// Asks the provider about the token.
    pub fn introspect(&self, id: &AccountId) -> Result<IntrospectionView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::INTROSPECT, id)).asks_a_provider())
    }

    /// What is inside the tokens, where they are JWTs.
    pub fn inspect(&self, id: &AccountId) -> Result<InspectionView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::INSPECT, id)).asks_a_provider())
    }

    /// Takes the tokens back.
    pub fn revoke(&self, id: &AccountId) -> Result<ReceiptView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::REVOKE, id)).asks_a_provider())
    }

    /// The person took the grant back at the provider's page.
    pub fn revoked_by_hand(&self, id: &AccountId) -> Result<ReceiptView, Problem> {
        self.ask(Call::post(routes::of_account(pattern::REVOKED, id)).asks_a_provider())
    }

    /// A receipt at its next change, or after [`routes::OUTCOME_WAIT_S`].
    pub fn receipt(&self, id: &str) -> Result<ReceiptView, Problem> {
        self.ask(Call::get(routes::of_id(pattern::RECEIPT, id)).asks_a_provider())
    }

    /// Ends the trials of a receipt.
    pub fn stop_trying(&self, id: &str) -> Result<ReceiptView, Problem> {
        self.ask(Call::post(routes::of_id(pattern::RECEIPT_STOP, id)).asks_a_provider())
    }
}
