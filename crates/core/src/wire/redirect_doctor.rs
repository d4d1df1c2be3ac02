//! The redirect doctor: finds a redirect URI on a provider's error page, and compares it with the one that was sent,
//! character by character (RFC 6749 §3.1.2.3: registered and sent have to be the same).

mod page;

pub use page::{ErrorPage, PageSays, read_error_page};

/// A stretch of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Its text.
    pub text: String,
    /// It is another one in the other address.
    pub differs: bool,
}

/// How two redirect URIs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The one that was sent.
    pub sent: Vec<Stretch>,
    /// The other one.
    pub found: Vec<Stretch>,
    /// What differs, from left to right; empty where they are the same.
    pub differences: Vec<Difference>,
}

/// One difference: what was sent, and what stands in the other address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub kind: DifferenceKind,
    /// As it was sent; may be empty.
    pub sent: String,
    /// As it is in the other address; may be empty.
    pub found: String,
}

/// Parts of redirect URIs that can differ, each a different thing to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceKind {
    /// `http` and `https`.
    Https,
    /// Other schemes.
    Scheme,
    /// `localhost`, `127.0.0.1` and `[::1]`: the same machine, by another name.
    Loopback,
    /// The host.
    Host,
    /// Capital letters in the host, which mean nothing (RFC 3986 §3.2.2) but are compared by some.
    HostCase,
    /// The port.
    Port,
    /// Capital letters in the path.
    PathCase,
    /// The path is the same once it is percent-decoded.
    Encoding,
    /// The path.
    Path,
    /// The slash at the end.
    Slash,
    /// Query and fragment.
    Query,
}

/// Compares the redirect URI that was sent with another one.
pub fn compare_redirect(sent: &str, found: &str) -> Compared {
    let (mine, theirs) = (Parts::of(sent), Parts::of(found));
    let mut compared = Compared { sent: Vec::new(), found: Vec::new(), differences: Vec::new() };
    for (kind, mine, theirs) in [
        (scheme_kind(mine.scheme, theirs.scheme), mine.scheme, theirs.scheme),
        (DifferenceKind::Scheme, mine.separator, theirs.separator),
        (host_kind(mine.host, theirs.host), mine.host, theirs.host),
        (DifferenceKind::Port, mine.port, theirs.port),
        (path_kind(mine.path, theirs.path), mine.path, theirs.path),
        (DifferenceKind::Slash, mine.slash, theirs.slash),
        (DifferenceKind::Query, mine.rest, theirs.rest),
    ] {
        let (left, right) = stretches(mine, theirs, is_whole(kind));
        compared.sent.extend(left);
        compared.found.extend(right);
        if mine != theirs {
            let plain = |text: &str| text.trim_start_matches(':').to_owned();
            let difference = Difference { kind, sent: plain(mine), found: plain(theirs) };
            if compared.differences.last().is_none_or(|last| last.kind != kind) {
                compared.differences.push(difference);
            }
        }
    }
    compared.sent = joined(compared.sent);
    compared.found = joined(compared.found);
    compared
}

/// An address in parts, each as it is written: joined they are the address again.
struct Parts<'a> {
    scheme: &'a str,
    /// `://` or `:`.
    separator: &'a str,
    host: &'a str,
    /// With its colon.
    port: &'a str,
    /// Without the slash at its end.
    path: &'a str,
    slash: &'a str,
    /// Query and fragment, with their signs.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn of(address: &'a str) -> Self {
        let (scheme, after) = address.split_at(address.find(':').unwrap_or(0));
        let (separator, after) = after.split_at(match after {
            after if after.starts_with("://") => 3,
            after if after.starts_with(':') => 1,
            _ => 0,
        });
        let has_host = separator != ":";
        let ends = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, after) = if has_host { after.split_at(ends) } else { ("", after) };
        let bracket = authority.rfind(']').map_or(0, |at| at + 1);
        let (host, port) =
            authority.split_at(authority[bracket..].find(':').map_or(authority.len(), |at| at + bracket));
        let (whole, rest) = after.split_at(after.find(['?', '#']).unwrap_or(after.len()));
        let (path, slash) = whole.split_at(whole.len() - usize::from(whole.ends_with('/')));
        Self { scheme, separator, host, port, path, slash, rest }
    }
}

