//! No metadata panics, and none names an address that a secret must not be sent to.

#![no_main]

use grantkeep_core::wire::{Asked, Looked, read_discovery, suggest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(asked) = Asked::read("id.example.com") else { return };
    let Some(response) = grantkeep_fuzz::answer(data) else { return };
    for at in asked.candidates() {
        if let Looked::Found(metadata) = read_discovery(&asked, &at, &response) {
            assert!(metadata.authorize.scheme() == "https" && metadata.token.scheme() == "https");
            let _ = suggest(&metadata);
        }
    }
});
