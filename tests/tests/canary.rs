//! R-ST-13: the secrets of a run occur in no file, log, event, argument or environment outside the vault's encryption.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use grantkeep_api::requests::HistoryQuery;
use grantkeep_core::model::{AccountId, Passphrase, Slot};
use grantkeep_core::ports::Store as _;
use grantkeep_tests::{AgentProcess, Client, Endpoint, Home, Person, Provider, Settings};
use grantkeep_vault::Vault;

// R-ST-13, R-CB-17
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_run_is_found_outside_the_vaults_encryption() {
    let (provider, home) = (Provider::new().await, Home::new());
    provider.set(Settings { rotate: true, ..Settings::default() }).await;
    let mut secrets = Secrets::default();
    secrets.add("client secret", provider.secret(Client::Basic).unwrap());
    secrets.add("passphrase", fs::read_to_string(home.root().join("passphrase")).unwrap().trim());

    // Everything is logged that can be.
    let agent = home.agent().env("GRANTKEEP_LOG", "trace").start();
    let id = agent.add(&provider, Client::Basic);
    for _ in 0..2 {
        let address = agent.authorize(&id, &Person::ada()).await;
        for (name, value) in address.query_pairs().filter(|(name, _)| name == "state" || name == "code") {
            secrets.add(&name, &value);
        }
        secrets.add("access token", &agent.token(&id).unwrap());
        add_stored(&home, &mut secrets).await;
        agent.client().test(&id).unwrap();
        agent.client().refresh(&id).unwrap();
        secrets.add("access token", &agent.token(&id).unwrap());
        add_stored(&home, &mut secrets).await;
    }
    // What goes wrong is told and logged, too.
    for fault in ["error:invalid_client", "503", "html", "half"] {
        provider.fault(Endpoint::Token, fault).await;
        drop(agent.client().refresh(&id));
    }
    let (link, _) = agent.begin(&id);
    secrets.add("link", &link);
    let forged = Person::ada().address(&link).await;
    let wrong = forged.as_str().replace("state=", "state=x");
    drop(agent.client().paste_redirect(&id, wrong.into()));
    drop(agent.client().unlock("not-the-passphrase-but-typed".to_owned().into()));
    secrets.add("typed passphrase", "not-the-passphrase-but-typed");

    // A client that registers itself, and a secret that is pasted and not used.
    let token = "an-initial-access-token-0001";
    provider.set(Settings { initial_access_token: Some(token), ..Settings::default() }).await;
    secrets.add("initial access token", token);
    let form = agent.client().discover(provider.issuer.clone()).unwrap().draft;
    let registered = agent.client().register(form, Some(token.to_owned().into())).unwrap();
    add_registered(&home, &registered.name, &mut secrets).await;
    secrets.add("pasted secret", "pasted-secret-0123456789");
    let command = format!("curl {} -u 'c:pasted-secret-0123456789' -d grant_type=x", provider.token_uri);
    agent.client().read_pasted(command.into()).unwrap();
    drop(agent.client().read_pasted("pasted-secret-0123456789".to_owned().into()));

    secrets.look_into(&home, "while the agent runs");
    secrets.look_at_process(&agent);
    secrets.look_at_events(&agent);
    agent.client().revoke(&id).unwrap_or_else(|problem| panic!("{problem}"));
    agent.client().delete_service(&registered.name, true).unwrap();
    agent.leave();
    secrets.look_into(&home, "after the agent left");
    assert!(secrets.found.len() >= 12, "there was something to look for: {}", secrets.found.len());
}

// R-ST-01
#[tokio::test(flavor = "multi_thread")]
async fn not_even_names_of_services_and_people_stand_in_the_database() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    let draft = grantkeep_core::model::Draft {
        title: "Zanzibar Ledger".to_owned(),
        ..provider.draft(Client::Public)
    };
    let id = agent.add_draft(&draft, None);
    agent.authorize(&id, &Person::named("wilhelmina")).await;
    let words = ["zanzibar", "Zanzibar", "wilhelmina", "grantkeep-practice", "notes.read", "127.0.0.1"];

    for moment in ["while it is open", "after a crash"] {
        for file in files(&home.path()).into_iter().filter(|file| !file.starts_with(home.path().join("log")))
        {
            let bytes = fs::read(&file).unwrap();
            for word in words {
                assert!(!contains(&bytes, word), "{word} is in {}, {moment}", file.display());
            }
        }
        agent.client().refresh(&id).unwrap();
    }
}

