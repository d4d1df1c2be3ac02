//! A person with a browser, at the level of HTTP.

use std::time::Duration;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use url::Url;

/// Somebody who follows a link and answers the provider's two pages: who are you, and may it have this?
#[derive(Debug, Clone)]
pub struct Person {
    name: String,
    refuses: bool,
    unticked: Vec<String>,
}

/// A page that a browser shows.
#[derive(Debug, Clone)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// HTML, or whatever came.
    pub body: String,
}

/// Where a link led to.
#[derive(Debug, Clone)]
pub enum Landed {
    /// At the redirect URI: the address, which was not visited yet.
    At(Url),
    /// At a page of the provider's own, which says why it goes no further.
    Stuck(Page),
}

impl Person {
    /// Somebody of that name, who agrees to everything.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), refuses: false, unticked: Vec::new() }
    }

    /// Ada, who agrees to everything.
    pub fn ada() -> Self {
        Self::named("ada")
    }

    /// Who presses Refuse.
    pub fn refusing(self) -> Self {
        Self { refuses: true, ..self }
    }

    /// Who unticks a scope first.
    pub fn unticking(mut self, scope: &str) -> Self {
        self.unticked.push(scope.to_owned());
        self
    }

    /// Follows a link through the provider's pages and stops before the redirect URI.
    ///
    /// # Panics
    /// When the provider does not answer, or shows a page that the kit does not know.
    pub async fn answer(&self, link: &str) -> Landed {
        let mut browser = Browser::new();
        let mut at = parse(link);
        let provider = at.origin();
        let mut shown = browser.get(&at).await;
        loop {
            if let Some(next) = shown.next {
                if next.origin() != provider {
                    return Landed::At(next);
                }
                at = next;
                shown = browser.get(&at).await;
            } else if shown.page.body.contains("id=\"continue\"") {
                at = form_action(&at, &shown.page.body);
                shown = browser.post(&at, &[("login", &self.name)]).await;
            } else if shown.page.body.contains("id=\"allow\"") {
                let action = form_action(&at, &shown.page.body);
                let form = self.consent(&shown.page.body);
                let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
                shown = browser.post(&action, &form).await;
                at = action;
            } else {
                return Landed::Stuck(shown.page);
            }
        }
    }

    /// Follows a link to the redirect URI.
    ///
    /// # Panics
    /// When it does not lead there.
    #[expect(clippy::panic, reason = "a test whose person gets nowhere has failed")]
    pub async fn address(&self, link: &str) -> Url {
        match self.answer(link).await {
            Landed::At(address) => address,
            Landed::Stuck(page) => panic!("the provider goes no further: {} {}", page.status, page.body),
        }
    }

    /// Follows a link to its end: the page that the loopback listener answers with.
    ///
    /// # Panics
    /// When it does not lead there, or nothing listens there.
    pub async fn follow(&self, link: &str) -> Page {
        visit(&self.address(link).await).await
    }

    fn consent(&self, page: &str) -> Vec<(&'static str, String)> {
        if self.refuses {
            return vec![("login", self.name.clone()), ("answer", "refuse".to_owned())];
        }
        let mut form = vec![("login", self.name.clone()), ("answer", "allow".to_owned())];
        let ticked = boxes(page).filter(|scope| !self.unticked.contains(scope));
        form.extend(ticked.map(|scope| ("scope", scope)));
        form
    }
}

impl Page {
    /// Opens an address, once, without following a redirect; `None` where nothing listens or no whole page comes.
    ///
    /// # Panics
    /// When somebody listens and says nothing.
    pub async fn try_open(address: &Url) -> Option<Self> {
        let opened = async {
            let response = http().get(address.clone()).send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>(Self { status, body: response.text().await? })
        };
        let opened = opened.await;
        let is_silent = opened.as_ref().is_err_and(reqwest::Error::is_timeout);
        assert!(!is_silent, "somebody listens at the redirect URI and says nothing");
        opened.ok()
    }

