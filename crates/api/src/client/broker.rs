//! A resource asked through the agent, which adds the token; the answer is read as it comes.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;

use super::body::Body;
use super::{Agent, Answer, Call};
use crate::account_id::AccountId;
use crate::requests::Brokered;
use crate::routes::{self, AGENT_VERSION, ANSWERED_BY, pattern};
use crate::views::Problem;

/// What a resource answered; reading it reads the body.
pub struct BrokeredAnswer {
    /// HTTP status.
    pub status: u16,
    /// Header fields, without those of the connection.
    pub headers: Vec<(String, String)>,
    body: Body<UnixStream>,
}

impl Agent {
    /// Asks a resource with an account's token, which this process never sees.
    ///
    /// # Errors
    /// The agent's problem: there is no token, the host is not allowed, nothing answers.
    pub fn request(&self, id: &AccountId, brokered: &Brokered) -> Result<BrokeredAnswer, Problem> {
        let call = Call::post(routes::of_account(pattern::REQUEST, id)).with(brokered)?.asks_a_provider();
        let (head, body) = self.begin(&call, &mut false)?;
        if head.header(ANSWERED_BY).is_some() {
            let ours = |name: &str| OF_THE_AGENT.iter().any(|ours| name.eq_ignore_ascii_case(ours));
            let headers = head.headers.into_iter().filter(|(name, _)| !ours(name)).collect();
            return Ok(BrokeredAnswer { status: head.status, headers, body });
        }
        let body = body.whole().map_err(|error| super::problem_of(error, false))?;
        Err(Answer { status: head.status, body }
            .good()
            .err()
            .unwrap_or_else(|| super::not_understood("it answered for the resource without saying so")))
    }
}

impl Read for BrokeredAnswer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.body.read(buffer)
    }
}

/// Fields that the agent adds.
const OF_THE_AGENT: [&str; 5] = ["connection", "transfer-encoding", "keep-alive", ANSWERED_BY, AGENT_VERSION];
