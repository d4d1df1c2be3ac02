//! `grantkeep man` and `grantkeep completions`: made from the command line's own description.

use std::io;
use std::path::Path;

use clap::CommandFactory as _;
use grantkeep_api::views::{Code, Problem};

use crate::args::{Args, Completions, Man};
use crate::exit::Stop;
use crate::{messages, output};

/// Writes the manual page, or one a command to a folder.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn run(args: &Man) -> Result<(), Stop> {
    let mut command = Args::command();
    command.build();
    match &args.dir {
        None => output::write(&page(&command)?),
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
            let count = write_pages(&command, folder)?;
            messages::say(&format!("{count} pages are in {}", folder.display()));
            Ok(())
        }
    }
}

/// Writes a shell's completions.
///
/// # Errors
/// As [`output::write`].
pub(crate) fn completions(args: &Completions) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "grantkeep", &mut script);
    output::write(&String::from_utf8_lossy(&script))
}

fn write_pages(command: &clap::Command, folder: &Path) -> Result<usize, Stop> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let file = folder.join(format!("{name}.1"));
    std::fs::write(&file, page(command)?).map_err(|error| cannot_write(&file, &error))?;
    let mut count = 1;
    for below in command.get_subcommands() {
        count += write_pages(below, folder)?;
    }
    Ok(count)
}

fn page(command: &clap::Command) -> Result<String, Problem> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut page)
        .map_err(|error| Problem::new(Code::Internal, "the page cannot be made").detail(error.to_string()))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn cannot_write(path: &Path, error: &io::Error) -> Problem {
    Problem::new(Code::InvalidInput, "the pages cannot be written")
        .detail(format!("{}: {error}", path.display()))
}
