//! `grantkeep service show` and `list`.

use grantkeep_api::Agent;
use grantkeep_api::views::{
    ClientAuthentication, LoopbackHost, RedirectMethod, Revocation, RevocationAuth, RevocationBody,
    RevocationMethod, RevokePrevious, ServiceDraft, ServiceView,
};

use super::super::json;
use super::super::table::{Cell, Look, Table, cut};
use crate::args::{ServiceList, ServiceShow};
use crate::exit::Stop;
use crate::{messages, output, words};

/// Shows one service.
///
/// # Errors
/// The agent's problem; no such service.
pub(super) fn one(args: &ServiceShow) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    super::super::settled(&agent)?;
    let service = agent.service(&args.name)?;
    if args.json {
        return json::write(&json::service(&service));
    }
    output::write(&text(&service, Look::of_output()))
}

/// Lists all services.
///
/// # Errors
/// The agent's problem.
pub(super) fn all(args: &ServiceList) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    super::super::settled(&agent)?;
    let services = agent.services()?;
    if args.json {
        return json::write(&services.iter().map(json::service).collect());
    }
    if services.is_empty() {
        messages::say("there are no services yet");
        messages::say("hint: run grantkeep service add");
        return Ok(());
    }
    let mut table = Table::new(["SERVICE", "TITLE", "ACCOUNTS", "TOKENS FROM"]);
    for service in &services {
        table.row([
            Cell::plain(&service.name),
            Cell::plain(&service.definition.title),
            Cell::plain(service.accounts.len().to_string()),
            Cell::plain(host(&service.definition.token_uri)),
        ]);
    }
    output::write(&table.text(Look::of_output()))
}

/// A service, a line a fact, named as the flags that set them.
fn text(service: &ServiceView, look: Look) -> String {
    let definition = &service.definition;
    let mut facts = vec![
        ("title", definition.title.clone()),
        ("provider", definition.provider.clone().unwrap_or_default()),
        ("redirect URI", service.redirect_uri.clone()),
        ("client ID", definition.client_id.clone()),
        ("client secret", if service.has_client_secret { "kept" } else { "none" }.to_owned()),
        ("auth method", auth_method(definition.client_authentication).to_owned()),
        ("authorize URI", definition.authorize_uri.clone()),
        ("token URI", definition.token_uri.clone()),
        ("test URI", definition.test_uri.clone()),
        ("introspection", definition.introspection_uri.clone()),
        ("issuer", definition.issuer.clone()),
        ("scope", definition.scopes.clone()),
        ("redirect", redirect(definition)),
    ];
    let parameters = definition.authorize_parameters.iter();
    facts.extend(parameters.map(|parameter| ("param", format!("{}={}", parameter.name, parameter.value))));
    facts.push(("revocation", revocation(&definition.revocation)));
    facts.push(("revoke previous", revoke_previous(definition.revoke_previous).to_owned()));
    facts.push(("link timeout", words::span(i64::from(definition.link_timeout_s) * 1000)));
    facts.push(("PKCE", if definition.pkce { "yes" } else { "no" }.to_owned()));
    facts.push(("allow host", definition.request_hosts.clone()));
    facts.push(("to confirm", service.hosts_to_confirm.join(" ")));
    facts.push(("accounts", service.accounts.join(" ")));
    let mut text = format!("{}\n", service.name);
    for (name, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
        text.push_str(&cut(&format!("  {name:<15}  {}", words::plain(fact)), look.width));
        text.push('\n');
    }
    text
}

fn auth_method(method: ClientAuthentication) -> &'static str {
    match method {
        ClientAuthentication::Basic => "basic",
        ClientAuthentication::BasicRaw => "basic-raw",
        ClientAuthentication::Post => "post",
        ClientAuthentication::None => "none",
    }
}

fn redirect(definition: &ServiceDraft) -> String {
    let host = match definition.redirect_host {
        LoopbackHost::Ipv4 => "127.0.0.1",
        LoopbackHost::Localhost => "localhost",
        LoopbackHost::Ipv6 => "[::1]",
    };
    match definition.redirect_method {
        RedirectMethod::Loopback => format!("loopback at {host}"),
        RedirectMethod::LoopbackFixed => {
            format!("loopback:{}{} at {host}", definition.redirect_port, definition.redirect_path)
        }
        RedirectMethod::Scheme => "scheme".to_owned(),
        RedirectMethod::Paste => "paste".to_owned(),
    }
}

fn revocation(recipe: &Revocation) -> String {
    match recipe {
        Revocation::None => "none".to_owned(),
        Revocation::Rfc7009 { url } => format!("{url} (RFC 7009)"),
        Revocation::ByHand { page } => format!("by hand at {page}"),
        Revocation::Custom { method, url, parameter, body, auth } => {
            let method = match method {
                RevocationMethod::Get => "GET",
                RevocationMethod::Post => "POST",
                RevocationMethod::Delete => "DELETE",
            };
            let body = match body {
                RevocationBody::Form => "form",
                RevocationBody::Json => "json",
                RevocationBody::Empty => "empty",
            };
            let auth = match auth {
                RevocationAuth::Client => "client",
                RevocationAuth::ClientBody => "client-body",
                RevocationAuth::Bearer => "bearer",
                RevocationAuth::None => "none",
            };
            format!("{method} {url} (parameter {parameter:?}, body {body}, authentication {auth})")
        }
    }
}

fn revoke_previous(when: RevokePrevious) -> &'static str {
    match when {
        RevokePrevious::Never => "never",
        RevokePrevious::After => "after",
        RevokePrevious::Before => "before",
    }
}

/// The host of an address, for a list.
fn host(address: &str) -> String {
    let url = url::Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_shown_in_the_words_of_its_flags() {
        let revocation = Revocation::Custom {
            method: RevocationMethod::Get,
            url: "https://a.example/{token}".to_owned(),
            parameter: String::new(),
            body: RevocationBody::Empty,
            auth: RevocationAuth::None,
        };
        let definition = ServiceDraft {
            title: "Acme\x1b[31m".to_owned(),
            client_id: "7".to_owned(),
            token_uri: "https://a.example/t".to_owned(),
            redirect_method: RedirectMethod::LoopbackFixed,
            redirect_port: "8765".to_owned(),
            revocation,
            ..ServiceDraft::default()
        };
        let service = ServiceView {
            name: "acme".to_owned(),
            definition,
            has_client_secret: true,
            redirect_uri: "http://127.0.0.1:8765/callback/acme-1a2b".to_owned(),
            hosts_to_confirm: vec!["https://b.example".to_owned()],
            test_host_to_confirm: false,
            client_is_registered: false,
            client_secret_expires_at_ms: None,
            revocation_effect: None,
            registration_uri: None,
            accounts: vec!["acme/default".to_owned()],
        };

        insta::assert_snapshot!(text(&service, Look { width: None, colour: false }), @r#"
        acme
          title            Acme[31m
          redirect URI     http://127.0.0.1:8765/callback/acme-1a2b
          client ID        7
          client secret    kept
          auth method      basic
          token URI        https://a.example/t
          redirect         loopback:8765 at 127.0.0.1
          revocation       GET https://a.example/{token} (parameter "", body empty, authentication none)
          revoke previous  never
          link timeout     5 min
          PKCE             yes
          to confirm       https://b.example
          accounts         acme/default
        "#);
    }

    #[test]
    fn a_host_is_cut_out_of_its_address() {
        assert_eq!(host("https://a.example:8/b"), "a.example");
        assert_eq!(host("nonsense"), "nonsense");
    }
}
