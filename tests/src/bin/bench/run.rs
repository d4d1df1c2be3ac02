//! Which figures are measured, and how they are told.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use grantkeep_tests::desktop::{Failure, Outcome, root};

use crate::figure::Figure;
use crate::{agent, many, redirect, token, window};

/// Measures and prints; fails when something could not be measured.
pub(crate) async fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let mut json = false;
    let mut wanted = String::new();
    for argument in arguments {
        if argument == "--json" {
            json = true;
        } else {
            wanted = argument;
        }
    }
    let mut well = true;
    let mut any = false;
    if !json {
        say(&Figure::head());
    }
    let parts = [
        window::NAMES,
        agent::NAMES,
        redirect::NAMES,
        token::NAMES,
        token::REFRESH_NAMES,
        many::NAMES,
        many::CROWD_NAMES,
    ];
    // A whole name picks that figure alone.
    let whole = parts.iter().any(|names| names.contains(&wanted.as_str()));
    let is_wanted = |name: &str| if whole { name == wanted } else { name.contains(&wanted) };
    for (part, names) in parts.into_iter().enumerate() {
        if !names.iter().any(|name| is_wanted(name)) {
            continue;
        }
        any = true;
        let figures = match part {
            0 => window::measure().await,
            1 => agent::measure().await,
            2 => redirect::measure().await,
            3 => token::measure().await,
            4 => token::refresh().await,
            5 => many::measure().await,
            _ => many::crowd().await,
        };
        match figures {
            Ok(figures) => {
                for figure in figures.iter().filter(|figure| is_wanted(figure.name)) {
                    say(&if json { figure.json() } else { figure.line() });
                }
            }
            Err(failure) => {
                well = false;
                complain(&format!("{} could not be measured: {failure}", names.join(" and ")));
            }
        }
    }
    if !any {
        complain(&format!("no figure's name contains “{wanted}”"));
    }
    if well && any { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The folder of the release programs.
pub(crate) fn programs() -> Outcome<PathBuf> {
    let named = ["GRANTKEEP_BENCH_PROGRAMS", "GRANTKEEP_TEST_PROGRAMS"].into_iter();
    let folder = named.filter_map(std::env::var_os).find(|folder| !folder.is_empty()).map(PathBuf::from);
    Ok(std::path::absolute(folder.unwrap_or_else(|| root().join("target").join("release")))?)
}

/// A release program.
pub(crate) fn program(name: &str) -> Outcome<PathBuf> {
    let path = programs()?.join(name);
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::new(format!("{} is not there: run `cargo xtask bench`", path.display())))
}

fn say(words: &str) {
    // A reader who left needs no more words.
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn complain(words: &str) {
    let _ = writeln!(std::io::stderr(), "bench: {words}");
}
