//! Status: token state, activity and notes, each a pure function of account, service and time.

use super::{Account, Catalog, Failure, RevocationRecipe, Service, Standing, Timestamp, TokenType};

/// The state of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// There never was a token.
    NotAuthorized,
    /// The access token is good.
    Active,
    /// The provider gave no expiry.
    UnknownLife,
    /// Past its expiry.
    Expired,
    /// The provider ended the grant.
    Reauthorize,
    /// The provider refuses the client, or changed hosts await confirmation.
    CheckSettings,
    /// Taken back here.
    Revoked,
}

/// What the keeper is doing with an account at this moment; not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Running {
    /// When the link now in the browser was made.
    pub waiting_since: Option<Timestamp>,
    /// A refresh is under way.
    pub refreshing: bool,
    /// The grant is being taken back.
    pub revoking: bool,
}

/// What is going on with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Nothing.
    None,
    /// The browser has the link.
    Waiting,
    /// A refresh is under way.
    Refreshing,
    /// A passing failure.
    Retrying {
        /// When the keeper tries next.
        next_try_at: Timestamp,
        /// Tries that failed in a row.
        tries: u32,
    },
    /// The grant is being taken back.
    Revoking,
}

/// Something worth knowing that is no state of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The provider granted less than was asked.
    ScopesMissing {
        /// Asked and not granted.
        missing: Vec<String>,
        /// The person said: use it as it is.
        accepted: bool,
    },
    /// No refresh token came.
    NoRefreshToken {
        /// What this provider wants.
        hint: String,
    },
    /// Somebody else came back on reauthorizing.
    SomebodyElse {
        /// Who was expected.
        expected: String,
        /// Who came.
        came: String,
    },
    /// The previous token was not revoked.
    PreviousNotRevoked {
        /// Why.
        reason: String,
    },
    /// Revoking the previous token ended the new one.
    PolicyTurnedOff,
    /// Endpoint hosts changed (R-ST-14).
    HostsToConfirm {
        /// Confirmed hosts.
        known: Vec<String>,
        /// Hosts to confirm.
        new: Vec<String>,
    },
    /// The answer was odd.
    Oddity {
        /// One sentence.
        text: String,
    },
}

/// The one word for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headline {
    /// An authorization waits for the browser.
    Waiting,
    /// The grant is being taken back.
    Revoking,
    /// Only the person can help: authorize again.
    Reauthorize,
    /// Only the person can help: edit the service.
    CheckSettings,
    /// Past its expiry.
    Expired,
    /// Granted less than asked.
    ScopesMissing,
    /// A passing failure.
    Retrying,
    /// A refresh is under way.
    Refreshing,
    /// Good.
    Active,
    /// Good as far as known.
    UnknownLife,
    /// There never was a token.
    NotAuthorized,
    /// Taken back here.
    Revoked,
}

/// The group of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The person is needed.
    NeedsAttention,
    /// Fine.
    Active,
    /// No token.
    Other,
}

/// What can be done; depends on the token state alone, whatever else goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Possible {
    /// Copy the access token.
    pub copy: bool,
    /// Refresh.
    pub refresh: bool,
    /// Revoke, here or at a page.
    pub revoke: bool,
    /// Try the token at the Test URI.
    pub test: bool,
    /// Authorize or reauthorize.
    pub authorize: bool,
}

/// The whole status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Token state.
    pub token_state: TokenState,
    /// Activity.
    pub activity: Activity,
    /// Notes.
    pub notes: Vec<Note>,
    /// Headline.
    pub headline: Headline,
    /// Group.
    pub group: Group,
    /// Since when the headline holds, where that is known.
    pub since: Option<Timestamp>,
    /// What can be done.
    pub possible: Possible,
}

/// The status of `account` at `now`.
pub fn status(account: &Account, service: &Service, running: Running, now: Timestamp) -> Status {
    let token_state = token_state(account, service, now);
    let activity = activity(account, running);
    let notes = notes(account, service);
    let headline = headline(account, token_state, activity, &notes);
    Status {
        token_state,
        activity,
        headline,
        group: group(account, headline, now),
        since: since(account, headline, running),
        possible: possible(account, service, now),
        notes,
    }
}