fn scheme_kind(mine: &str, theirs: &str) -> DifferenceKind {
    let is_web = |scheme: &str| matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https");
    let other = !mine.eq_ignore_ascii_case(theirs);
    if other && is_web(mine) && is_web(theirs) { DifferenceKind::Https } else { DifferenceKind::Scheme }
}

fn host_kind(mine: &str, theirs: &str) -> DifferenceKind {
    if mine.eq_ignore_ascii_case(theirs) {
        DifferenceKind::HostCase
    } else if is_loopback(mine) && is_loopback(theirs) {
        DifferenceKind::Loopback
    } else {
        DifferenceKind::Host
    }
}

fn path_kind(mine: &str, theirs: &str) -> DifferenceKind {
    let decoded = |path: &str| percent_decoded(path);
    if decoded(mine) == decoded(theirs) {
        DifferenceKind::Encoding
    } else if mine.to_lowercase() == theirs.to_lowercase() {
        DifferenceKind::PathCase
    } else {
        DifferenceKind::Path
    }
}

fn is_loopback(host: &str) -> bool {
    matches!(host.to_ascii_lowercase().as_str(), "localhost" | "127.0.0.1" | "[::1]")
}

/// Two hosts or schemes that differ are two words; within a path or port it is the characters that count.
fn is_whole(kind: DifferenceKind) -> bool {
    match kind {
        DifferenceKind::Scheme | DifferenceKind::Loopback | DifferenceKind::Host => true,
        DifferenceKind::Https
        | DifferenceKind::HostCase
        | DifferenceKind::Port
        | DifferenceKind::PathCase
        | DifferenceKind::Encoding
        | DifferenceKind::Path
        | DifferenceKind::Slash
        | DifferenceKind::Query => false,
    }
}

/// Both texts with the characters marked that differ: what they have in common at the beginning and end is not.
fn stretches(mine: &str, theirs: &str, whole: bool) -> (Vec<Stretch>, Vec<Stretch>) {
    let mine_chars: Vec<char> = mine.chars().collect();
    let their_chars: Vec<char> = theirs.chars().collect();
    let (mut front, mut back) = (0, 0);
    if !whole || mine == theirs {
        let shortest = mine_chars.len().min(their_chars.len());
        while front < shortest && mine_chars[front] == their_chars[front] {
            front += 1;
        }
        while back < shortest - front
            && mine_chars[mine_chars.len() - 1 - back] == their_chars[their_chars.len() - 1 - back]
        {
            back += 1;
        }
        // Less than half in common is chance: two words, of which a letter or two are the same.
        if (front + back) * 2 < mine_chars.len().max(their_chars.len()) {
            (front, back) = (0, 0);
        }
    }
    let cut = |characters: &[char]| {
        let (start, rest) = characters.split_at(front);
        let (middle, end) = rest.split_at(rest.len() - back);
        let stretch = |part: &[char], differs| Stretch { text: part.iter().collect(), differs };
        vec![stretch(start, false), stretch(middle, true), stretch(end, false)]
    };
    (cut(&mine_chars), cut(&their_chars))
}

/// Without empty stretches, and with neighbours of the same kind as one.
fn joined(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::new();
    for stretch in stretches.into_iter().filter(|stretch| !stretch.text.is_empty()) {
        match joined.last_mut() {
            Some(last) if last.differs == stretch.differs => last.text.push_str(&stretch.text),
            Some(_) | None => joined.push(stretch),
        }
    }
    joined
}

/// A text with `%XX` decoded; what is no text then stays as it is.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.filter(|_| bytes[at] == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
#[path = "redirect_doctor_tests.rs"]
mod tests;
