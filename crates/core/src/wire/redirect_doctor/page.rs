//! What stands on a provider's error page, or in its address.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::Url;

use super::{Parts, compare_redirect, is_loopback, percent_decoded};
use crate::model::{KnownError, PastedText, Service, host_of, known_error_in, plain};

/// What was made of a provider's error page.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// What it says of a redirect URI.
    pub says: PageSays,
    /// The error that it names, if it is a known one.
    pub known: Option<&'static KnownError>,
    /// It speaks of redirecting at all.
    pub is_about_redirects: bool,
}

/// What a page, its address or another text says of a redirect URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageSays {
    /// Another redirect URI than the one that was sent.
    Other(String),
    /// Just the one that was sent, as most error pages do.
    Repeated,
    /// It is the one that was sent and nothing else.
    Same,
    /// It is an answer with a code or token, and no error page.
    Answer,
    /// No redirect URI at all.
    Nothing,
}

/// Reads the text or address of a provider's error page, or a registered redirect URI.
///
/// Looked at are addresses in the text, their parameter `redirect_uri` (encoded once or twice), Google's `authError`,
/// and the place that an error was redirected to. Links of other kinds (help pages) do not count. Parameters of an
/// answer are left out of what is found, as are addresses of the provider's own. At most 64 KiB are read.
pub fn read_error_page(sent: &str, service: &Service, page: &PastedText) -> ErrorPage {
    let text = shortened(page.expose().trim());
    let blobs = addresses(text).iter().filter_map(|address| blob_of(address)).collect::<Vec<_>>().join(" ");
    let words = format!("{} {blobs}", percent_decoded(&text.replace('+', " ")));
    let lower = words.to_lowercase();
    ErrorPage {
        says: says(sent, service, text),
        known: known_error_in(service.provider.as_deref(), &words),
        is_about_redirects: ["redirect", "callback url", "reply url"].iter().any(|word| lower.contains(word)),
    }
}

fn says(sent: &str, service: &Service, text: &str) -> PageSays {
    let alone = !text.contains(char::is_whitespace);
    let mut found = Vec::new();
    let mut is_answer = false;
    for address in addresses(&with_scheme(text)) {
        match kind_of(&address) {
            Address::Answer => is_answer |= is_likely(sent, without_query(&address)),
            Address::Names(uris) => found.extend(uris),
            Address::Link => {}
            Address::Place(place) if is_of_provider(&place, service) => {}
            Address::Place(place) => {
                found.extend(Some(place).filter(|place| alone || is_likely(sent, place)))
            }
        }
    }
    if is_answer && alone {
        return PageSays::Answer;
    }
    let is_sent = |uri: &String| uri == sent;
    if alone && found.iter().all(is_sent) && text == sent {
        return PageSays::Same;
    }
    let repeated = found.iter().any(is_sent);
    let others = found.into_iter().filter(|uri| uri != sent);
    match others.min_by_key(|uri| compare_redirect(sent, uri).differences.len()) {
        Some(other) => PageSays::Other(plain(&other, LONGEST)),
        None if repeated => PageSays::Repeated,
        None => PageSays::Nothing,
    }
}

/// What an address in the text is.
enum Address {
    /// It carries an authorization code or a token.
    Answer,
    /// It names redirect URIs in a parameter.
    Names(Vec<String>),
    /// It leads elsewhere: an authorization link, or a page of the provider.
    Link,
    /// It may be a redirect URI itself; parameters of an error answer are taken off.
    Place(String),
}

fn kind_of(address: &str) -> Address {
    let rest = address.split_once(['?', '#']).map_or("", |(_, rest)| rest);
    let parameters: Vec<(&str, String)> = rest
        .split(['&', '#'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name, percent_decoded(&value.replace('+', " "))))
        .collect();
    let named: Vec<String> = parameters
        .iter()
        .filter(|(name, _)| NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)))
        .map(|(_, value)| {
            if value.contains("%3A") || value.contains("%3a") {
                percent_decoded(value)
            } else {
                value.clone()
            }
        })
        .collect();
    if !named.is_empty() {
        return Address::Names(named);
    }
    if let Some(said) = blob_of(address) {
        let inside = addresses(&said).into_iter().filter_map(|address| match kind_of(&address) {
            Address::Place(place) => Some(vec![place]),
            Address::Names(uris) => Some(uris),
            Address::Answer | Address::Link => None,
        });
        return Address::Names(inside.flatten().filter(|uri| !is_of_google(uri)).collect());
    }
    let has = |wanted: &[&str]| parameters.iter().any(|(name, _)| wanted.contains(name));
    if has(&["code", "access_token", "id_token"]) {
        Address::Answer
    } else if has(&["client_id", "response_type"]) {
        Address::Link
    } else if has(&["error", "error_description", "error_code"]) {
        Address::Place(without_query(address).to_owned())
    } else {
        Address::Place(address.to_owned())
    }
}

