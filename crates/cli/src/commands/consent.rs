//! The person's permission, where the agent wants it (R-AG-04, R-AG-09): asked on their terminal or in the window.

use std::io;
use std::process::Child;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use grantkeep_api::Agent;
use grantkeep_api::views::{Answer, Code, Problem, ProgramKind, QuestionOutcome, QuestionView};

use super::window;
use crate::exit::Stop;
use crate::{clock, messages, terminal, words};

/// Where the person may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// On the terminal, else in the window.
    Anywhere,
    /// In the window alone: whoever started this program wants no prompt.
    Window,
    /// Nowhere.
    Nowhere,
}

/// Asks the agent; where it wants the person's permission, gets it and asks again.
///
/// # Errors
/// The agent's problem; [`Code::ConsentRequired`] where the person said no or cannot be asked.
pub(crate) fn asked<T>(
    agent: &Agent,
    place: Where,
    mut ask: impl FnMut() -> Result<T, Problem>,
) -> Result<T, Stop> {
    // A permission for once may go to another request of the same program: then it is asked again.
    for _ in 0..ROUNDS {
        match ask() {
            Err(problem) if problem.code == Code::ConsentRequired => match problem.question.clone() {
                Some(question) => obtain(agent, place, &question, problem)?,
                None => return Err(refused(problem, Refused::NobodyAsked)),
            },
            answered => return Ok(answered?),
        }
    }
    Ok(ask()?)
}

/// Gets the person's answer, or says why there is none.
fn obtain(agent: &Agent, place: Where, id: &str, problem: Problem) -> Result<(), Stop> {
    if place == Where::Nowhere {
        return Err(refused(problem, Refused::NobodyAsked));
    }
    let question = agent.questions()?.into_iter().find(|question| question.id == id);
    let allowed = match &question {
        // It was answered already, or ran out.
        None => agent.question(id)? == QuestionOutcome::Allowed,
        Some(question) if place == Where::Anywhere && may_ask_here(question) && terminal::can_ask() => {
            on_terminal(agent, question)?
        }
        Some(question) if window::has_display() => match window::start("--consent")? {
            Some(window) => in_window(agent, question, window)?,
            None => return Err(refused(problem, Refused::NobodyAsked)),
        },
        Some(_) => return Err(refused(problem, Refused::NobodyAsked)),
    };
    if allowed { Ok(()) } else { Err(refused(problem, Refused::NotAllowed)) }
}

/// A terminal consents to tokens, for itself; managing is allowed in the window (R-AG-08).
fn may_ask_here(question: &QuestionView) -> bool {
    question.service.is_some()
}

/// Asks on the terminal, and takes an answer from the window, too, if one comes first.
fn on_terminal(agent: &Agent, question: &QuestionView) -> Result<bool, Stop> {
    let (sender, heard) = mpsc::channel();
    let (watcher, id, elsewhere) = (agent.clone(), question.id.clone(), sender.clone());
    std::thread::spawn(move || watch(&watcher, &id, &elsewhere));
    let prompt = format!("{} [o]nce, 1 [h]our, [n]o: ", in_words(question));
    std::thread::spawn(move || type_answers(&prompt, &sender));
    match heard.recv() {
        Ok(Heard::Typed(answer)) => {
            agent.answer(&question.id, answer)?;
            Ok(answer != Answer::Refuse)
        }
        Ok(Heard::Outcome(outcome)) => {
            // The prompt's line is still open.
            messages::say("");
            Ok(outcome? == QuestionOutcome::Allowed)
        }
        Ok(Heard::Nothing) | Err(_) => Err(Stop::Interrupted),
    }
}

/// Waits for the answer in the window, which was started.
fn in_window(agent: &Agent, question: &QuestionView, mut window: Child) -> Result<bool, Stop> {
    let (sender, heard) = mpsc::channel();
    let (watcher, id) = (agent.clone(), question.id.clone());
    std::thread::spawn(move || watch(&watcher, &id, &sender));
    loop {
        let left = words::countdown(question.expires_at_ms - clock::now_ms());
        messages::progress(&format!("waiting for your answer in the window · {left} left · ctrl-c gives up"));
        let outcome = match heard.recv_timeout(TICK) {
            Ok(Heard::Outcome(outcome)) => outcome,
            // One that only woke a window that runs ends well.
            Err(RecvTimeoutError::Timeout) => match window.try_wait() {
                Ok(Some(status)) if !status.success() => Ok(QuestionOutcome::Refused),
                _ => continue,
            },
            Ok(Heard::Typed(_) | Heard::Nothing) | Err(RecvTimeoutError::Disconnected) => {
                Ok(QuestionOutcome::Refused)
            }
        };
        messages::end_progress();
        return Ok(outcome? == QuestionOutcome::Allowed);
    }
}

