//! What a form's fields must hold, and how to mend them.

use url::Url;

use super::{Draft, FieldFix, FieldProblem, RedirectMethod, RevocationDraft, habit_rules};
use crate::model::{
    ClientAuthentication, Name, RevocationAuth, RevocationBody, RevocationMethod, RevokePrevious,
    STANDARD_PARAMETERS, ScopeSet,
    service::{is_loopback, origin_of},
};

/// Everything to mend in `draft`.
pub(super) fn problems(draft: &Draft, has_client_secret: bool) -> Vec<FieldProblem> {
    let mut found = Found(Vec::new());
    title(draft, &mut found);
    client(draft, has_client_secret, &mut found);
    found.endpoint("authorize_uri", &draft.authorize_uri, "an authorization request");
    found.endpoint("token_uri", &draft.token_uri, "your client secret");
    if !draft.test_uri.trim().is_empty() {
        found.endpoint("test_uri", &draft.test_uri, "your access token");
    }
    if !draft.introspection_uri.trim().is_empty() {
        found.endpoint("introspection_uri", &draft.introspection_uri, "your tokens");
    }
    issuer(draft, &mut found);
    if let Err(error) = ScopeSet::parse(&draft.scopes) {
        found.error("scopes", format!("{error}. Separate scopes with spaces."));
    }
    redirect(draft, &mut found);
    parameters(draft, &mut found);
    revocation(draft, &mut found);
    request_hosts(draft, &mut found);
    habit_rules::check(draft, &mut found);
    if !(30..=3600).contains(&draft.link_timeout_s) {
        found.error("link_timeout_s", "A link can be good for 30 seconds to 60 minutes.");
    }
    found.0
}

/// Problems found so far.
#[derive(Default)]
pub(super) struct Found(pub(super) Vec<FieldProblem>);

impl Found {
    pub(super) fn error(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldProblem { field: field.into(), message: message.into(), fix: None, warning: false });
    }

    fn warn(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldProblem { field: field.into(), message: message.into(), fix: None, warning: true });
    }

    fn mend(&mut self, field: &str, message: impl Into<String>, label: &str, value: String) {
        let fix = Some(FieldFix { label: label.to_owned(), value });
        self.0.push(FieldProblem { field: field.into(), message: message.into(), fix, warning: false });
    }

    /// An address that something secret is sent to: https, or http on loopback (R-CB-14).
    pub(super) fn endpoint(&mut self, field: &str, text: &str, carries: &str) {
        let text = text.trim();
        if text.is_empty() {
            return self.error(field, "This is needed. The service's documentation names it.");
        }
        let url = match Url::parse(text) {
            Ok(url) if url.has_host() => url,
            Ok(_) | Err(_) if !text.contains("://") && text.contains('.') => {
                let message = "This is not a complete address. It begins with https://";
                return self.mend(field, message, "Add https://", format!("https://{text}"));
            }
            Ok(_) | Err(_) => {
                return self.error(field, "This is not a complete address. It begins with https://");
            }
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                let message = format!("This begins with http://, so {carries} would travel in the open.");
                self.mend(field, message, "Change to https://", text.replacen("http://", "https://", 1));
            }
            other => {
                self.error(field, format!("This begins with {other}:, but it has to be an https:// address."))
            }
        }
        if url.fragment().is_some() {
            let without = text.split('#').next().unwrap_or_default().to_owned();
            self.mend(field, "An endpoint has no part after #.", "Remove it", without);
        }
        if !url.username().is_empty() || url.password().is_some() {
            self.error(
                field,
                "An address must not hold a user name or password. Use the fields for client ID and secret.",
            );
        }
    }
}

fn title(draft: &Draft, found: &mut Found) {
    let title = draft.title.trim();
    if title.is_empty() {
        found.error("title", "Give the service a name, such as “Acme CRM”.");
    } else if title.chars().count() > 80 {
        found.error("title", "A name has at most 80 characters.");
    } else if Name::of_title(title).is_none() {
        found.error("title", "The name needs at least one letter a–z or digit, for the command line.");
    }
}

fn client(draft: &Draft, has_client_secret: bool, found: &mut Found) {
    let id = draft.client_id.trim();
    if id.is_empty() {
        found.error("client_id", "This is needed. The service shows it after you registered a client there.");
    } else if id.chars().any(|c| c.is_control() || !c.is_ascii()) {
        found.error(
            "client_id",
            "A client ID has plain characters only. Copy it again from the service's page.",
        );
    }
    match draft.client_authentication {
        ClientAuthentication::Basic | ClientAuthentication::BasicRaw | ClientAuthentication::Post => {
            if !has_client_secret {
                found.error(
                    "client_secret",
                    "This client authentication needs a client secret. For a public client choose None.",
                );
            }
        }
        ClientAuthentication::None if has_client_secret => {
            found.warn("client_authentication", "With None, the client secret is kept but never sent.");
        }
        ClientAuthentication::None => {}
    }
    if !draft.pkce {
        if draft.redirect_method == RedirectMethod::Scheme {
            found.error("pkce", "A custom scheme can be claimed by other programs, so PKCE has to stay on.");
        } else {
            found.warn(
                "pkce",
                "Without PKCE a stolen code can be used. Turn it off only if the service rejects it.",
            );
        }
    }
}

