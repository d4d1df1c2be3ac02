use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::{ClientAuthentication, LoopbackHost, RedirectMethod, ScopeSeparator, TokenFormat};

fn read(text: &str) -> Result<Pasted, PastedRefused> {
    read_pasted(&PastedText::new(text))
}

fn good(text: &str) -> Pasted {
    read(text).unwrap_or_else(|refused| panic!("{refused:?}: {text}"))
}

fn has_secret(pasted: &Pasted, wanted: &str) -> bool {
    pasted.secret.as_ref().is_some_and(|secret| secret.matches(&ClientSecret::new(wanted)))
}

fn says(pasted: &Pasted, words: &str) -> bool {
    pasted.left_out.iter().any(|sentence| sentence.contains(words))
}

const DESKTOP: &str = r#"{"installed":{"client_id":"1-abc.apps.googleusercontent.com","project_id":"p",
    "auth_uri":"https://accounts.google.com/o/oauth2/auth","token_uri":"https://oauth2.googleapis.com/token",
    "auth_provider_x509_cert_url":"https://www.googleapis.com/oauth2/v1/certs","client_secret":"GOCSPX-s3cret",
    "redirect_uris":["http://localhost"]}}"#;

const CURL: &str = r#"$ curl -sS -X POST https://auth.example.com/oauth/token?v=2 \
    -H 'Content-Type: application/x-www-form-urlencoded' -H "Api-Version: 2024-01" -H 'X-Api-Key: hidden' \
    -u 'client 1:s3cr%et&' \
    -d grant_type=authorization_code -d 'code=once&redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcb' \
    --data-urlencode "scope=read write" -d audience=https://api.example.com -d api_token=hidden | jq .access_token"#;

const POSTMAN: &str = r#"{"info":{"name":"Acme","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
    "item":[{"name":"folder","item":[{"name":"me","request":{"method":"GET","url":"{{base}}/me","auth":{"type":"oauth2","oauth2":[
        {"key":"authUrl","value":"{{base}}/authorize","type":"string"},
        {"key":"accessTokenUrl","value":"{{base}}/token","type":"string"},
        {"key":"clientId","value":"{{id}}","type":"string"},{"key":"clientSecret","value":"s3cret","type":"string"},
        {"key":"scope","value":"read","type":"string"},{"key":"grant_type","value":"authorization_code_with_pkce","type":"string"},
        {"key":"redirect_uri","value":"https://oauth.pstmn.io/v1/callback","type":"string"},
        {"key":"client_authentication","value":"body","type":"string"},{"key":"accessToken","value":"hidden","type":"string"},
        {"key":"authRequestParams","value":[{"key":"prompt","value":"consent","enabled":true},{"key":"off","value":"1","enabled":false}],"type":"any"}
    ]}}}]}],"variable":[{"key":"base","value":"https://auth.example.com"},{"key":"id","value":"client-1"}]}"#;

const INSOMNIA: &str = r#"{"_type":"export","__export_format":4,"resources":[
    {"_type":"environment","data":{"host":"https://auth.example.com","acme":{"id":"client-1"}}},
    {"_type":"request","authentication":{"type":"oauth2","grantType":"authorization_code",
        "authorizationUrl":"{{ _.host }}/authorize","accessTokenUrl":"{{ _.host }}/token","clientId":"{{ _.acme.id }}",
        "clientSecret":"s3cret","scope":"read","redirectUrl":"http://[::1]:9000/cb","usePkce":true,"credentialsInBody":true,
        "accessToken":"hidden"}}]}"#;

const BRUNO: &str = "meta {\n  name: Acme\n  type: http\n}\n\nauth:oauth2 {\n  grant_type: authorization_code\n  \
    callback_url: http://localhost:8080/callback\n  authorization_url: {{host}}/authorize\n  \
    access_token_url: https://auth.example.com/token\n  client_id: client-1\n  client_secret: s3cret\n  scope: read write\n  \
    pkce: false\n  credentials_placement: basic_auth_header\n  ~state: x\n}\n\nvars:pre-request {\n  host: https://auth.example.com\n}\n";

const OWN: &str = r#"{"title":"Acme","client_id":"client-1","client_authentication":"post","authorize_uri":"https://auth.example.com/a",
    "token_uri":"https://auth.example.com/token","scopes":"read","client_secret":"s3cret"}"#;

const LINK: &str = "https://auth.example.com/authorize?response_type=code&client_id=client-1&scope=read,write&state=x\
    &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&access_type=offline&code_challenge=abc";

