//! `grantkeep doctor --redirect`: how the redirect URI differs from what a provider's error page shows.

use std::io::IsTerminal as _;

use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{RedirectFinding, RedirectHelpView, Stretch};
use grantkeep_api::{AccountId, Agent};

use super::{json, stdin};
use crate::exit::Stop;
use crate::{messages, output, words};

/// Reads the page from standard input and writes what is the matter.
///
/// # Errors
/// The agent's problem; no such account.
pub(crate) fn run(id: &AccountId, as_json: bool) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    agent.account(id)?;
    if std::io::stdin().is_terminal() {
        messages::say("paste the address or the text of the error page, or the registered redirect URI;");
        messages::say("then press enter and ctrl-d");
    }
    let page = stdin::all("page", stdin::MAX_INPUT)?;
    let help = agent.redirect_help(id, SecretInput::from(page.trim().to_owned()))?;
    if as_json {
        return json::write(&json::redirect_help(&help));
    }
    output::write(&text(&help, id))
}

fn text(help: &RedirectHelpView, id: &AccountId) -> String {
    let mut lines = Vec::new();
    if help.finding == RedirectFinding::Differs {
        for (name, stretches) in [("sent ", &help.sent), ("there", &help.found)] {
            lines.push(format!("{name}  {}", drawn(stretches, |stretch| words::plain(&stretch.text))));
            lines.push(format!("       {}", drawn(stretches, marked)));
        }
    }
    lines.push(format!("{} {}", words::plain(&help.text), words::plain(&help.advice)));
    lines.extend(help.actions.iter().filter_map(|action| messages::line_of(action, &id.service)));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn drawn(stretches: &[Stretch], draw: impl Fn(&Stretch) -> String) -> String {
    stretches.iter().map(draw).collect()
}

/// A mark below each character that differs.
fn marked(stretch: &Stretch) -> String {
    words::plain(&stretch.text).chars().map(|_| if stretch.differs { '^' } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use grantkeep_api::views::Action;

    use super::*;

    #[test]
    fn what_differs_is_marked_below() {
        let stretch = |text: &str, differs| Stretch { text: text.to_owned(), differs };
        let help = RedirectHelpView {
            finding: RedirectFinding::Differs,
            text: "One difference: https in the place of http.".to_owned(),
            advice: "Register the one that was sent.".to_owned(),
            sent: vec![stretch("http://a/b", false)],
            found: vec![stretch("http", false), stretch("s", true), stretch("://a/b", false)],
            differences: Vec::new(),
            actions: vec![
                Action::CopyRedirectUri { uri: "http://a/b".to_owned() },
                Action::EditField { field: "redirect_method".to_owned() },
            ],
        };

        assert_eq!(
            text(&help, &"podio/work".parse().unwrap()),
            "sent   http://a/b\n\n\
             there  https://a/b\n           ^\n\
             One difference: https in the place of http. Register the one that was sent.\n\
             redirect URI: http://a/b\n\
             hint: run grantkeep service edit podio\n"
        );
    }
}