fn issuer(draft: &Draft, found: &mut Found) {
    if draft.issuer.trim().is_empty() {
        return;
    }
    found.endpoint("issuer", &draft.issuer, "the answer");
    if Url::parse(draft.issuer.trim()).is_ok_and(|url| url.query().is_some()) {
        found.error("issuer", "An issuer has no part after ?.");
    }
}

fn redirect(draft: &Draft, found: &mut Found) {
    match draft.redirect_method {
        RedirectMethod::Loopback | RedirectMethod::Scheme => {}
        RedirectMethod::LoopbackFixed => {
            match draft.redirect_port.trim().parse::<u16>() {
                Ok(0) | Err(_) => {
                    found.error("redirect_port", "A port is a number from 1 to 65535, such as 8765.")
                }
                Ok(1..=1023) => {
                    found.warn("redirect_port", "Ports below 1024 usually need administrator rights.")
                }
                Ok(_) => {}
            }
            let path = draft.redirect_path.trim();
            if !path.is_empty() && (!path.starts_with('/') || path.contains(['?', '#', ' '])) {
                found.error(
                    "redirect_path",
                    "A path begins with / and has no ?, # or space, such as /callback.",
                );
            }
        }
        RedirectMethod::Paste => {
            let text = draft.redirect_uri.trim();
            match Url::parse(text) {
                Ok(url) if url.fragment().is_some() => {
                    found.error("redirect_uri", "A redirect URI has no part after # (RFC 6749 §3.1.2).");
                }
                Ok(url) if matches!(url.scheme(), "https" | "http") && url.has_host() => {}
                Ok(_) | Err(_) => {
                    found.error(
                        "redirect_uri",
                        "Give the whole address that is registered, such as https://example.com/callback.",
                    );
                }
            }
        }
    }
}

fn parameters(draft: &Draft, found: &mut Found) {
    let mut seen = Vec::new();
    for parameter in &draft.authorize_parameters {
        let name = parameter.name.trim();
        if name.is_empty() {
            if !parameter.value.is_empty() {
                found.error("authorize_parameters", "A parameter has a value but no name.");
            }
            continue;
        }
        if STANDARD_PARAMETERS.contains(&name) {
            found.error(
                "authorize_parameters",
                format!(
                    "`{name}` is set by Grantkeep from the other fields, so it can't be an extra parameter."
                ),
            );
        }
        if seen.contains(&name) {
            found.error("authorize_parameters", format!("`{name}` is there twice. Remove one of them."));
        }
        seen.push(name);
    }
}

fn request_hosts(draft: &Draft, found: &mut Found) {
    for word in draft.request_hosts.split_whitespace() {
        if origin_of(word).is_none() {
            found.error(
                "request_hosts",
                format!("“{word}” is not a host. Write names such as api.example.com, separated by spaces."),
            );
        }
    }
}

