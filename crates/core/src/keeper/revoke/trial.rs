//! Tries a token: a receipt says what is known, not what is hoped.
//!
//! A trial proves something only if the same trial was passed before: an introspection endpoint says "not active" of every
//! token that this client may not ask about (RFC 7662 §2.2). A refresh token is never used to see whether it works, since
//! that could bring new tokens.

use super::super::Keeper;
use super::receipt::{Fate, ReceiptLine};
use crate::model::{AccessToken, ClientSecret, Grant, RefreshToken, Service, Timestamp, TokenType, Tokens};
use crate::wire::{TokenOf, Tried, introspection_trial, read_trial, resource_request};

/// How a token can be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::keeper) enum Proof {
    /// By introspection.
    Introspection,
    /// At the Test URI.
    TestUri,
    /// Not at all: why, the end of a sentence.
    None(String),
}

/// A token on trial. Has no `Debug`: it holds the token.
pub(in crate::keeper) struct Trial {
    what: &'static str,
    token: Token,
    pub(super) proof: Proof,
    /// What the provider answered when it was to take it back: whether it did, and a sentence.
    pub(super) answered: Option<(bool, String)>,
    ends_at: Option<Timestamp>,
    tries: u32,
    last: Option<Tried>,
    decided: Option<ReceiptLine>,
}

enum Token {
    Access(AccessToken, TokenType),
    Refresh(RefreshToken),
}

impl Trial {
    /// Of the tokens that an account holds.
    pub(super) fn all(service: &Service, grant: Option<&Grant>, tokens: &Tokens) -> Vec<Self> {
        let token_type = grant.map_or(TokenType::Bearer, |grant| grant.token_type.clone());
        let access = Token::Access(tokens.access.duplicate(), token_type);
        let refresh = tokens.refresh.as_ref().map(|refresh| Token::Refresh(refresh.duplicate()));
        let trial = |token: Token| Self {
            what: if matches!(token, Token::Access(..)) { "Access token" } else { "Refresh token" },
            proof: first_proof(service, &token),
            answered: None,
            ends_at: match &token {
                Token::Access(..) => grant.and_then(|grant| grant.expires_at),
                Token::Refresh(_) => None,
            },
            tries: 0,
            last: None,
            decided: None,
            token,
        };
        [Some(access), refresh].into_iter().flatten().map(trial).collect()
    }

    pub(super) fn is_refresh(&self) -> bool {
        matches!(self.token, Token::Refresh(_))
    }

    pub(super) fn is_decided(&self) -> bool {
        self.decided.is_some()
    }

    /// What is known so far.
    pub(super) fn line(&self) -> ReceiptLine {
        self.decided.clone().unwrap_or_else(|| {
            let how = match (&self.last, self.tries) {
                (Some(Tried::Unclear(why)), _) => format!("{} It is tried again.", sentence(why)),
                (_, 1) => "It is still accepted. It is tried again.".to_owned(),
                (_, tries) => format!("It is still accepted, after {tries} tries."),
            };
            ReceiptLine::new(self.what, Fate::Trying, how)
        })
    }

    /// Ends the trial with what is known.
    pub(super) fn end(&mut self, title: &str) {
        if self.decided.is_none() {
            self.decided = Some(self.end_line(title));
        }
    }

    fn end_line(&self, title: &str) -> ReceiptLine {
        let took = self.answered.as_ref().is_some_and(|(took, _)| *took);
        let answered = self.answered.as_ref().map_or("", |(_, answered)| answered.as_str());
        let (fate, how) = match (&self.proof, &self.last) {
            (Proof::None(why), _) => (
                if took { Fate::Said } else { Fate::Unknown },
                format!("{answered} It can’t be tried: {why}."),
            ),
            (_, Some(Tried::Accepted)) if took => {
                (Fate::Lives, format!("{title} answered that it took it back, but it is still accepted."))
            }
            (_, Some(Tried::Accepted)) => (Fate::Lives, format!("{answered} It is still accepted.")),
            (_, Some(Tried::Unclear(why))) => {
                (if took { Fate::Said } else { Fate::Unknown }, format!("{answered} {}", sentence(why)))
            }
            (_, Some(Tried::Refused(_)) | None) => {
                (if took { Fate::Said } else { Fate::Unknown }, format!("{answered} It was not tried."))
            }
        };
        let lives_until = if fate == Fate::Said { None } else { self.ends_at };
        ReceiptLine { lives_until, ..ReceiptLine::new(self.what, fate, how.trim_start()) }
    }

