//! What the redirect doctor tells the person: how the URIs differ, which of the two to change, and what to do.

use super::Error;
use super::Keeper;
use crate::model::{
    AccountId, Action, Catalog, LoopbackHost, PastedText, Provider, Redirect, Remedy, Service,
};
use crate::wire::{
    Compared, Difference, DifferenceKind, ErrorPage, PageSays, Stretch, compare_redirect, read_error_page,
};

/// What comparing brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectHelp {
    /// For programs.
    pub finding: RedirectFinding,
    /// What was found, in a sentence or two.
    pub text: String,
    /// What to do, in a sentence or two.
    pub advice: String,
    /// The redirect URI that was sent.
    pub sent: Vec<Stretch>,
    /// The one that was found; empty where there is none to compare.
    pub found: Vec<Stretch>,
    /// Each difference in words.
    pub differences: Vec<String>,
    /// What can be done, the most useful first.
    pub actions: Vec<Action>,
}

/// Kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectFinding {
    /// Another redirect URI was found.
    Differs,
    /// The registered one is the same.
    Same,
    /// The page only repeats what was sent.
    Repeated,
    /// The page is about something else, which is known.
    OtherError,
    /// It is the answer, and no error page.
    Answer,
    /// Nothing that helps.
    Nothing,
}

impl Keeper {
    /// Compares the redirect URI of an account's authorization with what a provider's error page, its address, or the
    /// provider's console shows.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn redirect_help(&self, id: &AccountId, page: &PastedText) -> Result<RedirectHelp, Error> {
        let seen = self.account(id)?;
        let sent = seen.pending.map_or_else(|| seen.service.registered_redirect_uri(), |it| it.redirect_uri);
        Ok(help(&seen.service, &sent, page))
    }
}

fn help(service: &Service, sent: &str, page: &PastedText) -> RedirectHelp {
    let provider = service.provider.as_deref();
    let entry = provider.and_then(|id| Catalog::builtin().provider(id)).map(|entry| &**entry);
    let doctor = Doctor { service, provider: entry, sent };
    let ErrorPage { says, known, is_about_redirects } = read_error_page(sent, service, page);
    let title = &service.title;
    match says {
        PageSays::Other(found) => doctor.differs(&compare_redirect(sent, &found)),
        PageSays::Same => doctor.found(
            RedirectFinding::Same,
            format!("Both are the same, so the redirect URI is not what {title} minds."),
            "See whether the client ID belongs to the client that it is registered for.".to_owned(),
            &[Remedy::Edit("client_id"), Remedy::Console],
        ),
        PageSays::Answer => doctor.found(
            RedirectFinding::Answer,
            "This is the answer itself, and no error page.".to_owned(),
            "Use it as the address that the browser ended on.".to_owned(),
            &[],
        ),
        PageSays::Repeated | PageSays::Nothing => match known {
            Some(row) if !row.actions.contains(&Remedy::Redirect) => doctor.found(
                RedirectFinding::OtherError,
                format!("{}. {}", row.title.replace("{title}", title), row.meaning),
                row.todo.to_owned(),
                row.actions,
            ),
            _ if says == PageSays::Repeated => doctor.found(
                RedirectFinding::Repeated,
                "The page repeats the redirect URI that was sent, so another one is registered.".to_owned(),
                doctor.look_there(),
                REGISTER,
            ),
            _ => doctor.found(
                RedirectFinding::Nothing,
                if is_about_redirects {
                    "The page is about the redirect URI, but shows none.".to_owned()
                } else {
                    "There is no redirect URI in this text, and no error that Grantkeep knows.".to_owned()
                },
                doctor.look_there(),
                REGISTER,
            ),
        },
    }
}

struct Doctor<'a> {
    service: &'a Service,
    provider: Option<&'a Provider>,
    sent: &'a str,
}

