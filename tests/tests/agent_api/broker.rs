//! Requests with the token: only where it may go, and never seen by who asks.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use grantkeep_api::client::BrokeredAnswer;
use grantkeep_api::requests::Brokered;
use grantkeep_api::views::{Code, Parameter, Problem};
use grantkeep_core::model::Draft;
use grantkeep_core::wire::BrokeredRequest;
use grantkeep_tests::{Asked, Client, Person, Resource, World, account, minutes, reply, until_blocking};

use super::Scene;

/// An account whose token may go to `resource`.
async fn with(resource: &Resource) -> Scene {
    let hosts = resource.origin();
    Scene::with(|draft| draft.request_hosts = hosts).await
}

fn get(url: String) -> Brokered {
    Brokered { method: "GET".to_owned(), url, headers: Vec::new(), body_base64: None }
}

fn text(mut answer: BrokeredAnswer) -> String {
    let mut text = String::new();
    answer.read_to_string(&mut text).unwrap();
    text
}

fn header<'a>(answer: &'a BrokeredAnswer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

impl Scene {
    fn request(&self, brokered: &Brokered) -> Result<BrokeredAnswer, Box<Problem>> {
        self.agent.client().request(&self.id, brokered).map_err(Box::new)
    }
}

#[tokio::test]
async fn the_resource_gets_the_token_and_its_answer_comes_back() {
    let resource = Resource::new(|_, _, stream| {
        reply(stream, 203, &[("x-own", "1"), ("set-cookie", "a=b"), ("keep-alive", "timeout=5")], b"hello");
    });
    let scene = with(&resource).await;
    let asked = Brokered {
        method: "PUT".to_owned(),
        headers: vec![Parameter { name: "X-Mine".to_owned(), value: "yes".to_owned() }],
        body_base64: Some("AAEC/w==".to_owned()),
        ..get(resource.url("/things/7?key=hidden"))
    };

    let answer = scene.request(&asked).unwrap();

    assert_eq!((answer.status, header(&answer, "x-own")), (203, Some("1")));
    assert_eq!(header(&answer, "set-cookie"), Some("a=b"));
    let ours = ["keep-alive", "connection", "grantkeep-answered-by", "grantkeep-agent"];
    assert!(ours.iter().all(|name| header(&answer, name).is_none()), "{:?}", answer.headers);
    assert_eq!(text(answer), "hello");
    let [seen] = <[Asked; 1]>::try_from(resource.asked()).unwrap();
    let token = scene.agent.token(&scene.id).unwrap();
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("PUT", "/things/7?key=hidden"));
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {token}").as_str()));
    assert_eq!((seen.header("x-mine"), seen.body.as_slice()), (Some("yes"), &[0, 1, 2, 255][..]));
    assert!(seen.header("user-agent").unwrap().starts_with("Grantkeep/"));
    let line = scene.history().into_iter().find(|line| line.starts_with("Token used for")).unwrap();
    assert!(line.starts_with(&format!("Token used for PUT {} by ", resource.url("/things/7"))), "{line}");
}

#[tokio::test]
async fn the_providers_own_hosts_are_allowed_and_others_refused() {
    let stranger = Resource::new(|_, _, stream| {
        reply(stream, 200, &[], b"");
    });
    let scene = Scene::new().await;

    let notes = scene.request(&get(scene.provider.notes_uri.clone())).unwrap();
    assert_eq!(notes.status, 200);
    assert!(text(notes).contains("Water the tomatoes"));
    let problem = scene.request(&get(stranger.url("/"))).err().unwrap();

    assert_eq!(problem.code, Code::HostNotAllowed);
    let hint = format!("grantkeep service edit practice --allow-host {}", stranger.origin());
    assert!(problem.hint.contains(&hint), "{problem:?}");
    let clear = scene.request(&get("http://example.com/".to_owned())).err().unwrap();
    assert_eq!((clear.code, clear.fields[0].field.as_str()), (Code::InvalidInput, "url"));
    let own = vec![Parameter { name: "authorization".to_owned(), value: "Bearer x".to_owned() }];
    let own = Brokered { headers: own, ..get(scene.provider.notes_uri.clone()) };
    assert_eq!(scene.request(&own).err().unwrap().fields[0].field, "headers");
    assert!(stranger.asked().is_empty());
}

