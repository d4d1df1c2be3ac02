//! Error answers (RFC 6749 §5.2) and the many shapes that providers give them.

use jiff::fmt::rfc2822::DateTimeParser;
use oauth2::basic::BasicErrorResponseType;
use serde_json::{Map, Value, json};

use super::token_response::Fields;
use super::{Response, Unreachable, oauth2_crate};
use crate::model::{Catalog, Failure, FailureKind, Service, known_kind, plain};

/// A provider's refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorResponse {
    /// What it means.
    pub code: ErrorCode,
    /// The code as the provider spells it, untrusted.
    pub spelled: String,
    /// `error_description` or its like, untrusted.
    pub description: Option<String>,
}

/// Error codes that differ in what is to be done (RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorCode {
    /// `invalid_grant`: the code or refresh token is no longer good.
    InvalidGrant,
    /// `invalid_client`: the client is unknown or did not prove who it is.
    InvalidClient,
    /// `unauthorized_client`: the client may not do this.
    UnauthorizedClient,
    /// `access_denied`: the person said no.
    AccessDenied,
    /// `invalid_scope`.
    InvalidScope,
    /// `server_error`, `temporarily_unavailable`, `slow_down`: it passes.
    Passing,
    /// `unsupported_token_type` of a revocation endpoint.
    UnsupportedTokenType,
    /// `invalid_token`: the token that was shown is not good (RFC 6750 §3.1).
    InvalidToken,
    /// Any other.
    Other,
}

/// Returns the seconds that the provider asks to wait (RFC 9110 §10.2.3).
///
/// A date is read against the answer's own `Date`, so that no clock of ours is involved; without one it is ignored,
/// as is anything that is neither a date nor a whole number.
pub fn retry_after(response: &Response) -> Option<u64> {
    let value = response.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(seconds);
    }
    let parser = DateTimeParser::new().relaxed_weekday(true);
    let instant = |text: &str| parser.parse_timestamp(text.trim()).ok().map(|at| at.as_second());
    let until = instant(value)?;
    let sent_at = instant(response.header("date")?)?;
    Some(u64::try_from(until.saturating_sub(sent_at)).unwrap_or(0))
}

impl ErrorResponse {
    /// The refusal in an answer's fields; `None` if there is none.
    ///
    /// Read are `error` as text, number or object (Facebook), `errors` as a list (Fitbit; only where there is no
    /// token) and Slack's `ok: false`. An empty `error` beside a token is none.
    pub(super) fn of(fields: &Fields) -> Option<Self> {
        let beside = description(fields.map());
        let (spelled, description) = match fields.get("error") {
            Some(Value::String(code)) if !code.trim().is_empty() => (code.clone(), beside),
            Some(Value::Object(error)) if !error.is_empty() => (code(error), description(error).or(beside)),
            Some(Value::Number(number)) if number.as_f64() != Some(0.0) => (number.to_string(), beside),
            Some(Value::Bool(true)) => (code(fields.map()), beside),
            _ => match (fields.get("errors"), fields.get("ok")) {
                (Some(Value::Array(errors)), _)
                    if !errors.is_empty() && fields.text("access_token").is_none() =>
                {
                    let first = errors.first().and_then(Value::as_object);
                    (first.map_or_else(unnamed, code), first.and_then(description).or(beside))
                }
                (_, Some(Value::Bool(false))) => ("ok: false".to_owned(), beside),
                _ => return None,
            },
        };
        Some(Self::new(spelled, description))
    }

    /// A refusal by its code.
    pub(super) fn new(spelled: String, description: Option<String>) -> Self {
        let code = ErrorCode::of(&spelled);
        Self { code, spelled, description }
    }

    /// What follows from it at a token or revocation endpoint that answered with `response`.
    pub(super) fn failure(&self, service: &Service, response: &Response) -> Failure {
        Failure { said: Some(self.said()), ..failure(self.kind(service, response.status), response) }
    }

    /// Code and description as plain text, at most 300 characters (R-TK-10).
    ///
    /// Long words with digits are left out: some providers (Fitbit) repeat the refresh token in the description.
    pub(super) fn said(&self) -> String {
        let said = match &self.description {
            Some(description) => format!("{}: {description}", self.spelled),
            None => self.spelled.clone(),
        };
        plain(&without_secrets(&said), SAID_LIMIT)
    }