    fn take(&mut self, tried: Tried, title: &str, now: Timestamp) {
        self.tries += 1;
        if let Tried::Refused(how) = &tried {
            let line = ReceiptLine::new(self.what, Fate::Dead, sentence(how));
            self.decided = Some(ReceiptLine { dead_at: Some(now), ..line });
        }
        let is_over = self.ends_at.is_some_and(|end| end <= now);
        if self.decided.is_none() && is_over {
            let line = ReceiptLine::new(self.what, Fate::Dead, "It has ended by itself.");
            self.decided = Some(ReceiptLine { dead_at: self.ends_at, ..line });
        }
        self.last = Some(tried);
        if matches!(self.proof, Proof::None(_)) {
            self.end(title);
        }
    }
}

impl Keeper {
    /// Finds out how each token can be tried, before it is taken back: by a trial that it passes.
    pub(super) async fn find_proofs(
        &self,
        service: &Service,
        secret: Option<&ClientSecret>,
        trials: &mut [Trial],
    ) {
        for trial in trials {
            if trial.proof == Proof::Introspection {
                let tried = self.tried(service, secret, trial).await;
                let Some(why) = why_no_proof(&tried, "introspection does not know it") else { continue };
                trial.proof = second_proof(service, trial, why);
            }
            if trial.proof == Proof::TestUri {
                let tried = self.tried(service, secret, trial).await;
                if let Some(why) = why_no_proof(&tried, "the Test URI refused it before already") {
                    trial.proof = Proof::None(why);
                }
            }
        }
    }

    /// Tries a token once, unless its fate is known.
    pub(super) async fn try_once(&self, service: &Service, secret: Option<&ClientSecret>, trial: &mut Trial) {
        if trial.is_decided() {
            return;
        }
        let tried = self.tried(service, secret, trial).await;
        trial.take(tried, &service.title, self.now());
    }

    async fn tried(&self, service: &Service, secret: Option<&ClientSecret>, trial: &Trial) -> Tried {
        match (&trial.proof, &trial.token) {
            (Proof::Introspection, token) => {
                let token = match token {
                    Token::Access(access, _) => TokenOf::Access(access),
                    Token::Refresh(refresh) => TokenOf::Refresh(refresh),
                };
                match self.introspected(service, secret, token).await {
                    Some(said) => introspection_trial(&said),
                    None => Tried::Unclear("the introspection endpoint awaits confirmation".to_owned()),
                }
            }
            (Proof::TestUri, Token::Access(access, token_type)) => {
                match resource_request(service, access, token_type) {
                    Ok(request) => read_trial(&self.exchange_in_time(request).await),
                    Err(not_allowed) => Tried::Unclear(not_allowed.to_string()),
                }
            }
            (Proof::TestUri, Token::Refresh(_)) | (Proof::None(_), _) => Tried::Unclear(String::new()),
        }
    }
}

/// The best way to try a token, as far as the service's definition tells.
fn first_proof(service: &Service, token: &Token) -> Proof {
    match token {
        _ if service.endpoints.introspection.is_some() => Proof::Introspection,
        Token::Access(..) if service.endpoints.test.is_some() => Proof::TestUri,
        Token::Access(..) => {
            Proof::None("the service has neither an introspection endpoint nor a Test URI".to_owned())
        }
        Token::Refresh(_) => Proof::None(
            "only introspection could tell, and the service has no introspection endpoint".to_owned(),
        ),
    }
}

fn second_proof(service: &Service, trial: &Trial, why: String) -> Proof {
    match &trial.token {
        Token::Access(..) if service.endpoints.test.is_some() => Proof::TestUri,
        Token::Access(..) | Token::Refresh(_) => Proof::None(why),
    }
}

/// Why a trial proves nothing, if it does not.
fn why_no_proof(tried: &Tried, refused: &str) -> Option<String> {
    match tried {
        Tried::Accepted => None,
        Tried::Refused(_) => Some(refused.to_owned()),
        Tried::Unclear(why) => Some(why.clone()),
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str().trim_end_matches('.'))
}
