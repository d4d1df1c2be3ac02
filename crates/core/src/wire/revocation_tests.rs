use super::*;
use crate::wire::example::{answer, form, header, service, url};

const SECRET: &str = "s3cr&t";

fn tokens(refresh: bool) -> Tokens {
    Tokens {
        access: AccessToken::new("a/+"),
        refresh: refresh.then(|| RefreshToken::new("r/+")),
        previous_refresh: None,
        previous_access: None,
        id: None,
        other: None,
    }
}

fn with(recipe: RevocationRecipe) -> Service {
    let mut service = service();
    service.confirmed_hosts = service.confirmed_hosts.with("api.example.com");
    service.revocation = recipe;
    service
}

fn custom(
    method: RevocationMethod,
    url: &str,
    parameter: &str,
    body: RevocationBody,
    auth: RevocationAuth,
) -> Service {
    with(RevocationRecipe::Custom {
        method,
        url: url.to_owned(),
        parameter: parameter.to_owned(),
        body,
        auth,
    })
}

fn requests(service: &Service, refresh: bool) -> Vec<Revoking> {
    revocation_requests(service, Some(&ClientSecret::new(SECRET)), &tokens(refresh))
}

fn kinds(revoking: &[Revoking]) -> Vec<RevokedToken> {
    revoking.iter().map(|one| one.what).collect()
}

#[test]
fn rfc_7009_takes_the_refresh_token_first() {
    let mut service = with(RevocationRecipe::Rfc7009 { url: url("https://auth.example.com/revoke?x=1") });

    let both = requests(&service, true);

    assert_eq!(kinds(&both), [RevokedToken::Refresh, RevokedToken::Access]);
    for (one, token, hint) in [(&both[0], "r/+", "refresh_token"), (&both[1], "a/+", "access_token")] {
        assert_eq!(one.request.method, Method::Post);
        assert_eq!(one.request.url.as_str(), "https://auth.example.com/revoke?x=1");
        assert_eq!(form(&one.request, "token").as_deref(), Some(token));
        assert_eq!(form(&one.request, "token_type_hint").as_deref(), Some(hint), "RFC 7009 §2.1");
        assert!(header(&one.request, "authorization").is_some_and(|value| value.starts_with("Basic ")));
        assert!(header(&one.request, "user-agent").is_some());
    }
    assert_eq!(kinds(&requests(&service, false)), [RevokedToken::Access], "no refresh token");

    service.client_authentication = ClientAuthentication::Post;
    let posted = requests(&service, true);
    assert_eq!(form(&posted[0].request, "client_secret").as_deref(), Some(SECRET));
    assert_eq!(header(&posted[0].request, "authorization"), None, "R-TK-01: exactly one");
}

#[test]
fn a_server_on_loopback_may_be_http() {
    let mut service = with(RevocationRecipe::Rfc7009 { url: url("http://127.0.0.1:81/revoke") });
    service.confirmed_hosts = service.confirmed_hosts.with("http://127.0.0.1:81");

    let both = requests(&service, true);

    assert_eq!(both[0].request.url.as_str(), "http://127.0.0.1:81/revoke");
    assert_eq!(form(&both[0].request, "token").as_deref(), Some("r/+"), "the crate alone would refuse it");
}

#[test]
fn nothing_is_sent_without_a_recipe_or_to_an_unconfirmed_host() {
    use RevocationAuth::Client;
    use RevocationBody::Form;
    use RevocationMethod::Post;
    let cases = [
        (with(RevocationRecipe::None), "no recipe"),
        (with(RevocationRecipe::ByHand { page: url("https://auth.example.com/") }), "by hand"),
        (with(RevocationRecipe::Rfc7009 { url: url("https://evil.example/") }), "R-ST-14"),
        (custom(Post, "https://evil.example/", "token", Form, Client), "R-ST-14"),
        (custom(Post, "https://{token}.evil.example/", "", Form, Client), "a token is no host"),
        (custom(Post, "nowhere", "token", Form, Client), "no URL"),
    ];
    for (service, why) in cases {
        assert!(requests(&service, true).is_empty(), "{why}");
        assert!(revoke_access_request(&service, None, &AccessToken::new("a")).is_none(), "{why}");
    }
}

