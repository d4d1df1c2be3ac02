//! Answers that are read as they come: how long they may take, and what is done to them.

#![expect(clippy::unwrap_used, reason = "the helpers below are part of the tests")]

use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use grantkeep_agent::http::{HttpClient, HttpOptions};
use grantkeep_core::ports::{Http as _, StreamResponse};
use grantkeep_core::wire::{BrokeredRequest, Unreachable};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Asks a server that writes `answer`, and then holds the connection.
async fn ask(answer: Vec<u8>) -> Result<StreamResponse, Unreachable> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(&answer).await.unwrap();
        std::future::pending::<()>().await;
    });
    let short = Duration::from_millis(300);
    let client = HttpClient::new(HttpOptions { total: short, silence: short, ..HttpOptions::default() });
    let request = BrokeredRequest::new("GET", &url, Vec::new(), Bytes::new()).ok().unwrap();
    client.stream(request.without_token()).await
}

async fn whole(mut answer: StreamResponse) -> Result<Vec<u8>, Unreachable> {
    let mut bytes = Vec::new();
    while let Some(piece) = answer.body.recv().await {
        bytes.extend_from_slice(&piece?);
    }
    Ok(bytes)
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let failed = ask(b"HTTP/1.1 200 OK\r\n".to_vec()).await.err().unwrap();

    assert!(failed.reason.starts_with("no answer from 127.0.0.1"), "{}", failed.reason);
}

#[tokio::test]
async fn a_body_that_stops_is_told_from_one_that_ends() {
    let stops = ask(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec()).await.unwrap();
    let ends = ask(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole".to_vec()).await.unwrap();

    let failed = whole(stops).await.unwrap_err();

    assert!(failed.reason.starts_with("nothing more came from 127.0.0.1"), "{}", failed.reason);
    assert_eq!(whole(ends).await.unwrap(), b"whole");
}

#[tokio::test]
async fn a_packed_body_is_unpacked_and_no_longer_called_packed() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&[b'x'; 100_000]).unwrap();
    let packed = packed.finish().unwrap();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len());

    let answer = ask([head.into_bytes(), packed].concat()).await.unwrap();

    assert_eq!((answer.header("content-encoding"), answer.header("content-length")), (None, None));
    assert_eq!(whole(answer).await.unwrap().len(), 100_000);
}
