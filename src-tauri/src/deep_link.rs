//! What a start of the desktop asks: show the window, select an account, authorize one, ask the person what programs wait
//! for, or hand a redirect to the agent.
//!
//! A web page can start us with a link. So a link only selects (R-CB-16), the rest takes an argument; and a redirect goes to the agent as it came: the agent alone knows which `state` is awaited.

use grantkeep_api::AccountId;
use grantkeep_api::secret_input::SecretInput;

/// The private-use URI scheme (RFC 8252 §7.1): a reversed domain name.
pub(crate) const SCHEME: &str = "io.github.grantkeep";

/// What the one window is asked by a start, the first one or another.
pub(crate) enum Request {
    /// Come forward.
    Show,
    /// Come forward and select an account.
    Select(AccountId),
    /// Come forward, select an account and authorize it in the browser: the person pressed a button for that elsewhere.
    Authorize(AccountId),
    /// Show what programs wait for, and nothing else.
    Consent,
    /// Hand this address, which carries a code, to the agent.
    Redirect(SecretInput),
}

/// Reads the arguments of a start, without the program's own name.
/// What is not understood only shows the window.
pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Request {
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--consent" {
            return Request::Consent;
        }
        let mut named = |flag: &str| {
            let name = match argument.strip_prefix(flag) {
                Some("") => arguments.next(),
                Some(rest) => rest.strip_prefix('=').map(str::to_owned),
                None => None,
            };
            name.and_then(|name| name.parse().ok())
        };
        if let Some(id) = named("--select") {
            return Request::Select(id);
        }
        if let Some(id) = named("--authorize") {
            return Request::Authorize(id);
        }
        if let Some(request) = path_of(&argument).and_then(|path| from_path(path, &argument)) {
            return request;
        }
    }
    Request::Show
}

/// The part after the scheme and before nothing: `io.github.grantkeep:/PATH`.
///
/// Schemes are case-insensitive (RFC 3986 §3.1), and some launchers write an empty authority (`:///PATH`).
fn path_of(argument: &str) -> Option<&str> {
    let (scheme, rest) = argument.split_once(':')?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    (scheme.eq_ignore_ascii_case(SCHEME) && path.starts_with('/') && argument.len() <= MAX_LINK)
        .then_some(path)
}

/// What a path of our scheme asks; `address` is the whole of it.
fn from_path(path: &str, address: &str) -> Option<Request> {
    if let Some(name) = path.strip_prefix("/account/") {
        return name.parse().ok().map(Request::Select);
    }
    let rest = path.strip_prefix("/callback")?;
    let is_redirect = rest.is_empty() || rest.starts_with(['/', '?']);
    is_redirect.then(|| Request::Redirect(SecretInput::from(address.to_owned())))
}

/// Bytes of the longest link that is looked at; the agent's own limit for a redirect is the same.
const MAX_LINK: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_shows_selects_or_redirects_and_nothing_else() {
        let link = "io.github.grantkeep:/callback/podio-1a2b?code=c&state=s";
        let cases: [(&[&str], &str, &str); 22] = [
            (&[], "show", "a plain start"),
            (&["--select", "podio/work"], "select podio/work", "as the tray asks"),
            (&["--select=podio"], "select podio/default", "a service means its first account"),
            (&["--select"], "show", "the name is missing"),
            (&["--select", "a/b/c"], "show", "no account has that name"),
            (&["--selected", "podio"], "show", "another argument"),
            (&["--authorize=podio/work"], "authorize podio/work", "as the agent asks for the person"),
            (&["--authorize", "podio"], "authorize podio/default", "in two words"),
            (&["io.github.grantkeep:/authorize/podio"], "show", "a web page cannot ask for it"),
            (&["--consent"], "consent", "as a program's client asks"),
            (&["--consent=yes"], "show", "it takes no value"),
            (&["io.github.grantkeep:/consent"], "show", "a web page cannot ask for it"),
            (&["io.github.grantkeep:/account/podio/work"], "select podio/work", "a link of a notification"),
            (
                &["IO.GitHub.Grantkeep:///account/podio"],
                "select podio/default",
                "launchers write it like this, too",
            ),
            (&["io.github.grantkeep:/account/podio\n"], "show", "a control character"),
            (&["io.github.grantkeep:/revoke/podio"], "show", "a link only selects"),
            (&["io.github.grantkeep://account/podio"], "show", "an authority is no path"),
            (&["https://example.com/account/podio"], "show", "not our scheme"),
            (&[link], "redirect io.github.grantkeep:/callback/podio-1a2b?code=c&state=s", "as it came"),
            (
                &["io.github.grantkeep:/callback?code=c"],
                "redirect io.github.grantkeep:/callback?code=c",
                "no path",
            ),
            (&["io.github.grantkeep:/callbacks"], "show", "another path"),
            (
                &["--verbose", link],
                "redirect io.github.grantkeep:/callback/podio-1a2b?code=c&state=s",
                "any place",
            ),
        ];
        for (arguments, expected, why) in cases {
            let request = read(arguments.iter().map(|argument| (*argument).to_owned()));
            assert_eq!(told(&request), expected, "{arguments:?}: {why}");
        }
    }

    #[test]
    fn a_link_of_unreasonable_length_is_not_looked_at() {
        let link = format!("{SCHEME}:/callback?code={}", "c".repeat(MAX_LINK));

        assert_eq!(told(&read([link])), "show");
    }

    fn told(request: &Request) -> String {
        match request {
            Request::Show => "show".to_owned(),
            Request::Consent => "consent".to_owned(),
            Request::Select(id) => format!("select {id}"),
            Request::Authorize(id) => format!("authorize {id}"),
            Request::Redirect(address) => format!("redirect {}", address.expose()),
        }
    }
}