    /// Posts a form that is written already, as a page of a provider does.
    ///
    /// # Panics
    /// When nobody answers.
    #[expect(clippy::expect_used, reason = "a redirect that nobody takes fails the test")]
    pub async fn post(address: &Url, form: String) -> Self {
        let request = http().post(address.clone()).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Self::of(request.send().await.expect("an answer")).await
    }

    #[expect(clippy::expect_used, reason = "a page that breaks off fails the test")]
    async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        Self { status, body: response.text().await.expect("a whole page") }
    }
}

#[expect(clippy::expect_used, reason = "a redirect that nobody takes fails the test")]
async fn visit(address: &Url) -> Page {
    Page::try_open(address).await.expect("somebody listens at the redirect URI")
}

struct Browser {
    http: Client,
    cookies: Vec<Cookie>,
}

struct Cookie {
    name: String,
    path: String,
    pair: String,
}

struct Shown {
    page: Page,
    next: Option<Url>,
}

impl Browser {
    fn new() -> Self {
        Self { http: http(), cookies: Vec::new() }
    }

    async fn get(&mut self, at: &Url) -> Shown {
        let request = self.http.get(at.clone()).header(COOKIE, self.cookies_for(at));
        self.show(at, request).await
    }

    async fn post(&mut self, at: &Url, form: &[(&str, &str)]) -> Shown {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(at.clone()).header(COOKIE, self.cookies_for(at)).body(body);
        self.show(at, request.header("content-type", "application/x-www-form-urlencoded")).await
    }

    #[expect(clippy::expect_used, reason = "a provider that does not answer fails the test")]
    async fn show(&mut self, at: &Url, request: reqwest::RequestBuilder) -> Shown {
        let response = request.send().await.expect("an answer of the provider");
        for cookie in response.headers().get_all(SET_COOKIE) {
            self.keep(cookie.to_str().expect("a readable cookie"));
        }
        let next = match response.status() {
            StatusCode::FOUND | StatusCode::SEE_OTHER => response.headers().get(LOCATION),
            _ => None,
        };
        let next = next.map(|to| at.join(to.to_str().expect("a readable address")).expect("an address"));
        Shown { next, page: Page::of(response).await }
    }

    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let pair = parts.next().unwrap_or_default().to_owned();
        let name = pair.split('=').next().unwrap_or_default().to_owned();
        let path = parts.find_map(|part| part.strip_prefix("path=")).unwrap_or("/").to_owned();
        self.cookies.retain(|kept| kept.name != name || kept.path != path);
        self.cookies.push(Cookie { name, path, pair });
    }

    fn cookies_for(&self, at: &Url) -> String {
        let sent = self.cookies.iter().filter(|cookie| at.path().starts_with(&cookie.path));
        sent.map(|cookie| cookie.pair.as_str()).collect::<Vec<_>>().join("; ")
    }
}

#[expect(clippy::expect_used, reason = "a test without HTTP cannot go on")]
fn http() -> Client {
    grantkeep_agent::http::install_tls();
    Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE).build().expect("an HTTP client")
}

/// The address that the page's form is sent to.
#[expect(clippy::expect_used, reason = "a page without a form fails the test")]
fn form_action(at: &Url, page: &str) -> Url {
    let action = between(page, "action=\"", "\"").next().expect("a form");
    at.join(action).expect("the form's address")
}

/// The scopes whose boxes are ticked and can be unticked.
fn boxes(page: &str) -> impl Iterator<Item = String> + '_ {
    between(page, "name=\"scope\" value=\"", ">")
        .filter(|rest| !rest.contains("disabled"))
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
}

/// Each text between `before` and the next `after`.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
}

#[expect(clippy::expect_used, reason = "a link that is no address fails the test")]
fn parse(link: &str) -> Url {
    Url::parse(link).expect("a link")
}

const PATIENCE: Duration = Duration::from_secs(15);
