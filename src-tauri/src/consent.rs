//! The consent window (R-AG-09): it opens when a program asks, and closes when no question is left.
//!
//! The page shows the oldest question first; so does this module where it has to know which one that is. A process
//! that was started for questions alone (`--consent`) ends with the last of them, unless the main window was opened
//! meanwhile.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use grantkeep_api::Agent;
use grantkeep_api::views::{Answer, Problem, QuestionView};
use tauri::{AppHandle, LogicalSize, Manager as _, WebviewWindow, WindowEvent};

use crate::{Connection, window};

/// The consent window.
pub(crate) const LABEL: &str = "consent";

/// The questions that wait for an answer. Managed by Tauri.
#[derive(Default)]
pub(crate) struct Questions(Mutex<State>);

#[derive(Default)]
struct State {
    /// The oldest first.
    open: Vec<QuestionView>,
    /// The last answer that our own window gave: there is nothing to say about that question's end.
    answered: Option<String>,
    /// The process was started for questions alone.
    alone: bool,
}

/// What becomes of the window when a question is gone.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// It shows the next question.
    Stay,
    /// It says what became of the last one, and closes then.
    CloseSoon,
    /// It closes.
    Close,
}

/// The process is there for questions alone: the first snapshot tells whether there are any.
pub(crate) fn start_alone(app: &AppHandle) {
    questions(app).alone = true;
}

/// Everything is told anew: these are the questions.
pub(crate) fn renew(app: &AppHandle, all: &[QuestionView]) {
    let none = {
        let mut state = questions(app);
        state.renew(all.to_vec());
        state.open.is_empty()
    };
    if none { close(app) } else { show(app) }
}

/// A program asks.
pub(crate) fn ask(app: &AppHandle, question: &QuestionView) {
    questions(app).add(question.clone());
    show(app);
}

/// A question was answered, or ran out.
pub(crate) fn gone(app: &AppHandle, id: &str) {
    let next = questions(app).remove(id);
    match next {
        Next::Stay => retitle(app),
        Next::Close => close(app),
        Next::CloseSoon => {
            let app = app.clone();
            std::thread::spawn(move || {
                std::thread::sleep(SAID_FOR);
                if questions(&app).open.is_empty() {
                    close(&app);
                }
            });
        }
    }
}

/// The agent is lost, and its questions with it.
pub(crate) fn lost(app: &AppHandle) {
    questions(app).open.clear();
    close(app);
}

/// Another start, or the Programs page, wants the questions to be seen. Asks the agent: never on the main thread.
pub(crate) fn look(app: &AppHandle) {
    // The stream that tells of new ones may be a moment behind. What it cannot tell, nobody can.
    if let Ok(all) = app.state::<Connection>().agent().and_then(Agent::questions)
        && !all.is_empty()
    {
        questions(app).renew(all);
        show(app);
        if let Some(window) = app.get_webview_window(LABEL) {
            window::raise(window);
        }
    }
}

/// Tells the agent what the person chose in the consent window.
pub(crate) fn answer(app: &AppHandle, agent: &Agent, id: &str, answer: Answer) -> Result<(), Problem> {
    questions(app).answered = Some(id.to_owned());
    agent.answer(id, answer)
}

/// Gives the window the height of its page, and shows it the first time.
pub(crate) fn fit(app: &AppHandle, height: f64) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    // All of this is best effort: the page scrolls where it does not fit. GTK lets no program resize a window that
    // cannot be resized, so this one has only one size that it can have.
    let size = LogicalSize::new(WIDTH, sensible(height));
    let _ = window.set_min_size(Some(size)).and_then(|()| window.set_max_size(Some(size)));
    let _ = window.set_size(size);
    if !window.is_visible().unwrap_or(true) {
        window::raise(window);
    }
}

impl State {
    fn renew(&mut self, all: Vec<QuestionView>) {
        self.open = all;
        self.open.sort_by(|one, other| (one.asked_at_ms, &one.id).cmp(&(other.asked_at_ms, &other.id)));
    }

    fn add(&mut self, question: QuestionView) {
        let mut all = std::mem::take(&mut self.open);
        all.retain(|one| one.id != question.id);
        all.push(question);
        self.renew(all);
    }

    fn remove(&mut self, id: &str) -> Next {
        let before = self.open.len();
        self.open.retain(|one| one.id != id);
        if !self.open.is_empty() || before == 0 {
            Next::Stay
        } else if self.answered.as_deref() == Some(id) {
            Next::Close
        } else {
            Next::CloseSoon
        }
    }

    /// The window's title, by the question that it shows.
    fn title(&self) -> &'static str {
        match self.open.first() {
            Some(question) if question.service.is_none() => "A program asks to manage Grantkeep",
            _ => "A program asks for a token",
        }
    }
}

