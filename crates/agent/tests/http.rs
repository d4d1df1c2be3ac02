//! The HTTP client against real servers on loopback that behave badly.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use grantkeep_agent::http::{HttpClient, HttpOptions, MAX_BODY};
use grantkeep_core::ports::Http;
use grantkeep_core::wire::{Method, Request};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use url::Url;
use zeroize::Zeroizing;

#[tokio::test]
async fn a_request_is_sent_as_it_is_and_its_answer_read() {
    let server = Server::answering(
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nX-A: 1\r\nX-a: 2\r\n\
        Content-Length: 2\r\n\r\n{}"
            .to_vec(),
    );
    let request = Request {
        method: Method::Post,
        url: server.url("/token?x=1"),
        headers: vec![
            header("authorization", "Basic aWQ6c2VjcmV0"),
            header("content-type", "application/x-www-form-urlencoded"),
        ],
        body: Zeroizing::new(b"grant_type=refresh_token".to_vec()),
    };

    let response = client().send(request).await.unwrap();

    let sent = server.seen();
    assert!(sent.starts_with("POST /token?x=1 HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains("\r\nauthorization: Basic aWQ6c2VjcmV0\r\n"), "{sent}");
    assert!(sent.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"), "{sent}");
    assert!(sent.contains("\r\nuser-agent: Grantkeep/"), "{sent}");
    assert!(!sent.contains("referer"), "{sent}");
    assert!(sent.ends_with("\r\n\r\ngrant_type=refresh_token"), "{sent}");
    assert_eq!(
        (response.status, response.body.as_slice(), response.truncated),
        (401, b"{}".as_slice(), false)
    );
    assert_eq!(response.header("www-authenticate"), Some("Basic"));
    let both: Vec<_> =
        response.headers.iter().filter(|(name, _)| name == "x-a").map(|(_, value)| value).collect();
    assert_eq!(both, ["1", "2"]);
}

#[tokio::test]
async fn methods_without_a_body_and_a_user_agent_of_ones_own_are_sent() {
    let server = Server::answering(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    let mut request = get(server.url("/me"));
    request.headers.push(header("user-agent", "own"));
    assert_eq!(client().send(request).await.unwrap().status, 204);
    let sent = server.seen();
    assert!(sent.starts_with("GET /me HTTP/1.1\r\n") && sent.contains("user-agent: own\r\n"), "{sent}");

    let server = Server::answering(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    client().send(Request { method: Method::Delete, ..get(server.url("/me")) }).await.unwrap();
    assert!(server.seen().starts_with("DELETE /me HTTP/1.1\r\n"));
}

// R-TK-02
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::answering(ok(b"stolen"));
    for status in [301, 302, 303, 307, 308] {
        let location = elsewhere.url("/token");
        let server = Server::answering(
            format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
                .into_bytes(),
        );

        let response = client().send(post(server.url("/token"))).await.unwrap();

        assert_eq!(response.status, status);
        assert_eq!(response.header("location"), Some(location.as_str()));
    }
    assert!(elsewhere.unseen(), "nothing was sent there");
}

// R-TK-04
#[tokio::test]
async fn a_body_is_cut_at_the_limit() {
    for (length, truncated) in [(MAX_BODY, false), (MAX_BODY + 1, true), (MAX_BODY * 2, true)] {
        let server = Server::answering(ok(&vec![b'x'; length]));

        let response = client().send(get(server.url("/"))).await.unwrap();

        assert_eq!((response.body.len(), response.truncated), (MAX_BODY, truncated), "{length}");
    }
}

// R-TK-04
#[tokio::test]
async fn a_bomb_is_cut_after_decompression() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 4 * MAX_BODY]).unwrap();
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < MAX_BODY);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
    let server = Server::answering([head.into_bytes(), bomb].concat());

    let response = client().send(get(server.url("/"))).await.unwrap();

    assert_eq!((response.body.len(), response.truncated), (MAX_BODY, true));
    assert!(server.seen().to_ascii_lowercase().contains("accept-encoding: gzip"));
}