fn revocation(draft: &Draft, found: &mut Found) {
    const FIELD: &str = "revocation";
    match &draft.revocation {
        RevocationDraft::None => {}
        RevocationDraft::Rfc7009 { url } => found.endpoint(FIELD, url, "the token"),
        RevocationDraft::ByHand { page } => found.endpoint(FIELD, page, "your visit"),
        RevocationDraft::Custom { method, url, parameter, body, auth } => {
            let filled = url.replace("{token}", "t").replace("{client_id}", "c");
            found.endpoint(FIELD, &filled, "the token");
            if filled.contains(['{', '}']) {
                found.error(FIELD, "Only {token} and {client_id} can stand in braces.");
            }
            if Url::parse(filled.trim()).is_ok()
                && Url::parse(url.trim()).map(|u| u.host_str().map(str::to_owned)).ok()
                    != Url::parse(filled.trim()).map(|u| u.host_str().map(str::to_owned)).ok()
            {
                found.error(FIELD, "{token} and {client_id} can't be part of the host.");
            }
            let carried = url.contains("{token}") || !parameter.trim().is_empty();
            if !carried && *auth != RevocationAuth::Bearer {
                found.error(
                    FIELD,
                    "Say where the token goes: a parameter name, {token} in the address, or as bearer.",
                );
            }
            if *method == RevocationMethod::Get && *body != RevocationBody::Empty {
                found.error(
                    FIELD,
                    "A GET request has no body. Choose an empty body; the parameter goes into the query.",
                );
            }
        }
    }
    if draft.revoke_previous != RevokePrevious::Never
        && matches!(draft.revocation, RevocationDraft::None | RevocationDraft::ByHand { .. })
    {
        found.error(
            "revoke_previous",
            "The previous token can only be revoked if a revocation request is filled in above.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Parameter;

    #[test]
    fn each_field_says_how_to_mend_it() {
        type Edit = fn(&mut Draft);
        let cases: [(Edit, &str, &str); 24] = [
            (|d| d.title = " ".into(), "title", "no name"),
            (|d| d.title = "日本".into(), "title", "no slug"),
            (|d| d.client_id.clear(), "client_id", "no client ID"),
            (|d| d.client_id = "a\u{200b}b".into(), "client_id", "an invisible character came along"),
            (|d| d.authorize_uri = "crm.example.com/a".into(), "authorize_uri", "no scheme"),
            (|d| d.authorize_uri = "https://crm.example.com/a#x".into(), "authorize_uri", "a fragment"),
            (|d| d.token_uri = "http://crm.example.com/t".into(), "token_uri", "in the open"),
            (|d| d.token_uri = "https://u:p@crm.example.com/t".into(), "token_uri", "userinfo"),
            (|d| d.token_uri = "ftp://crm.example.com/t".into(), "token_uri", "another scheme"),
            (|d| d.test_uri = "nonsense".into(), "test_uri", "no address"),
            (|d| d.issuer = "https://a.example?x=1".into(), "issuer", "a query"),
            (|d| d.scopes = "a \"b\"".into(), "scopes", "a quote"),
            (|d| d.redirect_method = RedirectMethod::LoopbackFixed, "redirect_port", "no port"),
            (
                |d| {
                    d.redirect_method = RedirectMethod::LoopbackFixed;
                    d.redirect_port = "80".into();
                    d.redirect_path = "cb".into();
                },
                "redirect_path",
                "no slash",
            ),
            (|d| d.redirect_method = RedirectMethod::Paste, "redirect_uri", "no address"),
            (
                |d| {
                    d.redirect_method = RedirectMethod::Scheme;
                    d.pkce = false;
                },
                "pkce",
                "a scheme needs PKCE",
            ),
            (
                |d| d.authorize_parameters = vec![Parameter { name: "state".into(), value: "x".into() }],
                "authorize_parameters",
                "a standard one",
            ),
            (
                |d| d.authorize_parameters = vec![Parameter { name: "a".into(), value: "x".into() }; 2],
                "authorize_parameters",
                "twice",
            ),
            (|d| d.revocation = RevocationDraft::Rfc7009 { url: String::new() }, "revocation", "no endpoint"),
            (
                |d| d.revocation = custom("https://{token}.example.com/", ""),
                "revocation",
                "the token in the host",
            ),
            (|d| d.revoke_previous = RevokePrevious::After, "revoke_previous", "nothing to revoke with"),
            (|d| d.link_timeout_s = 29, "link_timeout_s", "too short"),
            (|d| d.request_hosts = "api.example.com https://a.example/v1".into(), "request_hosts", "a path"),
            (|d| d.request_hosts = "http://api.example.com".into(), "request_hosts", "in the open"),
        ];
        assert_eq!(problems(&good(), true), [], "nothing to mend to begin with");
        for (edit, field, why) in cases {
            let mut draft = good();
            edit(&mut draft);

            let found = problems(&draft, true);

            assert!(
                found.iter().any(|p| p.field == field && !p.warning && p.message.len() > 20),
                "{why}: {found:?}"
            );
        }
    }

    #[test]
    fn an_http_address_is_mended_with_one_click() {
        let mut draft = good();
        draft.token_uri = "http://crm.example.com/oauth/token".into();

        let fix = problems(&draft, true).remove(0).fix.unwrap();

        assert_eq!(
            (fix.label.as_str(), fix.value.as_str()),
            ("Change to https://", "https://crm.example.com/oauth/token")
        );
        draft.token_uri = "http://127.0.0.1:4455/token".into();
        assert_eq!(problems(&draft, true), [], "http is fine on loopback");
    }

    #[test]
    fn a_recipe_says_where_the_token_goes() {
        let cases = [
            (custom("https://a.example/revoke", "token"), true, "a parameter"),
            (custom("https://a.example/revoke?token={token}", ""), true, "in the address"),
            (custom("https://a.example/revoke", ""), false, "nowhere"),
            (custom("https://a.example/revoke?x={secret}", "token"), false, "an unknown placeholder"),
        ];
        for (revocation, good_one, why) in cases {
            let draft = Draft { revocation, ..good() };
            assert_eq!(problems(&draft, true).is_empty(), good_one, "{why}: {:?}", problems(&draft, true));
        }
    }

    fn custom(url: &str, parameter: &str) -> RevocationDraft {
        RevocationDraft::Custom {
            method: RevocationMethod::Post,
            url: url.into(),
            parameter: parameter.into(),
            body: RevocationBody::Form,
            auth: RevocationAuth::Client,
        }
    }

    fn good() -> Draft {
        Draft {
            title: "Acme CRM".into(),
            client_id: "client".into(),
            authorize_uri: "https://crm.example.com/oauth/authorize".into(),
            token_uri: "https://crm.example.com/oauth/token".into(),
            ..Draft::default()
        }
    }
}
