use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::DifferenceKind::{
    Encoding, Host, HostCase, Https, Loopback, Path, PathCase, Port, Query, Scheme, Slash,
};
use super::*;
use crate::model::{PastedText, Service};
use crate::wire::example::{service, url};

const SENT: &str = "http://127.0.0.1:43211/callback/podio-1a2b";

/// A comparison with what differs in brackets.
fn drawn(stretches: &[Stretch]) -> String {
    let draw = |stretch: &Stretch| {
        if stretch.differs { format!("[{}]", stretch.text) } else { stretch.text.clone() }
    };
    stretches.iter().map(draw).collect()
}

#[test]
fn redirect_uris_are_compared_character_by_character() {
    let cases = [
        ("http://localhost/a", "http://localhost/a", "http://localhost/a", "http://localhost/a", vec![]),
        (
            "http://localhost/a",
            "https://localhost/a",
            "http://localhost/a",
            "http[s]://localhost/a",
            vec![Https],
        ),
        (
            "http://127.0.0.1/a",
            "http://localhost/a",
            "http://[127.0.0.1]/a",
            "http://[localhost]/a",
            vec![Loopback],
        ),
        ("http://[::1]/a", "http://localhost/a", "http://[[::1]]/a", "http://[localhost]/a", vec![Loopback]),
        ("https://a.org/x", "https://www.a.org/x", "https://[a.org]/x", "https://[www.a.org]/x", vec![Host]),
        ("https://a.org/x", "https://A.org/x", "https://[a].org/x", "https://[A].org/x", vec![HostCase]),
        ("http://h:8765/a", "http://h:8766/a", "http://h:876[5]/a", "http://h:876[6]/a", vec![Port]),
        ("http://h:8765/a", "http://h/a", "http://h[:8765]/a", "http://h/a", vec![Port]),
        (
            "http://h/callback",
            "http://h/Callback",
            "http://h/[c]allback",
            "http://h/[C]allback",
            vec![PathCase],
        ),
        ("http://h/a", "http://h/a/", "http://h/a", "http://h/a[/]", vec![Slash]),
        ("http://h", "http://h/", "http://h", "http://h[/]", vec![Slash]),
        ("http://h/a b", "http://h/a%20b", "http://h/a[ ]b", "http://h/a[%20]b", vec![Encoding]),
        ("http://h/a", "http://h/b/a", "http://h/a", "http://h/[b/]a", vec![Path]),
        ("http://h/callback/x-1b", "http://h/cb", "http://h[/callback/x-1b]", "http://h[/cb]", vec![Path]),
        ("http://h/a", "http://h/a?x=1", "http://h/a", "http://h/a[?x=1]", vec![Query]),
        ("app:/a", "app://a", "app[:]/a", "app[://][a]", vec![Scheme, Host, Path]),
        (
            "http://127.0.0.1:8765/cb",
            "https://localhost:80/Cb/",
            "http://[127.0.0.1:8765]/[c]b",
            "http[s]://[localhost:80]/[C]b[/]",
            vec![Https, Loopback, Port, PathCase, Slash],
        ),
    ];
    for (sent, found, sent_drawn, found_drawn, kinds) in cases {
        let compared = compare_redirect(sent, found);

        let text = |stretches: &[Stretch]| stretches.iter().map(|s| s.text.clone()).collect::<String>();
        assert_eq!(text(&compared.sent), sent, "nothing is lost");
        assert_eq!(text(&compared.found), found, "nothing is lost");
        let differs: Vec<_> = compared.differences.iter().map(|difference| difference.kind).collect();
        assert_eq!(differs, kinds, "{sent} {found}");
        if sent_drawn != "app[:]/a" {
            assert_eq!(drawn(&compared.sent), sent_drawn, "{sent} {found}");
            assert_eq!(drawn(&compared.found), found_drawn, "{sent} {found}");
        }
    }
}

