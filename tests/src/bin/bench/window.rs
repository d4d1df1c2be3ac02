//! The window from its start to its first paint, and its memory, against an empty Tauri window.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use grantkeep_tests::desktop::{Outcome, Part, Screen, Session, wait_until};
use tokio::time::Instant;

use crate::figure::{Against, Figure, Target, median};
use crate::{memory, run};

pub(crate) const NAMES: &[&str] = &["window_first_paint", "window_memory"];

/// Both figures, from alternating runs: ours with the agent that it starts, then the empty one.
pub(crate) async fn measure() -> Outcome<Vec<Figure>> {
    let session = Session::start().await?;
    let screen = session.display().screen()?;
    let (ours, empty) = (run::program("grantkeep-desktop")?, run::program("grantkeep-empty-window")?);
    // The first start of each makes folders and caches, which is not what is compared.
    once(&session, &screen, &ours).await?;
    once(&session, &screen, &empty).await?;
    let (mut our_runs, mut empty_runs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        our_runs.push(once(&session, &screen, &ours).await?);
        empty_runs.push(once(&session, &screen, &empty).await?);
    }
    let middle = |runs: &[Run], what: fn(&Run) -> f64| median(runs.iter().map(what).collect());
    Ok(vec![
        Figure {
            name: "window_first_paint",
            value: middle(&our_runs, |run| run.paint_ms),
            unit: "ms",
            against: Against::Peer(middle(&empty_runs, |run| run.paint_ms)),
            target: Target::Ratio(1.15),
        },
        Figure {
            name: "window_memory",
            value: middle(&our_runs, |run| run.memory_mib),
            unit: "MiB",
            against: Against::Peer(middle(&empty_runs, |run| run.memory_mib)),
            target: Target::Ratio(1.2),
        },
    ])
}

struct Run {
    paint_ms: f64,
    /// With the agent, where one runs.
    memory_mib: f64,
}

async fn once(session: &Session, screen: &Screen, program: &Path) -> Outcome<Run> {
    let mut command = session.command(program);
    let started = Instant::now();
    let mut window = session.spawn("bench-window", &mut command)?;
    let paint_ms = first_paint(screen, started).await?;
    // The page is there before the agent is.
    if program.ends_with("grantkeep-desktop") {
        wait_until("the agent", async || Ok(session.agent_pid()?.map(drop))).await?;
    }
    let agent = session.agent_pid()?.and_then(|pid| u32::try_from(pid.as_raw_pid()).ok());
    let memory_mib = memory::settled(window.pid(), agent).await?;
    window.kill();
    if agent.is_some() {
        session.kill_agent().await?;
    }
    wait_until("the end of the window", async || Ok(screen.largest()?.is_none().then_some(()))).await?;
    Ok(Run { paint_ms, memory_mib })
}

/// Looks at the middle of the window until there is text: letters have many colours at their edges.
async fn first_paint(screen: &Screen, started: Instant) -> Outcome<f64> {
    let looking = async {
        loop {
            if let Ok(Some(window)) = screen.largest() {
                let pixels = screen.pixels(window, MIDDLE).unwrap_or_default();
                let colours: HashSet<&[u8]> = pixels.chunks_exact(4).collect();
                if colours.len() >= TEXT {
                    return Outcome::Ok(started.elapsed().as_secs_f64() * 1000.0);
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await?
}

const RUNS: usize = 7;
const EVERY: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(30);
const MIDDLE: Part = Part { x: 560, y: 0, width: 80, height: 780 };
const TEXT: usize = 16;