/// Whether an address leads to the provider itself: to its endpoints or its issuer.
fn is_of_provider(place: &str, service: &Service) -> bool {
    let Ok(place) = Url::parse(place) else { return false };
    let endpoints = &service.endpoints;
    let issuer = endpoints.issuer.as_deref().and_then(|issuer| Url::parse(issuer).ok());
    [Some(&endpoints.authorize), Some(&endpoints.token), issuer.as_ref()]
        .into_iter()
        .flatten()
        .any(|own| host_of(own) == host_of(&place))
}

/// Whether a place in a text may be meant as a redirect URI: this machine, or something like the one that was sent.
fn is_likely(sent: &str, place: &str) -> bool {
    let (sent, place) = (Parts::of(sent), Parts::of(place));
    let is_own_scheme = place.separator == ":" && sent.separator == ":";
    let is_same_path = !sent.path.is_empty() && sent.path.eq_ignore_ascii_case(place.path);
    is_loopback(place.host) || is_own_scheme || is_same_path || sent.host.eq_ignore_ascii_case(place.host)
}

/// The addresses in a text, each from its scheme to the next sign that ends it.
fn addresses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control() || QUOTES.contains(c)) {
        let mut from = 0;
        while let Some(colon) = word[from..].find(":/").map(|at| at + from) {
            let scheme_at = word[..colon].rfind(|c: char| !is_of_scheme(c)).map_or(0, |at| at + 1);
            // A character that is no ASCII is longer than a byte.
            let scheme_at = (scheme_at..=colon).find(|at| word.is_char_boundary(*at)).unwrap_or(colon);
            if word[scheme_at..colon].starts_with(|c: char| c.is_ascii_alphabetic()) {
                let is_value = word[..scheme_at].ends_with('=');
                let whole = &word[scheme_at..];
                let whole = if is_value { whole.split('&').next().unwrap_or(whole) } else { whole };
                let trimmed = whole.trim_end_matches(['.', ',', ';', ':', ')', '!', '?', '*']);
                let closed = if trimmed.contains('[') { trimmed } else { trimmed.trim_end_matches(']') };
                found.push(closed.to_owned());
            }
            from = colon + 2;
        }
    }
    found
}

/// Browsers leave `http://` out of what a person copies.
fn with_scheme(text: &str) -> Cow<'_, str> {
    let host = text.split(['/', ':', '?']).next().unwrap_or_default();
    let is_bare = is_loopback(host) || text.starts_with("[::1]");
    if is_bare && !text.contains("://") { Cow::Owned(format!("http://{text}")) } else { Cow::Borrowed(text) }
}

/// Google's error pages have what they say in their address, as a base64 text with lengths between.
fn blob_of(address: &str) -> Option<String> {
    let (_, rest) = address.split_once(GOOGLES)?;
    let value = percent_decoded(rest.split(['&', '#']).next()?);
    let bytes = LENIENT.decode(value.replace('+', "-").replace('/', "_")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.chars().map(|c| if c.is_control() || c == '\u{fffd}' { ' ' } else { c }).collect())
}

fn is_of_google(uri: &str) -> bool {
    Parts::of(uri).host.ends_with("google.com")
}

fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}

fn is_of_scheme(character: char) -> bool {
    character.is_ascii_alphanumeric() || "+.-".contains(character)
}

fn shortened(text: &str) -> &str {
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Names of the parameter that carries a redirect URI.
const NAMES: [&str; 4] = ["redirect_uri", "redirect_url", "redirectUri", "callback_url"];
/// Google's parameter.
const GOOGLES: &str = "authError=";
/// Signs around an address in a sentence.
const QUOTES: &str = "'\"`<>“”‘’«»(){}|\\";
const MOST: usize = 64 * 1024;
/// Characters of a redirect URI that are shown.
const LONGEST: usize = 2000;
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
