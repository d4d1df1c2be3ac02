//! From flags to a service's form, and from the form's fields back to the flags that a person mends them with.

use grantkeep_api::views::{
    ClientAuthentication, FieldProblem, LoopbackHost, Problem, ProviderView, RedirectMethod, Revocation,
    RevocationAuth, RevocationBody, RevocationMethod, RevokePrevious, ServiceDraft,
};

use super::habits;
use crate::args::{self, Definition, Redirection};

/// The form of a provider, under the title and client ID that a form has already.
pub(super) fn of_provider(provider: &ProviderView, before: &ServiceDraft) -> ServiceDraft {
    let kept = |old: &str, new: &str| if old.is_empty() { new.to_owned() } else { old.to_owned() };
    ServiceDraft {
        title: kept(&before.title, &provider.draft.title),
        client_id: kept(&before.client_id, &provider.draft.client_id),
        ..provider.draft.clone()
    }
}

/// Writes the flags that were given into a form; a provider is filled in before that.
pub(super) fn apply(flags: &Definition, draft: &mut ServiceDraft) {
    let texts = [
        (&flags.issuer, &mut draft.issuer),
        (&flags.client_id, &mut draft.client_id),
        (&flags.authorize_uri, &mut draft.authorize_uri),
        (&flags.token_uri, &mut draft.token_uri),
        (&flags.test_uri, &mut draft.test_uri),
        (&flags.introspection_uri, &mut draft.introspection_uri),
    ];
    for (given, field) in texts {
        if let Some(given) = given {
            field.clone_from(given);
        }
    }
    for (given, field) in [(&flags.scope, &mut draft.scopes), (&flags.allow_host, &mut draft.request_hosts)] {
        if !given.is_empty() {
            *field = given.join(" ").trim().to_owned();
        }
    }
    if let Some(method) = flags.auth_method {
        draft.client_authentication = match method {
            args::AuthMethod::Basic => ClientAuthentication::Basic,
            args::AuthMethod::BasicRaw => ClientAuthentication::BasicRaw,
            args::AuthMethod::Post => ClientAuthentication::Post,
            args::AuthMethod::None => ClientAuthentication::None,
        };
    }
    redirect(flags, draft);
    habits::change(&flags.param, &mut draft.authorize_parameters);
    habits::change(&flags.var, &mut draft.variables);
    habits::apply(&flags.habits, &mut draft.habits);
    revocation(flags, draft);
    if let Some(when) = flags.revoke_previous {
        draft.revoke_previous = match when {
            args::RevokePrevious::Never => RevokePrevious::Never,
            args::RevokePrevious::After => RevokePrevious::After,
            args::RevokePrevious::Before => RevokePrevious::Before,
        };
    }
    if let Some(timeout) = flags.link_timeout {
        draft.link_timeout_s = timeout;
    }
    if flags.no_pkce {
        draft.pkce = false;
    }
}

fn redirect(flags: &Definition, draft: &mut ServiceDraft) {
    if let Some(redirection) = &flags.redirect {
        let (method, port, path, uri) = match redirection {
            Redirection::Loopback => (RedirectMethod::Loopback, "", "", ""),
            Redirection::Fixed(port, path) => {
                (RedirectMethod::LoopbackFixed, port.as_str(), path.as_str(), "")
            }
            Redirection::Scheme => (RedirectMethod::Scheme, "", "", ""),
            Redirection::Paste(uri) => (RedirectMethod::Paste, "", "", uri.as_str()),
        };
        draft.redirect_method = method;
        draft.redirect_port = port.to_owned();
        draft.redirect_path = path.to_owned();
        draft.redirect_uri = uri.to_owned();
    }
    if let Some(host) = flags.redirect_host {
        draft.redirect_host = match host {
            args::RedirectHost::Ipv4 => LoopbackHost::Ipv4,
            args::RedirectHost::Localhost => LoopbackHost::Localhost,
            args::RedirectHost::Ipv6 => LoopbackHost::Ipv6,
        };
    }
}