#[test]
fn googles_file_brings_the_catalogs_entry_with_the_client() {
    let pasted = good(DESKTOP);

    assert_eq!(pasted.kind, "Google client file, Desktop app");
    assert!(has_secret(&pasted, "GOCSPX-s3cret"));
    let draft = &pasted.draft;
    assert_eq!((draft.provider.as_deref(), draft.title.as_str()), (Some("google"), "Google"));
    assert_eq!(draft.client_id, "1-abc.apps.googleusercontent.com");
    assert_eq!(draft.token_uri, "https://oauth2.googleapis.com/token");
    assert!(draft.authorize_parameters.iter().any(|parameter| parameter.name == "access_type"));
    assert_eq!(
        (draft.redirect_method, draft.redirect_host),
        (RedirectMethod::Loopback, LoopbackHost::Localhost)
    );
    assert!(pasted.fields.contains(&"client_id") && pasted.fields.contains(&"revocation"));
    assert!(pasted.left_out.is_empty(), "{:?}", pasted.left_out);
    let web = DESKTOP.replace("installed", "web").replace("http://localhost", "https://app.example.com/cb");
    let web = good(&web);
    assert_eq!(web.kind, "Google client file, Web application");
    assert_eq!(web.draft.redirect_method, RedirectMethod::Paste, "it takes no other redirect URI");
    assert_eq!(web.draft.redirect_uri, "https://app.example.com/cb");
}

#[test]
fn a_curl_command_is_read_as_a_shell_would() {
    let pasted = good(CURL);

    let draft = &pasted.draft;
    assert_eq!(draft.token_uri, "https://auth.example.com/oauth/token?v=2", "its own query is kept");
    assert_eq!((draft.title.as_str(), draft.client_id.as_str()), ("example.com", "client 1"));
    assert!(has_secret(&pasted, "s3cr%et&"));
    assert_eq!(draft.client_authentication, ClientAuthentication::Basic);
    assert_eq!(draft.scopes, "read write");
    assert_eq!(
        (draft.redirect_method, draft.redirect_port.as_str()),
        (RedirectMethod::LoopbackFixed, "8765")
    );
    assert_eq!(draft.redirect_path, "/cb");
    let further: Vec<_> =
        draft.habits.token.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert_eq!(further, ["audience"]);
    assert_eq!(draft.habits.token.headers[0].name, "api-version");
    for what in ["The code", "x-api-key", "api_token"] {
        assert!(says(&pasted, what), "{what}: {:?}", pasted.left_out);
    }
    assert!(!format!("{draft:?}{:?}", pasted.left_out).contains("hidden"), "what may be a secret is nowhere");
}

#[test]
fn each_way_to_write_a_request_is_read() {
    use ClientAuthentication::{Basic, None as Public, Post};
    let at = "https://a.example/token";
    let cases = [
        (format!("curl {at} -d 'grant_type=x&client_id=c&client_secret=s'"), Post, true, "in the body"),
        (format!("curl -uc:s {at} -dgrant_type=x"), Basic, true, "letters and values that touch"),
        (format!("curl -H 'Authorization: Basic YzpzOnM=' {at} -d grant_type=x"), Basic, true, "a header"),
        (format!("curl --url {at} --data grant_type=x --data client_id=c"), Public, false, "a public client"),
        (format!("curl -F grant_type=x -F client_id=c -F client_secret=s {at}"), Post, true, "multipart"),
        (
            format!("curl -G {at} -d grant_type=x -d client_id=c -d client_secret=s"),
            Post,
            true,
            "in the query",
        ),
        ("curl https://c:s@a.example/token -d grant_type=x".to_owned(), Basic, true, "in the address"),
        (
            format!(
                "curl {at} --json '{{\"grant_type\":\"x\",\"client_id\":\"c\",\"client_secret\":\"s\"}}'"
            ),
            Post,
            true,
            "JSON",
        ),
    ];
    for (command, authentication, secret, why) in cases {
        let pasted = good(&command);
        assert_eq!(pasted.draft.token_uri, at, "{why}");
        assert_eq!(pasted.draft.client_id, "c", "{why}");
        assert_eq!(pasted.draft.client_authentication, authentication, "{why}");
        assert_eq!(pasted.secret.is_some(), secret, "{why}");
        let format = match why {
            "JSON" => TokenFormat::Json,
            "in the query" => TokenFormat::Query,
            _ => TokenFormat::Form,
        };
        assert_eq!(pasted.draft.habits.token_format, format, "{why}");
    }
}

#[test]
fn an_authorization_link_tells_the_other_half() {
    for text in [LINK.to_owned(), format!("curl '{LINK}'"), format!("curl {LINK}")] {
        let pasted = good(&text);
        let draft = &pasted.draft;
        assert_eq!(draft.authorize_uri, "https://auth.example.com/authorize", "{text}");
        assert_eq!((draft.client_id.as_str(), draft.scopes.as_str()), ("client-1", "read write"));
        assert_eq!(draft.habits.scope_separator, ScopeSeparator::Comma);
        assert_eq!((draft.redirect_method, draft.pkce), (RedirectMethod::Paste, true));
        assert_eq!(draft.authorize_parameters[0].name, "access_type");
        assert_eq!(draft.authorize_parameters.len(), 1, "state and challenge are made anew");
    }
}

