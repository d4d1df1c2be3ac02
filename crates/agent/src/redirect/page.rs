//! The page that the browser shows after the redirect (R-CB-11): no script, nothing from elsewhere, text
//! escaped.

use std::fmt::Write;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use grantkeep_core::model::Timestamp;
use grantkeep_core::ports::Page;
use http::StatusCode;
use jiff::tz::TimeZone;

use super::request::Refused;

/// The whole HTTP answer with `page`.
pub(super) fn answer(page: &Page) -> Vec<u8> {
    response(page.status, &html(page, &TimeZone::system()), true)
}

/// The whole HTTP answer to a request that is no redirect.
pub(super) fn refusal(why: Refused, with_body: bool) -> Vec<u8> {
    let (status, title, text) = why.words();
    response(status, &note(title, text), with_body)
}

/// The whole HTTP answer to a redirect that nobody answered: it came too late.
pub(super) fn unanswered() -> Vec<u8> {
    response(
        500,
        &note("No answer", "Grantkeep no longer waits for this. Look there for what became of it."),
        true,
    )
}

fn response(status: u16, html: &str, with_body: bool) -> Vec<u8> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let allow = if status == StatusCode::METHOD_NOT_ALLOWED { "Allow: GET\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {} {}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\n\
         Connection: close\r\n\
         Cache-Control: no-store\r\n\
         Content-Security-Policy: {}\r\n\
         Referrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\n\
         X-Frame-Options: DENY\r\n\
         {allow}\r\n",
        status.as_str(),
        status.canonical_reason().unwrap_or_default(),
        html.len(),
        *POLICY,
    );
    [head.as_str(), if with_body { html } else { "" }].concat().into_bytes()
}

fn html(page: &Page, zone: &TimeZone) -> String {
    let mut body = String::new();
    let (kind, outcome) = if page.good { ("ok", "Done") } else { ("bad", "Not authorized") };
    let mark = if page.good { "M20 6 9 17l-5-5" } else { "M12 4.500v9M12 19v.01" };
    push(&mut body, format_args!("<div class=\"mark {kind}\">{SVG}<path d=\"{mark}\"/></svg></div>\n"));
    push(&mut body, format_args!("<h1>{}</h1>\n", escape(&page.title)));
    push(&mut body, format_args!("<p>{}</p>\n", text(page)));
    if !page.facts.is_empty() {
        body.push_str("<dl>");
        for (label, value) in &page.facts {
            push(&mut body, format_args!("<dt>{}</dt><dd>{}</dd>", escape(label), escape(value)));
        }
        body.push_str("</dl>\n");
    }
    if let Some(said) = &page.said {
        let said = escape(said);
        push(
            &mut body,
            format_args!(
                "<details open><summary>What the service said</summary><pre>{said}</pre></details>\n"
            ),
        );
    }
    let close = if page.good { "" } else { " You can close this tab." };
    let sent = time(page.at, zone).map(|time| format!(" at {time}")).unwrap_or_default();
    push(&mut body, format_args!("<footer>Sent by Grantkeep on this computer{sent}.{close}</footer>\n"));
    document(outcome, &body)
}

/// What happened stands out from what to make of it.
fn text(page: &Page) -> String {
    match page.text.split_once(". ") {
        Some((first, rest)) if !page.good => format!("<b>{}.</b> {}", escape(first), escape(rest)),
        _ => escape(&page.text),
    }
}

fn note(title: &str, text: &str) -> String {
    let body = format!(
        "<h1>{}</h1>\n<p>{}</p>\n<footer>Sent by Grantkeep on this computer.</footer>\n",
        escape(title),
        escape(text),
    );
    document(title, &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{} · Grantkeep</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escape(title),
    )
}

/// Hours and minutes of the local time.
fn time(at: Timestamp, zone: &TimeZone) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(at.millis()).ok()?;
    Some(at.to_zoned_datetime(zone.clone()).strftime("%H:%M").to_string())
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn push(body: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = body.write_fmt(part);
}

