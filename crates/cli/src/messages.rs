//! What goes to standard error: problems, hints, progress. Lower case, one thought a line.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::panic::PanicHookInfo;

use grantkeep_api::views::{Action, ClientAuthentication, Problem};

use crate::words;

/// Says one line.
pub(crate) fn say(line: &str) {
    // Nobody may be listening, and then there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Tells a problem, as JSON on one line for programs.
pub(crate) fn problem(problem: &Problem, json: bool) {
    let text = if json { serde_json::to_string(problem).unwrap_or_default() } else { in_words(problem) };
    say(text.trim_end());
}

/// Tells that the program itself failed; the payload may hold anything, so it is not printed.
pub(crate) fn fault(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
    say(&format!(
        "error: a fault of grantkeep itself{place}\nhint: your grants are safe; please report this"
    ));
}

/// Overwrites the progress line; nothing where no terminal shows it.
pub(crate) fn progress(line: &str) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() && !words::is_dumb_terminal() {
        let _ = write!(stderr, "\r{line}\x1b[K");
        let _ = stderr.flush();
    }
}

/// Takes the progress line away.
pub(crate) fn end_progress() {
    progress("");
}

/// What can be done about something of a service, as a line with the command or address that does it.
pub(crate) fn line_of(action: &Action, service: &str) -> Option<String> {
    Some(match action {
        Action::Authorize | Action::TryAgain => return None,
        Action::TryAuthentication { with } => {
            format!("hint: run grantkeep service edit {service} --auth-method {}", auth_method(*with))
        }
        Action::EditField { .. } => format!("hint: run grantkeep service edit {service}"),
        Action::ConfirmHosts => format!("hint: run grantkeep service edit {service} --confirm-hosts"),
        Action::CopyRedirectUri { .. } | Action::OpenConsole { .. } | Action::OpenDocumentation { .. } => {
            words::plain(&address_of(action)?)
        }
    })
}

fn address_of(action: &Action) -> Option<String> {
    match action {
        Action::CopyRedirectUri { uri } => Some(format!("redirect URI: {uri}")),
        Action::OpenConsole { url } => Some(format!("the client's page: {url}")),
        Action::OpenDocumentation { url } => Some(format!("documentation: {url}")),
        Action::Authorize
        | Action::TryAgain
        | Action::TryAuthentication { .. }
        | Action::EditField { .. }
        | Action::ConfirmHosts => None,
    }
}

/// A client authentication as `--auth-method` takes it.
pub(crate) fn auth_method(way: ClientAuthentication) -> &'static str {
    match way {
        ClientAuthentication::Basic => "basic",
        ClientAuthentication::BasicRaw => "basic-raw",
        ClientAuthentication::Post => "post",
        ClientAuthentication::None => "none",
    }
}

fn in_words(problem: &Problem) -> String {
    let mut text = format!("error: {}\n", words::plain(&problem.title));
    let mut add = |label: &str, said: &str| {
        if !said.is_empty() {
            let _ = writeln!(text, "{label}{}", words::plain(said));
        }
    };
    // A form's problem repeats the first field's.
    if problem.fields.iter().all(|field| field.message != problem.detail) {
        add("  ", &problem.detail);
    }
    for field in &problem.fields {
        let kind = if field.warning { "warning: " } else { "" };
        add(&format!("  {kind}{}: ", words::plain(&field.field)), &field.message);
    }
    add("the provider said: ", problem.provider_said.as_deref().unwrap_or_default());
    add("hint: ", &problem.hint);
    // The hint says the others.
    for line in problem.actions.iter().filter_map(address_of) {
        add("", &line);
    }
    text
}

#[cfg(test)]
mod tests {
    use grantkeep_api::views::Code;

    use super::*;

    #[test]
    fn a_problem_is_told_in_order_of_use() {
        let mut problem = Problem::new(Code::GrantEnded, "podio/work must be authorized again")
            .detail("the provider ended the grant")
            .hint("run grantkeep authorize podio/work");
        problem.provider_said = Some("bad \x1b[31mtoken".to_owned());

        assert_eq!(
            in_words(&problem),
            "error: podio/work must be authorized again\n  the provider ended the grant\n\
             the provider said: bad [31mtoken\nhint: run grantkeep authorize podio/work\n"
        );
    }
}
