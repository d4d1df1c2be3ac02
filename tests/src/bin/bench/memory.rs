//! Proportional memory: what a process has to itself, and its share of what it has in common with others.

use std::fs;

use grantkeep_tests::desktop::{Failure, Outcome, wait_until};

/// The PSS of all processes of a process group, and of one more, in MiB, once it grows no more.
pub(crate) async fn settled(group: u32, another: Option<u32>) -> Outcome<f64> {
    let mut before = 0.0;
    let mut calm = 0;
    wait_until("the memory to settle", async || {
        let mut now = 0.0;
        for pid in members(group)?.into_iter().chain(another) {
            now += of(pid)?;
        }
        calm = if (now - before).abs() < before * 0.005 { calm + 1 } else { 0 };
        before = now;
        if calm < CALM {
            tokio::time::sleep(BETWEEN).await;
        }
        Ok((calm >= CALM).then_some(now))
    })
    .await
}

/// The PSS of a process in MiB.
pub(crate) fn of(pid: u32) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kib.map(|kib| kib / 1024.0).ok_or_else(|| Failure::new("the system does not tell the PSS"))
}

/// The processes of a group.
fn members(group: u32) -> Outcome<Vec<u32>> {
    let mut members = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // It may have ended since.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // After the name in brackets: state, parent, group.
        let fields = stat.rsplit_once(") ").map(|(_, fields)| fields).unwrap_or_default();
        if fields.split(' ').nth(2).and_then(|field| field.parse::<u32>().ok()) == Some(group) {
            members.push(pid);
        }
    }
    Ok(members)
}

const CALM: u32 = 4;
const BETWEEN: std::time::Duration = std::time::Duration::from_millis(150);
