//! One request of a browser, read strictly (R-CB-10). Pure.

use grantkeep_core::model::RedirectAddress;

/// What a request must be like to be a redirect.
pub(super) struct Expected {
    /// `http://‹host›:‹port›`, in front of the request's target.
    pub(super) origin: String,
    /// `‹host›:‹port›`, as browsers write it in `Host`.
    pub(super) authority: String,
    /// The only path.
    pub(super) path: String,
    /// A form that is posted, and nothing else.
    pub(super) form_post: bool,
}

/// What was read so far.
pub(super) enum Reading {
    /// The head goes on.
    More,
    /// Not a redirect; whether the answer has a body (not to `HEAD`).
    Refused { why: Refused, with_body: bool },
    /// A redirect, with its whole address.
    Arrived(RedirectAddress),
}

/// Why a request is no redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Not HTTP, or not as browsers send it.
    Malformed,
    /// Another path.
    ElsewherePath,
    /// Anything but GET, or but POST where a form is awaited.
    Method,
    /// It came too slowly.
    Slow,
    /// A `Host` of somebody else: a name that was made to point here (DNS rebinding).
    ElsewhereHost,
    /// Head longer than [`MAX_HEAD`].
    Long,
    /// The browser looks ahead; the person has not come yet.
    Prefetch,
}

impl Expected {
    /// Judges `head`, all bytes so far.
    pub(super) fn read(&self, head: &[u8]) -> Reading {
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        match request.parse(head) {
            Ok(httparse::Status::Complete(length)) => self.judge(&request, &head[length..], head.len()),
            Ok(httparse::Status::Partial) if head.len() >= MAX_HEAD => refused(Refused::Long),
            Ok(httparse::Status::Partial) => Reading::More,
            Err(httparse::Error::TooManyHeaders) => refused(Refused::Long),
            Err(_) => refused(Refused::Malformed),
        }
    }

    fn judge(&self, request: &httparse::Request<'_, '_>, body: &[u8], read: usize) -> Reading {
        let method = request.method.unwrap_or_default();
        match self.check(request, method) {
            Ok(Arrived { target, length }) => match body.get(..length).map(std::str::from_utf8) {
                Some(Ok(form)) => {
                    let separator = if form.is_empty() { "" } else { "?" };
                    Reading::Arrived(RedirectAddress::new([&self.origin, target, separator, form].concat()))
                }
                Some(Err(_)) => refused(Refused::Malformed),
                None if read - body.len() + length > MAX_HEAD => refused(Refused::Long),
                None => Reading::More,
            },
            Err(why) => Reading::Refused { why, with_body: method != "HEAD" },
        }
    }

    /// Checks the head.
    fn check<'r>(&self, request: &httparse::Request<'_, 'r>, method: &str) -> Result<Arrived<'r>, Refused> {
        let values = |name: &'static str| {
            let of_name = move |field: &&httparse::Header<'_>| field.name.eq_ignore_ascii_case(name);
            request.headers.iter().filter(of_name).map(|field| field.value)
        };
        let mut hosts = values("host");
        match (hosts.next(), hosts.next()) {
            (Some(host), None) if host.eq_ignore_ascii_case(self.authority.as_bytes()) => {}
            (Some(_), None) => return Err(Refused::ElsewhereHost),
            _ => return Err(Refused::Malformed),
        }
        if method != if self.form_post { "POST" } else { "GET" } {
            return Err(Refused::Method);
        }
        let mut lengths = values("content-length");
        let length = match (lengths.next(), lengths.next()) {
            (None, _) => Some(0),
            (Some(one), None) => std::str::from_utf8(one).ok().and_then(|text| text.parse().ok()),
            (Some(_), Some(_)) => None,
        };
        let length = length.filter(|length| *length == 0 || self.form_post).ok_or(Refused::Malformed)?;
        let form = |value: &[u8]| value.to_ascii_lowercase().starts_with(FORM);
        if values("transfer-encoding").next().is_some() || self.form_post && !values("content-type").any(form)
        {
            return Err(Refused::Malformed);
        }
        let target = request.path.unwrap_or_default();
        if !target.starts_with('/') || target.contains('#') {
            return Err(Refused::Malformed);
        }
        let path = if self.form_post { Some(target) } else { target.split('?').next() };
        if path != Some(self.path.as_str()) {
            return Err(Refused::ElsewherePath);
        }
        let ahead =
            |value: &[u8]| value.to_ascii_lowercase().windows(PREFETCH.len()).any(|part| part == PREFETCH);
        if ["sec-purpose", "purpose", "x-moz"].into_iter().any(|name| values(name).any(ahead)) {
            return Err(Refused::Prefetch);
        }
        Ok(Arrived { target, length })
    }
}

/// A head that is as it should be.
struct Arrived<'a> {
    target: &'a str,
    /// Bytes of the form behind it; 0 where none is awaited.
    length: usize,
}

