//! Servers that lie, babble or lead astray: refused with the reason.

use std::io::Write as _;

use grantkeep_core::keeper::Code;
use grantkeep_tests::{Asked, Resource, World, reply, until};
use serde_json::{Value, json};

use super::{OPENID, metadata, told};

/// A server whose metadata is edited.
fn with(edit: impl Fn(&mut Value, &Asked) + Send + Sync + 'static) -> Resource {
    Resource::new(move |_, asked, stream| {
        let mut body = metadata(&format!("http://{}", asked.header("host").unwrap()));
        edit(&mut body, asked);
        reply(stream, 200, &[("content-type", "application/json")], body.to_string().as_bytes());
    })
}

#[tokio::test]
async fn metadata_that_lies_is_refused_with_the_reason() {
    // R-TK-15
    let world = World::new().await;
    type Edit = fn(&mut Value, &Asked);
    let cases: [(Edit, Code, &str, &str); 5] = [
        (
            |body, _| body["issuer"] = json!("https://accounts.google.com"),
            Code::WrongIssuer,
            "It names https://accounts.google.com.",
            "somebody else's metadata",
        ),
        (
            |body, asked| body["issuer"] = json!(format!("http://{}/x", asked.header("host").unwrap())),
            Code::WrongIssuer,
            "another issuer",
            "another issuer of the same host",
        ),
        (
            |body, _| body["token_endpoint"] = json!("http://example.com/token"),
            Code::BadAnswer,
            "Its token_endpoint is http://example.com/token.",
            "a secret would travel in the open",
        ),
        (
            |body, _| body["authorization_endpoint"] = json!("file:///etc/passwd"),
            Code::BadAnswer,
            "file:///etc/passwd",
            "no address for a browser",
        ),
        (
            |body, _| body["token_endpoint"] = Value::Null,
            Code::BadAnswer,
            "has no token_endpoint",
            "nowhere to go",
        ),
    ];
    for (edit, code, words, why) in cases {
        let resource = with(edit);

        let error = world.keeper().discover(&resource.origin()).await.unwrap_err();

        let (got, text) = told(&error);
        assert_eq!(got, code, "{why}: {text}");
        assert!(text.contains(words), "{why}: {text}");
    }
}

#[tokio::test]
async fn what_is_no_metadata_is_refused_with_the_reason() {
    let world = World::new().await;
    let page = Resource::new(|_, _, stream| {
        reply(stream, 200, &[("content-type", "text/html")], b"<!doctype html><title>Log in</title>");
    });
    let nothing = Resource::new(|_, _, stream| {
        reply(stream, 404, &[], b"");
    });
    let busy = Resource::new(|_, _, stream| {
        reply(stream, 503, &[], b"");
    });
    let endless = Resource::new(|number, _, stream| {
        reply(stream, 302, &[("location", &format!("/again/{number}"))], b"");
    });
    let cases = [
        (&page, Code::BadAnswer, "answers with a web page"),
        (&nothing, Code::BadAnswer, "tells nothing of itself"),
        (&busy, Code::ProviderBusy, "is busy (503)"),
        (&endless, Code::BadAnswer, "redirects in circles"),
    ];
    for (resource, code, words) in cases {
        let error = world.keeper().discover(&resource.origin()).await.unwrap_err();

        let (got, text) = told(&error);
        assert_eq!(got, code, "{text}");
        assert!(text.contains(words), "{text}");
    }
    let each_place = endless.asked().iter().filter(|asked| asked.target.starts_with("/.well-known/")).count();
    assert_eq!((each_place, endless.asked().len()), (2, 2 * 4), "three redirects from each place");
}

#[tokio::test]
async fn a_redirect_leads_to_no_other_server() {
    let stranger = with(|_, _| {});
    let to = stranger.url(OPENID);
    let resource = Resource::new(move |_, asked, stream| {
        let location = if asked.target == OPENID { "/moved" } else { to.as_str() };
        reply(stream, 301, &[("location", location)], b"");
    });
    let world = World::new().await;

    let error = world.keeper().discover(&resource.origin()).await.unwrap_err();

    let (code, text) = told(&error);
    assert_eq!(code, Code::BadAnswer, "{text}");
    assert!(text.contains(&format!("redirects to {}", stranger.origin())), "{text}");
    assert!(stranger.asked().is_empty(), "the other server was not asked");
    assert_eq!(resource.asked()[1].target, "/moved", "within the server it was followed");
}

#[tokio::test]
async fn fifty_megabytes_are_not_read() {
    let resource = Resource::new(|_, _, stream| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{{", 50 * MIB);
        let mut written = stream.write_all(head.as_bytes());
        for _ in 0..50 {
            written = written.and_then(|()| stream.write_all(&vec![b' '; MIB]));
        }
    });
    let world = World::new().await;

    let error = world.keeper().discover(&resource.origin()).await.unwrap_err();

    let (code, text) = told(&error);
    assert_eq!(code, Code::BadAnswer);
    assert!(text.contains("is too large"), "{text}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_after_ten_seconds() {
    let resource = Resource::new(|_, _, stream| {
        // Ends when the other side does.
        let _ = std::io::Read::read(stream, &mut [0]);
    });
    let world = World::new().await;
    let keeper = world.keeper().clone();
    let issuer = resource.origin();
    let waiting = tokio::spawn(async move { keeper.discover(&issuer).await });
    until("the server is asked", || (!resource.asked().is_empty()).then_some(())).await;

    world.clock.advance(std::time::Duration::from_secs(10));

    let error = waiting.await.unwrap().unwrap_err();
    let (code, text) = told(&error);
    assert_eq!(code, Code::ProviderUnreachable);
    assert!(text.contains("10 s"), "{text}");
    assert_eq!(resource.asked().len(), 1, "its other addresses would say nothing either");
}

const MIB: usize = 1024 * 1024;
