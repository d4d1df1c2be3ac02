//! `grantkeep`: the command line of Grantkeep. It converts, asks the agent, and converts back; nothing else.
//!
//! Standard output carries the answer alone ([`output`]), everything else goes to standard error ([`messages`]).
#[cfg(not(unix))]
compile_error!("the agent's socket is a Unix socket: a named pipe for Windows is not built");

mod args;
mod clock;
mod commands;
mod credential;
mod exit;
mod messages;
mod output;
mod terminal;
mod words;

use std::process::ExitCode;

use crate::exit::Stop;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(messages::fault));
    let args = match args::parse(std::env::args_os()) {
        Ok(args) => args,
        Err(usage) => {
            // A reader that went away needs no help text.
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() { exit::USAGE } else { exit::DONE });
        }
    };
    let json = args.json_problems();
    match commands::run(args) {
        Ok(()) => ExitCode::from(exit::DONE),
        Err(stop) => {
            if let Stop::Problem(problem) = &stop {
                messages::problem(problem, json);
            }
            ExitCode::from(stop.exit_code())
        }
    }
}
