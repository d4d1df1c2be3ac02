//! `grantkeep settings`: what is set, and setting it.

use grantkeep_api::Agent;
use grantkeep_api::views::{Code, Problem, SettingView};
use serde_json::json;

use super::json;
use super::table::{Cell, Look, Table};
use crate::args::Settings;
use crate::exit::Stop;
use crate::{messages, output, words};

/// Shows all settings or one, or sets one.
///
/// # Errors
/// The agent's problem; no such setting, or a value that makes no sense.
pub(crate) fn run(args: &Settings) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    let settings = match (args.key.as_deref(), &args.value) {
        (Some(key), Some(value)) => {
            let set = agent.set(key, value.clone())?;
            messages::say(&format!("{} is {}", words::plain(&set.key), words::plain(&set.value)));
            if !args.json {
                return Ok(());
            }
            vec![set]
        }
        (Some(key), None) => {
            let found = agent.settings()?.into_iter().find(|setting| setting.key == key);
            vec![found.ok_or_else(|| no_such(key))?]
        }
        (None, _) => agent.settings()?,
    };
    if args.json {
        return json::write(&settings.iter().map(|setting| json!(setting)).collect());
    }
    match (args.key.as_ref(), settings.as_slice()) {
        (Some(_), [setting]) => output::write(&format!("{}\n", words::plain(&setting.value))),
        _ => output::write(&table(&settings, Look::of_output())),
    }
}

fn no_such(key: &str) -> Problem {
    Problem::new(Code::NotFound, format!("there is no setting {}", words::plain(key)))
        .hint("run grantkeep settings to see all of them")
}

fn table(settings: &[SettingView], look: Look) -> String {
    let mut table = Table::new(["SETTING", "VALUE", "STANDARD", "MEANING"]);
    for SettingView { key, value, standard, meaning } in settings {
        table.row([key, value, standard, meaning].map(Cell::plain));
    }
    table.text(look)
}