/// What must not be found, with what it is.
#[derive(Default)]
struct Secrets {
    found: Vec<(String, String)>,
}

impl Secrets {
    fn add(&mut self, what: &str, secret: &str) {
        assert!(secret.len() >= 16, "{what} is long enough to be no accident");
        if !self.found.iter().any(|(_, known)| known == secret) {
            self.found.push((what.to_owned(), secret.to_owned()));
        }
    }

    fn look_into(&self, home: &Home, moment: &str) {
        let looked_at = files(home.root());
        for name in ["vault.db", "agent.stderr", ".log"] {
            let is_there = |file: &PathBuf| file.to_string_lossy().ends_with(name);
            assert!(looked_at.iter().any(is_there), "{name} is looked at: {looked_at:?}");
        }
        for file in looked_at.iter().filter(|file| !file.ends_with("passphrase")) {
            // Sockets can't be read.
            let Ok(bytes) = fs::read(file) else { continue };
            self.look_at(&bytes, &format!("{}, {moment}", file.display()));
        }
    }

    #[expect(clippy::unwrap_used, reason = "called by tests only")]
    fn look_at_process(&self, agent: &AgentProcess) {
        for name in ["cmdline", "environ"] {
            let path = format!("/proc/{}/{name}", agent.pid());
            match fs::read(&path) {
                Ok(bytes) => self.look_at(&bytes, &path),
                // R-ST-12: closed even to the user whose process it is.
                Err(_) => assert_eq!(name, "environ"),
            }
        }
        let arguments = Command::new("ps").args(["-o", "args=", "-p", &agent.pid().to_string()]).output();
        self.look_at(&arguments.unwrap().stdout, "ps");
    }

    #[expect(clippy::unwrap_used, reason = "called by tests only")]
    fn look_at_events(&self, agent: &AgentProcess) {
        let history = agent.client().history(&HistoryQuery::newest(1000)).unwrap().events;
        assert!(history.len() > 10);
        self.look_at(serde_json::to_string(&history).unwrap().as_bytes(), "the history");
        let state = agent.client().state().unwrap();
        self.look_at(serde_json::to_string(&state).unwrap().as_bytes(), "what front ends see");
    }

    fn look_at(&self, bytes: &[u8], place: &str) {
        for (what, secret) in &self.found {
            assert!(!contains(bytes, secret), "a {what} is in {place}");
        }
    }
}

/// Adds the tokens that are in the vault: a copy is opened, since the agent has the vault itself.
#[expect(clippy::unwrap_used, reason = "called by tests only")]
async fn add_stored(home: &Home, secrets: &mut Secrets) {
    let (_copy, vault) = copy_of_vault(home);
    let id: AccountId = "practice".parse().unwrap();
    let tokens = vault.tokens(id, Slot::Current).await.unwrap().unwrap();
    secrets.add("stored access token", tokens.access.expose());
    secrets.add("refresh token", tokens.refresh.unwrap().expose());
    secrets.add("ID token", tokens.id.unwrap().expose());
}

/// Adds what the vault holds of a client that registered itself.
#[expect(clippy::unwrap_used, reason = "called by tests only")]
async fn add_registered(home: &Home, name: &str, secrets: &mut Secrets) {
    let (_copy, vault) = copy_of_vault(home);
    let token = vault.registration_token(name.parse().unwrap()).await.unwrap().unwrap();
    secrets.add("registration access token", token.expose());
    let secret = vault.client_secret(name.parse().unwrap()).await.unwrap().unwrap();
    secrets.add("registered client's secret", secret.expose());
}

#[expect(clippy::unwrap_used, reason = "called by tests only")]
fn copy_of_vault(home: &Home) -> (tempfile::TempDir, Vault) {
    let copy = tempfile::tempdir().unwrap();
    let folder = copy.path().join("home");
    assert!(Command::new("cp").arg("-a").arg(home.path()).arg(&folder).status().unwrap().success());
    let passphrase = fs::read_to_string(home.root().join("passphrase")).unwrap();
    let vault = Vault::open_with_passphrase(&folder, &Passphrase::new(passphrase.trim())).unwrap();
    (copy, vault)
}

/// All files below a folder.
#[expect(clippy::unwrap_used, reason = "called by tests only")]
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
