//! Bends a regular request into the shape that a service wants: more fields, other names, another format.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::token_request::user_agent;
use super::{Method, Request};
use crate::model::{
    Extras, Habits, Parameter, STANDARD_HEADERS, STANDARD_PARAMETERS, STANDARD_TOKEN_PARAMETERS, Service,
    TokenFormat,
};

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Exchanges a code.
    Code,
    /// Refreshes.
    Refresh,
    /// Revokes.
    Revoke,
    /// Introspects.
    Introspect,
}

/// Pairs of name and value, wiped on drop.
type Pairs = Vec<(Zeroizing<String>, Zeroizing<String>)>;

/// A request with the service's further fields, in its names and its format.
///
/// A body that is no form (GitHub's JSON revocation) keeps its shape and gets the header fields alone. Extra fields
/// never replace standard ones (R-CB-14).
pub(super) fn bend(mut request: Request, service: &Service, purpose: Purpose) -> Request {
    request.headers.push(user_agent());
    let habits = &service.habits;
    let none = Extras::default();
    let extras = match purpose {
        Purpose::Code => &habits.token,
        Purpose::Refresh => &habits.refresh,
        Purpose::Revoke => &habits.revocation,
        Purpose::Introspect => &none,
    };
    add_headers(&mut request, extras);
    let asks_scopes = purpose == Purpose::Refresh && habits.refresh_scopes && !service.scopes.is_empty();
    let format = match purpose {
        Purpose::Code | Purpose::Refresh => habits.token_format,
        // A revocation's format is part of its recipe; whoever introspects follows RFC 7662.
        Purpose::Revoke | Purpose::Introspect => TokenFormat::Form,
    };
    let regular = extras.parameters.is_empty() && habits.names.is_empty() && !asks_scopes;
    if !is_form(&request) || (regular && format == TokenFormat::Form) {
        return request;
    }
    let mut pairs: Pairs = form_urlencoded::parse(&request.body)
        .map(|(name, value)| (Zeroizing::new(name.into_owned()), Zeroizing::new(value.into_owned())))
        .collect();
    if asks_scopes {
        pairs.push((Zeroizing::new("scope".to_owned()), Zeroizing::new(scopes(service))));
    }
    for (name, _) in &mut pairs {
        *name = Zeroizing::new(habits.name_of(name).to_owned());
    }
    for Parameter { name, value } in further(habits, &extras.parameters) {
        if !pairs.iter().any(|(taken, _)| **taken == *name) {
            pairs.push((Zeroizing::new(name.clone()), Zeroizing::new(value.clone())));
        }
    }
    write(&mut request, &pairs, format);
    request
}

/// The query of an authorization request in the service's names, with its own separator between scopes.
///
/// Spaces are written `%20`, which every decoder reads alike.
pub(super) fn bend_query(query: &str, habits: &Habits) -> String {
    let mut bent = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = match &*name {
            "scope" => value.replace(' ', habits.scope_separator.text()).into(),
            "code_challenge" if habits.hex_challenge => hex_challenge(&value).into(),
            _ => value,
        };
        bent.append_pair(habits.name_of(&name), &value);
    }
    if habits.form_post {
        bent.append_pair("response_mode", "form_post");
    }
    bent.finish().replace('+', "%20")
}

