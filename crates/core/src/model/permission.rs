//! What a program may do, as the person said (R-AG-04).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Name, Timestamp};

/// The person's word about one program and one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Identifier.
    pub id: String,
    /// Absolute path of the program's executable.
    pub program: String,
    /// For the tokens of which service; `None` = to manage Grantkeep itself (R-AG-08).
    pub service: Option<Name>,
    /// Allowed; otherwise refused for good.
    pub allowed: bool,
    /// When it was given.
    pub granted_at: Timestamp,
    /// When it ends in any case; `None` = when it was not used for [`Permission::IDLE`].
    pub expires_at: Option<Timestamp>,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// How often it was used.
    pub uses: u64,
}

impl Permission {
    /// How long one without an end lasts while nobody uses it.
    pub const IDLE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

    /// Whether it still counts at `now`.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.ends_at().is_none_or(|end| now < end)
    }

    /// When it ends by itself, unless it is used before; `None` = never.
    ///
    /// A refusal does not run out by idleness: nothing uses it.
    pub fn ends_at(&self) -> Option<Timestamp> {
        match self.expires_at {
            Some(end) => Some(end),
            None if self.allowed => Some(self.last_used_at.unwrap_or(self.granted_at) + Self::IDLE),
            None => None,
        }
    }

    /// Whether it is about this program and this service.
    pub fn is_about(&self, program: &str, service: Option<&Name>) -> bool {
        self.program == program && self.service.as_ref() == service
    }
}

/// What is said about a program, for the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// One request alone.
    Once,
    /// For that long.
    For(Duration),
    /// As long as its terminal session or its process lasts.
    WhileThere,
    /// Until it is taken back.
    Always,
    /// It is not asked again.
    Never,
    /// Not this time.
    NotNow,
    /// Nobody answered in time.
    Unanswered,
    /// A permission, or a refusal, counts no longer.
    TakenBack {
        /// It was a permission.
        allowed: bool,
    },
}

impl Said {
    /// One sentence without its full stop; `who` as the history names programs, `service` `None` = to manage.
    pub fn of(self, who: &str, service: Option<&Name>) -> String {
        let (may, what) = match service {
            Some(_) => ("have tokens", "tokens"),
            None => ("manage Grantkeep", "managing"),
        };
        match self {
            Self::Once if service.is_some() => format!("{who} may have one token"),
            Self::Once => format!("{who} may manage Grantkeep once"),
            Self::For(span) => format!("{who} may {may} for {}", span_words(span)),
            Self::WhileThere => format!("{who} may {may} as long as it is there"),
            Self::Always => format!("{who} may always {may}"),
            Self::Never => format!("{who} may never {may}"),
            Self::NotNow => format!("{who} was refused {what}"),
            Self::Unanswered => format!("{who} was refused {what}: nobody answered"),
            Self::TakenBack { allowed: true } => format!("{who} may no longer {may}"),
            Self::TakenBack { allowed: false } => format!("{who} may ask again"),
        }
    }
}

/// "1 hour", "90 minutes", in the largest unit that is exact.
fn span_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (size, unit) = units
        .into_iter()
        .find(|(size, _)| seconds > 0 && seconds.is_multiple_of(*size))
        .unwrap_or((1, "second"));
    let count = seconds / size;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    // R-AG-04
    #[test]
    fn a_permission_ends_by_its_total_or_its_idle_limit() {
        let (hour, idle) = (3_600, 90 * 86_400);
        // allowed, total limit (seconds), last use, now, good, why
        let cases = [
            (true, Some(hour), None, hour - 1, true, "within its time"),
            (true, Some(hour), None, hour, false, "its time is over"),
            (true, Some(hour), Some(hour - 1), hour, false, "use does not lengthen a total limit"),
            (true, None, None, idle - 1, true, "without an end, and given lately"),
            (true, None, None, idle, false, "never used for 90 days"),
            (true, None, Some(1_000), idle + 999, true, "used since"),
            (true, None, Some(1_000), idle + 1_000, false, "not used for 90 days"),
            (true, Some(2 * idle), None, idle, true, "one with an end has no idle limit"),
            (false, None, None, 10 * idle, true, "a refusal for good stays"),
            (true, None, None, -5, true, "a clock that was set back"),
        ];
        for (allowed, total, used, now, good, why) in cases {
            let at = |second: i64| Timestamp::from_millis(1_000 * second);
            let permission =
                Permission { allowed, expires_at: total.map(at), last_used_at: used.map(at), ..permission() };
            assert_eq!(permission.is_good_at(at(now)), good, "{why}");
        }
    }

    #[test]
    fn a_permission_is_about_one_program_and_one_service() {
        let google = permission();
        let manage = Permission { service: None, ..permission() };
        let name: Name = "google".parse().unwrap();
        let other: Name = "github".parse().unwrap();

        assert!(google.is_about("/usr/bin/git", Some(&name)));
        assert!(!google.is_about("/usr/bin/git", Some(&other)), "another service");
        assert!(!google.is_about("/usr/bin/git2", Some(&name)), "another program");
        assert!(!google.is_about("/usr/bin/git", None), "tokens are no managing");
        assert!(!manage.is_about("/usr/bin/git", Some(&name)), "and managing is no token");
        assert!(manage.is_about("/usr/bin/git", None));
    }

    // R-AG-06
    #[test]
    fn the_history_says_who_and_what() {
        let google: Name = "google".parse().unwrap();
        let seconds = |seconds| Said::For(Duration::from_secs(seconds));
        let cases = [
            (seconds(3_600), true, "git may have tokens for 1 hour"),
            (seconds(8 * 3_600), true, "git may have tokens for 8 hours"),
            (seconds(5_400), false, "git may manage Grantkeep for 90 minutes"),
            (seconds(86_400), true, "git may have tokens for 1 day"),
            (seconds(61), true, "git may have tokens for 61 seconds"),
            (Said::Once, true, "git may have one token"),
            (Said::Once, false, "git may manage Grantkeep once"),
            (Said::WhileThere, true, "git may have tokens as long as it is there"),
            (Said::Always, false, "git may always manage Grantkeep"),
            (Said::Never, true, "git may never have tokens"),
            (Said::NotNow, true, "git was refused tokens"),
            (Said::Unanswered, false, "git was refused managing: nobody answered"),
            (Said::TakenBack { allowed: true }, true, "git may no longer have tokens"),
            (Said::TakenBack { allowed: false }, true, "git may ask again"),
        ];
        for (said, of_service, sentence) in cases {
            assert_eq!(said.of("git", of_service.then_some(&google)), sentence);
        }
    }

    fn permission() -> Permission {
        Permission {
            id: "7".to_owned(),
            program: "/usr/bin/git".to_owned(),
            service: "google".parse().ok(),
            allowed: true,
            granted_at: Timestamp::from_millis(0),
            expires_at: None,
            last_used_at: None,
            uses: 0,
        }
    }
}
