//! The table of `docs/deviations.md` and the tests here are the same list.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn each_row_has_its_test_and_each_test_its_row() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("../docs/deviations.md")).unwrap();
    let mut rows = Vec::new();
    for line in table.lines().filter(|line| line.starts_with("| ")) {
        let last = line.trim_end_matches(['|', ' ']).rsplit('|').next().unwrap_or_default().trim();
        if let Some(name) = last.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
            rows.push(name.to_owned());
        }
    }
    let mut tests = BTreeSet::new();
    for entry in fs::read_dir(root.join("tests/deviations")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for (mark, code) in
            text.split("#[tokio::test]\nasync fn ").skip(1).map(|rest| rest.split_at(rest.find('(').unwrap()))
        {
            assert!(code.starts_with("()"), "{mark}");
            tests.insert(mark.to_owned());
        }
    }

    let named: BTreeSet<_> = rows.iter().cloned().collect();
    assert_eq!(named.len(), rows.len(), "each row has a test of its own");
    let lacking: Vec<_> = named.difference(&tests).collect();
    let untold: Vec<_> = tests.difference(&named).collect();
    assert!(
        lacking.is_empty() && untold.is_empty(),
        "without a test: {lacking:?}; without a row: {untold:?}"
    );
    assert!(tests.len() > 60);
}