/// The challenge in hexadecimal, as TikTok has it for desktop apps; one that is none becomes empty and is refused.
fn hex_challenge(base64url: &str) -> String {
    let digest = URL_SAFE_NO_PAD.decode(base64url).unwrap_or_default();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The service's scopes as it separates them.
fn scopes(service: &Service) -> String {
    let separator = service.habits.scope_separator.text();
    service.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(separator)
}

/// Extra parameters that are neither standard ones nor a service's names of them.
fn further<'a>(habits: &'a Habits, parameters: &'a [Parameter]) -> impl Iterator<Item = &'a Parameter> {
    let reserved = |name: &str| {
        STANDARD_TOKEN_PARAMETERS.contains(&name)
            || STANDARD_PARAMETERS.contains(&name)
            || habits.names.iter().any(|own| own.value == name)
    };
    parameters.iter().filter(move |parameter| !reserved(&parameter.name))
}

fn add_headers(request: &mut Request, extras: &Extras) {
    for Parameter { name, value } in &extras.headers {
        let name = name.to_ascii_lowercase();
        if STANDARD_HEADERS.contains(&name.as_str()) {
            continue;
        }
        request.headers.retain(|(taken, _)| *taken != name);
        request.headers.push((name, Zeroizing::new(value.clone())));
    }
}

fn is_form(request: &Request) -> bool {
    let form = |value: &str| value.starts_with("application/x-www-form-urlencoded");
    request.headers.iter().any(|(name, value)| name == "content-type" && form(value))
}

fn write(request: &mut Request, pairs: &Pairs, format: TokenFormat) {
    let pairs = || pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    match format {
        TokenFormat::Form => {
            let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs()).finish();
            request.body = Zeroizing::new(form.into_bytes());
        }
        TokenFormat::Json => {
            let object: Vec<_> = pairs().collect();
            // Names and values are text: writing them cannot fail.
            request.body = Zeroizing::new(serde_json::to_vec(&Object(&object)).unwrap_or_default());
            for (_, value) in request.headers.iter_mut().filter(|(name, _)| name == "content-type") {
                *value = Zeroizing::new("application/json".to_owned());
            }
        }
        TokenFormat::Query => {
            request.method = Method::Get;
            request.url.query_pairs_mut().extend_pairs(pairs());
            request.body = Zeroizing::new(Vec::new());
            request.headers.retain(|(name, _)| name != "content-type");
        }
    }
}

/// Pairs as an object, in their order.
struct Object<'a>(&'a [(&'a str, &'a str)]);

