//! Words for people: states, remaining life, what can be shown safely.

use grantkeep_api::views::{AccountView, Activity, Group, Headline, Note};

/// The word for a headline.
pub(crate) fn headline(headline: Headline) -> &'static str {
    match headline {
        Headline::Waiting => "waiting for the browser",
        Headline::Revoking => "revoking",
        Headline::Reauthorize => "reauthorize",
        Headline::CheckSettings => "check settings",
        Headline::Expired => "expired",
        Headline::ScopesMissing => "scopes missing",
        Headline::Retrying => "retrying",
        Headline::Refreshing => "refreshing",
        Headline::Active => "active",
        Headline::UnknownLife => "active, unknown life",
        Headline::NotAuthorized => "not authorized",
        Headline::Revoked => "revoked",
    }
}

/// The colour of a group (SGR code): it repeats what the words say.
pub(crate) fn colour(group: Group) -> &'static str {
    match group {
        Group::NeedsAttention => "33",
        Group::Active => "32",
        Group::Other => "2",
    }
}

/// How long the access token still lives: "58 min left", "expired 3 min ago", "" where it is unknown.
pub(crate) fn life(account: &AccountView, now_ms: i64) -> String {
    let Some(expires_at) = account.grant.as_ref().and_then(|grant| grant.expires_at_ms) else {
        return String::new();
    };
    match expires_at - now_ms {
        left if left > 0 => format!("{} left", span(left)),
        left => format!("expired {} ago", span(-left)),
    }
}

/// A duration in one unit, rounded down: "12 s", "58 min", "3 h", "2 d".
pub(crate) fn span(ms: i64) -> String {
    let seconds = ms / 1000;
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// An amount of bytes, rounded down: "512 B", "3 KiB", "17 MiB".
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}

/// A countdown: "4:32".
pub(crate) fn countdown(ms: i64) -> String {
    let seconds = (ms.max(0) + 999) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The most important thing to add about an account, in one line.
pub(crate) fn remark(account: &AccountView, now_ms: i64) -> String {
    if let Some(pending) = &account.pending {
        return format!("{} left to answer in the browser", countdown(pending.expires_at_ms - now_ms));
    }
    if let Activity::Retrying { next_try_at_ms, .. } = account.activity {
        let reason = account.trouble.as_ref().map(|trouble| format!("{}; ", trouble.problem.title));
        return format!(
            "{}tries again in {}",
            reason.unwrap_or_default(),
            span((next_try_at_ms - now_ms).max(0))
        );
    }
    if let Some(trouble) = &account.trouble {
        return trouble.problem.title.clone();
    }
    account.notes.iter().find_map(note).unwrap_or_default()
}

fn note(note: &Note) -> Option<String> {
    match note {
        Note::ScopesMissing { accepted: true, .. } => None,
        Note::ScopesMissing { missing, .. } => Some(format!("not granted: {}", missing.join(" "))),
        Note::NoRefreshToken { hint } => Some(format!("no refresh token: {hint}")),
        Note::SomebodyElse { expected, came } => Some(format!("{came} authorized, {expected} was expected")),
        Note::PreviousNotRevoked { reason } => Some(format!("the previous token was not revoked: {reason}")),
        Note::PolicyTurnedOff => {
            Some("revoking the previous token ended the new one, so that is off".to_owned())
        }
        Note::HostsToConfirm { new, .. } => Some(format!("confirm the new hosts: {}", new.join(" "))),
        Note::Oddity { text } => Some(text.clone()),
    }
}

/// Text without control characters, so that it cannot play with the terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

/// Colours may be used on a terminal: `NO_COLOR` is empty, and the terminal is not a dumb one.
pub(crate) fn may_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && !is_dumb_terminal()
}

/// The terminal knows no escape sequences.
pub(crate) fn is_dumb_terminal() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_one_unit() {
        let cases = [
            (0, "0 s", "nothing"),
            (59_999, "59 s", "rounded down, to be safe"),
            (60_000, "1 min", "a minute"),
            (3_600_000, "1 h", "an hour"),
            (172_800_000, "2 d", "days from two on"),
        ];
        for (ms, text, why) in cases {
            assert_eq!(span(ms), text, "{ms}: {why}");
        }
        assert_eq!(countdown(272_000), "4:32");
        assert_eq!(countdown(-5), "0:00", "a late answer shows no negative time");
    }
}
