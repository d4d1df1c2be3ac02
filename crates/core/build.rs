//! Lists the files of the catalog, so that a new one needs no line of code.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    writeln!(io::stdout(), "cargo::rerun-if-changed=catalog")?;
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("catalog");
    let paths: Result<Vec<PathBuf>, _> =
        fs::read_dir(folder)?.map(|entry| Ok::<_, io::Error>(entry?.path())).collect();
    let mut paths: Vec<_> = paths?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    let lines: String = paths.iter().map(|path| format!("include_str!({path:?}),\n")).collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("catalog.rs"), format!("&[\n{lines}]\n"))
}