impl serde::Serialize for Object<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AuthorizationCode, ClientAuthentication, ClientSecret, RefreshToken, ScopeSeparator};
    use crate::wire::example::{form, header, service, url};
    use crate::wire::{code_request, refresh_request};

    fn pair(name: &str, value: &str) -> Parameter {
        Parameter { name: name.to_owned(), value: value.to_owned() }
    }

    fn exchange(service: &Service) -> Request {
        let secret = ClientSecret::new("s3cret");
        code_request(
            service,
            Some(&secret),
            &AuthorizationCode::new("c"),
            &url("http://127.0.0.1:1/cb"),
            None,
        )
    }

    fn refresh(service: &Service) -> Request {
        refresh_request(service, Some(&ClientSecret::new("s3cret")), &RefreshToken::new("r"))
    }

    #[test]
    fn notion_and_atlassian_take_json() {
        let mut service = service();
        service.habits.token_format = TokenFormat::Json;
        service.habits.token.headers = vec![pair("Notion-Version", "2022-06-28")];

        let request = exchange(&service);

        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["grant_type"], "authorization_code");
        assert_eq!(body["code"], "c");
        assert_eq!(header(&request, "content-type"), Some("application/json"));
        assert!(header(&request, "authorization").is_some_and(|value| value.starts_with("Basic ")));
        assert_eq!(header(&request, "notion-version"), Some("2022-06-28"));
        assert_eq!(header(&refresh(&service), "notion-version"), None, "its own list for each request");
    }

    #[test]
    fn tiktok_calls_the_client_id_client_key() {
        let mut service = service();
        service.client_authentication = ClientAuthentication::Post;
        service.habits.names = vec![pair("client_id", "client_key")];
        service.habits.scope_separator = ScopeSeparator::Comma;

        for request in [exchange(&service), refresh(&service)] {
            assert_eq!(form(&request, "client_key").as_deref(), Some("client"));
            assert_eq!(form(&request, "client_id"), None);
            assert_eq!(form(&request, "client_secret").as_deref(), Some("s3cret"));
        }
        let query = bend_query("client_id=client&scope=a+b&state=s", &service.habits);
        assert_eq!(query, "client_key=client&scope=a%2Cb&state=s");
    }

    #[test]
    fn tiktok_wants_the_challenge_of_desktop_apps_in_hexadecimal() {
        let habits = Habits { hex_challenge: true, ..Habits::default() };
        // RFC 7636 appendix B.
        let regular = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

        let query = bend_query(regular, &habits);

        let hex = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
        assert_eq!(query, format!("code_challenge={hex}"));
        assert_eq!(bend_query("code_challenge=", &habits), "code_challenge=");
    }

    #[test]
    fn figma_refreshes_at_an_address_of_its_own() {
        let mut service = service();
        service.habits.refresh_uri = "https://auth.example.com/refresh".to_owned();

        assert_eq!(refresh(&service).url.path(), "/refresh");
        assert_eq!(exchange(&service).url.path(), "/token");
    }

    #[test]
    fn old_facebook_takes_the_exchange_as_a_get() {
        let mut service = service();
        service.client_authentication = ClientAuthentication::Post;
        service.endpoints.token = url("https://auth.example.com/token?v=1");
        service.habits.token_format = TokenFormat::Query;

        let request = exchange(&service);

        assert_eq!(request.method, Method::Get);
        assert!(request.body.is_empty() && header(&request, "content-type").is_none());
        let sent = request.url.query_pairs().map(|(name, value)| pair(&name, &value)).collect::<Vec<_>>();
        assert_eq!(sent[0], pair("v", "1"), "the address' own query is kept");
        assert!(sent.contains(&pair("code", "c")) && sent.contains(&pair("client_secret", "s3cret")));
    }

    #[test]
    fn a_refresh_can_ask_scopes_and_more_again() {
        let mut service = service();
        service.habits.refresh_scopes = true;
        service.habits.scope_separator = ScopeSeparator::Comma;
        service.habits.refresh.parameters = vec![pair("action", "requesttoken")];

        let request = refresh(&service);

        assert_eq!(form(&request, "scope").as_deref(), Some("read,write"));
        assert_eq!(form(&request, "action").as_deref(), Some("requesttoken"), "Withings");
        assert_eq!(form(&exchange(&service), "action"), None, "its own list for each request");
    }

    #[test]
    fn extra_fields_never_replace_standard_ones() {
        // R-CB-14
        let mut service = service();
        service.habits.names = vec![pair("client_id", "client_key")];
        let forged = vec![
            pair("grant_type", "password"),
            pair("client_key", "other"),
            pair("refresh_token", "other"),
            pair("redirect_uri", "https://evil.example"),
        ];
        service.habits.token.parameters = forged.clone();
        service.habits.refresh.parameters = forged;
        service.habits.token.headers = vec![
            pair("Authorization", "Basic forged"),
            pair("host", "evil.example"),
            pair("Accept", "text/plain"),
        ];

        let request = exchange(&service);

        assert_eq!(form(&request, "grant_type").as_deref(), Some("authorization_code"));
        assert_eq!(form(&request, "client_key"), None, "Basic carries it");
        assert_eq!(form(&request, "redirect_uri").as_deref(), Some("http://127.0.0.1:1/cb"));
        assert_ne!(header(&request, "authorization"), Some("Basic forged"));
        assert_eq!(header(&request, "host"), None);
        assert_eq!(header(&request, "accept"), Some("text/plain"), "another one may be replaced");
        assert_eq!(form(&refresh(&service), "refresh_token").as_deref(), Some("r"));
    }

    #[test]
    fn a_service_that_keeps_to_the_standard_is_asked_as_before() {
        let request = exchange(&service());

        assert_eq!(request.method, Method::Post);
        assert_eq!(form(&request, "code").as_deref(), Some("c"));
        assert_eq!(bend_query("a=b+c&scope=read+write", &Habits::default()), "a=b%20c&scope=read%20write");
    }
}
