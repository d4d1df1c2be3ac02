//! The loopback listener, asked over real sockets as browsers and others do.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::Duration;

use grantkeep_agent::redirect::Loopback;
use grantkeep_core::model::{LoopbackHost, RedirectAddress, Timestamp};
use grantkeep_core::ports::{Arrival, CannotListen, ListenAt, Listening, Page, Redirects};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

// R-CB-08
#[tokio::test]
async fn a_redirect_arrives_with_its_whole_address_and_gets_its_page() {
    let mut listener = listen(LoopbackHost::Ipv4).await;
    let at = port(&*listener);
    assert_eq!(listener.redirect_uri().as_str(), format!("http://127.0.0.1:{at}/callback/notion-1a2b"));

    let browser = tokio::spawn(ask(v4(at), get(&*listener, "?code=c%20d&state=s")));
    let arrival = listener.next().await;
    assert_address(&arrival, &format!("http://127.0.0.1:{at}/callback/notion-1a2b?code=c%20d&state=s"));
    (arrival.reply)(page("Notion is authorized"));

    let answer = browser.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("<h1>Notion is authorized</h1>"), "{answer}");
}

#[tokio::test]
async fn localhost_listens_at_both_addresses() {
    let mut listener = listen(LoopbackHost::Localhost).await;
    let at = port(&*listener);
    assert_eq!(listener.redirect_uri().host_str(), Some("localhost"));

    let mut addresses = vec![v4(at)];
    if has_ipv6().await {
        addresses.push((Ipv6Addr::LOCALHOST, at).into());
    }
    for address in addresses {
        let browser = tokio::spawn(ask(address, get(&*listener, "?code=1")));
        let arrival = listener.next().await;
        assert_address(&arrival, &format!("http://localhost:{at}/callback/notion-1a2b?code=1"));
        (arrival.reply)(page("Done"));
        assert!(browser.await.unwrap().contains("Done"));
    }
}

#[tokio::test]
async fn ipv6_listens_at_its_address_alone() {
    if !has_ipv6().await {
        let refused = Loopback::new().listen(&at(LoopbackHost::Ipv6, 0)).await.err();
        assert!(matches!(refused, Some(CannotListen::Refused { .. })), "{refused:?}");
        return;
    }
    let mut listener = listen(LoopbackHost::Ipv6).await;
    let at = port(&*listener);

    let browser = tokio::spawn(ask((Ipv6Addr::LOCALHOST, at).into(), get(&*listener, "?code=1")));
    let arrival = listener.next().await;

    assert_address(&arrival, &format!("http://[::1]:{at}/callback/notion-1a2b?code=1"));
    (arrival.reply)(page("Done"));
    assert!(browser.await.unwrap().contains("Done"));
    assert!(TcpStream::connect(v4(at)).await.is_err(), "not at 127.0.0.1");
}

// R-CB-08
#[tokio::test]
async fn a_fixed_port_that_is_taken_is_named_with_its_holder() {
    let other = TcpListener::bind(v4(0)).await.unwrap();
    let port = other.local_addr().unwrap().port();

    for host in [LoopbackHost::Ipv4, LoopbackHost::Localhost] {
        let busy = Loopback::new().listen(&at(host, port)).await.err();

        let ends = format!("(process {})", std::process::id());
        let as_expected = |busy: &CannotListen| match busy {
            CannotListen::Busy { port: named, holder: Some(holder) } => {
                *named == port && holder.ends_with(&ends)
            }
            CannotListen::Busy { .. } | CannotListen::Refused { .. } => false,
        };
        assert!(busy.as_ref().is_some_and(as_expected), "{busy:?}");
    }
}

