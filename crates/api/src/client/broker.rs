//! A resource asked through the agent, which adds the token; the answer is read as it comes.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;

use super::body::Body;
use super::http::{self, Method, Request};
use super::{Agent, Answer, Call};
use crate::account_id::AccountId;
use crate::requests::Brokered;
use crate::routes::{self, ANSWERED_BY, pattern};
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
        let request =
            Request { method: Method::Post, path: &call.path, body: call.body.as_deref().map(Vec::as_slice) };
        let begun = http::begin(self.connection()?, &request, call.patience);
        let (head, body) = begun.map_err(|error| self.problem_of(error, false))?;
        if head.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(ANSWERED_BY)) {
            let ours = |name: &str| {
                OF_THE_CONNECTION.iter().chain([&ANSWERED_BY]).any(|ours| name.eq_ignore_ascii_case(ours))
            };
            let headers = head.headers.into_iter().filter(|(name, _)| !ours(name)).collect();
            return Ok(BrokeredAnswer { status: head.status, headers, body });
        }
        let body = body.whole().map_err(|error| self.problem_of(error, false))?;
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

const OF_THE_CONNECTION: [&str; 3] = ["connection", "transfer-encoding", "keep-alive"];
