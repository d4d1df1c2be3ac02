//! `grantkeep authorize`: opens the browser and waits for what comes of it.

use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use grantkeep_api::requests::AuthorizationStarted;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{AccountView, AuthorizationOutcome, Code, Problem};
use grantkeep_api::{AccountId, Agent, browser};

use super::consent::{self, Where};
use crate::args::Authorize;
use crate::exit::Stop;
use crate::terminal::{self, Terminal, Typed};
use crate::{clock, messages, output, words};

/// Makes a link, brings it to the person, and waits for the outcome; Ctrl-C cancels.
///
/// # Errors
/// The agent's problem, or why the authorization failed.
pub(crate) fn run(args: &Authorize) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    // Taken before the browser starts, so that Ctrl-C cancels here and does not end the browser.
    let terminal = if std::io::stderr().is_terminal() { Terminal::take() } else { None };
    if args.paste && terminal.is_none() && std::io::stdin().is_terminal() {
        return Err(terminal::no_terminal("hand over the address on standard input").into());
    }
    let made = make_account(&agent, &args.id)?;
    let id = made.as_ref().unwrap_or(&args.id);
    let ended = begin(args, &agent, id, terminal.as_ref());
    messages::end_progress();
    match &ended {
        Ok(()) => messages::say(&format!("{id} is authorized")),
        Err(Stop::Interrupted | Stop::ClosedPipe) => {
            // The link is worthless after its time anyway.
            let _ = agent.cancel_authorization(id);
            messages::say("cancelled; the link is worthless");
        }
        Err(Stop::Problem(_) | Stop::Told(_)) => {}
    }
    if let (Some(made), Err(_)) = (&made, &ended) {
        unmake_account(&agent, made);
    }
    ended
}

/// Makes an account that its service does not have yet; its name, if it was made.
fn make_account(agent: &Agent, id: &AccountId) -> Result<Option<AccountId>, Stop> {
    match agent.account(id) {
        Ok(_) => return Ok(None),
        Err(problem) if problem.code == Code::NotFound => {}
        Err(problem) => return Err(problem.into()),
    }
    // It says the nearest name where there is no such service.
    let service = agent.service(&id.service)?;
    let title = id.account.clone();
    let made = consent::asked(agent, Where::Anywhere, || agent.add_account(&service.name, title.clone()))?;
    messages::say(&format!("{} is new", made.id));
    Ok(Some(made.id.parse().map_err(Problem::from)?))
}

/// Takes an account away again that nobody authorized: its name may be a slip of the keyboard.
fn unmake_account(agent: &Agent, id: &AccountId) {
    let is_unused = |account: AccountView| account.grant.is_none();
    if agent.account(id).is_ok_and(is_unused) && agent.delete_account(id, false).is_ok() {
        messages::say(&format!("{id} is gone again"));
    }
}

fn begin(args: &Authorize, agent: &Agent, id: &AccountId, terminal: Option<&Terminal>) -> Result<(), Stop> {
    let started = consent::asked(agent, Where::Anywhere, || agent.authorize(id, args.timeout, args.paste))?;
    show(args, &started)?;
    wait(args, agent, id, &started, terminal)
}

/// Brings the link to the person. A browser that does not open is no reason to give up.
fn show(args: &Authorize, started: &AuthorizationStarted) -> Result<(), Stop> {
    if args.print_link {
        output::write_link(&started.link)?;
    } else if let Err(problem) = browser::open_link(&started.link) {
        messages::problem(&problem, false);
        messages::say("open this link in a browser:");
        output::tell_link(&started.link);
    }
    if args.paste && std::io::stdin().is_terminal() {
        messages::say("paste the address that the browser ends on, and press enter (it is not shown)");
    }
    Ok(())
}

/// What the wait may hear of.
enum Heard {
    Typed(Typed),
    Outcome(Result<AuthorizationOutcome, Problem>),
}

