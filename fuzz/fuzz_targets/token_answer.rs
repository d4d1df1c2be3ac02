//! No byte string as a token answer panics, loses a refresh token, or ends a grant that the provider did not end.

#![no_main]

use grantkeep_core::model::{FailureKind, OtherFields};
use grantkeep_core::wire::{read_revocation, read_token_response};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for is_bent in [false, true] {
        let Some(response) = grantkeep_fuzz::answer(data) else { return };
        match read_token_response(&grantkeep_fuzz::service(is_bent), &response) {
            Ok(mut tokens) => {
                assert!(!tokens.access.is_empty());
                assert!(tokens.refresh.as_ref().is_none_or(|token| !token.is_empty()));
                tokens.keep(Some(OtherFields::new(r#"{"realmId":"9"}"#)));
                assert!(tokens.other_fields.iter().any(|name| name == "realmId"));
            }
            Err(failure) => {
                let says = String::from_utf8_lossy(data).to_lowercase().contains("invalid_grant");
                assert!(failure.kind != FailureKind::GrantEnded || says);
                assert!(failure.said.is_none_or(|said| said.chars().count() <= 300));
            }
        }
        let _ = read_revocation(&Ok(response));
    }
});