#[tokio::test]
async fn a_fixed_port_is_had_alone_and_free_again_afterwards() {
    let first = listen(LoopbackHost::Ipv4).await;
    let port = port(&*first);

    let second = Loopback::new().listen(&at(LoopbackHost::Ipv4, port)).await;

    assert!(matches!(second.err(), Some(CannotListen::Busy { .. })));
    let all = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).await;
    assert!(all.is_err(), "not even by way of all addresses");
    drop(first);
    closed(v4(port)).await;
    let third = Loopback::new().listen(&at(LoopbackHost::Ipv4, port)).await.unwrap();
    assert_eq!(third.redirect_uri().port(), Some(port));
}

#[tokio::test]
async fn a_path_that_is_none_is_refused() {
    for path in ["", "callback", "/callback?x=1", "/callback#x", "@evil.example/"] {
        let at = ListenAt { path: path.into(), ..at(LoopbackHost::Ipv4, 0) };
        assert!(
            matches!(Loopback::new().listen(&at).await.err(), Some(CannotListen::Refused { .. })),
            "{path}"
        );
    }
}

// R-CB-10
#[tokio::test]
async fn what_is_no_redirect_is_answered_and_does_not_arrive() {
    let mut listener = listen(LoopbackHost::Ipv4).await;
    let at = port(&*listener);
    let host = format!("Host: 127.0.0.1:{at}\r\n");
    let path = "/callback/notion-1a2b?code=1";
    let cases = [
        (format!("GET /favicon.ico HTTP/1.1\r\n{host}\r\n"), 404),
        (format!("HEAD {path} HTTP/1.1\r\n{host}\r\n"), 405),
        (format!("POST {path} HTTP/1.1\r\n{host}Content-Length: 4\r\n\r\nabcd"), 405),
        (format!("GET {path} HTTP/1.1\r\nHost: evil.example:{at}\r\n\r\n"), 421),
        (format!("GET {path} HTTP/1.1\r\n\r\n"), 400),
        ("\u{16}\u{3}\u{1}\u{2}".to_owned(), 400),
        (format!("GET {path} HTTP/1.1\r\n{host}Cookie: {}\r\n\r\n", "x".repeat(20_000)), 431),
        (format!("GET {path} HTTP/1.1\r\n{host}Sec-Purpose: prefetch\r\n\r\n"), 503),
    ];
    for (request, status) in cases {
        let answer = ask(v4(at), request.clone()).await;
        let line = request.lines().next().unwrap_or_default();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {answer}");
        assert_eq!(answer.contains("Allow: GET"), status == 405, "{line}");
        assert_eq!(answer.contains("<h1>"), !line.starts_with("HEAD"), "{line}");
        assert!(answer.contains("default-src 'none'"), "{line}");
    }

    let browser = tokio::spawn(ask(v4(at), get(&*listener, "?code=genuine")));
    let arrival = listener.next().await;
    assert_address(&arrival, &format!("http://127.0.0.1:{at}/callback/notion-1a2b?code=genuine"));
    (arrival.reply)(page("Done"));
    assert!(browser.await.unwrap().contains("Done"));
}

#[tokio::test]
async fn a_request_may_come_in_pieces() {
    let mut listener = listen(LoopbackHost::Ipv4).await;
    let request = get(&*listener, "?code=1");
    let mut stream = TcpStream::connect(v4(port(&*listener))).await.unwrap();
    stream.set_nodelay(true).unwrap();

    for piece in request.as_bytes().chunks(7) {
        stream.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }

    (listener.next().await.reply)(page("Done"));
    assert!(rest(stream).await.contains("Done"));
}

// R-CB-10
/// OAuth 2.0 Form Post Response Mode: the provider's page posts the answer. R-CB-10
#[tokio::test]
async fn a_service_with_form_post_gets_its_answer_as_a_form() {
    let at = ListenAt { form_post: true, ..at(LoopbackHost::Ipv4, 0) };
    let mut listener = Loopback::new().listen(&at).await.unwrap();
    let address = v4(port(&*listener));
    let fields = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 19\r\n";
    let head = get(&*listener, "").replace("GET", "POST").replace("Accept: text/html\r\n", fields);
    let mut stream = TcpStream::connect(address).await.unwrap();
    for part in [head.as_str(), "code=a%2B", "b&state=x+y"] {
        stream.write_all(part.as_bytes()).await.unwrap();
    }

    let arrival = listener.next().await;

    let expected = format!("{}?code=a%2Bb&state=x+", listener.redirect_uri());
    assert!(arrival.address.matches(&RedirectAddress::new(expected)), "as far as its length says");
    (arrival.reply)(page("Notion is authorized"));
    assert!(rest(stream).await.starts_with("HTTP/1.1 200"));
    assert!(ask(address, get(&*listener, "?code=1")).await.starts_with("HTTP/1.1 405"), "no GET beside it");
}

