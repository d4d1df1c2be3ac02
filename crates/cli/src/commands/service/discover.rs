//! `grantkeep service discover`: what a provider tells of itself.

use super::super::json;
use super::definition;
use crate::args::ServiceDiscover;
use crate::exit::Stop;
use crate::{messages, output, words};

/// Shows the metadata; nothing is stored.
///
/// # Errors
/// The agent's problem; why nothing there counts.
pub(super) fn run(args: &ServiceDiscover) -> Result<(), Stop> {
    let agent = super::super::agent_with_session()?;
    let found = definition::discover(&agent, &args.url, "URL")?;
    if args.json {
        return json::write(&json::discovery(&found));
    }
    let mut text = words::plain(&found.issuer);
    text.push('\n');
    for fact in &found.facts {
        text.push_str(&definition::line(&fact.name, &fact.value));
        text.push('\n');
    }
    output::write(&text)?;
    definition::warn(&found);
    let register = if found.registration { " --register" } else { "" };
    messages::say(&words::plain(&format!(
        "hint: run grantkeep service add --issuer {}{register}",
        found.issuer
    )));
    Ok(())
}
