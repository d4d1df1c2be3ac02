//! The commands for history, timelines and the forecast, and saving them as files.

use std::path::{Path, PathBuf};

use grantkeep_api::requests::HistoryQuery;
use grantkeep_api::views::{
    AccountView, Code, EventView, ForecastView, HistoryView, Problem, ServiceView, TimelineView,
};
use grantkeep_api::{AccountId, Agent, calendar, export};
use serde::Deserialize;
use tauri::{AppHandle, command};

use crate::clipboard;
use crate::commands::{Answer, ask};

/// How a history is written.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    Csv,
    Json,
}

#[command]
pub(crate) async fn history(app: AppHandle, query: HistoryQuery) -> Answer<HistoryView> {
    ask(&app, move |_, agent| page(agent, &query)).await
}

/// Asks where, and saves all lines that match there. Returns the file's name; nothing where the person cancelled.
#[command]
pub(crate) async fn save_history(
    app: AppHandle,
    query: HistoryQuery,
    format: Format,
) -> Answer<Option<String>> {
    ask(&app, move |app, agent| {
        let (name, text) = match format {
            Format::Csv => ("grantkeep-history.csv", export::history_csv(&all(agent, query)?)),
            Format::Json => ("grantkeep-history.json", export::history_json(&all(agent, query)?)),
        };
        save(app, name, &text)
    })
    .await
}

/// Copies all lines that match. Returns how many.
#[command]
pub(crate) async fn copy_history(app: AppHandle, query: HistoryQuery, format: Format) -> Answer<usize> {
    ask(&app, move |app, agent| {
        let events = all(agent, query)?;
        let text = match format {
            Format::Csv => export::history_csv(&events),
            Format::Json => export::history_json(&events),
        };
        clipboard::copy_text(app, &text)?;
        Ok(events.len())
    })
    .await
}

#[command]
pub(crate) async fn timeline(app: AppHandle, id: AccountId, days: u32) -> Answer<TimelineView> {
    ask(&app, move |_, agent| agent.timeline(&id, days)).await
}

#[command]
pub(crate) async fn forecast(app: AppHandle) -> Answer<ForecastView> {
    ask(&app, |_, agent| agent.forecast()).await
}

/// Asks where, and saves the forecast as a calendar there.
#[command]
pub(crate) async fn save_forecast(app: AppHandle) -> Answer<Option<String>> {
    ask(&app, |app, agent| save(app, "grantkeep.ics", &calendar::calendar(&agent.forecast()?))).await
}

#[command]
pub(crate) async fn set_grant_life(app: AppHandle, id: AccountId, days: Option<u32>) -> Answer<AccountView> {
    ask(&app, move |_, agent| agent.set_grant_life(&id, days)).await
}

#[command]
pub(crate) async fn set_secret_expiry(
    app: AppHandle,
    name: String,
    expires_at_ms: Option<i64>,
) -> Answer<ServiceView> {
    ask(&app, move |_, agent| agent.set_secret_expiry(&name, expires_at_ms)).await
}

/// An account has a route of its own, which knows its service's lines, too.
fn page(agent: &Agent, query: &HistoryQuery) -> Answer<HistoryView> {
    match query.name.as_deref().filter(|name| name.contains('/')) {
        Some(name) => {
            let id = name.parse::<AccountId>().map_err(Problem::from)?;
            agent.account_history(&id, &HistoryQuery { name: None, ..query.clone() })
        }
        None => agent.history(query),
    }
}

/// Every line that matches, the newest first.
fn all(agent: &Agent, mut query: HistoryQuery) -> Answer<Vec<EventView>> {
    let mut events = Vec::new();
    query.limit = Some(AT_ONCE);
    loop {
        let found = page(agent, &query)?;
        events.extend(found.events);
        query.before = found.next;
        if found.next.is_none() {
            return Ok(events);
        }
    }
}

fn save(app: &AppHandle, name: &str, text: &str) -> Answer<Option<String>> {
    let Some(path) = ask_where(app, name)? else { return Ok(None) };
    write(&path, text)?;
    Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()))
}

fn write(path: &Path, text: &str) -> Answer<()> {
    std::fs::write(path, text).map_err(|error| {
        Problem::new(Code::InvalidInput, "the file can't be written")
            .detail(error.to_string())
            .hint("choose another place, or free some space")
    })
}

/// The system's own dialog; `None` where the person cancelled.
#[cfg(target_os = "linux")]
fn ask_where(app: &AppHandle, name: &str) -> Answer<Option<PathBuf>> {
    use gtk::prelude::{FileChooserExt as _, NativeDialogExt as _};
    use tauri::Manager as _;

    let (sender, chosen) = std::sync::mpsc::channel();
    let name = name.to_owned();
    let window = app.get_webview_window(crate::window::LABEL);
    let asked = app.run_on_main_thread(move || {
        let parent = window.and_then(|window| window.gtk_window().ok());
        let save = gtk::FileChooserAction::Save;
        let dialog = gtk::FileChooserNative::new(Some("Save"), parent.as_ref(), save, Some("_Save"), None);
        dialog.set_current_name(&name);
        dialog.set_do_overwrite_confirmation(true);
        // It stays as long as something holds it, and nothing does after its answer.
        let held = std::cell::Cell::new(Some(dialog.clone()));
        dialog.connect_response(move |dialog, response| {
            let path = (response == gtk::ResponseType::Accept).then(|| dialog.filename()).flatten();
            // Nobody waits any more: the window is closing.
            let _ = sender.send(path);
            drop(held.take());
        });
        dialog.show();
    });
    let no_dialog = |error: String| Problem::new(Code::Internal, "this window can't ask where").detail(error);
    asked.map_err(|error| no_dialog(error.to_string()))?;
    chosen.recv().map_err(|error| no_dialog(error.to_string()))
}

/// The folder for downloads, under a name that is free.
#[cfg(not(target_os = "linux"))]
fn ask_where(app: &AppHandle, name: &str) -> Answer<Option<PathBuf>> {
    use tauri::Manager as _;

    let folder = app.path().download_dir().map_err(|error| {
        Problem::new(Code::Internal, "there is no folder for downloads").detail(error.to_string())
    })?;
    Ok(Some(free_name(&folder, name)))
}

/// `name` in `folder`, with a number before its ending where it is taken.
#[cfg(any(test, not(target_os = "linux")))]
fn free_name(folder: &Path, name: &str) -> PathBuf {
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    let numbered = (2..).map(|number| folder.join(format!("{stem}-{number}.{ending}")));
    let mut names = std::iter::once(folder.join(name)).chain(numbered);
    names.find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}

/// Lines asked for at once.
const AT_ONCE: u32 = 5_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_a_name_that_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let free = || free_name(folder.path(), "grantkeep.ics");

        let first = free();
        write(&first, "one").unwrap();
        let second = free();
        write(&second, "two").unwrap();

        assert_eq!(first, folder.path().join("grantkeep.ics"));
        assert_eq!(second, folder.path().join("grantkeep-2.ics"));
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
    }

    #[test]
    fn a_file_that_can_not_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();

        let problem = write(&folder.path().join("nowhere/grantkeep.ics"), "").unwrap_err();

        assert_eq!(problem.title, "the file can't be written");
        assert!(!problem.hint.is_empty());
    }
}
