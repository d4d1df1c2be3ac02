//! `grantkeep service …`: one file a command; `flags.rs` makes drafts of flags, `file.rs` reads and writes definitions.

mod add;
mod definition;
mod discover;
mod edit;
mod export;
mod file;
mod flags;
mod habits;
mod import;
mod remove;
mod show;

use grantkeep_api::views::{FieldProblem, ServiceView};

use super::json;
use crate::args::ServiceCommand;
use crate::exit::Stop;
use crate::{messages, output};

/// Adds, edits, shows, lists, removes, exports, imports or discovers services.
///
/// # Errors
/// The agent's problem; what is wrong with a definition, by the names of flags.
pub(crate) fn run(command: ServiceCommand) -> Result<(), Stop> {
    match command {
        ServiceCommand::Add(args) => add::run(&args),
        ServiceCommand::Edit(args) => edit::run(&args),
        ServiceCommand::Show(args) => show::one(&args),
        ServiceCommand::List(args) => show::all(&args),
        ServiceCommand::Remove(args) => remove::run(&args),
        ServiceCommand::Export(args) => export::run(&args),
        ServiceCommand::Import(args) => import::run(&args),
        ServiceCommand::SecretExpiry(args) => super::forecast::secret_expiry(&args),
        ServiceCommand::Discover(args) => discover::run(&args),
    }
}

/// Tells what is worth knowing about a draft that can be saved all the same.
fn warn(problems: &[FieldProblem], words: flags::Words) {
    for field in problems.iter().filter(|field| field.warning) {
        messages::say(&format!("warning: {}: {}", words.flag(&field.field), field.message));
    }
}

/// What is said of a service whose redirect URI the person registers.
const TO_REGISTER: &str = "its redirect URI, to be registered at the provider";

/// Writes a service that was saved: as JSON, or its redirect URI, which `what` ends with.
fn saved(service: &ServiceView, what: &str, as_json: bool) -> Result<(), Stop> {
    if as_json {
        return json::write(&json::service(service));
    }
    messages::say(&format!("{} {what}:", service.name));
    output::write(&format!("{}\n", service.redirect_uri))
}
