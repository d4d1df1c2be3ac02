//! Timelines and forecasts, as front ends see them.

use grantkeep_api::views::{AheadView, Ends, ForecastView, Known, SpanState, SpanView, TimelineView};
use grantkeep_core::forecast::{self, Ahead, REMINDER_DAYS};
use grantkeep_core::keeper::{Keeper, Timeline};
use grantkeep_core::model::Name;
use grantkeep_core::timeline;

pub(super) fn timeline(seen: &Timeline) -> TimelineView {
    let spans = seen.spans.iter().map(|span| SpanView {
        state: match span.state {
            timeline::SpanState::NoToken => SpanState::NoToken,
            timeline::SpanState::Alive => SpanState::Alive,
            timeline::SpanState::Failing => SpanState::Failing,
            timeline::SpanState::Expired => SpanState::Expired,
            timeline::SpanState::Unknown => SpanState::Unknown,
        },
        from_ms: span.from.millis(),
        to_ms: span.to.millis(),
    });
    TimelineView {
        from_ms: seen.from.millis(),
        to_ms: seen.to.millis(),
        spans: spans.collect(),
        alive_ms: i64::try_from(timeline::alive(&seen.spans).as_millis()).unwrap_or(i64::MAX),
    }
}

pub(super) fn forecast(keeper: &Keeper) -> ForecastView {
    let ahead = keeper.forecast();
    ForecastView {
        now_ms: ahead.now.millis(),
        dates: ahead.dates.iter().filter_map(|date| view(keeper, date)).collect(),
        renewing: u32::try_from(ahead.renewing).unwrap_or(u32::MAX),
    }
}

/// A date; `None` where its service or account is gone meanwhile.
fn view(keeper: &Keeper, date: &Ahead) -> Option<AheadView> {
    let service = keeper.service(&date.service).ok()?.service;
    let title = match &date.account {
        Some(id) => {
            Some(keeper.account(id).ok()?.account.title).filter(|_| id.account != Name::default_account())
        }
        None => None,
    };
    let provider = keeper.provider(service.provider.as_deref());
    let (ends, word) = match date.what {
        forecast::Ends::AccessToken => (Ends::AccessToken, "access_token"),
        forecast::Ends::RefreshToken => (Ends::RefreshToken, "refresh_token"),
        forecast::Ends::ClientSecret => (Ends::ClientSecret, "client_secret"),
    };
    let known = match date.known {
        forecast::Known::Told => Known::Told,
        forecast::Known::Said => Known::Said,
        forecast::Known::Learned => Known::Learned,
        forecast::Known::Documented => Known::Documented,
    };
    let whole = |address: Option<&String>| address.filter(|address| !address.contains('{')).cloned();
    Some(AheadView {
        id: match &date.account {
            Some(id) => format!("{word}/{id}"),
            None => format!("{word}/{}", date.service),
        },
        service: date.service.to_string(),
        account: date.account.as_ref().map(ToString::to_string),
        name: [Some(service.title.clone()), title].into_iter().flatten().collect::<Vec<_>>().join(" "),
        provider: service.provider.clone(),
        at_ms: date.at.millis(),
        what: ends,
        known,
        text: date.text.clone(),
        source_uri: provider
            .as_ref()
            .filter(|_| known == Known::Documented)
            .and_then(|provider| whole(provider.documentation_uri.as_ref())),
        page_uri: provider
            .as_ref()
            .filter(|_| ends == Ends::ClientSecret)
            .and_then(|provider| whole(provider.registration_uri.as_ref())),
        reminder_days: if ends == Ends::ClientSecret { REMINDER_DAYS.to_vec() } else { vec![1] },
    })
}
