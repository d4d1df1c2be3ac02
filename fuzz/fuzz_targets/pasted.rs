//! No pasted definition panics.

#![no_main]

use grantkeep_core::model::PastedText;
use grantkeep_core::wire::read_pasted;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = read_pasted(&PastedText::new(text));
});
