//! Entries of the catalog, as front ends see them.

use grantkeep_api::views;
use grantkeep_core::model::{Provider, ProviderScope, Refreshes, Rotation, Variable};

use super::draft;

/// One entry.
pub(super) fn view(provider: &Provider) -> views::ProviderView {
    let Provider { id, title, mark, summary, registration_uri, documentation_uri, steps, .. } =
        provider.clone();
    views::ProviderView {
        id,
        title,
        mark,
        summary,
        registration_uri,
        documentation_uri,
        steps,
        variables: provider.variables.iter().map(variable).collect(),
        scopes: provider.scopes.iter().map(scope).collect(),
        redirect_note: provider.redirect.as_ref().map(|rules| rules.note.clone()),
        token_life_s: provider.token_life_s,
        token_has_no_end: provider.token_has_no_end,
        refresh: match provider.refresh {
            Refreshes::Always => views::Refreshes::Always,
            Refreshes::Asked => views::Refreshes::Asked,
            Refreshes::Never => views::Refreshes::Never,
            Refreshes::Unknown => views::Refreshes::Unknown,
        },
        rotation: match provider.rotation {
            Rotation::Rotates => views::Rotation::Rotates,
            Rotation::Grace => views::Rotation::Grace,
            Rotation::Same => views::Rotation::Same,
            Rotation::Unknown => views::Rotation::Unknown,
        },
        refresh_idle_days: provider.refresh_idle_days,
        refresh_life_days: provider.refresh_life_days,
        refresh_token_hint: provider.refresh_token_hint.clone(),
        revocation_effect: provider.revocation_effect.clone(),
        reasons: draft::parameters_view(provider.reasons.clone()),
        draft: draft::to_view(provider.draft.clone()),
        practice: provider.practice,
    }
}

fn variable(variable: &Variable) -> views::VariableView {
    let Variable { name, label, hint, example, default, .. } = variable.clone();
    views::VariableView { name, label, hint, example, default }
}

fn scope(known: &ProviderScope) -> views::ProviderScope {
    let ProviderScope { scope, description, default } = known.clone();
    views::ProviderScope { scope, description, default }
}
