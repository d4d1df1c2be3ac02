//! The desktop shell: a window over the agent. Nothing is decided here: convert, ask the agent, convert.
//!
//! [`run`] starts the agent while the web view loads, follows its changes on a thread, and serves the
//! commands of `ui/src/ipc/ipc.ts`. No secret crosses to the web view: tokens are copied in `clipboard.rs`.

mod clipboard;
mod commands;
mod consent;
mod consent_commands;
mod deep_link;
mod events;
mod instance;
mod past;
mod scheme_handler;
mod starts;
mod window;

use std::io::Write as _;
use std::process::ExitCode;

use grantkeep_api::Agent;
use grantkeep_api::folders::Folders;
use grantkeep_api::views::Problem;
use tauri::{Manager as _, RunEvent};

use crate::instance::Claim;

/// The agent, or why there can be none. Managed by Tauri.
struct Connection(Result<Agent, Problem>);

/// Runs the window until it is closed, or hands this start over to the window there is.
pub fn run() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let instance = match instance::claim(&arguments) {
        Claim::First(instance) => instance,
        Claim::Second => return ExitCode::SUCCESS,
        Claim::Stuck => {
            return failed("its window is open and does not answer: end the process grantkeep-desktop");
        }
    };
    #[cfg(target_os = "linux")]
    if gtk::init().is_err() {
        return failed("there is no display");
    }
    let connection = Connection(Folders::of_environment().map(Agent::of));
    connection.start_early();
    let request = deep_link::read(arguments);
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(window::remember())
        .manage(connection)
        .manage(clipboard::Copied::default())
        .manage(consent::Questions::default())
        .manage(scheme_handler::SchemeHandler::default())
        .manage(starts::Selection::default())
        .invoke_handler(tauri::generate_handler![
            commands::announce,
            commands::unlock,
            commands::create_vault,
            commands::retry_vault,
            commands::lock,
            commands::providers,
            commands::check_service,
            commands::save_service,
            commands::discover,
            commands::register_service,
            commands::read_pasted,
            commands::duplicate_service,
            commands::delete_service,
            commands::confirm_hosts,
            commands::add_practice,
            commands::add_account,
            commands::rename_account,
            commands::delete_account,
            commands::authorize,
            commands::try_authentication,
            commands::redirect_help,
            commands::open_again,
            commands::copy_link,
            commands::cancel_authorization,
            commands::paste_redirect,
            commands::resolve_identity,
            commands::accept_scopes,
            commands::copy_token,
            commands::copy_header,
            commands::clear_clipboard,
            commands::refresh,
            commands::revoke,
            commands::revoked,
            commands::receipt,
            commands::stop_trying,
            commands::test,
            commands::introspect,
            commands::inspect,
            past::history,
            past::save_history,
            past::copy_history,
            past::timeline,
            past::forecast,
            past::save_forecast,
            past::set_grant_life,
            past::set_secret_expiry,
            commands::copy_text,
            commands::open_page,
            commands::remove_permission,
            commands::settings,
            commands::change_setting,
            commands::dismiss_notice,
            consent_commands::show_consent,
            consent_commands::answer_question,
            consent_commands::fit_consent,
        ])
        .setup(move |app| {
            starts::obey_first(app.handle(), request)?;
            events::follow(app.handle().clone());
            let handle = app.handle().clone();
            app.manage(instance.serve(move |arguments| starts::obey(&handle, deep_link::read(arguments))));
            Ok(())
        })
        .build(context());
    match built {
        Ok(app) => app.run(|app, event| {
            if let RunEvent::ExitRequested { .. } = event {
                clipboard::end(app);
            }
        }),
        Err(error) => return failed(error),
    }
    ExitCode::SUCCESS
}

impl Connection {
    fn agent(&self) -> Result<&Agent, Problem> {
        self.0.as_ref().map_err(Problem::clone)
    }

    /// Starts the agent while GTK and WebKit start. A failure is met again, and told, by `events.rs`.
    fn start_early(&self) {
        let Ok(agent) = self.0.clone() else { return };
        let started = std::thread::spawn(move || drop(agent.agent()));
        if !has_session_bus() {
            // GLib then starts a bus and reads its words to their end: an agent that is started at the same moment
            // inherits the other end of that pipe, and the window would wait for as long as the agent lives.
            let _ = started.join();
        }
    }
}

/// Whether GLib finds a session bus without starting one.
fn has_session_bus() -> bool {
    let named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty());
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(std::path::PathBuf::from);
    named || folder.is_some_and(|folder| folder.join("bus").exists())
}

/// The configuration, the UI and the capabilities, built in.
#[expect(
    clippy::disallowed_methods,
    reason = "the macro's own code ends the process where it was built wrong"
)]
fn context() -> tauri::Context {
    tauri::generate_context!()
}

/// Says on standard error why there is no window.
fn failed(why: impl std::fmt::Display) -> ExitCode {
    // There is no other place to say it.
    let _ = writeln!(std::io::stderr(), "grantkeep-desktop cannot start: {why}");
    ExitCode::FAILURE
}