/// The token state alone, for whoever asks about many accounts.
pub fn token_state(account: &Account, service: &Service, now: Timestamp) -> TokenState {
    match (&account.standing, &account.grant) {
        (Standing::Revoked { .. }, _) => TokenState::Revoked,
        (Standing::ClientRefused { .. }, _) => TokenState::CheckSettings,
        (Standing::Ended { .. }, Some(_)) => TokenState::Reauthorize,
        (Standing::Good | Standing::Ended { .. }, None) => TokenState::NotAuthorized,
        (Standing::Good, Some(_)) if !service.hosts_to_confirm().is_empty() => TokenState::CheckSettings,
        (Standing::Good, Some(grant)) => match grant.expires_at {
            None => TokenState::UnknownLife,
            Some(end) if end > now => TokenState::Active,
            Some(_) => TokenState::Expired,
        },
    }
}

fn activity(account: &Account, running: Running) -> Activity {
    if running.revoking {
        return Activity::Revoking;
    }
    if running.waiting_since.is_some() {
        return Activity::Waiting;
    }
    if running.refreshing {
        return Activity::Refreshing;
    }
    match &account.trouble {
        Some(trouble) => match trouble.next_try_at {
            Some(next_try_at) => Activity::Retrying { next_try_at, tries: trouble.tries },
            None => Activity::None,
        },
        None => Activity::None,
    }
}

fn notes(account: &Account, service: &Service) -> Vec<Note> {
    let mut notes = Vec::new();
    let hosts = service.hosts_to_confirm();
    if !hosts.is_empty() {
        notes.push(Note::HostsToConfirm {
            known: service.confirmed_hosts.iter().cloned().collect(),
            new: hosts,
        });
    }
    if matches!(account.standing, Standing::Revoked { .. }) {
        return notes;
    }
    let Some(grant) = &account.grant else { return notes };
    if let Some(candidate) = &account.candidate {
        let label = |grant: &super::Grant| grant.identity.as_ref().map(|who| who.label().to_owned());
        notes.push(Note::SomebodyElse {
            expected: label(grant).unwrap_or_else(|| "somebody unknown".to_owned()),
            came: label(candidate).unwrap_or_else(|| "somebody unknown".to_owned()),
        });
    }
    let missing = grant.asked.missing_from(&grant.granted);
    if !missing.is_empty() {
        let missing = missing.iter().map(ToString::to_string).collect();
        notes.push(Note::ScopesMissing { missing, accepted: account.scopes_accepted });
    }
    if !grant.has_refresh_token && (grant.expires_at.is_some() || service.wants_refresh_token()) {
        notes.push(Note::NoRefreshToken { hint: refresh_token_hint(service) });
    }
    if let Some(reason) = &account.previous_not_revoked {
        notes.push(Note::PreviousNotRevoked { reason: reason.clone() });
    }
    if account.policy_turned_off {
        notes.push(Note::PolicyTurnedOff);
    }
    notes.extend(grant.oddities.iter().map(|text| Note::Oddity { text: text.clone() }));
    notes
}

fn refresh_token_hint(service: &Service) -> String {
    service
        .provider
        .as_deref()
        .and_then(|id| Catalog::builtin().provider(id))
        .and_then(|provider| provider.refresh_token_hint.clone())
        .unwrap_or_else(|| {
            "Most providers send one when the scope offline_access is asked, some with access_type=offline and \
             prompt=consent as extra authorize parameters."
                .to_owned()
        })
}

