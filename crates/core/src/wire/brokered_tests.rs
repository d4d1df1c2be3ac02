use super::*;

fn asked(method: &str, url: &str, headers: &[(&str, &str)], body: &'static str) -> BrokeredRequest {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    match BrokeredRequest::new(method, url, headers, Bytes::from_static(body.as_bytes())) {
        Ok(request) => request,
        Err(problem) => panic!("{}: {}", problem.field, problem.message),
    }
}

fn names(request: &StreamRequest) -> Vec<&str> {
    request.headers.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn only_what_can_be_sent_is_taken() {
    let cases = [
        ("GET", "https://api.example/", ("x", "y"), None, "as usual"),
        ("PROPFIND", "https://api.example/", ("x", "y"), None, "any method"),
        ("GET", "http://127.0.0.1:8080/", ("x", "y"), None, "http to this computer"),
        ("GET", "http://[::1]/", ("x", "y"), None, "http to this computer"),
        ("G T", "https://api.example/", ("x", "y"), Some("method"), "no token (RFC 9110 §9.1)"),
        ("", "https://api.example/", ("x", "y"), Some("method"), "none"),
        ("CONNECT", "https://api.example/", ("x", "y"), Some("method"), "a tunnel"),
        ("TRACE", "https://api.example/", ("x", "y"), Some("method"), "would echo the token"),
        ("GET", "api.example/", ("x", "y"), Some("url"), "no scheme"),
        ("GET", "http://api.example/", ("x", "y"), Some("url"), "in the clear"),
        (
            "GET",
            "http://127.0.0.1.evil.example/",
            ("x", "y"),
            Some("url"),
            "a name that looks like this computer",
        ),
        ("GET", "file:///etc/passwd", ("x", "y"), Some("url"), "no HTTP"),
        ("GET", "https://me:secret@api.example/", ("x", "y"), Some("url"), "another authorization"),
        (
            "GET",
            "https://api.example/",
            ("Authorization", "Basic x"),
            Some("headers"),
            "another authorization",
        ),
        ("GET", "https://api.example/", ("HOST", "evil.example"), Some("headers"), "another host"),
        ("GET", "https://api.example/", ("Transfer-Encoding", "chunked"), Some("headers"), "smuggling"),
        ("GET", "https://api.example/", ("Content-Length", "0"), Some("headers"), "smuggling"),
        ("GET", "https://api.example/", ("Connection", "x"), Some("headers"), "of the connection"),
        ("GET", "https://api.example/", ("a b", "x"), Some("headers"), "no name"),
        (
            "GET",
            "https://api.example/",
            ("x", "y\r\nhost: z"),
            Some("headers"),
            "a second header in the value",
        ),
    ];
    for (method, url, (name, value), field, why) in cases {
        let headers = vec![(name.to_owned(), value.to_owned())];
        let refused = BrokeredRequest::new(method, url, headers, Bytes::new()).err();
        assert_eq!(refused.map(|problem| problem.field).as_deref(), field, "{method} {url} {name}: {why}");
    }
}

#[test]
fn the_token_is_added_and_nothing_else_but_a_user_agent() {
    let request =
        asked("GET", "https://api.example/a#part", &[("Accept", "x"), ("Accept-Encoding", "br")], "");

    let sent = request.with_token(&AccessToken::new("t"), &TokenType::Bearer).ok().unwrap();

    assert_eq!(names(&sent), ["accept", "user-agent", "authorization"]);
    assert_eq!(sent.headers[2].1.as_str(), "Bearer t");
    assert_eq!(sent.url.as_str(), "https://api.example/a", "a fragment is the browser's matter");
    let own = asked("GET", "https://api.example/", &[("User-Agent", "mine")], "").without_token();
    assert_eq!(names(&own), ["user-agent"]);
    assert_eq!(own.headers[0].1.as_str(), "mine");
}

// R-TK-07
#[test]
fn a_token_of_another_type_is_not_sent_as_bearer() {
    let request = asked("GET", "https://api.example/", &[], "");
    let mac = TokenType::Other("MAC".to_owned());

    assert!(request.with_token(&AccessToken::new("t"), &mac).is_err());
    assert!(request.with_token(&AccessToken::new("t\r\nx: y"), &TokenType::Bearer).is_err());
}

#[test]
fn the_history_gets_no_query() {
    let long = format!("https://api.example/{}", "a".repeat(500));
    let cases = [
        ("https://api.example/users/7?key=secret", "GET https://api.example/users/7", "as usual"),
        ("http://127.0.0.1:81/x", "GET http://127.0.0.1:81/x", "with a port"),
    ];
    for (url, text, why) in cases {
        assert_eq!(asked("GET", url, &[], "").text(), text, "{why}");
    }
    assert_eq!(asked("GET", &long, &[], "").text().chars().count(), LONGEST_TEXT + 1, "cut");
}

#[test]
fn a_redirect_is_followed_as_http_says() {
    // method, status, location, the next method, whether the body is sent again
    let cases = [
        ("GET", 301, "/b", Some(("GET", true)), "moved"),
        ("POST", 301, "/b", Some(("GET", false)), "as browsers do"),
        ("POST", 302, "/b", Some(("GET", false)), "as browsers do"),
        ("PUT", 302, "/b", Some(("PUT", true)), "only a POST changes"),
        ("PUT", 303, "/b", Some(("GET", false)), "see other"),
        ("HEAD", 303, "/b", Some(("HEAD", true)), "a HEAD stays one"),
        ("POST", 307, "/b", Some(("POST", true)), "kept"),
        ("POST", 308, "https://b.example/", Some(("POST", true)), "kept, elsewhere"),
        ("GET", 300, "/b", None, "a choice for the program"),
        ("GET", 304, "/b", None, "not modified"),
        ("GET", 200, "/b", None, "no redirect"),
        ("GET", 302, "http://b.example/", None, "in the clear"),
        ("GET", 302, "http://127.0.0.1/", None, "from the network to this computer"),
        ("GET", 302, "https://a:b@b.example/", None, "with an authorization"),
        ("GET", 302, "javascript:alert(1)", None, "no HTTP"),
        ("GET", 302, "https://", None, "nowhere"),
    ];
    for (method, status, location, expected, why) in cases {
        let request = asked(method, "https://a.example/x", &[("content-type", "text/plain")], "body");
        let next = request.redirected(status, Some(location)).map(|next| next.without_token());
        let seen = next.as_ref().map(|next| (next.method.as_str(), !next.body.is_empty()));
        assert_eq!(seen, expected, "{method} {status} {location}: {why}");
        if let Some(next) = next {
            assert_eq!(names(&next).contains(&"content-type"), !next.body.is_empty(), "{why}");
        }
    }
    let request = asked("GET", "https://a.example/x", &[], "");
    assert!(request.redirected(302, None).is_none(), "without a place");
    let local = asked("GET", "http://127.0.0.1:1/x", &[], "");
    assert!(local.redirected(302, Some("http://127.0.0.1:2/")).is_some(), "within this computer");
}

#[test]
fn secrets_stay_with_their_host() {
    let headers = [("cookie", "a=b"), ("x-api-key", "k"), ("accept", "x")];
    let request = asked("GET", "https://a.example/x", &headers, "");

    let same = request.redirected(302, Some("/y")).unwrap().without_token();
    let other = request.redirected(302, Some("https://b.example/")).unwrap();

    assert_eq!(names(&same), ["cookie", "x-api-key", "accept", "user-agent"]);
    assert_eq!(
        names(&other.clone().without_token()),
        ["x-api-key", "accept", "user-agent"],
        "one of the service's"
    );
    assert_eq!(names(&other.for_a_stranger().without_token()), ["accept", "user-agent"]);
}
