//! The verbs for notices.

use super::http::Method;
use super::{Agent, Call};
use crate::routes::{self, pattern};
use crate::views::{NoticeView, Problem};

/// Every method's `# Errors`: the agent's problem, or that it is not available.
#[expect(clippy::missing_errors_doc, reason = "the same for all of them, said above")]
impl Agent {
    /// What needs the person or did, the latest first.
    pub fn notices(&self) -> Result<Vec<NoticeView>, Problem> {
        self.ask(Call::get(pattern::NOTICES))
    }

    /// Takes a notice away. What it told of stays as it is.
    pub fn dismiss(&self, id: &str) -> Result<(), Problem> {
        self.tell(Call::new(Method::Delete, routes::of_id(pattern::NOTICE, id)))
    }
}