#[tokio::test]
async fn a_slow_request_is_given_up() {
    let quick = Loopback::with_read_time(Duration::from_millis(50));
    let listener = quick.listen(&at(LoopbackHost::Ipv4, 0)).await.unwrap();
    let mut slow = TcpStream::connect(v4(port(&*listener))).await.unwrap();
    let silent = TcpStream::connect(v4(port(&*listener))).await.unwrap();

    slow.write_all(b"GET /callback/notion-1a2b HTTP/1.1\r\nHost: ").await.unwrap();

    assert!(rest(slow).await.starts_with("HTTP/1.1 408 "));
    assert_eq!(rest(silent).await, "", "a connection opened in advance is closed without a word");
}

#[tokio::test]
async fn a_reply_that_is_dropped_is_a_500() {
    let mut listener = listen(LoopbackHost::Ipv4).await;
    let browser = tokio::spawn(ask(v4(port(&*listener)), get(&*listener, "?code=1")));

    drop(listener.next().await);

    assert!(browser.await.unwrap().starts_with("HTTP/1.1 500 "));
}

// R-CB-09
#[tokio::test]
async fn dropping_it_closes_the_port_and_open_connections_but_delivers_a_reply() {
    let mut listener = listen(LoopbackHost::Ipv4).await;
    let at = port(&*listener);
    let browser = tokio::spawn(ask(v4(at), get(&*listener, "?code=1")));
    let arrival = listener.next().await;
    let idle = TcpStream::connect(v4(at)).await.unwrap();
    // Another redirect that nobody will take.
    let late = tokio::spawn(ask(v4(at), get(&*listener, "?code=2")));
    seated(&*listener).await;
    let started = Instant::now();

    drop(listener);

    closed(v4(at)).await;
    assert_eq!(rest(idle).await, "");
    // The rule says 100 ms; a busy machine gets more, but less than a request may take to be read.
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    let late = late.await.unwrap();
    assert!(late.is_empty() || late.starts_with("HTTP/1.1 500 "), "{late}");
    (arrival.reply)(page("Stored"));
    assert!(browser.await.unwrap().contains("<h1>Stored</h1>"));
}

// R-CB-10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn held_connections_do_not_keep_the_genuine_redirect_out() {
    let mut listener = listen(LoopbackHost::Ipv4).await;
    let at = port(&*listener);
    let mut held = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(v4(at)).await.unwrap();
        stream.write_all(b"GET /callback/").await.unwrap();
        held.push(stream);
    }

    let browser = tokio::spawn(ask(v4(at), get(&*listener, "?code=genuine")));
    let arrival = listener.next().await;

    (arrival.reply)(page("Done"));
    assert!(browser.await.unwrap().contains("Done"));
    drop(held);
}

// R-CB-10: at most 32 at once.
#[tokio::test]
async fn connections_beyond_the_limit_are_closed_while_all_seats_wait_for_a_reply() {
    let mut listener = listen(LoopbackHost::Ipv4).await;
    let at = port(&*listener);
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let browser = tokio::spawn(ask(v4(at), get(&*listener, "?code=1")));
        waiting.push((browser, listener.next().await));
    }

    let further = ask(v4(at), get(&*listener, "?code=33")).await;

    assert_eq!(further, "");
    for (browser, arrival) in waiting {
        (arrival.reply)(page("Done"));
        assert!(browser.await.unwrap().contains("Done"));
    }
}