#[test]
fn blocks_of_other_programs_are_read_with_their_variables() {
    let cases = [
        (POSTMAN, "Postman OAuth 2 settings", ClientAuthentication::Post, true),
        (INSOMNIA, "Insomnia OAuth 2 settings", ClientAuthentication::Post, true),
        (BRUNO, "Bruno request", ClientAuthentication::Basic, false),
    ];
    for (text, kind, authentication, pkce) in cases {
        let pasted = good(text);
        let draft = &pasted.draft;
        assert_eq!(pasted.kind, kind);
        assert_eq!(draft.authorize_uri, "https://auth.example.com/authorize", "{kind}");
        assert_eq!(draft.token_uri, "https://auth.example.com/token", "{kind}");
        assert_eq!(
            (draft.client_id.as_str(), draft.client_authentication),
            ("client-1", authentication),
            "{kind}"
        );
        assert_eq!(draft.pkce, pkce, "{kind}");
        assert!(has_secret(&pasted, "s3cret") && draft.scopes.starts_with("read"), "{kind}");
        assert!(!format!("{draft:?}").contains("hidden"), "{kind}");
    }
    let postman = good(POSTMAN);
    assert_eq!(postman.draft.title, "Acme");
    assert_eq!(postman.draft.authorize_parameters[0].name, "prompt");
    assert_eq!(postman.draft.authorize_parameters.len(), 1, "what is turned off is off");
    assert!(
        says(&postman, "A token") && says(&postman, "that of the other program"),
        "{:?}",
        postman.left_out
    );
    assert_eq!(good(INSOMNIA).draft.redirect_host, LoopbackHost::Ipv6);
}

