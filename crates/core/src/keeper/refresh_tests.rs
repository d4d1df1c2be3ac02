use proptest::prelude::*;

use super::*;
use crate::model::{AccessToken, IdToken, OtherFields, ScopeSet, TokenType};
use crate::wire::example::{answer, service};
use crate::wire::read_token_response;

fn grant() -> Grant {
    let at = Timestamp::from_millis(0);
    Grant {
        revision: 1,
        token_type: TokenType::Bearer,
        access_token_length: 1,
        is_jwt: false,
        authorized_at: at,
        obtained_at: at,
        expires_at: None,
        asked: ScopeSet::default(),
        granted: ScopeSet::default(),
        has_refresh_token: true,
        has_id_token: false,
        hosts: crate::model::Hosts::default(),
        other_fields: vec!["realmId".to_owned()],
        api_host: None,
        oddities: Vec::new(),
        identity: None,
        last_refresh_at: None,
        last_used_at: None,
        last_tested_at: None,
        refresh_token_ends_at: None,
    }
}

fn tokens(id: bool) -> Tokens {
    Tokens {
        access: AccessToken::new("old"),
        refresh: Some(RefreshToken::new("the-old-one")),
        previous_refresh: None,
        previous_access: None,
        id: id.then(|| IdToken::new("id")),
        other: Some(OtherFields::new(r#"{"realmId":"9"}"#)),
    }
}

/// Pieces that bodies are put together from, so that many of them are answers.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(
        &[
            "{",
            "}",
            ",",
            ":",
            "\"",
            "&",
            "=",
            "[",
            "]",
            "null",
            "\"\"",
            " ",
            "\u{FEFF}",
            "1e999",
            "\\ud800",
            "%",
            "\"access_token\":\"a\"",
            "\"refresh_token\":\"r\"",
            "\"refresh_token\":null",
            "\"refresh_token\":7",
            "\"token_type\":\"x\"",
            "\"expires_in\":-1",
            "\"error\":\"\"",
            "\"error\":\"invalid_grant\"",
            "\"authed_user\":{\"access_token\":\"b\"}",
            "access_token=a",
            "refresh_token=r",
            "refresh_token=",
        ][..],
    );
    let pieced = prop::collection::vec(pieces, 0..9).prop_map(|pieces| pieces.concat().into_bytes());
    let object = prop::collection::vec(any::<prop::sample::Index>(), 0..6).prop_map(|chosen| {
        let fields = [
            r#""access_token":"a""#,
            r#""refresh_token":"r""#,
            r#""refresh_token":"""#,
            r#""expires_in":{}"#,
            r#""token_type":7"#,
            r#""scope":[1]"#,
            r#""id_token":"i""#,
            r#""realmId":"8""#,
            r#""x":[{}]"#,
        ];
        let chosen: Vec<_> = chosen.iter().map(|at| *at.get(&fields)).collect();
        format!("{{{}}}", chosen.join(",")).into_bytes()
    });
    prop_oneof![pieced, object, prop::collection::vec(any::<u8>(), 0..60)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    // R-TK-11
    #[test]
    fn no_answer_loses_the_refresh_token(status in 200..600_u16, body in bodies(), has_id in any::<bool>()) {
        let service = service();
        let Ok(response) = read_token_response(&service, &answer(status, &[], &body)) else {
            // A failure leaves the token set as it is.
            return Ok(());
        };
        let brought = response.refresh.as_ref().map(RefreshToken::duplicate);
        let mut grant = grant();

        let tokens = renewed(&mut grant, tokens(has_id), response, &service, Timestamp::from_millis(1));

        let old = RefreshToken::new("the-old-one");
        let kept = tokens.refresh.as_ref();
        prop_assert!(grant.has_refresh_token && kept.is_some_and(|token| !token.is_empty()));
        match brought {
            None => prop_assert!(kept.is_some_and(|token| token.matches(&old))),
            Some(new) => {
                prop_assert!(kept.is_some_and(|token| token.matches(&new)), "the new one counts");
                let sealed = tokens.previous_refresh.as_ref();
                prop_assert!(new.matches(&old) || sealed.is_some_and(|token| token.matches(&old)), "the old one is sealed");
            }
        }
        prop_assert_eq!(grant.revision, 2);
        prop_assert!(!has_id || tokens.id.is_some(), "an ID token is kept, too");
        prop_assert!(grant.other_fields.iter().any(|name| name == "realmId"), "and what the redirect brought");
    }
}