#[tokio::test]
async fn what_is_no_gzip_is_told_so() {
    let server = Server::answering(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\nnot gzip, it is text"
            .to_vec(),
    );

    assert_eq!(reason(get(server.url("/"))).await, format!("the answer of {} can't be read", server.place()));
}

// R-TK-04
#[tokio::test]
async fn a_server_that_never_ends_is_given_up() {
    let silent = Server::start(|_| Vec::new(), Ending::Hold);
    let slow =
        Server::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart".to_vec(), Ending::Hold);
    for server in [silent, slow] {
        let client =
            HttpClient::new(HttpOptions { total: Duration::from_millis(200), ..HttpOptions::default() });
        let exchange = client.send(get(server.url("/?secret=1")));

        let failed = tokio::time::timeout(Duration::from_secs(5), exchange).await.unwrap().err().unwrap();

        assert_eq!(failed.reason, format!("no answer from {} within 0.2 s", server.place()));
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_so() {
    let answers: [&'static [u8]; 4] = [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
    ];
    for answer in answers {
        let server = Server::answering(answer.to_vec());

        let words = reason(post(server.url("/token?secret=1"))).await;

        assert_eq!(words, format!("the connection to {} broke", server.place()), "{answer:?}");
        assert_eq!(server.requests(), 1, "nothing is sent twice");
    }
}

#[tokio::test]
async fn nobody_there_is_told_so() {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();

    let words = reason(get(format!("http://{address}/?secret=1").parse().unwrap())).await;

    assert_eq!(words, format!("nothing answers at {address}"));
}

#[tokio::test]
async fn an_unknown_name_is_told_so() {
    let words = reason(get("https://auth.grantkeep.invalid/token?secret=1".parse().unwrap())).await;

    // Which one, the name server of the place decides.
    let known = [
        "the name auth.grantkeep.invalid is not known",
        "the name auth.grantkeep.invalid can't be looked up; is there a network?",
        "no connection to auth.grantkeep.invalid within 10 s",
    ];
    assert!(known.contains(&words.as_str()), "{words}");
}

#[tokio::test]
async fn nothing_is_sent_in_the_clear_but_to_loopback() {
    let cases = [
        ("http://auth.example.com/token?secret=1", "auth.example.com is asked over https only"),
        ("ftp://127.0.0.1/", "ftp is no address for a request"),
    ];
    for (url, words) in cases {
        assert_eq!(reason(get(url.parse().unwrap())).await, words);
    }
}

#[tokio::test]
async fn localhost_is_loopback() {
    let server = Server::answering(ok(b"{}"));
    let url = format!("http://localhost:{}/", server.address.port());

    assert_eq!(client().send(get(url.parse().unwrap())).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_header_that_would_split_the_request_is_not_sent() {
    let server = Server::answering(ok(b"{}"));
    let mut request = get(server.url("/"));
    request.headers.push(header("authorization", "Bearer a\r\nX-Injected: 1"));

    assert_eq!(reason(request).await, "the request has a header field that can't be sent");
    assert!(server.unseen());
}

// R-TK-03
#[tokio::test]
async fn a_certificate_of_nobody_known_is_refused_and_the_persons_own_ca_accepted() {
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let own_ca = folder.path().join("own.pem");
    std::fs::write(&own_ca, key.cert.pem()).unwrap();
    let server = Server::tls(&key);
    let url = |host: &str| -> Url {
        format!("https://{host}:{}/?secret=1", server.address.port()).parse().unwrap()
    };

    assert_eq!(reason(get(url("localhost"))).await, "the certificate of localhost is not trusted");
    let trusting = HttpClient::new(HttpOptions { own_ca: Some(own_ca), ..HttpOptions::default() });
    assert_eq!(trusting.send(get(url("localhost"))).await.unwrap().body.as_slice(), b"over TLS");
    let failed = trusting.send(get(url("127.0.0.1"))).await.err().unwrap();
    assert_eq!(failed.reason, "the certificate of 127.0.0.1 is for another name");
}

#[tokio::test]
async fn an_own_ca_that_cannot_be_read_is_the_reason_of_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none.pem");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "nothing").unwrap();

    for (file, words) in [(none, "can't be read"), (empty, "holds no certificate")] {
        let client = HttpClient::new(HttpOptions { own_ca: Some(file.clone()), ..HttpOptions::default() });
        let failed = client.send(get("http://127.0.0.1:9/".parse().unwrap())).await.err().unwrap();
        assert!(failed.reason.starts_with(&format!("{} {words}", file.display())), "{}", failed.reason);
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_so() {
    let server = Server::start(|_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), Ending::AnswerAtOnce);

    let words = reason(get(server.url("/").as_str().replace("http:", "https:").parse().unwrap())).await;

    assert_eq!(words, format!("{} does not speak TLS", server.place()));
}

/// A server of one kind of answer.
struct Server {
    address: SocketAddr,
    requests: Receiver<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    /// The connection ends after the answer.
    Close,
    /// It stays open until the other side ends it.
    Hold,
    /// It answers whatever comes first.
    AnswerAtOnce,
}

impl Server {
    fn answering(answer: Vec<u8>) -> Self {
        Self::start(move |_| answer.clone(), Ending::Close)
    }

    fn start(answer: impl Fn(&str) -> Vec<u8> + Send + 'static, ending: Ending) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read_request(&mut stream, ending);
                // Being hung up on is part of these tests, as is a test that is over.
                let _ = stream.write_all(&answer(&request));
                let _ = sender.send(request);
                if ending == Ending::Hold {
                    let _ = stream.read_to_end(&mut Vec::new());
                }
                let _ = stream.shutdown(std::net::Shutdown::Write);
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        Self { address, requests }
    }

    fn tls(key: &rcgen::CertifiedKey<rcgen::KeyPair>) -> Self {
        grantkeep_agent::http::install_tls();
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![key.cert.der().clone()], private)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut tls = rustls::Stream::new(&mut connection, &mut stream);
                let mut bytes = [0; 4096];
                // A client that does not trust us hangs up here.
                if tls.read(&mut bytes).is_ok_and(|count| count > 0) {
                    let _ = tls.write_all(&ok(b"over TLS"));
                    tls.conn.send_close_notify();
                    let _ = tls.flush();
                }
                let _ = sender.send(String::new());
            }
        });
        Self { address, requests }
    }

    fn url(&self, target: &str) -> Url {
        format!("http://{}{target}", self.address).parse().unwrap()
    }

    fn place(&self) -> String {
        self.address.to_string()
    }

    /// The next request that came.
    fn seen(&self) -> String {
        self.requests.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    /// Whether nothing came.
    fn unseen(&self) -> bool {
        self.requests.try_recv().is_err()
    }

    /// How many requests came.
    fn requests(&self) -> usize {
        self.seen();
        1 + self.requests.try_iter().count()
    }
}

/// Reads a request with its body.
fn read_request(stream: &mut TcpStream, ending: Ending) -> String {
    let mut request = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let count = stream.read(&mut bytes).unwrap_or(0);
        request.extend_from_slice(&bytes[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let complete = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head
                .to_ascii_lowercase()
                .split_once("content-length: ")
                .map(|(_, rest)| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            body.len() >= length.unwrap_or(0)
        });
        if complete || count == 0 || ending == Ending::AnswerAtOnce {
            return text;
        }
    }
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn client() -> HttpClient {
    HttpClient::new(HttpOptions::default())
}

async fn reason(request: Request) -> String {
    client().send(request).await.err().unwrap().reason
}

fn get(url: Url) -> Request {
    Request { method: Method::Get, url, headers: Vec::new(), body: Zeroizing::new(Vec::new()) }
}

fn post(url: Url) -> Request {
    Request { method: Method::Post, body: Zeroizing::new(b"refresh_token=secret".to_vec()), ..get(url) }
}

fn header(name: &str, value: &str) -> (String, Zeroizing<String>) {
    (name.to_owned(), Zeroizing::new(value.to_owned()))
}