/// Nothing but the style itself, by its hash, so that text that slipped through could do nothing.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

const STYLE: &str = include_str!("page.css");

const SVG: &str = "<svg width=\"22\" height=\"22\" viewBox=\"0 0 24 24\" fill=\"none\" \
                   stroke=\"currentColor\" stroke-width=\"2.500\" stroke-linecap=\"round\" \
                   stroke-linejoin=\"round\" aria-hidden=\"true\">";

#[cfg(test)]
mod tests {
    use super::*;

    // R-CB-11
    #[test]
    fn all_text_is_escaped() {
        let hostile = "<script>alert('1')</script> & \"<img src=x>\". Then <b>more</b>";
        let page = Page {
            title: hostile.into(),
            text: hostile.into(),
            facts: vec![(hostile.into(), hostile.into())],
            said: Some(hostile.into()),
            ..page(false)
        };

        let html = html(&page, &TimeZone::UTC);

        for tag in ["<script", "<img", "<b>more", "alert('"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
        assert_eq!(html.matches("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;").count(), 5);
    }

    #[test]
    fn a_good_page_says_what_is_stored() {
        let html = html(&page(true), &TimeZone::UTC);

        for part in [
            "<title>Done · Grantkeep</title>",
            "<div class=\"mark ok\">",
            "<h1>Notion is authorized</h1>",
            "<p>The grant is stored. You can close this tab.</p>",
            "<dl><dt>Account</dt><dd>wiki</dd><dt>Scopes</dt><dd>3 of 3 granted</dd></dl>",
            "<footer>Sent by Grantkeep on this computer at 14:51.</footer>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("<details"));
    }

    #[test]
    fn a_bad_page_says_what_happened_and_what_the_service_said() {
        let page = Page {
            status: 400,
            text: "Notion refused the client secret. Nothing was stored.".into(),
            said: Some("401 invalid_client\nClient authentication failed".into()),
            ..page(false)
        };

        let html = html(&page, &TimeZone::UTC);

        for part in [
            "<title>Not authorized · Grantkeep</title>",
            "<div class=\"mark bad\">",
            "<p><b>Notion refused the client secret.</b> Nothing was stored.</p>",
            "<pre>401 invalid_client\nClient authentication failed</pre>",
            "at 14:51. You can close this tab.</footer>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn the_time_is_local() {
        let at = Timestamp::from_millis(51_060_000);
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        assert_eq!(time(at, &zone).as_deref(), Some("09:11"));
        assert_eq!(time(Timestamp::from_millis(i64::MAX), &zone), None, "no such year");
    }

    // R-CB-11
    #[test]
    fn the_style_is_the_only_thing_allowed() {
        let answer = String::from_utf8(answer(&page(true))).unwrap();
        let (head, html) = answer.split_once("\r\n\r\n").unwrap();
        let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = BASE64_STANDARD.encode(digest(&SHA256, style.as_bytes()));

        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        for field in [
            &format!("Content-Security-Policy: default-src 'none'; style-src 'sha256-{hash}'; "),
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "X-Content-Type-Options: nosniff",
            "X-Frame-Options: DENY",
            "Connection: close",
            &format!("Content-Length: {}", html.len()),
        ] {
            assert!(head.contains(field), "{field} in {head}");
        }
        for elsewhere in ["http:", "https:", "url(", "src=", "href=", "style=", "@import", "<script"] {
            assert!(!html.contains(elsewhere), "{elsewhere}");
        }
    }

    fn page(good: bool) -> Page {
        Page {
            status: 200,
            good,
            title: "Notion is authorized".into(),
            text: "The grant is stored. You can close this tab.".into(),
            facts: vec![("Account".into(), "wiki".into()), ("Scopes".into(), "3 of 3 granted".into())],
            said: None,
            at: Timestamp::from_millis((14 * 60 + 51) * 60_000),
        }
    }
}