impl Refused {
    /// HTTP status and the two lines of its page.
    pub(super) fn words(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Malformed => (400, "Not understood", "This request is not one that a browser sends."),
            Self::ElsewherePath => (404, "Nothing here", "Grantkeep waits for an answer at another address."),
            Self::Method => {
                (405, "Not understood", "Grantkeep waits for a redirect, which comes another way.")
            }
            Self::Slow => (408, "Too slow", "The request did not arrive in time."),
            Self::ElsewhereHost => (421, "Nothing here", "This request is meant for another computer."),
            Self::Long => (431, "Too long", "The request is longer than any redirect."),
            Self::Prefetch => (503, "Not yet", "Grantkeep waits until you open this page yourself."),
        }
    }
}

fn refused(why: Refused) -> Reading {
    Reading::Refused { why, with_body: true }
}

/// Longest head, in bytes (R-CB-10).
pub(super) const MAX_HEAD: usize = 16 * 1024;

const MAX_FIELDS: usize = 100;

const PREFETCH: &[u8] = b"prefetch";

const FORM: &[u8] = b"application/x-www-form-urlencoded";

#[cfg(test)]
mod tests {
    use super::*;

    // R-CB-10
    #[test]
    fn only_a_browser_on_its_way_back_is_let_in() {
        let host = "Host: 127.0.0.1:4455\r\n";
        let cases = [
            (
                "GET /cb?code=1&state=2 HTTP/1.1",
                host,
                Ok("http://127.0.0.1:4455/cb?code=1&state=2"),
                "a redirect",
            ),
            (
                "GET /cb HTTP/1.1",
                host,
                Ok("http://127.0.0.1:4455/cb"),
                "without a query, for the keeper to judge",
            ),
            (
                "GET /cb?e=a%20b?c HTTP/1.1",
                host,
                Ok("http://127.0.0.1:4455/cb?e=a%20b?c"),
                "handed on as it came",
            ),
            ("GET /cb HTTP/1.1", "hOST:127.0.0.1:4455\r\n", Ok("http://127.0.0.1:4455/cb"), "any case"),
            (
                "GET /cb HTTP/1.1",
                &format!("{host}Content-Length: 0\r\n"),
                Ok("http://127.0.0.1:4455/cb"),
                "no body",
            ),
            ("GET /cb/ HTTP/1.1", host, Err(Refused::ElsewherePath), "exactly that path"),
            ("GET /CB HTTP/1.1", host, Err(Refused::ElsewherePath), "exactly that case"),
            ("GET //cb HTTP/1.1", host, Err(Refused::ElsewherePath), "exactly those slashes"),
            ("GET /x/../cb HTTP/1.1", host, Err(Refused::ElsewherePath), "no dots are resolved"),
            ("GET /c%62 HTTP/1.1", host, Err(Refused::ElsewherePath), "nothing is decoded"),
            ("GET /favicon.ico HTTP/1.1", host, Err(Refused::ElsewherePath), "browsers ask for it"),
            ("GET http://127.0.0.1:4455/cb HTTP/1.1", host, Err(Refused::Malformed), "as to a proxy"),
            ("GET * HTTP/1.1", host, Err(Refused::Malformed), "no path"),
            ("GET /cb#x HTTP/1.1", host, Err(Refused::Malformed), "browsers keep fragments"),
            ("HEAD /cb?code=1 HTTP/1.1", host, Err(Refused::Method), "looks but does not come"),
            ("POST /cb HTTP/1.1", host, Err(Refused::Method), "GET only"),
            ("OPTIONS /cb HTTP/1.1", host, Err(Refused::Method), "a web page's preflight"),
            ("get /cb HTTP/1.1", host, Err(Refused::Method), "methods have a case"),
            ("GET /cb HTTP/1.1", "", Err(Refused::Malformed), "no host"),
            ("GET /cb HTTP/1.1", &host.repeat(2), Err(Refused::Malformed), "two hosts"),
            ("GET /cb HTTP/1.1", "Host: 127.0.0.1\r\n", Err(Refused::ElsewhereHost), "no port"),
            ("GET /cb HTTP/1.1", "Host: evil.example:4455\r\n", Err(Refused::ElsewhereHost), "DNS rebinding"),
            ("GET /cb HTTP/1.1", "Host: localhost:4455\r\n", Err(Refused::ElsewhereHost), "another spelling"),
            ("GET /cb HTTP/2.0", host, Err(Refused::Malformed), "no such version on the wire"),
            ("GET /cb HTTP/1.1", &format!("{host}Content-Length: 1\r\n"), Err(Refused::Malformed), "a body"),
            (
                "GET /cb HTTP/1.1",
                &format!("{host}Transfer-Encoding: chunked\r\n"),
                Err(Refused::Malformed),
                "a body",
            ),
            (
                "GET /cb HTTP/1.1",
                &format!("{host}X : y\r\n"),
                Err(Refused::Malformed),
                "space before the colon",
            ),
            (
                "GET /cb HTTP/1.1",
                &format!("{host}Sec-Purpose: prefetch\r\n"),
                Err(Refused::Prefetch),
                "Chromium",
            ),
            (
                "GET /cb HTTP/1.1",
                &format!("{host}Sec-Purpose: prefetch;prerender\r\n"),
                Err(Refused::Prefetch),
                "Chromium draws it ahead",
            ),
            ("GET /cb HTTP/1.1", &format!("{host}Purpose: prefetch\r\n"), Err(Refused::Prefetch), "Safari"),
            (
                "GET /cb HTTP/1.1",
                &format!("{host}X-Moz: prefetch\r\n"),
                Err(Refused::Prefetch),
                "older Firefox",
            ),
            (
                "GET /cb HTTP/1.1",
                &format!("{host}A: b\r\n{}", "C: d\r\n".repeat(120)),
                Err(Refused::Long),
                "fields",
            ),
            ("\u{16}\u{3}\u{1}", "", Err(Refused::Malformed), "TLS"),
        ];
        for (line, fields, outcome, why) in cases {
            let read = expected().read(format!("{line}\r\n{fields}\r\n").as_bytes());
            match (read, outcome) {
                (Reading::Arrived(address), Ok(expected)) => {
                    assert!(address.matches(&RedirectAddress::new(expected)), "{why}");
                }
                (Reading::Refused { why: refused, .. }, Err(expected)) => {
                    assert_eq!(refused, expected, "{line}: {why}")
                }
                _ => panic!("{line}: {why}"),
            }
        }
    }

