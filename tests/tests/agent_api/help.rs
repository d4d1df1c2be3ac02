//! Help where a provider said no: what can be done stands in the problem, and the agent does it.

use grantkeep_api::requests::AuthenticationTried;
use grantkeep_api::views::{Action, ClientAuthentication, Code, RedirectFinding, TokenState};
use grantkeep_tests::{Client, Home, Person, Provider};

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_says_what_can_be_done_and_the_agent_does_it() {
    let (home, provider) = (Home::new(), Provider::new().await);
    let agent = home.agent().start();
    let id = agent.add_draft(&provider.draft(Client::Post), provider.secret(Client::Post));
    agent.authorize(&id, &Person::ada()).await;
    agent.run(&["service", "edit", "practice", "--auth-method", "basic"]).good();
    let client = agent.client();

    let refused = client.refresh(&id).unwrap_err();
    let command = agent.run(&["refresh", "practice"]);
    let tried = client.try_authentication(&id, ClientAuthentication::Post).unwrap();

    assert_eq!(refused.code, Code::ClientRefused);
    assert_eq!(
        refused.actions,
        [
            Action::EditField { field: "client_secret".to_owned() },
            Action::TryAuthentication { with: ClientAuthentication::Post },
            Action::TryAuthentication { with: ClientAuthentication::BasicRaw },
        ]
    );
    assert!(
        command.err.contains("grantkeep service edit practice; the other way is --auth-method post"),
        "{}",
        command.err
    );
    let AuthenticationTried::Refreshed { account } = tried else { panic!("there is a refresh token") };
    assert_eq!(account.token_state, TokenState::Active);
    let kept = client.service("practice").unwrap().definition.client_authentication;
    assert_eq!(kept, ClientAuthentication::Post);
    let nonsense = client.try_authentication(&id, ClientAuthentication::None).err().unwrap();
    assert_eq!(nonsense.code, Code::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_doctor_compares_and_forgets() {
    let (home, provider) = (Home::new(), Provider::new().await);
    let agent = home.agent().start();
    let id = agent.add_draft(&provider.draft(Client::Public), None);
    let client = agent.client();
    let registered = client.service("practice").unwrap().redirect_uri;
    let started = client.authorize(&id, None, false).unwrap();
    let sent = started.pending.redirect_uri;

    let portless = client.redirect_help(&id, registered.into()).unwrap();
    let answer = client.redirect_help(&id, format!("{sent}?code=a-secret-code&state=s").into()).unwrap();

    assert_eq!((portless.finding, portless.differences.len()), (RedirectFinding::Differs, 1));
    assert!(portless.advice.contains("Choose one port in the service"), "{portless:?}");
    assert_eq!(answer.finding, RedirectFinding::Answer);
    assert!(!format!("{answer:?}").contains("a-secret-code"));
}