#[tokio::test]
async fn a_redirect_to_another_host_loses_the_token_for_good() {
    let resource = Resource::new(|_, asked, stream| match asked.target.as_str() {
        "/here" => {
            reply(stream, 307, &[("location", "/there")], b"");
        }
        "/out" => {
            let to = asked.header("x-to").unwrap_or_default().to_owned();
            reply(stream, 307, &[("location", &to)], b"");
        }
        _ => {
            reply(stream, 200, &[], b"arrived");
        }
    });
    let back = resource.url("/there");
    let stranger = Resource::new(move |_, _, stream| {
        reply(stream, 302, &[("location", &back)], b"");
    });
    let scene = with(&resource).await;

    assert_eq!(text(scene.request(&get(resource.url("/here"))).unwrap()), "arrived");
    let parameter = |name: &str, value: String| Parameter { name: name.to_owned(), value };
    let out = Brokered {
        headers: vec![parameter("x-to", stranger.url("/trap")), parameter("cookie", "a=b".to_owned())],
        ..get(resource.url("/out"))
    };
    assert_eq!(text(scene.request(&out).unwrap()), "arrived");

    let has_token: Vec<_> = resource
        .asked()
        .iter()
        .map(|asked| (asked.target.clone(), asked.header("authorization").is_some()))
        .collect();
    let expected = [("/here", true), ("/there", true), ("/out", true), ("/there", false)];
    assert_eq!(has_token, expected.map(|(target, has)| (target.to_owned(), has)));
    let trapped = stranger.asked();
    assert_eq!(trapped.len(), 1);
    for name in ["authorization", "cookie", "x-to"] {
        assert_eq!(trapped[0].header(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_401_refreshes_once_and_asks_once_more() {
    let resource = Resource::new(|number, asked, stream| {
        let good = number == 2 && asked.body == b"body";
        reply(stream, if good { 200 } else { 401 }, &[], b"");
    });
    let world = World::new().await;
    let draft = Draft { request_hosts: resource.origin(), ..world.provider.draft(Client::Public) };
    let id = account(world.add_draft(draft, Client::Public).await.as_str());
    world.authorize(&id, &Person::ada()).await;
    let ask = async || {
        let asked = BrokeredRequest::new("POST", &resource.url("/"), Vec::new(), Bytes::from_static(b"body"));
        world.keeper().request(&id, asked.ok().unwrap(), "a test").await.unwrap().status
    };

    assert_eq!(ask().await, 401, "the token is too young to be the cause");
    world.clock.advance(minutes(1));
    assert_eq!(ask().await, 200, "asked again with the new token, and the whole body");
    assert_eq!(world.provider.stats().await.refreshes(), 1);
    world.clock.advance(minutes(1));
    assert_eq!(ask().await, 401, "a second refusal is the answer");

    assert_eq!(world.provider.stats().await.refreshes(), 2);
    let asked = resource.asked();
    let tokens: Vec<_> = asked.iter().map(|asked| asked.header("authorization").unwrap()).collect();
    assert_eq!(tokens.len(), 5);
    assert!(
        tokens[0] == tokens[1] && tokens[1] != tokens[2] && tokens[2] == tokens[3] && tokens[3] != tokens[4]
    );
    let uses = world.history(&id).await.into_iter().filter(|event| event.text.starts_with("Token used for"));
    assert_eq!(uses.count(), 3, "one line a request");
}

#[tokio::test]
async fn a_large_answer_streams_through_and_a_reader_who_leaves_ends_it() {
    let gave_up = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&gave_up);
    let resource = Resource::new(move |_, _, stream| {
        if !flood(stream, LARGE) {
            noted.store(true, Ordering::SeqCst);
        }
    });
    let scene = with(&resource).await;
    let memory = || scene.agent.client().agent().unwrap().memory_bytes.unwrap();
    // What the first answer brings into memory for good is not its own size.
    scene.request(&get(resource.url("/"))).unwrap().read_exact(&mut vec![0; 1 << 20]).unwrap();
    until_blocking("its reader has left", || gave_up.swap(false, Ordering::SeqCst).then_some(()));
    let before = memory();

    let mut answer = scene.request(&get(resource.url("/"))).unwrap();
    let mut piece = vec![0; 1 << 20];
    let mut read = 0;
    let mut most = before;
    loop {
        let count = answer.read(&mut piece).unwrap();
        if count == 0 {
            break;
        }
        read += count;
        if read % (16 << 20) < count {
            most = most.max(memory());
        }
    }

    assert_eq!(read, LARGE);
    assert!(most < before + (16 << 20), "{} MiB more", (most - before) >> 20);
    assert!(!gave_up.load(Ordering::SeqCst));
    let mut answer = scene.request(&get(resource.url("/"))).unwrap();
    answer.read_exact(&mut piece).unwrap();
    drop(answer);
    until_blocking("the resource sees that nobody reads", || gave_up.load(Ordering::SeqCst).then_some(()));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_whole_one() {
    let resource = Resource::new(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
    });
    let scene = with(&resource).await;

    let mut answer = scene.request(&get(resource.url("/"))).unwrap();

    assert!(answer.read_to_end(&mut Vec::new()).is_err());
}

#[tokio::test]
async fn redirects_in_circles_and_silent_hosts_are_told() {
    let resource = Resource::new(|_, _, stream| {
        reply(stream, 302, &[("location", "/again")], b"");
    });
    let gone = Resource::new(|_, _, _| {});
    let scene =
        Scene::with(|draft| draft.request_hosts = format!("{} {}", resource.origin(), gone.origin())).await;

    let problem = scene.request(&get(resource.url("/"))).err().unwrap();

    assert_eq!(problem.code, Code::BadAnswer);
    assert_eq!(resource.asked().len(), 11, "the request and 10 redirects");
    let problem = scene.request(&get(gone.url("/"))).err().unwrap();
    assert_eq!(problem.code, Code::ProviderUnreachable);
    assert!(problem.title.contains(&gone.origin()), "{problem:?}");
}

// R-AG-05
#[tokio::test]
async fn answers_that_nobody_reads_hold_up_nothing_but_further_requests_of_that_kind() {
    let resource = Resource::new(|_, _, stream| {
        flood(stream, 8 << 20);
    });
    let scene = with(&resource).await;
    let mut unread: Vec<_> = (0..16).map(|_| scene.request(&get(resource.url("/"))).unwrap()).collect();

    let (client, id, url) = (scene.agent.client(), scene.id.clone(), resource.url("/"));
    let next = std::thread::spawn(move || client.request(&id, &get(url)).map(|answer| answer.status));
    for _ in 0..20 {
        scene.agent.client().accounts().unwrap();
        scene.agent.token(&scene.id).unwrap();
    }

    assert_eq!(resource.asked().len(), 16, "a process has 16 places for them");
    unread.pop();
    assert_eq!(next.join().unwrap().unwrap(), 200, "a place is free again");
    assert_eq!(resource.asked().len(), 17);
}

/// Writes that many bytes; whether somebody took them all.
fn flood(stream: &mut TcpStream, length: usize) -> bool {
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    let piece = vec![b'x'; 64 * 1024];
    stream.write_all(head.as_bytes()).is_ok()
        && (0..length / piece.len()).all(|_| stream.write_all(&piece).is_ok())
}

/// Bytes of an answer that no agent should hold.
const LARGE: usize = 128 << 20;
