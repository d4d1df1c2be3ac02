//! A grant of the practice provider without Grantkeep, for floors and peers.

use grantkeep_tests::desktop::{Failure, Outcome};
use grantkeep_tests::{Client, Person, Provider};
use serde::Deserialize;
use url::Url;

/// A client's own grant, refreshed over one kept connection.
pub(crate) struct Grant {
    http: reqwest::Client,
    token_uri: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) refresh_token: String,
}

#[derive(Deserialize)]
struct Answer {
    refresh_token: String,
}

impl Grant {
    /// Authorizes the confidential client (RFC 6749 §4.1, RFC 7636).
    pub(crate) async fn new(provider: &Provider) -> Outcome<Self> {
        let client_id = provider.draft(Client::Basic).client_id;
        let secret =
            provider.secret(Client::Basic).ok_or_else(|| Failure::new("the client has no secret"))?;
        let link = Url::parse_with_params(
            &provider.authorize_uri,
            [
                ("client_id", client_id.as_str()),
                ("response_type", "code"),
                ("redirect_uri", REDIRECT),
                ("scope", "openid offline_access notes.read"),
                ("state", "bench-bench-bench-bench"),
                ("prompt", "consent"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ],
        )?;
        let address = Person::ada().address(link.as_str()).await;
        let code = address.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        let code = code.ok_or_else(|| Failure::new("no code came"))?;
        let mut grant = Self {
            http: reqwest::Client::builder().no_proxy().build()?,
            token_uri: provider.token_uri.clone(),
            client_id,
            client_secret: secret.to_owned(),
            refresh_token: String::new(),
        };
        grant
            .ask(&[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", VERIFIER),
            ])
            .await?;
        Ok(grant)
    }

    /// Refreshes once, as bare as can be.
    pub(crate) async fn refresh(&mut self) -> Outcome<()> {
        let token = self.refresh_token.clone();
        self.ask(&[("grant_type", "refresh_token"), ("refresh_token", &token)]).await
    }

    async fn ask(&mut self, form: &[(&str, &str)]) -> Outcome<()> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(&self.token_uri).basic_auth(&self.client_id, Some(&self.client_secret));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await?.error_for_status()?.bytes().await?;
        self.refresh_token = serde_json::from_slice::<Answer>(&answer)?.refresh_token;
        Ok(())
    }
}

const REDIRECT: &str = "http://127.0.0.1:4242/cb";

/// The verifier and its challenge of RFC 7636, Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