// R-CB-10, and the goal of 10,000 hostile requests (here fewer of each kind).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_hostile_requests_do_not_stop_the_genuine_one() {
    let mut listener = listen(LoopbackHost::Localhost).await;
    let at = port(&*listener);
    let host = format!("Host: localhost:{at}\r\n");
    let hostile = [
        format!("GET /callback/notion HTTP/1.1\r\n{host}\r\n"),
        format!("POST /callback/notion-1a2b HTTP/1.1\r\n{host}Content-Length: 1\r\n\r\nx"),
        format!("GET /callback/notion-1a2b HTTP/1.1\r\n{host}X: {}\r\n\r\n", "y".repeat(17_000)),
        "GET /callback/notion-1a2b?code=1 HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(),
        "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(),
        format!("GET /callback/notion-1a2b?code=1&state=wrong HTTP/1.1\r\n{host}\r\n"),
        "GET /cal".to_owned(),
        String::new(),
    ];
    let genuine = get(&*listener, "?code=genuine&state=right");
    let floods: Vec<_> = (0..FLOODS)
        .map(|flood| {
            let (hostile, genuine) = (hostile.clone(), genuine.clone());
            tokio::spawn(async move {
                for number in 0..250 {
                    let mut stream = TcpStream::connect(v4(at)).await.unwrap();
                    // Being closed upon is expected.
                    let _ = stream.write_all(hostile[(flood + number) % hostile.len()].as_bytes()).await;
                    if number == 125 {
                        assert!(ask(v4(at), genuine.clone()).await.contains("<h1>Done</h1>"));
                    }
                }
            })
        })
        .collect();

    let wanted = RedirectAddress::new(format!("{}?code=genuine&state=right", listener.redirect_uri()));
    let answering = async {
        loop {
            let arrival = listener.next().await;
            let genuine = arrival.address.matches(&wanted);
            (arrival.reply)(page(if genuine { "Done" } else { "Unknown" }));
        }
    };
    let flooding = async {
        for flood in floods {
            flood.await.unwrap();
        }
    };
    tokio::select! {
        () = answering => {}
        () = flooding => {}
    }
}

const FLOODS: usize = 16;

async fn listen(host: LoopbackHost) -> Box<dyn Listening> {
    Loopback::new().listen(&at(host, 0)).await.unwrap()
}

fn at(host: LoopbackHost, port: u16) -> ListenAt {
    ListenAt { host, port, path: "/callback/notion-1a2b".into(), form_post: false }
}

fn port(listener: &dyn Listening) -> u16 {
    listener.redirect_uri().port().unwrap()
}

fn v4(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// The request of a browser that follows a redirect.
fn get(listener: &dyn Listening, query: &str) -> String {
    let uri = listener.redirect_uri();
    let authority = format!("{}:{}", uri.host_str().unwrap(), uri.port().unwrap());
    format!("GET {}{query} HTTP/1.1\r\nHost: {authority}\r\nAccept: text/html\r\n\r\n", uri.path())
}

async fn ask(address: SocketAddr, request: String) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A request that is too long is answered before all of it was taken.
    let _ = stream.write_all(request.as_bytes()).await;
    rest(stream).await
}

async fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// Waits until the port refuses.
async fn closed(address: SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

/// Waits until the listener has taken the connections made before.
async fn seated(listener: &dyn Listening) {
    let answer = ask(v4(port(listener)), "GET / HTTP/1.1\r\n\r\n".to_owned()).await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

async fn has_ipv6() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok())
}

fn assert_address(arrival: &Arrival, expected: &str) {
    assert!(arrival.address.matches(&RedirectAddress::new(expected)), "{expected}");
}

fn page(title: &str) -> Page {
    Page {
        status: 200,
        good: true,
        title: title.into(),
        text: "The grant is stored.".into(),
        facts: Vec::new(),
        said: None,
        at: Timestamp::from_millis(0),
    }
}
