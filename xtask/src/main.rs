//! `cargo xtask`: everything that is done to this repository, from setting up a machine to the tests.
//!
//! One file a command. Messages go to stderr; stdout carries what a command was asked for.

mod bench;
mod bindings;
mod catalog;
mod check;
mod icons;
mod openapi;
mod out;
mod packages;
mod process;
mod project;
mod run;
mod setup;
mod steps;
mod test;
mod tidy;
mod tour;

use std::process::ExitCode;

use lexopt::prelude::*;

use crate::out::{Failure, Outcome};

const HELP: &str = "\
Usage: cargo xtask <command> [options]

  run [--tour] [--release] [--yes]   sets up, builds and opens the app, with the practice provider beside it;
                                     without a display, or with --tour, plays the main job in a virtual one
  test [FILTER] [--yes]              everything that has to hold; FILTER is a step (`cargo xtask test --list`)
                                     or part of a test's name
  check [--yes]                      everything quick: format, lints, tidy, bindings, OpenAPI, UI types, licences
  bench [--json] [NAME]              the figures, from release builds
  tidy                               the house rules that no compiler checks
  bindings [--check]                 writes the TypeScript of the views, or says whether it is out of date
  openapi [--check]                  writes docs/openapi.json, or says whether it is out of date
  catalog [PROVIDER]                 where the provider catalog and five open lists disagree
  icons [--yes]                      makes the PNGs from icons/grantkeep.svg
  setup [--test] [--yes]             installs what is missing, and nothing else

--yes installs system packages without asking, as CI=true does.
";

fn main() -> ExitCode {
    process::end_children_on_signals();
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out::failed(&failure);
            ExitCode::FAILURE
        }
    }
}

/// What may follow a command's name. A command refuses what it has no use for.
#[derive(Default)]
struct Given {
    flags: Vec<String>,
    word: Option<String>,
}

impl Given {
    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }

    fn only(self, flags: &[&str], takes_word: bool) -> Outcome<Self> {
        if let Some(flag) = self.flags.iter().find(|flag| !flags.contains(&flag.as_str())) {
            return Err(Failure::new(format!("--{flag} means nothing here; see `cargo xtask --help`")));
        }
        match &self.word {
            Some(word) if !takes_word => Err(Failure::new(format!("`{word}` is one word too many"))),
            _ => Ok(self),
        }
    }
}

fn dispatch() -> Outcome {
    let Some((command, given)) = read_arguments()? else {
        out::answer(HELP);
        return Ok(());
    };
    match command.as_str() {
        "run" => {
            let given = given.only(&["tour", "release", "yes"], false)?;
            run::run(given.has("tour"), given.has("release"), given.has("yes"))
        }
        "tour" => {
            let given = given.only(&["release", "yes"], false)?;
            run::run(true, given.has("release"), given.has("yes"))
        }
        "test" => {
            let given = given.only(&["list", "yes"], true)?;
            if given.has("list") { test::list() } else { test::run(given.word.as_deref(), given.has("yes")) }
        }
        "check" => check::run(given.only(&["yes"], false)?.has("yes")),
        "bench" => {
            let given = given.only(&["json", "yes"], true)?;
            bench::run(given.has("json"), given.word.as_deref(), given.has("yes"))
        }
        "tidy" => given.only(&[], false).and_then(|_| tidy::run()),
        "bindings" => {
            if given.only(&["check"], false)?.has("check") {
                bindings::check()
            } else {
                bindings::write()
            }
        }
        "openapi" => {
            if given.only(&["check"], false)?.has("check") {
                openapi::check()
            } else {
                openapi::write()
            }
        }
        "catalog" => catalog::run(given.only(&[], true)?.word.as_deref()),
        "icons" => icons::run(given.only(&["yes"], false)?.has("yes")),
        "setup" => {
            let given = given.only(&["test", "yes"], false)?;
            let group = if given.has("test") { packages::Group::Test } else { packages::Group::Build };
            setup::everything(group, given.has("yes"))?;
            if group == packages::Group::Test { setup::cargo_deny() } else { Ok(()) }
        }
        other => Err(Failure::new(format!("there is no command `{other}`; see `cargo xtask --help`"))),
    }
}

/// Returns the command and what follows it, or `None` when help was asked for or nothing was.
fn read_arguments() -> Outcome<Option<(String, Given)>> {
    let mut command = None;
    let mut given = Given::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(Failure::from_error)? {
        match argument {
            Short('h') | Long("help") => return Ok(None),
            Short('y') => given.flags.push("yes".into()),
            Long(flag) => given.flags.push(flag.to_owned()),
            Value(word) => {
                let word = word.string().map_err(Failure::from_error)?;
                if command.is_none() {
                    command = Some(word);
                } else if given.word.replace(word).is_some() {
                    return Err(Failure::new("too many words; see `cargo xtask --help`"));
                }
            }
            Short(letter) => return Err(Failure::new(format!("-{letter} means nothing here"))),
        }
    }
    Ok(command.filter(|word| word != "help").map(|word| (word, given)))
}