/// An address alone is RFC 7009; any other flag makes it a request of the service's own.
fn revocation(flags: &Definition, draft: &mut ServiceDraft) {
    if let Some(page) = &flags.revocation_page {
        draft.revocation = Revocation::ByHand { page: page.clone() };
        return;
    }
    let own = flags.revocation_method.is_some()
        || flags.revocation_param.is_some()
        || flags.revocation_auth.is_some()
        || flags.revocation_body.is_some();
    if flags.revocation_uri.as_deref() == Some("") {
        draft.revocation = Revocation::None;
        return;
    }
    if !own {
        if let Some(url) = &flags.revocation_uri {
            draft.revocation = Revocation::Rfc7009 { url: url.clone() };
        }
        return;
    }
    let before = match &draft.revocation {
        Revocation::Custom { method, url, parameter, body, auth } => {
            (url.clone(), Some((*method, parameter.clone(), *body, *auth)))
        }
        Revocation::Rfc7009 { url } => (url.clone(), None),
        Revocation::None | Revocation::ByHand { .. } => (String::new(), None),
    };
    let url = flags.revocation_uri.clone().unwrap_or(before.0);
    let in_address = url.contains("{token}");
    let (method, parameter, body, auth) = before.1.unwrap_or_else(|| {
        let parameter = if in_address { "" } else { "token" };
        (RevocationMethod::Post, parameter.to_owned(), RevocationBody::Form, RevocationAuth::Client)
    });
    let method = flags.revocation_method.map_or(method, |method| match method {
        args::RevocationMethod::Get => RevocationMethod::Get,
        args::RevocationMethod::Post => RevocationMethod::Post,
        args::RevocationMethod::Delete => RevocationMethod::Delete,
    });
    let body = match flags.revocation_body {
        Some(args::RevocationBody::Form) => RevocationBody::Form,
        Some(args::RevocationBody::Json) => RevocationBody::Json,
        Some(args::RevocationBody::Empty) => RevocationBody::Empty,
        // A GET has no body.
        None if method == RevocationMethod::Get => RevocationBody::Empty,
        None => body,
    };
    let auth = flags.revocation_auth.map_or(auth, |auth| match auth {
        args::RevocationAuth::Client => RevocationAuth::Client,
        args::RevocationAuth::ClientBody => RevocationAuth::ClientBody,
        args::RevocationAuth::Bearer => RevocationAuth::Bearer,
        args::RevocationAuth::None => RevocationAuth::None,
    });
    let parameter = flags.revocation_param.clone().unwrap_or(parameter);
    draft.revocation = Revocation::Custom { method, url, parameter, body, auth };
}

/// Which words a person uses for a form's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// Those of `service add`.
    Add,
    /// Those of `service edit`.
    Edit,
}

impl Words {
    /// The flag that sets a field of `ServiceDraft`, or `client_secret`.
    pub(super) fn flag(self, field: &str) -> &str {
        match field {
            "title" if self == Self::Add => "TITLE",
            "title" => "--title",
            "provider" => "--provider",
            "client_id" => "--client-id",
            "client_secret" => "--client-secret-stdin",
            "initial_access_token" => "--initial-access-token-stdin",
            "client_authentication" => "--auth-method",
            "authorize_uri" => "--authorize-uri",
            "token_uri" => "--token-uri",
            "test_uri" => "--test-uri",
            "introspection_uri" => "--introspection-uri",
            "issuer" => "--issuer",
            "scopes" => "--scope",
            "redirect_method" | "redirect_port" | "redirect_path" | "redirect_uri" => "--redirect",
            "redirect_host" => "--redirect-host",
            "authorize_parameters" => "--param",
            "revocation" => "--revocation-uri",
            "revoke_previous" => "--revoke-previous",
            "link_timeout_s" => "--link-timeout",
            "pkce" => "--no-pkce",
            "request_hosts" => "--allow-host",
            other if other.starts_with("variables") => "--var",
            "habits" => "--token-format",
            other => habits::flag(other).unwrap_or(other),
        }
    }

    /// The problem with flags in the place of the form's fields.
    pub(super) fn of(self, mut problem: Problem) -> Problem {
        if problem.fields.iter().any(|field| field.message == problem.detail) {
            problem.detail.clear();
        }
        for FieldProblem { field, message, fix, .. } in &mut problem.fields {
            if let Some(fix) = fix.take() {
                message.push_str(&format!(" Try {}", fix.value));
            }
            *field = self.flag(field).to_owned();
        }
        problem
    }
}

#[cfg(test)]
#[path = "flags_tests.rs"]
mod tests;
