//! The words of messages.

use grantkeep_api::views::NoticeKind;

use super::incidents::Incident;

/// Title and text of a message about several accounts.
pub(super) fn several(about: NoticeKind, incidents: &[&Incident]) -> (String, String) {
    let names: Vec<&str> =
        incidents.iter().flat_map(|incident| incident.accounts.values().map(String::as_str)).collect();
    let count = names.len();
    let title = match about {
        NoticeKind::Reauthorize => format!("{count} accounts need you to reauthorize"),
        NoticeKind::CheckSettings => format!("The settings of {count} accounts need a look"),
        NoticeKind::SomebodyElse => format!("Somebody else came back for {count} accounts"),
        NoticeKind::PreviousNotRevoked => format!("{count} previous tokens were not taken back"),
        NoticeKind::Outage => match incidents {
            [one] => one.title.clone(),
            several => format!("{} providers can't be reached", several.len()),
        },
    };
    let listed = listed(&names);
    let text = match about {
        NoticeKind::Outage => {
            format!("Tokens ended meanwhile: {listed}. The grants are kept, and Grantkeep keeps trying.")
        }
        NoticeKind::Reauthorize
        | NoticeKind::CheckSettings
        | NoticeKind::SomebodyElse
        | NoticeKind::PreviousNotRevoked => format!("{listed}."),
    };
    (title, text)
}

/// What to say when all of a message is over; `None` where nothing of it became good again.
pub(super) fn over(incidents: &[&Incident]) -> Option<String> {
    let names: Vec<&str> =
        incidents.iter().flat_map(|incident| incident.names.values().map(String::as_str)).collect();
    (!names.is_empty()).then(|| format!("Working again: {}", listed(&names)))
}

/// Some names, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Names in one message.
const LISTED: usize = 4;