    #[test]
    fn a_head_is_read_to_its_end_and_no_further_than_the_limit() {
        let head = b"GET /cb HTTP/1.1\r\nHost: 127.0.0.1:4455\r\n\r\n";
        for end in 0..head.len() {
            assert!(matches!(expected().read(&head[..end]), Reading::More), "{end}");
        }
        let mut long = b"GET /cb?x=".to_vec();
        long.resize(MAX_HEAD, b'x');
        assert!(matches!(expected().read(&long[..MAX_HEAD - 1]), Reading::More));
        assert!(matches!(expected().read(&long), Reading::Refused { why: Refused::Long, .. }));
    }

    // R-CB-10
    #[test]
    fn a_form_is_taken_where_one_is_awaited() {
        let form =
            "Host: 127.0.0.1:4455\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n";
        let arrived = Ok("http://127.0.0.1:4455/cb?code=1&state=2");
        let length = |length: &str| format!("{form}Content-Length: {length}\r\n");
        let cases = [
            ("POST /cb HTTP/1.1", length("14"), "code=1&state=2", arrived, "posted"),
            ("POST /cb HTTP/1.1", length("14"), "code=1&state=2&x=y", arrived, "no further than its length"),
            ("GET /cb?code=1 HTTP/1.1", form.to_owned(), "", Err(Refused::Method), "no other way beside it"),
            (
                "POST /cb?code=1 HTTP/1.1",
                length("0"),
                "",
                Err(Refused::ElsewherePath),
                "nothing in the query",
            ),
            ("POST /cb HTTP/1.1", length("99999"), "", Err(Refused::Long), "more than any answer"),
            ("POST /cb HTTP/1.1", length("-1"), "", Err(Refused::Malformed), "no length"),
            (
                "POST /cb HTTP/1.1",
                length("1\r\nContent-Length: 2"),
                "a",
                Err(Refused::Malformed),
                "two of them",
            ),
            (
                "POST /cb HTTP/1.1",
                "Host: 127.0.0.1:4455\r\nContent-Type: text/plain\r\n".to_owned(),
                "",
                Err(Refused::Malformed),
                "no form",
            ),
        ];
        let expected = Expected { form_post: true, ..expected() };
        for (line, fields, body, outcome, why) in cases {
            match (expected.read(format!("{line}\r\n{fields}\r\n{body}").as_bytes()), outcome) {
                (Reading::Arrived(address), Ok(expected)) => {
                    assert!(address.matches(&RedirectAddress::new(expected)), "{why}");
                }
                (Reading::Refused { why: refused, .. }, Err(expected)) => {
                    assert_eq!(refused, expected, "{why}")
                }
                _ => panic!("{line}: {why}"),
            }
        }
        let half = format!("POST /cb HTTP/1.1\r\n{}\r\ncode=1", length("14"));
        assert!(matches!(expected.read(half.as_bytes()), Reading::More), "it goes on");
    }

    fn expected() -> Expected {
        Expected {
            origin: "http://127.0.0.1:4455".into(),
            authority: "127.0.0.1:4455".into(),
            path: "/cb".into(),
            form_post: false,
        }
    }
}