    /// The kind that a provider means by a code of its own.
    pub(super) fn known_kind(&self, provider: Option<&str>) -> Option<FailureKind> {
        known_kind(provider, &self.spelled, self.description.as_deref().unwrap_or_default())
    }

    fn kind(&self, service: &Service, status: u16) -> FailureKind {
        if passes(status) {
            return FailureKind::Busy;
        }
        if ends_grant(service, &self.spelled) {
            return FailureKind::GrantEnded;
        }
        if let Some(kind) = self.known_kind(service.provider.as_deref()) {
            return kind;
        }
        match self.code {
            ErrorCode::InvalidGrant => FailureKind::GrantEnded,
            ErrorCode::InvalidClient | ErrorCode::UnauthorizedClient => FailureKind::ClientRefused,
            ErrorCode::AccessDenied => FailureKind::ConsentRefused,
            ErrorCode::InvalidScope => FailureKind::InvalidScope,
            ErrorCode::Passing => FailureKind::Busy,
            ErrorCode::UnsupportedTokenType | ErrorCode::InvalidToken | ErrorCode::Other => refusal(status),
        }
    }
}

impl From<&Unreachable> for Failure {
    /// No answer passes by itself; the reason is told.
    fn from(unreachable: &Unreachable) -> Self {
        Self { said: Some(plain(&unreachable.reason, SAID_LIMIT)), ..Self::of(FailureKind::Unreachable) }
    }
}

impl ErrorCode {
    fn of(spelled: &str) -> Self {
        let spelled = spelled.trim().to_ascii_lowercase();
        let regular = json!({ "error": spelled }).to_string();
        let Some(error) = oauth2_crate::replay_error(regular.as_bytes()) else { return Self::Other };
        match error.error() {
            BasicErrorResponseType::InvalidClient => Self::InvalidClient,
            BasicErrorResponseType::InvalidGrant => Self::InvalidGrant,
            BasicErrorResponseType::InvalidScope => Self::InvalidScope,
            BasicErrorResponseType::UnauthorizedClient => Self::UnauthorizedClient,
            BasicErrorResponseType::InvalidRequest | BasicErrorResponseType::UnsupportedGrantType => {
                Self::Other
            }
            BasicErrorResponseType::Extension(code) => match code.as_str() {
                // The last two are LinkedIn's.
                "access_denied" | "user_cancelled_login" | "user_cancelled_authorize" => Self::AccessDenied,
                "server_error" | "temporarily_unavailable" | "slow_down" => Self::Passing,
                "unsupported_token_type" => Self::UnsupportedTokenType,
                "invalid_token" => Self::InvalidToken,
                _ => Self::Other,
            },
        }
    }
}

/// A failure that an answer without a readable refusal means, by its status alone; never the end of a grant.
pub(super) fn failure_of_status(response: &Response) -> Failure {
    failure(if passes(response.status) { FailureKind::Busy } else { refusal(response.status) }, response)
}

/// A failure with what the answer's head says.
pub(super) fn failure(kind: FailureKind, response: &Response) -> Failure {
    Failure { status: Some(response.status), retry_after_s: retry_after(response), ..Failure::of(kind) }
}

/// A failure of an answer that is none, with the reason in words.
pub(super) fn bad_answer(response: &Response, reason: &str) -> Failure {
    Failure { said: Some(plain(reason, SAID_LIMIT)), ..failure(FailureKind::BadAnswer, response) }
}