fn headline(account: &Account, token_state: TokenState, activity: Activity, notes: &[Note]) -> Headline {
    match activity {
        Activity::Waiting => return Headline::Waiting,
        Activity::Revoking => return Headline::Revoking,
        Activity::None | Activity::Refreshing | Activity::Retrying { .. } => {}
    }
    let can_refresh = account.grant.as_ref().is_some_and(|grant| grant.has_refresh_token);
    match token_state {
        TokenState::Reauthorize => return Headline::Reauthorize,
        TokenState::CheckSettings => return Headline::CheckSettings,
        TokenState::Expired if !can_refresh => return Headline::Expired,
        TokenState::NotAuthorized
        | TokenState::Active
        | TokenState::UnknownLife
        | TokenState::Expired
        | TokenState::Revoked => {}
    }
    if notes.iter().any(|note| matches!(note, Note::ScopesMissing { accepted: false, .. })) {
        return Headline::ScopesMissing;
    }
    match activity {
        Activity::Retrying { .. } => return Headline::Retrying,
        Activity::Refreshing => return Headline::Refreshing,
        Activity::None | Activity::Waiting | Activity::Revoking => {}
    }
    match token_state {
        TokenState::NotAuthorized => Headline::NotAuthorized,
        TokenState::Active => Headline::Active,
        TokenState::UnknownLife => Headline::UnknownLife,
        TokenState::Expired => Headline::Expired,
        TokenState::Reauthorize => Headline::Reauthorize,
        TokenState::CheckSettings => Headline::CheckSettings,
        TokenState::Revoked => Headline::Revoked,
    }
}

fn group(account: &Account, headline: Headline, now: Timestamp) -> Group {
    if account.candidate.is_some() {
        return Group::NeedsAttention;
    }
    match headline {
        Headline::Waiting
        | Headline::Reauthorize
        | Headline::CheckSettings
        | Headline::Expired
        | Headline::ScopesMissing => Group::NeedsAttention,
        Headline::Retrying if !account.has_usable_token(now) => Group::NeedsAttention,
        Headline::Retrying | Headline::Refreshing | Headline::Active | Headline::UnknownLife => Group::Active,
        Headline::NotAuthorized | Headline::Revoked => Group::Other,
        // As it was before: a grant that is being taken back stands where it stood.
        Headline::Revoking if account.has_usable_token(now) => Group::Active,
        Headline::Revoking => Group::Other,
    }
}

fn since(account: &Account, headline: Headline, running: Running) -> Option<Timestamp> {
    match headline {
        Headline::Waiting => running.waiting_since,
        Headline::Reauthorize | Headline::CheckSettings | Headline::Revoked => match account.standing {
            Standing::Good => None,
            Standing::Ended { at } | Standing::ClientRefused { at } | Standing::Revoked { at } => Some(at),
        },
        Headline::Expired => account.grant.as_ref().and_then(|grant| grant.expires_at),
        Headline::Retrying => account.trouble.as_ref().map(|trouble| trouble.since),
        Headline::ScopesMissing => account.grant.as_ref().map(|grant| grant.authorized_at),
        Headline::Revoking
        | Headline::Refreshing
        | Headline::Active
        | Headline::UnknownLife
        | Headline::NotAuthorized => None,
    }
}

fn possible(account: &Account, service: &Service, now: Timestamp) -> Possible {
    let usable = account.has_usable_token(now);
    let live = account.grant.as_ref().filter(|_| !matches!(account.standing, Standing::Revoked { .. }));
    let confirmed = service.hosts_to_confirm().is_empty();
    Possible {
        copy: usable,
        refresh: confirmed && live.is_some_and(|grant| grant.has_refresh_token),
        revoke: live.is_some()
            && match service.revocation {
                RevocationRecipe::None => false,
                RevocationRecipe::ByHand { .. } => true,
                RevocationRecipe::Rfc7009 { .. } | RevocationRecipe::Custom { .. } => confirmed,
            },
        test: usable
            && service.endpoints.test.is_some()
            && !service.test_host_to_confirm()
            && live.is_some_and(|grant| grant.token_type == TokenType::Bearer),
        authorize: confirmed,
    }
}

/// The trouble to show: that of the last authorization, or that of refreshing.
impl Account {
    /// What failed last and still matters, with its time.
    pub fn shown_trouble(&self) -> Option<(Timestamp, &Failure)> {
        let latest = [&self.authorization_trouble, &self.trouble].into_iter().flatten();
        latest.max_by_key(|trouble| trouble.since).map(|trouble| (trouble.since, &trouble.failure))
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