impl Doctor<'_> {
    fn found(
        &self,
        finding: RedirectFinding,
        text: String,
        advice: String,
        remedies: &[Remedy],
    ) -> RedirectHelp {
        RedirectHelp {
            finding,
            text,
            advice,
            sent: vec![Stretch { text: self.sent.to_owned(), differs: false }],
            found: Vec::new(),
            differences: Vec::new(),
            actions: remedies.iter().flat_map(|remedy| remedy.of(self.service, self.provider, &[])).collect(),
        }
    }

    fn differs(&self, compared: &Compared) -> RedirectHelp {
        let differences: Vec<String> = compared.differences.iter().map(in_words).collect();
        let count = match differences.len() {
            1 => "One difference".to_owned(),
            2 => "Two differences".to_owned(),
            3 => "Three differences".to_owned(),
            more => format!("{more} differences"),
        };
        let (advice, remedies) = self.which_to_change(compared);
        RedirectHelp {
            sent: compared.sent.clone(),
            found: compared.found.clone(),
            ..self.found(
                RedirectFinding::Differs,
                format!("{count}: {}.", listed(&differences)),
                advice,
                remedies,
            )
        }
        .naming(differences)
    }

    /// Mostly the registered one is to be changed; not where the service sends what this provider can't take.
    fn which_to_change(&self, compared: &Compared) -> (String, &'static [Remedy]) {
        let difference = |kind| compared.differences.iter().find(|difference| difference.kind == kind);
        let (title, rules) = (&self.service.title, self.provider.and_then(|entry| entry.redirect.as_ref()));
        let is_any_port = matches!(self.service.redirect, Redirect::Loopback { .. });
        let is_by_port = compared.differences.len() == 1 || rules.is_some_and(|rules| !rules.any_port);
        if let Some(port) = difference(DifferenceKind::Port).filter(|_| is_any_port && is_by_port) {
            let choose = if port.found.is_empty() {
                "Choose one port in the service, and register the redirect URI with it.".to_owned()
            } else {
                format!(
                    "Choose port {} in the service, and its path, or register another one there.",
                    port.found
                )
            };
            let why = format!("{title} compares ports, and this service takes another free one each time.");
            return (format!("{why} {choose}"), &[Remedy::Edit("redirect_method"), Remedy::Console]);
        }
        if let Some(scheme) = difference(DifferenceKind::Https).filter(|scheme| scheme.found == "https") {
            debug_assert_eq!(scheme.sent, "http");
            let only = rules.is_some_and(|rules| rules.https_only || !rules.http_loopback);
            let otherwise = "choose the redirect method paste in the service, with the registered URI";
            return if only {
                (format!("{title} takes https alone: {otherwise}."), &[Remedy::Edit("redirect_method")])
            } else {
                (
                    format!("Register the one that was sent. If {title} takes https alone, {otherwise}."),
                    &[Remedy::Redirect, Remedy::Console, Remedy::Edit("redirect_method")],
                )
            };
        }
        if let Some(host) = difference(DifferenceKind::Loopback)
            && rules.is_some_and(|rules| rules.host == host.found)
        {
            let choose =
                format!("{title} takes {} alone: choose that as the host in the service.", host.found);
            return (choose, &[Remedy::Edit("redirect_host")]);
        }
        (
            format!("Register the one that was sent, in the place of the other one, on {title}'s page."),
            REGISTER,
        )
    }

    fn look_there(&self) -> String {
        let right = self.service.registered_redirect_uri();
        let page = match &self.service.redirect {
            Redirect::Loopback {
                host: LoopbackHost::Ipv4 | LoopbackHost::Localhost | LoopbackHost::Ipv6,
            } => "; the port may be any",
            Redirect::LoopbackFixed { .. } | Redirect::Scheme | Redirect::Paste { .. } => "",
        };
        format!(
            "See on {}'s page whether {right} is registered there{page}. Paste the one that is, and the difference is \
             shown here.",
            self.service.title
        )
    }
}

impl RedirectHelp {
    fn naming(self, differences: Vec<String>) -> Self {
        Self { differences, ..self }
    }
}

/// "the port (8765 in the place of 43211)": what was found first, then what was sent.
fn in_words(difference: &Difference) -> String {
    let (sent, found) = (&difference.sent, &difference.found);
    let swapped = |what: &str| match (sent.is_empty(), found.is_empty()) {
        (true, _) => format!("{what} ({found}, where none was sent)"),
        (_, true) => format!("{what} (none, where {sent} was sent)"),
        (false, false) => format!("{what} ({found} in the place of {sent})"),
    };
    match difference.kind {
        DifferenceKind::Https => format!("{found} in the place of {sent}"),
        DifferenceKind::Scheme => swapped("the scheme"),
        DifferenceKind::Loopback => format!("{found} in the place of {sent}"),
        DifferenceKind::Host => swapped("the host"),
        DifferenceKind::HostCase => "capital letters in the host".to_owned(),
        DifferenceKind::Port => swapped("the port"),
        DifferenceKind::PathCase => "capital letters in the path".to_owned(),
        DifferenceKind::Encoding => "the encoding of the path".to_owned(),
        DifferenceKind::Path => swapped("the path"),
        DifferenceKind::Slash if found.is_empty() => "no slash at the end".to_owned(),
        DifferenceKind::Slash => "a slash at the end".to_owned(),
        DifferenceKind::Query => swapped("what follows the path"),
    }
}