/// Statuses that pass by themselves (R-TK-13).
pub(super) fn passes(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

/// What a refusal means whose code says nothing: 401 is about the client (RFC 6749 §5.2), 404 and 410 about the
/// endpoint.
fn refusal(status: u16) -> FailureKind {
    if matches!(status, 401 | 404 | 410) { FailureKind::ClientRefused } else { FailureKind::Refused }
}

/// Whether the catalog says that this code is the provider's `invalid_grant` (R-TK-12).
fn ends_grant(service: &Service, spelled: &str) -> bool {
    let provider = service.provider.as_deref().and_then(|id| Catalog::builtin().provider(id));
    provider.is_some_and(|provider| provider.grant_ended_codes.iter().any(|code| code == spelled.trim()))
}

/// The code within an error object.
fn code(error: &Map<String, Value>) -> String {
    let text = |name: &&str| error.get(*name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let number = || error.get("code").filter(|code| code.is_number()).map(Value::to_string);
    CODES.iter().find_map(text).map(str::to_owned).or_else(number).unwrap_or_else(unnamed)
}

fn description(error: &Map<String, Value>) -> Option<String> {
    let text = |name: &&str| error.get(*name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    DESCRIPTIONS.iter().find_map(text).map(str::to_owned)
}

fn unnamed() -> String {
    "error".to_owned()
}

/// Replaces words that may be secrets. Web addresses keep their front part, which tells where to read on.
fn without_secrets(text: &str) -> String {
    let mut result = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let (address, rest) = match (word.find("://"), word.find(['?', '#'])) {
            (Some(_), Some(end)) => word.split_at(end),
            (Some(_), None) => (word, ""),
            (None, _) => ("", word),
        };
        result.push_str(address);
        for part in rest.split_inclusive(|c: char| !is_of_token(c)) {
            let run = part.trim_end_matches(|c| !is_of_token(c));
            let is_secret = run.len() >= SECRET_LENGTH && run.bytes().any(|byte| byte.is_ascii_digit());
            result.push_str(if is_secret { "…" } else { run });
            result.push_str(&part[run.len()..]);
        }
    }
    result
}

/// Characters of a token68 (RFC 9110 §11.2).
fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~+/=".contains(character)
}

/// Names of the code within an error object: Fitbit, Facebook, Google.
const CODES: [&str; 5] = ["error", "errorType", "code", "type", "status"];
/// Names of the description; the last is Zoom's.
const DESCRIPTIONS: [&str; 5] =
    ["error_description", "errorDescription", "message", "error_message", "reason"];
/// Characters of a provider's text that are kept.
const SAID_LIMIT: usize = 300;
/// Words with a digit and this many characters are taken for secrets; a UUID has 36, `AADSTS7000215` has 13.
const SECRET_LENGTH: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::example::answer;

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        // R-TK-13
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        let cases = [
            ("120", None, Some(120), "seconds"),
            (" 0 ", None, Some(0), "no wait"),
            ("Sun, 06 Nov 1994 08:51:37 GMT", date, Some(120), "a date, against the answer's own"),
            ("Mon, 06 Nov 1994 08:51:37 GMT", date, Some(120), "a wrong weekday is nobody's harm"),
            ("Sun, 06 Nov 1994 08:00:00 GMT", date, Some(0), "a date that is over"),
            ("Sun, 06 Nov 1994 08:51:37 GMT", None, None, "no clock to read it against"),
            ("Sun, 06 Nov 1994 08:51:37 GMT", Some("today"), None, "nor here"),
            ("-5", None, None, "nonsense"),
            ("1.5", None, None, "nonsense"),
            ("99999999999999999999999", None, None, "nonsense"),
            ("", date, None, "nothing"),
        ];
        for (value, date, expected, why) in cases {
            let mut headers = vec![("retry-after", value)];
            headers.extend(date.map(|date| ("date", date)));
            assert_eq!(retry_after(&answer(429, &headers, b"")), expected, "{value}: {why}");
        }
        assert_eq!(retry_after(&answer(429, &[], b"")), None, "not sent");
    }

    #[test]
    fn refusals_are_read_in_many_shapes() {
        let cases = [
            (r#"{"error":"invalid_grant"}"#, Some("invalid_grant"), "RFC 6749 §5.2"),
            (r#"{"error":"x","error_description":"gone"}"#, Some("x: gone"), "with its description"),
            (r#"{"error":"x","message":"gone"}"#, Some("x: gone"), "a description of another name"),
            (
                r#"{"error":{"type":"OAuthException","code":190,"message":"gone"}}"#,
                Some("OAuthException: gone"),
                "Facebook",
            ),
            (r#"{"error":{"code":190}}"#, Some("190"), "a number alone"),
            (r#"{"error":{"code":400,"status":"INVALID"}}"#, Some("INVALID"), "Google: words before numbers"),
            (r#"{"error":{"x":1}}"#, Some("error"), "no name at all"),
            (r#"{"error":42}"#, Some("42"), "a number"),
            (r#"{"error":true,"code":"no","message":"gone"}"#, Some("no: gone"), "a flag"),
            (
                r#"{"errors":[{"errorType":"invalid_grant","message":"gone"}]}"#,
                Some("invalid_grant: gone"),
                "Fitbit",
            ),
            (r#"{"errors":["gone"]}"#, Some("error"), "a list of words"),
            (r#"{"ok":false,"error":"invalid_auth"}"#, Some("invalid_auth"), "Slack"),
            (r#"{"ok":false}"#, Some("ok: false"), "Slack without a reason"),
            (r#"{"ok":true}"#, None, "Slack is content"),
            (r#"{"error":null}"#, None, "none"),
            (r#"{"error":""}"#, None, "none"),
            (r#"{"error":" "}"#, None, "none"),
            (r#"{"error":0}"#, None, "none"),
            (r#"{"error":false}"#, None, "none"),
            (r#"{"error":{}}"#, None, "none"),
            (r#"{"errors":[]}"#, None, "none"),
            (r#"{"access_token":"a","errors":["x"]}"#, None, "warnings beside a token"),
        ];
        for (body, said, why) in cases {
            let fields = Fields::read(&answer(400, &[], body.as_bytes())).unwrap();
            let read = ErrorResponse::of(&fields);
            assert_eq!(read.map(|error| error.said()).as_deref(), said, "{body}: {why}");
        }
    }

    #[test]
    fn codes_are_read_whatever_their_case() {
        let cases = [
            ("invalid_grant", ErrorCode::InvalidGrant),
            (" INVALID_GRANT ", ErrorCode::InvalidGrant),
            ("invalid_client", ErrorCode::InvalidClient),
            ("unauthorized_client", ErrorCode::UnauthorizedClient),
            ("access_denied", ErrorCode::AccessDenied),
            ("user_cancelled_login", ErrorCode::AccessDenied),
            ("invalid_scope", ErrorCode::InvalidScope),
            ("server_error", ErrorCode::Passing),
            ("temporarily_unavailable", ErrorCode::Passing),
            ("slow_down", ErrorCode::Passing),
            ("unsupported_token_type", ErrorCode::UnsupportedTokenType),
            ("invalid_token", ErrorCode::InvalidToken),
            ("invalid_request", ErrorCode::Other),
            ("unsupported_grant_type", ErrorCode::Other),
            ("invalid_grants", ErrorCode::Other),
            ("", ErrorCode::Other),
        ];
        for (spelled, code) in cases {
            assert_eq!(ErrorCode::of(spelled), code, "{spelled}");
        }
    }

    #[test]
    fn what_a_provider_says_is_plain_short_and_without_secrets() {
        // R-TK-10, R-ST-13
        let long = "a ".repeat(400);
        let cases = [
            (
                "Refresh token invalid: 8dd1f5e2a0c94b7e8dd1f5e2a0c94b7e",
                "x: Refresh token invalid: …",
                "Fitbit repeats it",
            ),
            ("token 'eyJhbGciOi1J9.e30.abc' died", "x: token '…' died", "a JWT in quotes"),
            (
                "AADSTS7000215: Invalid client secret",
                "x: AADSTS7000215: Invalid client secret",
                "Microsoft's own codes stay",
            ),
            ("at 2026-11-24T10:00:00Z", "x: at 2026-11-24T10:00:00Z", "so do times"),
            (
                "see https://e.org/oauth2/2026/errors?token=abc4567890123456",
                "x: see https://e.org/oauth2/2026/errors?…",
                "and addresses",
            ),
            ("a\u{202E}b\r\nc", "x: ab c", "control and bidi characters go"),
        ];
        for (description, expected, why) in cases {
            let error = ErrorResponse::new("x".to_owned(), Some(description.to_owned()));
            assert_eq!(error.said(), expected, "{why}");
        }
        let error = ErrorResponse::new("x".to_owned(), Some(long));
        assert_eq!(error.said().chars().count(), SAID_LIMIT + 1, "cut, with an ellipsis");
    }
}
