//! The shell's exchange with the world: what a flow asks to send is sent here.

use std::sync::{Arc, PoisonError};

use tokio::sync::Semaphore;

use super::Keeper;
use crate::flow::Input;
use crate::model::host_of;
use crate::wire::{Request, Response, Unreachable};

impl Keeper {
    /// One HTTP exchange; at most four a host at once, further ones wait (R-RS-05).
    pub(super) async fn exchange(&self, request: Request) -> Result<Response, Unreachable> {
        let limit = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            hosts.entry(host_of(&request.url)).or_insert_with(|| Arc::new(Semaphore::new(A_HOST))).clone()
        };
        // A semaphore that is never closed always gives.
        let _permit = limit.acquire_owned().await;
        self.ports.http.send(request).await
    }

    /// The same, as what a flow goes on with.
    pub(super) async fn answer(&self, request: Request) -> Input {
        Input::Answer(self.exchange(request).await)
    }
}

/// Requests at once to one host.
pub(super) const A_HOST: usize = 4;