#[test]
fn a_recipe_of_ones_own_decides_which_token_is_sent() {
    use RevocationAuth::{Bearer, Client, None};
    use RevocationBody::{Empty, Form, Json};
    use RevocationMethod::{Delete, Get, Post};
    use RevokedToken::{Access, Grant, Refresh};
    let google = "https://auth.example.com/o/oauth2/revoke?token={token}";
    let at = "https://auth.example.com/revoke";
    let cases: [(_, &str, &str, _, _, &[RevokedToken], &str); 8] = [
        (Get, google, "", Empty, None, &[Refresh, Access], "Google takes either"),
        (Post, at, "token", Form, Client, &[Refresh, Access], "like RFC 7009"),
        (Post, at, "oauth_token", Form, Client, &[Access], "Podio"),
        (Delete, at, "access_token", Json, Client, &[Access], "GitHub"),
        (Post, at, "token", Form, Bearer, &[Access], "the token authenticates itself"),
        (Post, at, "", Empty, Bearer, &[Grant], "Dropbox: whatever belongs to the bearer"),
        (Post, at, "refresh_token", Form, Client, &[Refresh], "only that one"),
        (Delete, "https://auth.example.com/tokens/{token}", "", Empty, Client, &[Access], "a path"),
    ];
    for (method, url, parameter, body, auth, expected, why) in cases {
        let service = custom(method, url, parameter, body, auth);
        assert_eq!(kinds(&requests(&service, true)), expected, "{why}");
        let without: Vec<_> = expected.iter().copied().filter(|what| *what != Refresh).collect();
        assert_eq!(kinds(&requests(&service, false)), without, "{why}: no refresh token");
        let previous = revoke_access_request(&service, Option::None, &AccessToken::new("a"));
        assert_eq!(previous.is_some(), expected != [Refresh], "{why}: the previous token");
    }
}

#[test]
fn a_recipe_of_ones_own_places_token_and_client() {
    use ClientAuthentication::{Basic, Post as InBody};
    use RevocationAuth::{Bearer, Client, None};
    use RevocationBody::{Empty, Form, Json};
    use RevocationMethod::{Delete, Get, Post};
    let at = "https://auth.example.com/{client_id}/x";
    let basic_header = Some("Basic Y2xpZW50OnMzY3IlMjZ0");
    let at_client = "https://auth.example.com/client/x";
    let cases = [
        (Basic, Post, "t", Form, Client, at_client, basic_header, "t=a%2F%2B", "Basic"),
        (
            InBody,
            Post,
            "t",
            Form,
            Client,
            at_client,
            Option::None,
            "t=a%2F%2B&client_id=client&client_secret=s3cr%26t",
            "in the form",
        ),
        (
            ClientAuthentication::None,
            Post,
            "t",
            Form,
            Client,
            at_client,
            Option::None,
            "t=a%2F%2B&client_id=client",
            "a public client",
        ),
        (
            InBody,
            Delete,
            "t",
            Json,
            Client,
            at_client,
            basic_header,
            r#"{"t":"a/+"}"#,
            "JSON carries no client: GitHub",
        ),
        (
            InBody,
            Delete,
            "t",
            Empty,
            Client,
            "https://auth.example.com/client/x?t=a%2F%2B",
            basic_header,
            "",
            "in the query",
        ),
        (
            InBody,
            Get,
            "t",
            Form,
            Client,
            "https://auth.example.com/client/x?t=a%2F%2B",
            basic_header,
            "",
            "GET has no body",
        ),
        (Basic, Post, "t", Form, None, at_client, Option::None, "t=a%2F%2B", "nobody authenticates"),
        (Basic, Post, "", Json, Bearer, at_client, Some("Bearer a/+"), "{}", "the token as bearer"),
        (Basic, Post, "", Empty, Bearer, at_client, Some("Bearer a/+"), "", "and nothing else"),
    ];
    for (authentication, method, parameter, body, auth, url, authorization, sent, why) in cases {
        let mut service = custom(method, at, parameter, body, auth);
        service.client_authentication = authentication;
        let request = requests(&service, false).remove(0).request;
        assert_eq!(request.url.as_str(), url, "{why}");
        assert_eq!(header(&request, "authorization"), authorization, "{why}");
        assert_eq!(String::from_utf8_lossy(&request.body), sent, "{why}");
        let expected = match body {
            Form if method != Get => Some("application/x-www-form-urlencoded"),
            Json => Some("application/json"),
            Form | Empty => Option::None,
        };
        assert_eq!(header(&request, "content-type"), expected, "{why}");
    }
    let service = custom(Get, "https://auth.example.com/?token={token}&id={client_id}", "", Empty, None);
    let request = requests(&service, false).remove(0).request;
    assert_eq!(request.url.as_str(), "https://auth.example.com/?token=a%2F%2B&id=client", "percent-encoded");
}

