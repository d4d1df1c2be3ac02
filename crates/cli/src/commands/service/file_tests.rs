use super::*;

#[test]
fn what_is_written_is_read_again() {
    let recipes = [
        Revocation::None,
        Revocation::Rfc7009 { url: "https://a.example/revoke".to_owned() },
        Revocation::Custom {
            method: RevocationMethod::Delete,
            url: "https://a.example/{client_id}".to_owned(),
            parameter: "access_token".to_owned(),
            body: RevocationBody::Json,
            auth: RevocationAuth::Client,
        },
        Revocation::ByHand { page: "https://a.example/apps".to_owned() },
    ];
    let services: Vec<ServiceView> =
        recipes.into_iter().enumerate().map(|(at, recipe)| service(at, recipe)).collect();
    for format in [FileFormat::Toml, FileFormat::Json] {
        let text = write(&services, format).unwrap();

        let read = read(&text).unwrap_or_else(|problem| panic!("{problem}\n{text}"));

        let expected: Vec<_> = services
            .iter()
            .map(|service| Defined { name: service.name.clone(), draft: service.definition.clone() })
            .collect();
        assert_eq!(read, expected, "{format:?}");
    }
}

#[test]
fn a_file_is_written_for_people() {
    let text =
        write(&[service(0, Revocation::Rfc7009 { url: "https://a.example/r".to_owned() })], FileFormat::Toml);

    insta::assert_snapshot!(text.unwrap(), @r#"
    version = 1

    [[services]]
    name = "acme-0"
    title = 'Acme 日本 "0"'
    provider = "google"
    client_id = "client"
    client_authentication = "post"
    authorize_uri = "https://a.example/authorize"
    token_uri = "https://a.example/token"
    scopes = "a b"
    redirect_method = "loopback_fixed"
    redirect_host = "localhost"
    redirect_port = "8765"
    redirect_path = "/cb"
    revoke_previous = "after"
    link_timeout_s = 77
    pkce = false
    request_hosts = "https://api.example"

    [[services.authorize_parameters]]
    name = "prompt"
    value = "consent"

    [services.revocation]
    kind = "rfc7009"
    url = "https://a.example/r"
    "#);
}

#[test]
fn the_least_that_a_definition_has_is_enough() {
    let text = "version = 1\n[[services]]\nname = 'a'\ntitle = 'A'\nclient_id = '7'\n\
                authorize_uri = 'https://a.example'\ntoken_uri = 'https://b.example'\n";

    let draft = read(text).unwrap().remove(0).draft;

    let expected = ServiceDraft {
        title: "A".to_owned(),
        client_id: "7".to_owned(),
        authorize_uri: "https://a.example".to_owned(),
        token_uri: "https://b.example".to_owned(),
        ..ServiceDraft::default()
    };
    assert_eq!(draft, expected);
}

// R-ST-08
#[test]
fn what_does_not_belong_there_is_told_with_its_place() {
    let good = "version = 1\n[[services]]\nname = 'a'\ntitle = 'A'\nclient_id = '7'\n\
                authorize_uri = 'https://a.example'\ntoken_uri = 'https://b.example'\n";
    let cases = [
        (
            format!("{good}client_secret = 's3cret'\n"),
            "unknown field `client_secret`",
            "line 8 column 1",
            "a secret",
        ),
        (format!("{good}pkce = 'no'\n"), "invalid type", "line 8 column 8", "another kind of value"),
        (
            format!("{good}[services.revocation]\nkind = 'rfc7009'\nuri = 'x'\n"),
            "unknown field `uri`",
            "line 10",
            "in a table",
        ),
        (
            format!("{good}[services.revocation]\nkind = 'rfc7009'\n"),
            "a: a revocation of kind rfc7009",
            "has a url",
            "half a recipe",
        ),
        (format!("{good}{}", &good[12..]), "a is there twice", "", "a name twice"),
        (format!("other = 1\n{good}"), "unknown field `other`", "line 1 column 1", "at the top"),
        ("version = 1\n[[services]\n".to_owned(), "", "line 2", "no TOML"),
        ("version = 2\n".to_owned(), "it has version 2", "", "a newer one"),
        ("services = []\n".to_owned(), "version = 1", "", "no version"),
        (
            "{\"version\": 1, \"services\": [], \"x\": 1}".to_owned(),
            "unknown field `x`",
            "line 1 column 34",
            "JSON",
        ),
        ("{".to_owned(), "EOF", "line 1 column 1", "half of JSON"),
        ("\u{feff}hello".to_owned(), "", "", "nothing of the kind"),
    ];
    for (text, what, place, why) in cases {
        let problem = read(&text).map(drop).unwrap_err();

        assert_eq!(problem.code, Code::InvalidInput, "{why}");
        assert!(problem.detail.contains(what) && problem.detail.contains(place), "{why}: {}", problem.detail);
        assert!(!problem.to_string().contains("s3cret"), "{why}: a value is not repeated");
    }
}

fn service(at: usize, revocation: Revocation) -> ServiceView {
    let definition = ServiceDraft {
        title: format!("Acme 日本 \"{at}\""),
        provider: Some("google".to_owned()),
        client_id: "client".to_owned(),
        client_authentication: ClientAuthentication::Post,
        authorize_uri: "https://a.example/authorize".to_owned(),
        token_uri: "https://a.example/token".to_owned(),
        scopes: "a b".to_owned(),
        redirect_method: RedirectMethod::LoopbackFixed,
        redirect_host: LoopbackHost::Localhost,
        redirect_port: "8765".to_owned(),
        redirect_path: "/cb".to_owned(),
        authorize_parameters: vec![Parameter { name: "prompt".to_owned(), value: "consent".to_owned() }],
        revocation,
        revoke_previous: RevokePrevious::After,
        link_timeout_s: 77,
        pkce: false,
        request_hosts: "https://api.example".to_owned(),
        ..ServiceDraft::default()
    };
    ServiceView {
        name: format!("acme-{at}"),
        definition,
        has_client_secret: true,
        redirect_uri: String::new(),
        hosts_to_confirm: Vec::new(),
        test_host_to_confirm: false,
        client_is_registered: false,
        client_secret_expires_at_ms: None,
        revocation_effect: None,
        registration_uri: None,
        accounts: Vec::new(),
    }
}
