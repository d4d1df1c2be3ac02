//! The task that waits for a redirect: the one loop between an authorization's flow and the world.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::authorize::Message;
use super::page::not_ours;
use super::{Error, Keeper, Outcome};
use crate::flow::{AuthorizationCodeFlow, Input, Step};
use crate::model::{AccountId, ClientSecret, Failure, FailureKind, Service};
use crate::ports::{Arrival, Listening, Page, StoreError};

/// One authorization while it waits.
pub(super) struct Authorization {
    pub(super) ending: Ending,
    pub(super) listening: Option<Box<dyn Listening>>,
    pub(super) messages: mpsc::Receiver<Message>,
}

/// What remains to be done once nothing is awaited any more.
#[derive(Clone)]
pub(super) struct Ending {
    pub(super) keeper: Arc<Keeper>,
    pub(super) id: AccountId,
}

/// Sends the browser its page.
pub(super) type Reply = Box<dyn FnOnce(Page) + Send>;

impl Authorization {
    /// Runs to the end: how it ended, and the browser that waits for its page.
    ///
    /// `Waiting` when the keeper stopped meanwhile: nothing listens any more, and the next start goes on with it.
    pub(super) async fn run(mut self, mut flow: AuthorizationCodeFlow) -> (Outcome, Option<Reply>) {
        let pending_id = flow.pending().id.clone();
        let ending = self.ending.clone();
        let clock = ending.keeper.ports.clock.clone();
        let until = flow.pending().expires_at;
        let mut over = clock.sleep_until(until);
        let mut stopping = ending.keeper.stopping.subscribe();
        loop {
            let (address, reply, answer) = tokio::select! {
                () = stopped(&mut stopping) => return (Outcome::Waiting, None),
                arrival = next(&mut self.listening) => (arrival.address, Some(arrival.reply), None),
                message = self.messages.recv() => match message {
                    Some(Message::Address(address, answer)) => (address, None, Some(answer)),
                    Some(Message::Cancel) | None => {
                        self.listening = None;
                        let result = ending.keeper.ports.store.take_pending(pending_id).await;
                        if let Err(error) = result {
                            tracing::warn!(%error, "a cancelled authorization could not be removed");
                        }
                        return (Outcome::Cancelled, None);
                    }
                },
                () = &mut over => {
                    self.listening = None;
                    let outcome = ending.fail(&pending_id, Failure::of(FailureKind::LinkExpired)).await;
                    return (outcome, None);
                }
            };
            let Ok(seen) = ending.keeper.account(&ending.id) else { return (Outcome::Cancelled, reply) };
            let refused = flow.why_ignored(&address, &seen.service);
            let secret = ending.secret(&seen.service).await;
            let steps;
            (flow, steps) =
                flow.advance(Input::Redirect(address), &seen.service, secret.as_ref(), ending.keeper.now());
            if steps.iter().any(|step| matches!(step, Step::Ignore)) {
                if let Some(reply) = reply {
                    reply(not_ours(ending.keeper.now()));
                }
                if let (Some(answer), Some(refused)) = (answer, refused) {
                    let _ = answer.send(Err(Error::NotAnAnswer(refused)));
                }
                continue;
            }
            if let Some(answer) = answer {
                let _ = answer.send(Ok(()));
            }
            // Nobody may use this link again, and nobody needs the port (R-CB-04, 09).
            self.listening = None;
            return (ending.finish(flow, steps, &seen.service, secret).await, reply);
        }
    }
}

impl Ending {
    async fn finish(
        &self,
        mut flow: AuthorizationCodeFlow,
        mut steps: Vec<Step>,
        service: &Service,
        secret: Option<ClientSecret>,
    ) -> Outcome {
        let pending_id = flow.pending().id.clone();
        loop {
            let mut input = None;
            for step in steps {
                match step {
                    Step::Send(request) => {
                        // Taken durably before the exchange: after a crash the code is not exchanged again (R-CB-13).
                        match self.keeper.ports.store.take_pending(pending_id.clone()).await {
                            Ok(true) => {}
                            Ok(false) => return Outcome::Cancelled,
                            Err(error) => return self.not_stored(&error).await,
                        }
                        fail_point!("authorize-before-exchange");
                        input = Some(self.keeper.answer(request).await);
                        fail_point!("authorize-after-exchange");
                    }
                    Step::Done(response) => {
                        return match self.keeper.authorized(flow.pending(), service, response).await {
                            Ok(()) => {
                                self.keep_authentication(&flow).await;
                                Outcome::Done
                            }
                            Err(Error::Store(error)) => self.not_stored(&error).await,
                            Err(error) => Outcome::Failed(Box::new(error.problem())),
                        };
                    }
                    Step::Failed(failure) => return self.fail(&pending_id, failure).await,
                    Step::Open(_) | Step::AwaitRedirect { .. } | Step::Ignore => {}
                }
            }
            let input = input.unwrap_or(Input::Woken);
            (flow, steps) = flow.advance(input, service, secret.as_ref(), self.keeper.now());
        }
    }

    /// What was tried and taken is kept; if that can't be stored, the next refusal offers it again.
    async fn keep_authentication(&self, flow: &AuthorizationCodeFlow) {
        let Some(way) = flow.pending().tried.last() else { return };
        if let Err(error) = self.keeper.keep_authentication(&self.id.service, *way).await {
            tracing::warn!(%error, "a client authentication that worked could not be stored");
        }
    }

    async fn fail(&self, pending_id: &str, failure: Failure) -> Outcome {
        if let Err(error) = self.keeper.ports.store.take_pending(pending_id.to_owned()).await {
            tracing::warn!(%error, "an ended authorization could not be removed");
        }
        match self.keeper.authorization_failed(&self.id, failure).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Failed(Box::new(error.problem())),
        }
    }

    async fn not_stored(&self, error: &StoreError) -> Outcome {
        Outcome::Failed(Box::new(Error::Store(error.clone()).problem()))
    }

    async fn secret(&self, service: &Service) -> Option<ClientSecret> {
        match self.keeper.ports.store.client_secret(service.name.clone()).await {
            Ok(secret) => secret,
            Err(error) => {
                tracing::warn!(%error, "the client secret could not be read");
                None
            }
        }
    }
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the keeper is gone, which is as good as stopped.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

async fn next(listening: &mut Option<Box<dyn Listening>>) -> Arrival {
    match listening {
        Some(listening) => listening.next().await,
        None => std::future::pending().await,
    }
}