#[test]
fn the_answer_says_whether_the_token_is_dead() {
    // R-TK-14
    let cases = [
        (200, "", "Dead", "RFC 7009 §2.2, for unknown tokens, too"),
        (204, "", "Dead", "GitHub"),
        (200, "<html>", "Dead", "the body says nothing"),
        (200, r#"{"ok":true,"revoked":true}"#, "Dead", "Slack"),
        (200, r#"{"ok":false,"error":"invalid_auth"}"#, "Refused Refused invalid_auth", "Slack refuses"),
        (200, r#"{"error":"x"}"#, "Refused Refused x", "an error in a 200"),
        (400, r#"{"error":"unsupported_token_type"}"#, "TryOtherToken", "RFC 7009 §2.2.1"),
        (400, r#"{"error":"invalid_token"}"#, "Dead", "Google: it has ended before"),
        (401, r#"{"error":"invalid_token"}"#, "Refused ClientRefused invalid_token", "the bearer that asks"),
        (401, r#"{"error":"invalid_client"}"#, "Refused ClientRefused invalid_client", "the client"),
        (
            400,
            r#"{"error":"unauthorized_client"}"#,
            "Refused ClientRefused unauthorized_client",
            "the client",
        ),
        (400, r#"{"error":"invalid_grant"}"#, "Refused Refused invalid_grant", "no word of that token"),
        (400, "", "Refused Refused ", "no reason"),
        (404, "", "Refused ClientRefused ", "no such address"),
        (302, "", "Refused BadAnswer The revocation address redirects, which is not followed.", "R-TK-02"),
        (503, "", "TryLater Busy ", "RFC 7009 §2.2.1"),
        (503, r#"{"error":"invalid_token"}"#, "TryLater Busy invalid_token", "whatever it says"),
        (429, "", "TryLater Busy ", "too many"),
        (400, r#"{"error":"temporarily_unavailable"}"#, "TryLater Busy temporarily_unavailable", "it passes"),
    ];
    for (status, body, expected, why) in cases {
        let read = read_revocation(&Ok(answer(status, &[("retry-after", "7")], body.as_bytes())));
        let shown = match read {
            RevocationAnswer::Dead { how } => {
                assert!(how.ends_with('.'), "a sentence: {how}");
                "Dead".to_owned()
            }
            RevocationAnswer::TryOtherToken => "TryOtherToken".to_owned(),
            RevocationAnswer::TryLater(failure) => {
                assert_eq!(failure.retry_after_s, Some(7), "{why}");
                format!("TryLater {:?} {}", failure.kind, failure.said.unwrap_or_default())
            }
            RevocationAnswer::Refused(failure) => {
                format!("Refused {:?} {}", failure.kind, failure.said.unwrap_or_default())
            }
        };
        assert_eq!(shown, expected, "{status} {body}: {why}");
    }
    let unreachable = read_revocation(&Err(Unreachable { reason: "no network".to_owned() }));
    let RevocationAnswer::TryLater(failure) = unreachable else { panic!("it passes") };
    assert_eq!((failure.kind, failure.said.as_deref()), (FailureKind::Unreachable, Some("no network")));
}
