//! An exchange whose answer is read as it comes, in pieces that wait for the reader.

use std::time::Duration;

use bytes::Bytes;
use grantkeep_core::ports::{Clock as _, StreamResponse};
use grantkeep_core::wire::{StreamRequest, Unreachable};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::host;
use super::reason::Attempt;
use super::{HttpClient, convert, unreachable};
use crate::clock::SystemClock;

impl HttpClient {
    /// Sends, and answers with the head; a task of its own brings the body for as long as somebody reads it.
    pub(super) async fn begin(&self, request: StreamRequest) -> Result<StreamResponse, Unreachable> {
        let StreamRequest { method, url, headers, body } = request;
        let (client, attempt) = self.way_to(&url)?;
        let patience = self.options.total + upload_time(body.len());
        let request = convert(method, url, headers, body)?;
        let response = match timeout(patience, client.execute(request)).await {
            Ok(outcome) => outcome.map_err(|error| unreachable(attempt.failed(&error)))?,
            Err(_) => return Err(unreachable(attempt.no_answer())),
        };
        self.options.skew.note(host(&response), response.headers(), SystemClock.now());
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect();
        let (pieces, body) = mpsc::channel(PIECES);
        tokio::spawn(bring(response, pieces, attempt, self.options.silence));
        Ok(StreamResponse { status, headers, body })
    }
}

async fn bring(
    mut response: reqwest::Response,
    pieces: mpsc::Sender<Result<Bytes, Unreachable>>,
    attempt: Attempt,
    silence: Duration,
) {
    loop {
        let piece = tokio::select! {
            piece = timeout(silence, response.chunk()) => piece,
            () = pieces.closed() => return,
        };
        let piece = match piece {
            Ok(Ok(Some(piece))) => Ok(piece),
            Ok(Ok(None)) => return,
            Ok(Err(error)) => Err(unreachable(attempt.failed(&error))),
            Err(_) => Err(unreachable(attempt.silent(silence))),
        };
        let is_last = piece.is_err();
        if pieces.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

/// What a slow line may take to send a body: 1 s for each 256 KiB.
fn upload_time(length: usize) -> Duration {
    Duration::from_secs((length / (256 * 1024)) as u64)
}

/// Pieces that wait for the reader; each is what came at once from the network.
const PIECES: usize = 2;
