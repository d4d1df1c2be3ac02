//! A provider that bends the standard: what it answers is the test's, and the keeper beside it is real.

use std::collections::{HashMap, VecDeque};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use grantkeep_core::keeper::{AccountSeen, Outcome};
use grantkeep_core::model::{AccountId, ClientSecret, Draft, OtherFields, RevocationDraft, Slot};
use grantkeep_core::ports::Store as _;
use url::Url;

use crate::resource::{Asked, Resource, reply};
use crate::{LocalKeeper, Page, account};

/// A keeper with one service and one account, and the provider of that service.
pub struct Bent {
    local: LocalKeeper,
    provider: Resource,
    script: Arc<Mutex<Script>>,
    /// The account.
    pub id: AccountId,
}

/// What is answered, by path.
type Script = HashMap<String, VecDeque<Reply>>;

/// An answer of the provider.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// A body of that type.
    pub fn of(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Self { status: 200, headers, body: body.into() }
    }

    /// JSON.
    pub fn json(body: &str) -> Self {
        Self::of("application/json", body)
    }

    /// The same with another status.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with another header field.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Bent {
    /// A provider with `/authorize`, `/token`, `/me` and `/revoke`, which answers the exchange of a code and each
    /// refresh as RFC 6749 has it until the test [says](Self::says) otherwise, and its form after `edit`.
    ///
    /// # Panics
    /// When the keeper refuses the form.
    #[expect(clippy::panic, reason = "the test is about what comes next")]
    pub async fn new(edit: impl FnOnce(&mut Draft, &Resource)) -> Self {
        let script = Arc::<Mutex<Script>>::default();
        let spoken = Arc::clone(&script);
        let provider = Resource::new(move |_, asked, stream| {
            let next = {
                let mut script = spoken.lock().unwrap_or_else(PoisonError::into_inner);
                let said = script.entry(asked.path().to_owned()).or_default();
                // The last answer is given again and again.
                if said.len() > 1 { said.pop_front() } else { said.front().cloned() }
            };
            let next = next.unwrap_or_else(|| Reply::json("{}").with_status(404));
            let headers: Vec<_> = next.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
            reply(stream, next.status, &headers, &next.body);
        });
        let local = LocalKeeper::new().await;
        let mut draft = draft(&provider);
        edit(&mut draft, &provider);
        let secret = (draft.client_authentication != grantkeep_core::model::ClientAuthentication::None)
            .then(|| ClientSecret::new(SECRET));
        let seen = match local.keeper().add_service(draft, secret).await {
            Ok(seen) => seen,
            Err(error) => panic!("the service was refused: {:?}", error.problem()),
        };
        let id = account(seen.service.name.as_str());
        let bent = Self { local, provider, script, id };
        bent.says("/token", [Reply::json(FIRST), Reply::json(SECOND)]);
        bent.says("/me", [Reply::json("{}")]);
        bent.says("/revoke", [Reply::json("{}")]);
        bent
    }

    /// A provider whose form needs no edit.
    ///
    /// # Panics
    /// When the keeper refuses the form.
    pub async fn plain() -> Self {
        Self::new(|_, _| {}).await
    }

    /// What is answered at a path from now on, one after the other; the last answer is given again and again.
    pub fn says(&self, path: &str, answers: impl IntoIterator<Item = Reply>) {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.insert(path.to_owned(), answers.into_iter().collect());
    }

    /// What a path was asked.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.provider.asked().into_iter().filter(|asked| asked.path() == path).collect()
    }

    /// The last request to a path.
    ///
    /// # Panics
    /// When there was none.
    #[expect(clippy::expect_used, reason = "a test that asks knows that there is one")]
    pub fn last(&self, path: &str) -> Asked {
        self.asked(path).pop().expect("a request")
    }

    /// Authorizes: the browser comes back with a code and the right state, and nothing else.
    pub async fn authorize(&self) -> Outcome {
        self.authorize_with("code", "").await.1
    }

    /// The same with the code under another name and with more in the query; the link, too.
    ///
    /// # Panics
    /// When nothing listens.
    #[expect(clippy::expect_used, reason = "a listener that is gone fails the test")]
    pub async fn authorize_with(&self, code: &str, more: &str) -> (Url, Outcome) {
        let (link, pending) = self.link().await;
        let waiting = self.keeper().wait(&self.id, &pending);
        let address = Self::back(&link, code, more);
        let (outcome, page) = tokio::join!(waiting, Page::try_open(&address));
        page.expect("a page");
        (link, outcome.expect("an outcome"))
    }

    /// Begins an authorization: its link and its identifier.
    ///
    /// # Panics
    /// When the link is no address.
    #[expect(clippy::expect_used, reason = "a link that is no address fails the test")]
    pub async fn link(&self) -> (Url, String) {
        let started = self.begin(&self.id).await;
        (Url::parse(started.link.expose()).expect("a link"), started.pending.id)
    }

    /// The address that a browser comes back to, with a code and the right state.
    ///
    /// # Panics
    /// When the link has no redirect URI.
    #[expect(clippy::expect_used, reason = "a link without a redirect URI fails the test")]
    pub fn back(link: &Url, code: &str, more: &str) -> Url {
        let of = |name: &str| {
            let mut pairs = link.query_pairs();
            pairs.find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
        };
        let redirect_uri = of("redirect_uri").expect("a redirect URI");
        let state = of("state").expect("a state");
        Url::parse(&format!("{redirect_uri}?{code}=the-code&state={state}{more}")).expect("an address")
    }

    /// Authorizes, and says that all went well.
    ///
    /// # Panics
    /// When it did not.
    pub async fn granted(&self) -> AccountSeen {
        let outcome = self.authorize().await;
        assert_eq!(outcome, Outcome::Done);
        self.seen(&self.id)
    }

    /// The access token, as a program gets it.
    ///
    /// # Panics
    /// When there is none.
    #[expect(clippy::panic, reason = "the test is about a token that is there")]
    pub async fn access(&self) -> String {
        match self.token(&self.id).await {
            Ok(token) => token,
            Err(error) => panic!("no token: {error}"),
        }
    }

    /// The further fields that are kept, as JSON.
    ///
    /// # Panics
    /// When the vault cannot be read.
    #[expect(clippy::expect_used, reason = "the test is about what comes next")]
    pub async fn other(&self) -> String {
        let tokens = self.vault().tokens(self.id.clone(), Slot::Current).await.expect("readable tokens");
        let other = tokens.and_then(|tokens| tokens.other);
        other.as_ref().map(OtherFields::expose).unwrap_or_default().to_owned()
    }
}

impl Deref for Bent {
    type Target = LocalKeeper;

    fn deref(&self) -> &LocalKeeper {
        &self.local
    }
}

impl DerefMut for Bent {
    fn deref_mut(&mut self) -> &mut LocalKeeper {
        &mut self.local
    }
}

/// A service that keeps to the standard.
fn draft(provider: &Resource) -> Draft {
    Draft {
        title: "Bent".to_owned(),
        client_id: "the client".to_owned(),
        authorize_uri: provider.url("/authorize"),
        token_uri: provider.url("/token"),
        test_uri: provider.url("/me"),
        scopes: "read write".to_owned(),
        revocation: RevocationDraft::Rfc7009 { url: provider.url("/revoke") },
        ..Draft::default()
    }
}

const SECRET: &str = "s3cret&more";
const FIRST: &str =
    r#"{"access_token":"access-1","token_type":"Bearer","expires_in":3600,"refresh_token":"refresh-1"}"#;
const SECOND: &str =
    r#"{"access_token":"access-2","token_type":"Bearer","expires_in":3600,"refresh_token":"refresh-2"}"#;