fn wait(
    args: &Authorize,
    agent: &Agent,
    id: &AccountId,
    started: &AuthorizationStarted,
    terminal: Option<&Terminal>,
) -> Result<(), Stop> {
    let (sender, heard) = mpsc::channel();
    watch_outcome(agent.clone(), id.clone(), started.pending.id.clone(), sender.clone());
    let pastes_in_terminal = std::io::stdin().is_terminal();
    if args.paste && !pastes_in_terminal {
        read_stdin(sender.clone());
    }
    watch_keyboard(terminal, sender);
    let mut helped = false;
    loop {
        let left = started.pending.expires_at_ms - clock::now_ms();
        // A wrong redirect URI shows on the provider's page and never comes back.
        if !helped && clock::now_ms() - started.pending.started_at_ms >= HELP_AFTER_MS {
            helped = true;
            messages::end_progress();
            messages::say(&format!(
                "hint: does the page show an error about the redirect URI? run grantkeep doctor --redirect {id}"
            ));
        }
        messages::progress(&format!(
            "waiting for the browser · {} left · ctrl-c cancels",
            words::countdown(left)
        ));
        let outcome = match heard.recv_timeout(TICK) {
            Ok(Heard::Typed(Typed::Line(address))) if args.paste && !address.is_empty() => {
                messages::progress("looking at the answer …");
                match agent.paste_redirect(id, address) {
                    Err(problem) if pastes_in_terminal && can_paste_again(problem.code) => {
                        messages::end_progress();
                        messages::problem(&problem, false);
                        continue;
                    }
                    outcome => outcome?,
                }
            }
            Ok(Heard::Typed(Typed::Interrupted)) => return Err(Stop::Interrupted),
            Ok(Heard::Typed(Typed::End)) if args.paste => return Err(Stop::Interrupted),
            Ok(Heard::Outcome(outcome)) => outcome?,
            Ok(Heard::Typed(Typed::Line(_) | Typed::End)) | Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Problem::new(Code::Internal, "nobody waits for the outcome").into());
            }
        };
        match outcome {
            AuthorizationOutcome::Waiting => {}
            AuthorizationOutcome::Done => return Ok(()),
            AuthorizationOutcome::Failed { problem } => return Err(problem.into()),
            AuthorizationOutcome::Cancelled => {
                return Err(Problem::new(Code::Cancelled, "the authorization was cancelled elsewhere").into());
            }
        }
    }
}

/// An address that was pasted wrongly; the authorization still waits.
fn can_paste_again(code: Code) -> bool {
    matches!(code, Code::NotAnAnswer | Code::WrongState | Code::WrongIssuer | Code::InvalidInput)
}

fn watch_outcome(agent: Agent, id: AccountId, pending: String, sender: Sender<Heard>) {
    std::thread::spawn(move || {
        loop {
            let outcome = agent.outcome(&id, &pending);
            let waits = matches!(outcome, Ok(AuthorizationOutcome::Waiting));
            if sender.send(Heard::Outcome(outcome)).is_err() || !waits {
                return;
            }
        }
    });
}

fn watch_keyboard(terminal: Option<&Terminal>, sender: Sender<Heard>) {
    let Some(mut keyboard) = terminal.and_then(|terminal| terminal.keyboard().ok()) else { return };
    std::thread::spawn(move || {
        loop {
            let typed = keyboard.next().unwrap_or(Typed::End);
            let ended = matches!(typed, Typed::End);
            if sender.send(Heard::Typed(typed)).is_err() || ended {
                return;
            }
        }
    });
}

/// The first line of standard input is the address.
fn read_stdin(sender: Sender<Heard>) {
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().take(MAX_ADDRESS).read_line(&mut line);
        let address = SecretInput::from(line.trim().to_owned());
        let typed = if read.is_err() || address.is_empty() { Typed::End } else { Typed::Line(address) };
        // Nobody waits any more where sending fails.
        let _ = sender.send(Heard::Typed(typed));
    });
}

/// Milliseconds after which help is offered.
const HELP_AFTER_MS: i64 = 20_000;

/// The countdown shows seconds.
const TICK: Duration = Duration::from_millis(250);

const MAX_ADDRESS: u64 = 64 * 1024;