/// Opens the window where it is not open. Its page shows it, once it knows its height.
fn show(app: &AppHandle) {
    let this = app.clone();
    // Where the window cannot be built there is no place to say so: the question runs out, as a refusal.
    let _ = app.run_on_main_thread(move || {
        // A question may have gone on the way here.
        let any = !questions(&this).open.is_empty();
        if any && this.get_webview_window(LABEL).is_none() {
            open(&this).unwrap_or_default();
        }
        retitle(&this);
    });
}

fn open(app: &AppHandle) -> tauri::Result<()> {
    let window = window::build(app, LABEL, |_, _| {})?;
    let this = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event
            && refuse_first(&this)
        {
            api.prevent_close();
        }
    });
    // A page that never says its height must not keep the window away.
    std::thread::spawn(move || {
        std::thread::sleep(window::SHOWN_AT_THE_LATEST);
        if !window.is_visible().unwrap_or(true) {
            window::raise(window);
        }
    });
    Ok(())
}

/// Closing the window refuses what it shows. Whether there was anything to refuse.
fn refuse_first(app: &AppHandle) -> bool {
    let Some(id) = questions(app).open.first().map(|question| question.id.clone()) else { return false };
    let app = app.clone();
    std::thread::spawn(move || {
        let refused =
            app.state::<Connection>().agent().and_then(|agent| answer(&app, agent, &id, Answer::Refuse));
        if refused.is_err() {
            // The question runs out without us; a window that the person wants to be gone goes.
            close(&app);
        }
    });
    true
}

/// Closes the window. A process that was there for questions alone ends with it.
fn close(app: &AppHandle) {
    match app.get_webview_window(LABEL) {
        // The last window takes the process along.
        Some(window) => window.destroy().unwrap_or_default(),
        None if questions(app).alone && app.webview_windows().is_empty() => app.exit(0),
        None => {}
    }
}

fn retitle(app: &AppHandle) {
    let title = questions(app).title();
    let set = |window: WebviewWindow| window.set_title(title);
    app.get_webview_window(LABEL).map_or(Ok(()), set).unwrap_or_default();
}

fn questions(app: &AppHandle) -> MutexGuard<'_, State> {
    app.state::<Questions>().inner().0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A height that the page may ask for.
fn sensible(height: f64) -> f64 {
    if height.is_finite() { height.clamp(LOWEST, HIGHEST) } else { LOWEST }
}

const WIDTH: f64 = 460.0;
const LOWEST: f64 = 80.0;
const HIGHEST: f64 = 720.0;
/// How long the window says that a question was answered elsewhere, or ran out.
const SAID_FOR: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use grantkeep_api::views::{ProgramKind, ProgramView};

    use super::*;

    #[test]
    fn the_window_closes_with_the_last_question() {
        let mut state = State::default();
        state.add(question("2", 20, Some("podio")));
        state.add(question("1", 10, Some("podio")));
        state.add(question("2", 20, Some("podio")));
        assert_eq!(ids(&state), ["1", "2"], "the oldest first, each once");

        state.answered = Some("1".to_owned());
        assert_eq!(state.remove("1"), Next::Stay, "there is another one");
        assert_eq!(state.remove("2"), Next::CloseSoon, "answered elsewhere, or run out: the window says so");
        assert_eq!(state.remove("2"), Next::Stay, "told twice");
        state.add(question("3", 30, Some("podio")));
        state.answered = Some("3".to_owned());
        assert_eq!(state.remove("3"), Next::Close, "the person just answered it here");
    }

    #[test]
    fn the_title_says_what_is_asked() {
        let mut state = State::default();
        state.renew(vec![question("2", 20, Some("podio")), question("1", 10, None)]);
        assert_eq!(state.title(), "A program asks to manage Grantkeep");
        assert_eq!(state.remove("1"), Next::Stay);
        assert_eq!(state.title(), "A program asks for a token");
    }

    #[test]
    fn the_page_cannot_ask_for_any_height() {
        let cases = [
            (432.0, 432.0, "as it is"),
            (0.0, LOWEST, "too low"),
            (1.0e9, HIGHEST, "too high"),
            (f64::NAN, LOWEST, "no number"),
        ];
        for (asked, height, why) in cases {
            assert!((sensible(asked) - height).abs() < f64::EPSILON, "{asked}: {why}");
        }
    }

    fn ids(state: &State) -> Vec<&str> {
        state.open.iter().map(|question| question.id.as_str()).collect()
    }

    fn question(id: &str, asked_at_ms: i64, service: Option<&str>) -> QuestionView {
        let program =
            ProgramView { name: "report-builder".to_owned(), path: None, kind: ProgramKind::Program };
        QuestionView {
            id: id.to_owned(),
            program,
            pid: None,
            started_by: None,
            service: service.map(str::to_owned),
            account: None,
            known: false,
            may_always: true,
            asked_at_ms,
            expires_at_ms: asked_at_ms + 60_000,
        }
    }
}
