//! Opens a link in the person's browser (R-CB-01, R-CB-15).

use url::Url;

use crate::token::Link;
use crate::views::{Code, Problem};

/// Opens an https link, or an http one on loopback, in the system browser; `BROWSER` is honoured.
///
/// The link reaches no shell. The call may wait for the desktop, so it does not belong on a UI thread.
///
/// # Errors
/// [`Code::Browser`]: another kind of link, or no browser that starts.
pub fn open(link: &str) -> Result<(), Problem> {
    let Some(url) = allowed(link) else {
        return Err(Problem::new(Code::Browser, "this link is not opened")
            .detail("only https links are, and http ones to this machine")
            .hint("mend the address in the service's settings"));
    };
    let mut options = webbrowser::BrowserOptions::new();
    options.with_suppress_output(true);
    webbrowser::open_browser_with_options(webbrowser::Browser::Default, url.as_str(), &options).map_err(
        |error| {
            Problem::new(Code::Browser, "the browser cannot be opened")
                .detail(reason(&error))
                .hint("copy the link instead, and open it in a browser of your choice")
        },
    )
}

/// A link could be opened: the system has a browser, or `BROWSER` names one. Nothing is opened.
pub fn is_there() -> bool {
    let mut options = webbrowser::BrowserOptions::new();
    options.with_suppress_output(true).with_dry_run(true);
    webbrowser::open_browser_with_options(
        webbrowser::Browser::Default,
        "https://grantkeep.invalid/",
        &options,
    )
    .is_ok()
}

/// Opens the link of an authorization, as [`open`] does.
///
/// # Errors
/// As [`open`].
pub fn open_link(link: &Link) -> Result<(), Problem> {
    open(link.expose())
}

/// The link as a URL, if it may reach the system's opener.
fn allowed(link: &str) -> Option<Url> {
    let url = Url::parse(link).ok()?;
    let allowed = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => match url.host()? {
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
            url::Host::Domain(name) => name == "localhost",
        },
        _ => false,
    };
    allowed.then_some(url)
}

/// The kind of trouble alone: a message of the system may repeat the link, which carries `state`.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no browser was found".to_owned(),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R-CB-15
    #[test]
    fn only_web_links_reach_the_system() {
        let cases = [
            ("https://example.com/a?b=c", true, "the usual link"),
            ("http://127.0.0.1:8080/auth", true, "the practice provider"),
            ("http://[::1]:8080/auth", true, "the same on IPv6"),
            ("http://localhost/auth", true, "loopback by name"),
            ("http://localhost.evil.example/", false, "a name that only begins like it"),
            ("http://example.com/", false, "not encrypted"),
            ("file:///etc/passwd", false, "a file"),
            ("javascript:alert(1)", false, "a script"),
            ("io.github.grantkeep:/callback", false, "our own scheme"),
            ("-h", false, "an option of the opener"),
            ("", false, "nothing"),
        ];
        for (link, opened, why) in cases {
            assert_eq!(allowed(link).is_some(), opened, "{link}: {why}");
        }
    }
}
