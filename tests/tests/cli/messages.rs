//! What the person reads where something is in the way: the words of the real agent, each once.

use std::process::Stdio;

use grantkeep_tests::{AgentProcess, Client, Endpoint, Home, Provider, said};

use crate::authorized;

#[tokio::test(flavor = "multi_thread")]
async fn each_obstacle_is_told_with_what_to_do() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = authorized(&provider, &home).await;
    agent.run(&["account", "add", "practice", "Spare"]).good();
    let mut told = Told::new(&provider);

    told.say(&agent, &["token", "practise"]);
    told.say(&agent, &["token", "practice/sparr"]);
    told.say(&agent, &["token", "practice/spare"]);
    told.say(&agent, &["refresh", "practice/spare"]);
    told.say(&agent, &["test", "practice/spare"]);
    told.say(&agent, &["revoke", "practice/spare", "--yes"]);
    told.say(&agent, &["account", "add", "practice", "Spare"]);
    told.say(&agent, &["account", "rename", "practice", " "]);
    told.say(&agent, &["revoke", "practice"]);
    told.say(&agent, &["service", "add", "Acme", "--token-uri", "a.example/token"]);
    told.say(&agent, &["service", "edit", "practice", "--revocation-uri", "", "--test-uri", ""]);
    told.say(&agent, &["test", "practice"]);
    told.say(&agent, &["revoke", "practice", "--yes"]);
    told.say(&agent, &["service", "edit", "practice", "--redirect-host", "localhost", "--no-pkce"]);
    told.say(&agent, &["service", "edit", "practice", "--token-uri", "http://a.example/token"]);
    told.say(&agent, &["service", "import", "/nowhere/services.toml"]);
    told.say(&agent, &["redirect", "io.github.grantkeep:/callback/x?state=s&code=c"]);
    for fault in ["503", "error:invalid_client", "error:invalid_scope", "html"] {
        provider.faults(Endpoint::Token, fault, 50).await;
        told.heading(fault);
        told.say(&agent, &["refresh", "practice"]);
        provider.clear_faults().await;
    }
    provider.end_grant_of(agent.run(&["token", "practice"]).good().trim()).await;
    told.heading("the grant was ended");
    told.say(&agent, &["refresh", "practice"]);

    insta::assert_snapshot!(told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_that_does_not_do_is_told_with_what_to_use() {
    let (provider, home) = (Provider::new().await, Home::new());
    let agent = home.agent().start();
    let mut told = Told::new(&provider);
    let nowhere = format!("{}/nowhere", provider.issuer);

    told.say(&agent, &["service", "discover", ""]);
    told.say(&agent, &["service", "discover", "two words"]);
    told.say(&agent, &["service", "discover", "http://id.example.com"]);
    told.say(&agent, &["service", "add", "Acme", "--issuer", "http://id.example.com"]);
    told.say(&agent, &["service", "discover", &nowhere]);
    told.say(&agent, &["service", "add", "Acme", "--issuer", &nowhere, "--register"]);
    told.say(&agent, &["service", "add", "Acme", "--issuer", &provider.issuer]);
    told.say(&agent, &["service", "add", "Acme", "--register"]);
    let texts = [
        "",
        "nothing of the kind",
        r#"{"type": "service_account", "private_key": "x"}"#,
        "curl https://a.example/token -d client_id=7 -d code=x",
    ];
    for text in texts {
        told.pipe(&agent, &["service", "add", "--paste"], text);
    }

    insta::assert_snapshot!(told.text);
}

#[test]
fn a_locked_vault_says_how_to_unlock_it() {
    let home = Home::new();
    home.agent().start().leave();
    let agent = home.agent().without_passphrase_file().start();

    let token = agent.in_terminal("token practice", "");
    let unlocked = said(&mut agent.command(&["unlock", "--passphrase-stdin"]), "wrong\n");
    let right = said(&mut agent.command(&["unlock", "--passphrase-stdin"]), "correct horse battery staple\n");

    assert_eq!(token.code, Some(5), "{}", token.out);
    assert!(token.out.contains("grantkeep unlock"), "{}", token.out);
    assert_eq!((unlocked.code, right.code), (Some(5), Some(0)), "{}", unlocked.err);
}

// R-AG-08
#[tokio::test(flavor = "multi_thread")]
async fn a_script_may_not_manage_where_a_person_opened_the_vault() {
    let (provider, home) = (Provider::new().await, Home::new());
    authorized(&provider, &home).await.leave();
    let agent = home.agent().without_passphrase_file().start();
    said(&mut agent.command(&["unlock", "--passphrase-stdin"]), "correct horse battery staple\n").good();

    let script = agent.command(&["account", "add", "practice", "b"]).stderr(Stdio::piped()).output().unwrap();
    let person = agent.in_terminal("account add practice b", "");

    assert_eq!(script.status.code(), Some(6));
    assert_eq!(person.code, Some(0), "{}", person.out);
}

/// What was said, with the provider's port taken out of it.
struct Told {
    text: String,
    host: String,
}

impl Told {
    fn new(provider: &Provider) -> Self {
        let authorize = provider.draft(Client::Public).authorize_uri;
        let host = authorize.split('/').nth(2).unwrap().to_owned();
        Self { text: String::new(), host }
    }

    fn heading(&mut self, what: &str) {
        self.text.push_str(&format!("# {what}\n"));
    }

    fn say(&mut self, agent: &AgentProcess, args: &[&str]) {
        self.pipe(agent, args, "");
    }

    /// The same with something on its standard input.
    fn pipe(&mut self, agent: &AgentProcess, args: &[&str], input: &str) {
        let said = said(&mut agent.command(args), input);
        let piped = if input.is_empty() { String::new() } else { format!("{input} | ") };
        let code = said.code.unwrap_or(-1);
        let all = format!("$ {piped}grantkeep {}\n{}→ {code}\n\n", args.join(" "), said.err);
        self.text.push_str(&all.replace(&self.host, "127.0.0.1:PORT"));
    }
}
