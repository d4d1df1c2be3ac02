//! `grantkeep service edit`: changes what the flags name, and confirms hosts (R-ST-14).

use grantkeep_api::Agent;
use grantkeep_api::requests::SecretChange;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{Code, Problem, ServiceView};

use super::super::consent::{self, Where};
use super::super::{asking, json, stdin};
use super::add;
use super::flags::{self, Words};
use crate::args::ServiceEdit;
use crate::exit::Stop;
use crate::messages;

/// Saves the changes; with `--confirm-hosts` then confirms the hosts that the endpoints name.
///
/// # Errors
/// Nothing to change; what is wrong, by the names of flags; the agent's problem.
pub(super) fn run(args: &ServiceEdit) -> Result<(), Stop> {
    let agent = super::super::agent_with_session()?;
    let mut service = agent.service(&args.name)?;
    let before = service.definition.clone();
    let mut draft = match &args.definition.provider {
        Some(id) => flags::of_provider(&add::find(agent.providers()?, id)?, &before),
        None => before.clone(),
    };
    flags::apply(&args.definition, &mut draft);
    if let Some(title) = &args.title {
        draft.title.clone_from(title);
    }
    if args.pkce {
        draft.pkce = true;
    }
    let secret =
        args.definition.client_secret_stdin.then(|| stdin::first_line("client secret")).transpose()?;
    // With --confirm-hosts alone, the secret is the one that confirms.
    let sets_secret = secret.is_some() && !(args.confirm_hosts && draft == before);
    if draft != before || sets_secret || args.remove_client_secret {
        service = save(args, &agent, draft, secret.as_ref().filter(|_| sets_secret), &service)?;
    } else if !args.confirm_hosts {
        return Err(Problem::new(Code::InvalidInput, "nothing to change")
            .hint("grantkeep service edit --help lists what can be changed")
            .into());
    }
    if args.confirm_hosts {
        service = confirm(&agent, &service, secret)?;
    } else if !service.hosts_to_confirm.is_empty() {
        messages::say(&format!(
            "nothing is sent to {} until you confirm it",
            service.hosts_to_confirm.join(", ")
        ));
        messages::say(&format!("hint: run grantkeep service edit {} --confirm-hosts", service.name));
    }
    if args.json {
        return json::write(&json::service(&service));
    }
    messages::say(&format!("{} is changed", service.name));
    Ok(())
}

fn save(
    args: &ServiceEdit,
    agent: &Agent,
    draft: grantkeep_api::views::ServiceDraft,
    secret: Option<&SecretInput>,
    service: &ServiceView,
) -> Result<ServiceView, Stop> {
    let name = &service.name;
    let has_secret = secret.is_some() || service.has_client_secret && !args.remove_client_secret;
    let checked = agent.check_service(draft.clone(), Some(name.clone()), has_secret)?;
    let change = || match secret {
        Some(secret) => SecretChange::Set { value: secret.again() },
        None if args.remove_client_secret => SecretChange::Remove,
        None => SecretChange::Keep,
    };
    let saved = consent::asked(agent, Where::Anywhere, || agent.save_service(name, draft.clone(), change()));
    let saved = saved.map_err(|stop| match stop {
        Stop::Problem(problem) => Stop::Problem(Words::Edit.of(problem)),
        other => other,
    })?;
    super::warn(&checked.problems, Words::Edit);
    Ok(saved)
}

/// Confirms the hosts; the client secret is entered again where there is one.
fn confirm(agent: &Agent, service: &ServiceView, secret: Option<SecretInput>) -> Result<ServiceView, Stop> {
    if service.hosts_to_confirm.is_empty() && !service.test_host_to_confirm {
        messages::say("there is no host to confirm");
        return Ok(service.clone());
    }
    let hosts = match service.hosts_to_confirm.as_slice() {
        [] => "the Test URI's host".to_owned(),
        hosts => hosts.join(", "),
    };
    messages::say(&format!("confirming {hosts}"));
    let needs_secret = service.has_client_secret && !service.hosts_to_confirm.is_empty();
    let secret = match secret {
        None if needs_secret => {
            let prompt = "client secret, not shown: ";
            Some(asking::secret(prompt, "use --client-secret-stdin to enter the client secret again")?)
        }
        given => given,
    };
    let again = || secret.as_ref().map(SecretInput::again);
    consent::asked(agent, Where::Anywhere, || agent.confirm_hosts(&service.name, again()))
}
