use clap::Parser as _;
use grantkeep_api::views::{Code, FieldFix, Parameter};

use super::*;
use crate::args::{Args, Command, ServiceCommand};

#[test]
fn a_flag_changes_its_field_alone() {
    type Edit = fn(&mut ServiceDraft);
    let cases: [(&[&str], Edit); 18] = [
        (&[], |_| {}),
        (&["--client-id", "7"], |d| d.client_id = "7".into()),
        (&["--issuer", "https://i.example"], |d| d.issuer = "https://i.example".into()),
        (&["--authorize-uri", "https://a.example"], |d| d.authorize_uri = "https://a.example".into()),
        (&["--token-uri", "https://t.example"], |d| d.token_uri = "https://t.example".into()),
        (&["--test-uri", "https://t.example"], |d| d.test_uri = "https://t.example".into()),
        (&["--introspection-uri", "https://i.example"], |d| d.introspection_uri = "https://i.example".into()),
        (&["--scope", "a b", "--scope", "c"], |d| d.scopes = "a b c".into()),
        (&["--auth-method", "basic-raw"], |d| d.client_authentication = ClientAuthentication::BasicRaw),
        (&["--redirect", "loopback:8765/cb"], |d| {
            d.redirect_method = RedirectMethod::LoopbackFixed;
            d.redirect_port = "8765".into();
            d.redirect_path = "/cb".into();
        }),
        (&["--redirect", "paste:https://p.example/cb"], |d| {
            d.redirect_method = RedirectMethod::Paste;
            d.redirect_uri = "https://p.example/cb".into();
        }),
        (&["--redirect-host", "[::1]"], |d| d.redirect_host = LoopbackHost::Ipv6),
        (&["--param", "prompt=consent"], |d| {
            d.authorize_parameters = vec![Parameter { name: "prompt".into(), value: "consent".into() }];
        }),
        (&["--param", "a=b", "--param", "a"], |_| {}),
        (&["--revoke-previous", "after"], |d| d.revoke_previous = RevokePrevious::After),
        (&["--link-timeout", "10m"], |d| d.link_timeout_s = 600),
        (&["--no-pkce"], |d| d.pkce = false),
        (&["--allow-host", "a.example", "--allow-host", "b.example"], |d| {
            d.request_hosts = "a.example b.example".into();
        }),
    ];
    for (words, edit) in cases {
        let mut expected = ServiceDraft::default();
        edit(&mut expected);

        let mut draft = ServiceDraft::default();
        apply(&flags(words), &mut draft);

        assert_eq!(draft, expected, "{words:?}");
    }
}

#[test]
fn revocation_flags_make_one_recipe() {
    let url = || "https://a.example/revoke".to_owned();
    let custom = |method, url: &str, parameter: &str, body, auth| Revocation::Custom {
        method,
        url: url.to_owned(),
        parameter: parameter.to_owned(),
        body,
        auth,
    };
    let google = custom(
        RevocationMethod::Get,
        "https://a.example/revoke?t={token}",
        "",
        RevocationBody::Empty,
        RevocationAuth::None,
    );
    let cases: [(Revocation, &[&str], Revocation, &str); 8] = [
        (Revocation::None, &["--revocation-uri", &url()], Revocation::Rfc7009 { url: url() }, "RFC 7009"),
        (
            Revocation::None,
            &["--revocation-uri", &url(), "--revocation-param", "oauth_token"],
            custom(
                RevocationMethod::Post,
                &url(),
                "oauth_token",
                RevocationBody::Form,
                RevocationAuth::Client,
            ),
            "a parameter makes it the service's own",
        ),
        (
            Revocation::None,
            &[
                "--revocation-uri",
                "https://a.example/revoke?t={token}",
                "--revocation-method",
                "get",
                "--revocation-auth",
                "none",
            ],
            google.clone(),
            "a GET has no body, and the address carries the token",
        ),
        (
            google,
            &["--revocation-auth", "bearer"],
            custom(
                RevocationMethod::Get,
                "https://a.example/revoke?t={token}",
                "",
                RevocationBody::Empty,
                RevocationAuth::Bearer,
            ),
            "one part of it is changed",
        ),
        (
            Revocation::Rfc7009 { url: url() },
            &["--revocation-method", "DELETE"],
            custom(RevocationMethod::Delete, &url(), "token", RevocationBody::Form, RevocationAuth::Client),
            "RFC 7009 becomes the service's own",
        ),
        (
            Revocation::Rfc7009 { url: url() },
            &["--revocation-page", &url()],
            Revocation::ByHand { page: url() },
            "by hand",
        ),
        (Revocation::Rfc7009 { url: url() }, &["--revocation-uri", ""], Revocation::None, "taken away"),
        (Revocation::ByHand { page: url() }, &["--no-pkce"], Revocation::ByHand { page: url() }, "not given"),
    ];
    for (before, words, expected, why) in cases {
        let mut draft = ServiceDraft { revocation: before, ..ServiceDraft::default() };

        apply(&flags(words), &mut draft);

        assert_eq!(draft.revocation, expected, "{why}");
    }
}

#[test]
fn each_field_of_a_form_has_a_flag() {
    let form = serde_json::to_value(ServiceDraft::default()).unwrap();
    let fields = form.as_object().unwrap().keys().map(String::as_str).chain(["provider", "client_secret"]);
    for field in fields {
        assert!(Words::Edit.flag(field).starts_with("--"), "{field}");
    }
    assert_eq!(Words::Add.flag("title"), "TITLE");
}

#[test]
fn problems_name_flags_and_a_value_that_mends() {
    let fix = Some(FieldFix { label: "Add https://".into(), value: "https://a.example".into() });
    let field =
        FieldProblem { field: "token_uri".into(), message: "No address.".into(), fix, warning: false };
    let problem = Problem { fields: vec![field], ..Problem::new(Code::InvalidInput, "mend it") };

    let told = Words::Add.of(problem).fields.remove(0);

    assert_eq!(
        (told.field.as_str(), told.message.as_str()),
        ("--token-uri", "No address. Try https://a.example")
    );
}

fn flags(words: &[&str]) -> Definition {
    let words = ["grantkeep", "service", "add", "A"].iter().chain(words);
    match Args::try_parse_from(words).map(|args| args.command) {
        Ok(Command::Service(service)) => match service.command {
            ServiceCommand::Add(args) => args.definition,
            _ => panic!("another command"),
        },
        Ok(_) => panic!("another command"),
        Err(error) => panic!("{error}"),
    }
}
