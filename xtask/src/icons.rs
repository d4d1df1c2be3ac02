//! `cargo xtask icons`: the PNGs made from `icons/grantkeep.svg`. They are committed, so that a build needs no converter.

use crate::out::{self, Outcome};
use crate::packages::Group;
use crate::process::Run;
use crate::project::root;
use crate::setup;

/// File name and width, as Tauri's bundler wants them.
const SIZES: &[(&str, &str)] =
    &[("32x32.png", "32"), ("128x128.png", "128"), ("128x128@2x.png", "256"), ("icon.png", "512")];

/// Draws each size anew.
pub(crate) fn run(yes: bool) -> Outcome {
    setup::system(Group::Icons, yes)?;
    let icons = root().join("icons");
    for (name, size) in SIZES {
        Run::new("rsvg-convert")
            .args(["--width", size, "--height", size, "--format", "png", "--output", name, "grantkeep.svg"])
            .dir(&icons)
            .run()?;
        out::note(&format!("icons/{name}"));
    }
    Ok(())
}