#[test]
fn parts_of_those_files_do_as_well() {
    let block = r#"{"type":"oauth2","oauth2":{"clientId":"c","accessTokenUrl":"https://a.example/token"}}"#;
    let environment = r#"{"name":"Acme","values":[{"key":"CLIENT_ID","value":"c"},{"key":"client-secret","value":"s"},
        {"key":"token_url","value":"https://a.example/token"},{"key":"base","value":"x"}],"_postman_variable_scope":"environment"}"#;
    let exported = "version = 1\n\n[[services]]\nname = \"acme\"\ntitle = \"Acme\"\nclient_id = \"c\"\n\
        authorize_uri = \"https://a.example/a\"\ntoken_uri = \"https://a.example/token\"\n\n\
        [services.revocation]\nkind = \"rfc7009\"\nurl = \"https://a.example/revoke\"\n";
    let cases = [
        (exported.to_owned(), "Grantkeep definition"),
        (block.to_owned(), "Postman OAuth 2 settings"),
        (format!(r#"{{"auth":{block}}}"#), "Postman OAuth 2 settings"),
        (environment.to_owned(), "Postman environment"),
        (
            r#"{"type":"oauth2","grantType":"authorization_code","clientId":"c","accessTokenUrl":"https://a.example/token"}"#
                .to_owned(),
            "Insomnia OAuth 2 settings",
        ),
        (
            r#"{"client_id":"c","token_endpoint":"https://a.example/token","scopes":["a","b"]}"#.to_owned(),
            "client as JSON",
        ),
        (OWN.to_owned(), "Grantkeep definition"),
        (json!({ "name": "acme", "definition": serde_json::from_str::<Value>(OWN).unwrap() }).to_string(), "Grantkeep definition"),
    ];
    for (text, kind) in cases {
        let pasted = good(&text);
        assert_eq!(pasted.kind, kind, "{text}");
        assert!(
            pasted.draft.client_id.starts_with('c') && pasted.draft.token_uri.ends_with("/token"),
            "{text}"
        );
    }
    assert!(has_secret(&good(OWN), "s3cret"));
    assert!(has_secret(&good(environment), "s"));
}

#[test]
fn what_only_shows_where_a_value_goes_is_left_out() {
    for placeholder in ["{{client_id}}", "$CLIENT_ID", "${CLIENT_ID}", "<your client id>", "YOUR_CLIENT_ID"] {
        let text = json!({ "client_id": placeholder, "token_uri": "https://a.example/token" }).to_string();
        let pasted = good(&text);
        assert_eq!(pasted.draft.client_id, "", "{placeholder}");
        assert!(says(&pasted, "The client ID was left out"), "{placeholder}");
    }
    let command = "curl https://a.example/{tenant}/token -d grant_type=client_credentials -d client_id=c -d client_secret=$S";
    let pasted = good(command);
    assert_eq!((pasted.draft.token_uri.as_str(), pasted.secret.is_none()), ("", true));
    assert!(says(&pasted, "client credentials grant"), "{:?}", pasted.left_out);
}

#[test]
fn other_kinds_of_text_are_refused_with_what_to_use_instead() {
    let cases = [
        ("", NOTHING),
        (" \n", NOTHING),
        ("hello", UNKNOWN),
        ("{\"installed\":{\"client_id\"", BROKEN_JSON),
        ("{}", NOT_OAUTH),
        ("version = 1\n[[services]]\nname = ", BROKEN_OWN),
        ("version = 1\n[[services]]\nname = \"x\"\nunknown = 1\n", BROKEN_OWN),
        ("[]", NOT_OAUTH),
        (
            r#"{"type":"service_account","project_id":"p","private_key":"-----BEGIN PRIVATE KEY-----"}"#,
            SERVICE_ACCOUNT,
        ),
        (r#"{"type":"authorized_user","client_id":"c","refresh_token":"r"}"#, OWN_CREDENTIALS),
        (r#"{"project_info":{},"client":[{"client_info":{}}]}"#, APP_CONFIG),
        (r#"{"access_token":"a","refresh_token":"r"}"#, TOKEN),
        (r#"{"kty":"RSA","n":"x"}"#, PRIVATE_KEY),
        ("-----BEGIN RSA PRIVATE KEY-----", PRIVATE_KEY),
        ("eyJhbGciOiJub25lIn0.e30.x", TOKEN),
        ("Bearer abc", TOKEN),
        ("type: collection.insomnia.rest/5.0\nname: x", INSOMNIA_YAML),
        ("<!doctype html>", WEB_PAGE),
        (r#"{"info":{"name":"x"},"item":[{"request":{"auth":{"type":"bearer"}}}]}"#, POSTMAN_OTHER),
        ("meta {\n  name: x\n}\n", NOT_OAUTH),
        ("curl https://a.example/me -H 'Authorization: Bearer x'", NOT_OAUTH),
        ("curl", NOT_OAUTH),
        ("https://example.com/", NOT_OAUTH),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).err(), Some(expected), "{text}");
        assert!(expected.why.ends_with('.') && expected.instead.ends_with('.'), "{text}");
    }
    assert_eq!(read(&format!("curl {}", "x".repeat(MOST_BYTES))).err(), Some(TOO_LONG));
}

#[test]
fn a_large_and_deep_file_is_no_trouble() {
    let deep = format!("{}1{}", "{\"auth\":".repeat(5000), "}".repeat(5000));
    assert_eq!(read(&deep).err(), Some(BROKEN_JSON), "deeper than anybody writes");
    let many: Vec<_> = (0..3000)
        .map(|n| json!({ "request": { "auth": { "oauth2": { "clientId": format!("c{n}") } } } }))
        .collect();
    let pasted = good(&json!({ "item": many }).to_string());
    assert_eq!(pasted.draft.client_id, "c0");
}

/// A sample with some of its characters replaced, repeated or cut.
fn mutated() -> impl Strategy<Value = String> {
    let samples = prop::sample::select(vec![DESKTOP, CURL, POSTMAN, INSOMNIA, BRUNO, OWN, LINK]);
    let signs = "[ -~\\n\\r\"'\\\\{}\\[\\]$&=:%é]{0,4}";
    (samples, prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, signs), 0..6)).prop_map(
        |(sample, edits)| {
            let mut text: Vec<char> = sample.chars().collect();
            for (at, length, new) in edits {
                let at = at.index(text.len() + 1);
                let end = (at + length).min(text.len());
                text.splice(at..end, new.chars());
            }
            text.into_iter().collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn no_mutated_definition_makes_it_panic(text in mutated()) {
        if let Ok(pasted) = read(&text) {
            let shown = format!("{:?}", pasted.draft);
            prop_assert!(pasted.left_out.iter().all(|sentence| sentence.ends_with('.') && sentence.len() < 400));
            prop_assert!(shown.len() < 100_000);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn no_text_makes_it_panic(text in "(curl |\\{|auth:oauth2 \\{\n|https://)?.{0,120}") {
        let _ = read(&text);
    }

    #[test]
    fn a_secret_never_stands_in_the_form(secret in "[A-Za-z0-9]{24,40}") {
        for sample in [DESKTOP.replace("GOCSPX-s3cret", &secret), POSTMAN.replace("s3cret", &secret),
            INSOMNIA.replace("s3cret", &secret), BRUNO.replace("s3cret", &secret), OWN.replace("s3cret", &secret),
            CURL.replace("s3cr%et&", &secret)]
        {
            let pasted = good(&sample);
            prop_assert!(has_secret(&pasted, &secret));
            let shown = format!("{:?} {:?}", pasted.draft, pasted.left_out);
            prop_assert!(!shown.contains(&secret));
        }
    }
}