#[test]
fn a_redirect_uri_is_found_on_the_pages_of_providers() {
    let other = |uri: &str| PageSays::Other(uri.to_owned());
    let google = URL_SAFE_NO_PAD.encode(format!(
        "\n\u{15}redirect_uri_mismatch\u{12}\u{b0}\u{1}\nYou can't sign in.\u{1a}mhttps://developers.google.com/identity\
         \u{20}\u{90}\u{3}*[\n\u{c}redirect_uri\u{12}/{SENT}"
    ));
    let cases = [
        (SENT.to_owned(), PageSays::Same, "the registered one, and it is the same"),
        ("http://127.0.0.1/callback/podio-1a2b".into(), other("http://127.0.0.1/callback/podio-1a2b"), "the registered one"),
        ("127.0.0.1:8765/cb".into(), other("http://127.0.0.1:8765/cb"), "without its scheme, as browsers copy it"),
        ("localhost/cb".into(), other("http://localhost/cb"), "without its scheme"),
        ("https://app.example/oauth".into(), other("https://app.example/oauth"), "alone, whatever it is"),
        (
            format!("Error 400: redirect_uri_mismatch. Request details: redirect_uri={SENT} flowName=GeneralOAuthFlow"),
            PageSays::Repeated,
            "Google's text repeats it",
        ),
        (
            format!("https://accounts.google.com/signin/oauth/error?authError={google}&client_id=1.apps"),
            PageSays::Repeated,
            "Google's address has it inside",
        ),
        (
            format!(
                "AADSTS50011: The redirect URI '{SENT}' specified in the request does not match the redirect URIs \
                 configured for the application '6731'. Make sure … learn more: https://aka.ms/redirectUriMismatchError"
            ),
            PageSays::Repeated,
            "Microsoft's text; a help page is none",
        ),
        (
            "http://localhost:3000/cb?error=redirect_uri_mismatch&error_description=The+redirect_uri+MUST+match\
             &error_uri=https%3A%2F%2Fdocs.github.com%2Fapps&state=xyz"
                .into(),
            other("http://localhost:3000/cb"),
            "GitHub redirects the error to the registered one",
        ),
        (
            "https://provider.example/auth?client_id=1&response_type=code\
             &redirect_uri=http%3A%2F%2F127.0.0.1%3A43211%2Fcallback%2Fpodio-1a2b&state=x"
                .into(),
            PageSays::Repeated,
            "the address of the page, encoded",
        ),
        (
            "https://p.example/login?next=x&redirect_uri=http%253A%252F%252Flocalhost%252Fcb".into(),
            other("http://localhost/cb"),
            "encoded twice",
        ),
        (
            format!("The redirect URI {SENT} is not registered. Registered: http://127.0.0.1:8765/cb, https://x.example/y."),
            other("http://127.0.0.1:8765/cb"),
            "a page that shows both, and others",
        ),
        (
            "redirect_uri did not match any of the client's registered redirect_uris".into(),
            PageSays::Nothing,
            "words alone",
        ),
        ("See https://help.example/oauth/errors for more.".into(), PageSays::Nothing, "a help page"),
        ("http://127.0.0.1:43211/callback/podio-1a2b?code=c&state=s".into(), PageSays::Answer, "it is the answer"),
        ("http://127.0.0.1/callback/podio-1a2b#access_token=t".into(), PageSays::Answer, "a token is not shown"),
        (String::new(), PageSays::Nothing, "nothing"),
        ("é:/ ü:// ://".into(), PageSays::Nothing, "no scheme"),
    ];
    for (text, expected, why) in cases {
        let page = read_error_page(SENT, &service(), &PastedText::new(text.clone()));
        assert_eq!(page.says, expected, "{text}: {why}");
    }
}

#[test]
fn addresses_of_the_provider_itself_are_no_redirect_uris() {
    let mut service = service();
    service.endpoints.authorize = url("http://127.0.0.1:9000/auth");
    service.endpoints.issuer = Some("http://127.0.0.1:9001".to_owned());
    let read = |service: &Service, text: &str| read_error_page(SENT, service, &PastedText::new(text)).says;

    for text in
        ["redirect_uri did not match; iss: http://127.0.0.1:9001", "http://127.0.0.1:9000/error?error=x"]
    {
        assert_eq!(read(&service, text), PageSays::Nothing, "{text}");
    }
    let both = "iss http://127.0.0.1:9001, registered http://127.0.0.1:9002/cb";
    assert_eq!(read(&service, both), PageSays::Other("http://127.0.0.1:9002/cb".to_owned()));
}

#[test]
fn a_page_names_its_error_and_whether_it_is_about_redirects() {
    let blob = URL_SAFE_NO_PAD.encode("\n\u{c}org_internal\u{12}only its own organisation");
    let cases = [
        (
            format!("https://accounts.google.com/signin/oauth/error?authError={blob}"),
            Some("org_internal"),
            false,
        ),
        ("Error 400: redirect_uri_mismatch".into(), Some("redirect_uri_mismatch"), true),
        (
            "https://x.example/?error=invalid_scope&error_description=no%20such".into(),
            Some("invalid_scope"),
            false,
        ),
        ("The redirect URI included is not valid.".into(), None, true),
        ("Good morning".into(), None, false),
    ];
    for (text, code, about) in cases {
        let page = read_error_page(SENT, &service(), &PastedText::new(text.clone()));
        assert_eq!((page.known.map(|row| row.code), page.is_about_redirects), (code, about), "{text}");
    }
}

#[test]
fn an_own_scheme_and_any_text_are_read_without_harm() {
    let sent = "io.github.grantkeep:/callback/podio-1a2b";
    let read = |text: &str| read_error_page(sent, &service(), &PastedText::new(text)).says;

    assert_eq!(
        read("registered: io.github.grantkeep:/callback"),
        PageSays::Other("io.github.grantkeep:/callback".to_owned())
    );
    assert_eq!(read(sent), PageSays::Same);
    let long = format!("{} http://localhost/late", "ü ".repeat(40_000));
    assert_eq!(read(&long), PageSays::Nothing, "what is beyond 64 KiB is not read");
    for text in [
        "a:/",
        ":/:/:/",
        "http://",
        "http://[",
        "%",
        "%f",
        "x?redirect_uri=%ff",
        "authError=====",
        "=http://[",
    ] {
        read(text);
    }
}
