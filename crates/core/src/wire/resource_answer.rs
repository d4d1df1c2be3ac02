//! What a resource answered, made fit to be shown.

use super::Response;
use crate::model::AccessToken;

/// A resource's answer without the token, whatever the resource did with it.
pub struct ResourceAnswer {
    /// HTTP status.
    pub status: u16,
    /// Header fields; cookies are left out.
    pub headers: Vec<(String, String)>,
    /// Body as text, formatted where it is JSON.
    pub body: String,
    /// It was JSON.
    pub is_json: bool,
    /// It was cut.
    pub truncated: bool,
}

/// Reads an answer to a token's test. A resource may echo the request, so the token is masked wherever it stands.
pub fn read_resource(response: &Response, access: &AccessToken) -> ResourceAnswer {
    let mask = |text: &str| {
        // A token of a few characters would blacken the whole answer.
        if access.len() < SHORTEST_MASKED {
            text.to_owned()
        } else {
            text.replace(access.expose(), "••••••")
        }
    };
    let headers = response
        .headers
        .iter()
        .filter(|(name, _)| name != "set-cookie")
        .map(|(name, value)| (name.clone(), mask(value)))
        .collect();
    let text = String::from_utf8_lossy(&response.body);
    let json = serde_json::from_str::<serde_json::Value>(&text).ok();
    let formatted = json.as_ref().and_then(|value| serde_json::to_string_pretty(value).ok());
    let shown = mask(formatted.as_deref().unwrap_or(&text));
    let cut = shown.char_indices().nth(LONGEST_SHOWN).map(|(at, _)| at);
    ResourceAnswer {
        status: response.status,
        headers,
        body: cut.map_or(shown.as_str(), |at| &shown[..at]).to_owned(),
        is_json: formatted.is_some(),
        truncated: response.truncated || cut.is_some(),
    }
}

const SHORTEST_MASKED: usize = 8;
/// Characters of a body that are shown.
const LONGEST_SHOWN: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    #[test]
    fn an_echoed_token_is_masked_and_json_is_formatted() {
        let response = Response {
            status: 200,
            headers: vec![
                ("x-echo".into(), "Bearer secret-token-1".into()),
                ("set-cookie".into(), "a=b".into()),
            ],
            body: Zeroizing::new(br#"{"auth":"Bearer secret-token-1","n":1}"#.to_vec()),
            truncated: false,
        };

        let answer = read_resource(&response, &AccessToken::new("secret-token-1"));

        assert!(answer.is_json && answer.body.contains("\n  \"n\": 1"), "{}", answer.body);
        assert_eq!(answer.headers, [("x-echo".to_owned(), "Bearer ••••••".to_owned())]);
        assert!(!answer.body.contains("secret-token-1"));
    }

    #[test]
    fn a_long_body_is_cut_between_characters() {
        let body = "é".repeat(LONGEST_SHOWN + 1).into_bytes();
        let response =
            Response { status: 200, headers: Vec::new(), body: Zeroizing::new(body), truncated: false };

        let answer = read_resource(&response, &AccessToken::new("secret-token-1"));

        assert!(answer.truncated && !answer.is_json);
        assert_eq!(answer.body.chars().count(), LONGEST_SHOWN);
    }
}
