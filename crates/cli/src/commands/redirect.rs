//! `grantkeep redirect`: the handler of our URI scheme (R-CB-16).

use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{AuthorizationOutcome, Code, Problem};
use grantkeep_api::{AccountId, Agent};

use super::window;
use crate::args::Redirect;
use crate::exit::Stop;
use crate::messages;

/// Hands an answer of a provider to the agent; a link to an account only selects it in the window.
///
/// # Errors
/// The agent's problem; an address that is neither of these.
pub(crate) fn run(args: Redirect) -> Result<(), Stop> {
    match read(&args.url) {
        Some(Address::Account(id)) => select(&args.url, &id),
        Some(Address::Callback) => hand_over(SecretInput::from(args.url)),
        None => Err(Problem::new(Code::NotAnAnswer, "this address is not for Grantkeep")
            .detail("it takes io.github.grantkeep:/callback/… and io.github.grantkeep:/account/NAME")
            .into()),
    }
}

fn hand_over(address: SecretInput) -> Result<(), Stop> {
    match Agent::connect_or_start()?.redirect(address)? {
        AuthorizationOutcome::Done => messages::say("the account is authorized"),
        AuthorizationOutcome::Waiting => messages::say("the answer is being looked at"),
        AuthorizationOutcome::Failed { problem } => return Err(problem.into()),
        AuthorizationOutcome::Cancelled => {
            return Err(Problem::new(Code::Cancelled, "the authorization was cancelled").into());
        }
    }
    Ok(())
}

/// Brings the window forward with this account; it decides for itself what it makes of the link.
fn select(url: &str, id: &AccountId) -> Result<(), Stop> {
    if window::start(url)?.is_none() {
        messages::say(&format!("hint: there is no window here; run grantkeep status {id}"));
    }
    Ok(())
}

/// What an address of our scheme is for.
#[derive(Debug, PartialEq, Eq)]
enum Address {
    Callback,
    Account(AccountId),
}

fn read(url: &str) -> Option<Address> {
    let path = url
        .get(..SCHEME.len())
        .filter(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
        .map(|_| &url[SCHEME.len()..])?;
    if let Some(name) = path.strip_prefix("/account/") {
        let is_slug = |part: &str| {
            part.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte))
        };
        let id: AccountId = name.parse().ok()?;
        return (is_slug(&id.service) && is_slug(&id.account)).then_some(Address::Account(id));
    }
    path.starts_with("/callback").then_some(Address::Callback)
}

const SCHEME: &str = "io.github.grantkeep:";

#[cfg(test)]
mod tests {
    use super::*;

    // R-CB-16
    #[test]
    fn addresses_of_our_scheme_are_told_apart() {
        let account = |service: &str, account: &str| {
            Some(Address::Account(AccountId { service: service.into(), account: account.into() }))
        };
        let cases = [
            ("io.github.grantkeep:/callback/podio-1a2b?code=c&state=s", Some(Address::Callback), "an answer"),
            ("IO.GitHub.Grantkeep:/callback/x", Some(Address::Callback), "schemes have no case"),
            ("io.github.grantkeep:/account/podio", account("podio", "default"), "a service alone"),
            ("io.github.grantkeep:/account/podio/work", account("podio", "work"), "an account"),
            ("io.github.grantkeep:/account/--help me", None, "no name"),
            ("io.github.grantkeep:/account/podio?x=1", None, "a name has no query"),
            ("io.github.grantkeep:/revoke/podio", None, "links only select"),
            ("https://example.com/callback", None, "another scheme"),
            ("", None, "nothing"),
        ];
        for (url, expected, why) in cases {
            assert_eq!(read(url), expected, "{url}: {why}");
        }
    }
}
