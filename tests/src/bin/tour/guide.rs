//! Pictures and words of the tour.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use grantkeep_tests::desktop::{Desktop, Failure, Outcome, wait_until, wait_within};
use tokio::time::Instant;

use crate::steps;

/// Where the pictures go, and what was seen so far.
pub(crate) struct Guide {
    out: PathBuf,
    pictures: Option<PathBuf>,
    number: usize,
    since: Instant,
}

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// The window.
    Window,
    /// The browser's tab.
    Browser,
}

/// Plays the tour; the outcome for the terminal.
pub(crate) async fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let started = Instant::now();
    let guide = match Guide::of(arguments) {
        Ok(guide) => guide,
        Err(failure) => {
            say(&format!("{failure}\nusage: tour --out DIR [--pictures DIR]"));
            return ExitCode::FAILURE;
        }
    };
    let out = guide.out.clone();
    say("The main job of Grantkeep, with the real window, browser, keyring and provider:");
    let outcome = play(guide).await;
    let took = seconds(started.elapsed());
    match outcome {
        Ok(()) => {
            say(&format!("Done in {took}. The pictures are in {}", out.display()));
            ExitCode::SUCCESS
        }
        Err(failure) => {
            say(&format!("Failed after {took}: {failure}\nThe pictures are in {}", out.display()));
            ExitCode::FAILURE
        }
    }
}

impl Guide {
    fn of(mut arguments: impl Iterator<Item = OsString>) -> Outcome<Self> {
        let (mut out, mut pictures) = (None, None);
        while let Some(argument) = arguments.next() {
            let value = arguments.next().map(PathBuf::from);
            match argument.to_str() {
                Some("--out") => out = value,
                Some("--pictures") => pictures = value,
                _ => return Err(Failure::new(format!("{} is not understood", argument.display()))),
            }
        }
        let out = out.ok_or_else(|| Failure::new("the folder is missing"))?;
        Ok(Self { out, pictures, number: 0, since: Instant::now() })
    }

    /// Takes a picture of what is there, and tells what led to it.
    pub(crate) async fn show(&mut self, desktop: &Desktop, shows: Shows, name: &str, said: &str) -> Outcome {
        let took = seconds(self.since.elapsed());
        self.number += 1;
        let picture = still(desktop, shows).await?;
        let file = format!("{:02}-{name}.png", self.number);
        fs::write(self.out.join(&file), &picture)?;
        say(&format!("{:>3}. {said:<68} {took:>7}  {file}", self.number));
        self.since = Instant::now();
        Ok(())
    }

    /// Keeps a picture of the window for the README, too.
    pub(crate) async fn keep(&self, desktop: &Desktop, name: &str) -> Outcome {
        let Some(folder) = &self.pictures else { return Ok(()) };
        fs::create_dir_all(folder)?;
        Ok(fs::write(folder.join(name), still(desktop, Shows::Window).await?)?)
    }
}

async fn play(mut guide: Guide) -> Outcome {
    empty(&guide.out)?;
    let mut desktop = Desktop::start().await?;
    guide.since = Instant::now();
    let outcome = steps::all(&mut guide, &mut desktop).await;
    if outcome.is_err() {
        // The failure of the step is what counts.
        let _ = desktop.record(&guide.out.join("failed")).await;
    }
    outcome
}

/// The picture once it moves no more.
async fn still(desktop: &Desktop, shows: Shows) -> Outcome<Vec<u8>> {
    if shows == Shows::Window {
        wait_until("the end of the transitions", async || {
            Ok((desktop.window.run(MOVING).await?.as_u64() == Some(0)).then_some(()))
        })
        .await?;
    }
    let mut before = picture(desktop, shows).await?;
    // Where something ticks no two are the same, and any is good.
    let _ = wait_within(Duration::from_millis(900), "a still picture", async || {
        let now = picture(desktop, shows).await?;
        let same = now == before;
        before = now;
        Ok(same.then_some(()))
    })
    .await;
    Ok(before)
}

async fn picture(desktop: &Desktop, shows: Shows) -> Outcome<Vec<u8>> {
    match shows {
        Shows::Window => desktop.picture().await,
        Shows::Browser => desktop.browser.picture().await,
    }
}

/// A folder without the pictures of an older tour.
fn empty(folder: &Path) -> Outcome {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "png") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn say(words: &str) {
    // A reader who left needs no more words.
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// How many transitions are under way; a spinner turns for good.
const MOVING: &str = "return document.getAnimations().filter((one) => \
    one.playState === 'running' && one.effect.getComputedTiming().iterations !== Infinity).length";