/// What the wait may hear of.
enum Heard {
    Typed(Answer),
    Outcome(Result<QuestionOutcome, Problem>),
    /// The person ended the input.
    Nothing,
}

/// Watches the question until it is answered somewhere.
fn watch(agent: &Agent, id: &str, sender: &Sender<Heard>) {
    loop {
        match agent.question(id) {
            Ok(QuestionOutcome::Waiting) => {}
            // Nobody waits any more where sending fails.
            ended => return drop(sender.send(Heard::Outcome(ended))),
        }
    }
}

/// Reads lines until one is an answer.
fn type_answers(prompt: &str, sender: &Sender<Heard>) {
    let typed = loop {
        match terminal::ask_shown(prompt).map(|line| line.map(|line| answer_of(&line))) {
            Ok(Some(Some(answer))) => break Heard::Typed(answer),
            Ok(Some(None)) => {}
            Ok(None) | Err(io::Error { .. }) => break Heard::Nothing,
        }
    };
    // Nobody waits any more where sending fails.
    let _ = sender.send(typed);
}

fn answer_of(line: &str) -> Option<Answer> {
    match line.to_lowercase().as_str() {
        "o" | "once" => Some(Answer::Once),
        "h" | "1h" | "hour" | "1 hour" => Some(Answer::Hour),
        "n" | "no" => Some(Answer::Refuse),
        _ => None,
    }
}

fn in_words(question: &QuestionView) -> String {
    let service = question.service.as_deref().unwrap_or_default();
    let program = match question.program.kind {
        ProgramKind::Terminal => "this terminal".to_owned(),
        ProgramKind::Program | ProgramKind::Interpreter | ProgramKind::Unknown => {
            let path = question.program.path.as_deref().filter(|path| !path.is_empty());
            let pid = question.pid.map(|pid| format!(", process {pid}")).unwrap_or_default();
            match path {
                Some(path) => format!("{} ({path}{pid})", question.program.name),
                None => question.program.name.clone(),
            }
        }
    };
    words::plain(&format!("{service}: allow {program} to get its token?"))
}

/// Why there is no permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    /// The person said no, or nothing in time.
    NotAllowed,
    /// There is no place to ask at.
    NobodyAsked,
}

/// What to do then.
fn refused(problem: Problem, why: Refused) -> Stop {
    let (detail, hint) = match why {
        Refused::NotAllowed => ("it was not allowed, or not in time", "ask again to be asked again"),
        Refused::NobodyAsked => (
            "there is no terminal and no window here to ask you at",
            "run grantkeep access allow terminal NAME on a terminal, allow the program on the page Programs of \
             the window, or on a server give the agent GRANTKEEP_PASSPHRASE_FILE",
        ),
    };
    Stop::Problem(problem.detail(detail).hint(hint))
}

/// How often a permission is asked for again.
const ROUNDS: u32 = 2;

/// The countdown shows seconds.
const TICK: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use grantkeep_api::views::ProgramView;

    use super::*;

    #[test]
    fn answers_are_read_as_they_are_asked_for() {
        let cases = [
            ("o", Some(Answer::Once), "the letter"),
            ("Once", Some(Answer::Once), "the word"),
            ("h", Some(Answer::Hour), "the letter"),
            ("n", Some(Answer::Refuse), "no"),
            ("", None, "enter alone is no consent"),
            ("y", None, "for how long?"),
            ("a", None, "always is given in the window (R-AG-09)"),
        ];
        for (line, answer, why) in cases {
            assert_eq!(answer_of(line), answer, "{line:?}: {why}");
        }
    }

    #[test]
    fn the_person_sees_who_asks() {
        let program = |name: &str, path: Option<&str>, kind| ProgramView {
            name: name.to_owned(),
            path: path.map(str::to_owned),
            kind,
        };
        let cases = [
            (program("xterm", None, ProgramKind::Terminal), "podio: allow this terminal to get its token?"),
            (
                program("git", Some("/usr/bin/git"), ProgramKind::Program),
                "podio: allow git (/usr/bin/git, process 7) to get its token?",
            ),
            (program("e\x1b[2Jvil", None, ProgramKind::Unknown), "podio: allow e[2Jvil to get its token?"),
        ];
        for (program, text) in cases {
            let question = QuestionView {
                id: "1".to_owned(),
                program,
                pid: Some(7),
                started_by: None,
                service: Some("podio".to_owned()),
                account: None,
                known: false,
                may_always: false,
                asked_at_ms: 0,
                expires_at_ms: 0,
            };
            assert_eq!(in_words(&question), text);
        }
    }
}