/// "a, b and c".
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The registered one is to be changed.
const REGISTER: &[Remedy] = &[Remedy::Redirect, Remedy::Console];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::example::service;

    fn asked(service: &Service, sent: &str, page: &str) -> RedirectHelp {
        help(service, sent, &PastedText::new(page))
    }

    fn on_port(port: u16) -> Redirect {
        Redirect::LoopbackFixed { host: LoopbackHost::Ipv4, port, path: None }
    }

    #[test]
    fn differences_are_named_and_the_one_to_change_is_said() {
        let fixed = Service { redirect: on_port(8765), ..service() };
        let sent = "http://127.0.0.1:8765/callback/example-1a2b";
        let cases = [
            (
                "https://127.0.0.1:8765/callback/example-1a2b",
                "One difference: https in the place of http.",
                "Register the one that was sent. If Example takes https alone, choose the redirect method paste in the \
                 service, with the registered URI.",
            ),
            (
                "http://localhost:8765/callback/example-1a2b/",
                "Two differences: localhost in the place of 127.0.0.1 and a slash at the end.",
                "Register the one that was sent, in the place of the other one, on Example's page.",
            ),
            (
                "http://127.0.0.1:8766/Callback/example-1a2b",
                "Two differences: the port (8766 in the place of 8765) and capital letters in the path.",
                "Register the one that was sent, in the place of the other one, on Example's page.",
            ),
            (
                "http://127.0.0.1/cb",
                "Two differences: the port (none, where 8765 was sent) and the path (/cb in the place of \
                 /callback/example-1a2b).",
                "Register the one that was sent, in the place of the other one, on Example's page.",
            ),
        ];
        for (page, text, advice) in cases {
            let help = asked(&fixed, sent, page);

            assert_eq!(
                (help.finding, help.text.as_str(), help.advice.as_str()),
                (RedirectFinding::Differs, text, advice)
            );
            assert_eq!(
                help.actions.first(),
                Some(&Action::CopyRedirectUri { uri: sent.to_owned() }),
                "{page}"
            );
        }
    }

    #[test]
    fn a_free_port_at_a_provider_that_compares_ports_is_ours_to_change() {
        let sent = "http://127.0.0.1:43211/callback/example-1a2b";
        let cases = [
            ("http://127.0.0.1/callback/example-1a2b", "Choose one port in the service"),
            ("http://127.0.0.1:8765/callback/example-1a2b", "Choose port 8765 in the service"),
        ];
        for (page, advice) in cases {
            let help = asked(&service(), sent, page);

            assert!(help.advice.contains(advice), "{}", help.advice);
            assert_eq!(help.actions, [Action::EditField { field: "redirect_method".to_owned() }]);
        }
    }

    #[test]
    fn the_catalog_knows_what_a_provider_takes() {
        let of = |id: &str| Service { provider: Some(id.to_owned()), redirect: on_port(80), ..service() };
        let https_only = Catalog::builtin()
            .providers()
            .iter()
            .find(|provider| provider.redirect.as_ref().is_some_and(|rules| rules.https_only))
            .unwrap();
        let help = asked(&of(&https_only.id), "http://127.0.0.1:80/a", "https://127.0.0.1:80/a");

        assert!(
            help.advice.contains("takes https alone: choose the redirect method paste"),
            "{}",
            help.advice
        );
    }

    #[test]
    fn a_page_without_another_redirect_uri_gets_what_else_there_is_to_say() {
        let sent = "http://127.0.0.1:43211/callback/example-1a2b";
        let cases = [
            (format!("invalid redirect_uri {sent} here"), RedirectFinding::Repeated, "repeats"),
            (sent.to_owned(), RedirectFinding::Same, "Both are the same"),
            (format!("{sent}?code=c&state=s"), RedirectFinding::Answer, "the answer itself"),
            ("Error 403: org_internal".to_owned(), RedirectFinding::OtherError, "its own organisation"),
            (
                "Error 400: redirect_uri_mismatch".to_owned(),
                RedirectFinding::Nothing,
                "is about the redirect URI",
            ),
            ("Hello".to_owned(), RedirectFinding::Nothing, "no redirect URI in this text"),
        ];
        for (page, finding, text) in cases {
            let help = asked(&service(), sent, &page);

            assert_eq!(help.finding, finding, "{page}");
            assert!(help.text.contains(text), "{page}: {}", help.text);
            assert!(help.advice.ends_with('.') && help.found.is_empty(), "{page}: {}", help.advice);
            let shown: String = help.sent.iter().map(|stretch| stretch.text.clone()).collect();
            assert_eq!(shown, sent, "no code is shown");
        }
    }
}
