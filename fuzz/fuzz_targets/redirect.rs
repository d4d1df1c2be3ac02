//! No address is an answer without the right state, and none panics.

#![no_main]

use grantkeep_core::model::{Habits, Link, Pending, RedirectAddress, ScopeSet, State, Timestamp};
use grantkeep_core::wire::{carries_state, read_redirect};
use libfuzzer_sys::fuzz_target;

const STATE: &str = "4f1c9e7ab2d84c3fa0c1d2e3";

fuzz_target!(|text: &str| {
    let habits = Habits { redirect_fields: "realmId".to_owned(), ..Habits::default() };
    let pending = Pending {
        id: "1".to_owned(),
        account: "example".parse().expect("an account"),
        link: Link::new(""),
        state: State::new(STATE),
        code_verifier: None,
        nonce: None,
        redirect_uri: "http://127.0.0.1:1/cb".parse().expect("an address"),
        asked: ScopeSet::default(),
        issuer: None,
        hosts: Vec::new(),
        started_at: Timestamp::from_millis(0),
        expires_at: Timestamp::from_millis(1),
    };
    // An address is read without its control characters, so they can stand within the state.
    let bare: String = text.chars().filter(|c| !c.is_control()).collect();
    for address in [text.to_owned(), format!("http://127.0.0.1:1/cb?{text}")] {
        let address = RedirectAddress::new(address);
        let is_answer = read_redirect(&address, &pending, &habits).is_ok();
        assert!(!is_answer || bare.contains(STATE) || bare.contains('%'), "without the state");
        let _ = carries_state(&address, &pending.state);
    }
});
