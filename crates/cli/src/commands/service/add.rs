//! `grantkeep service add`: from flags, and on a terminal from what the person answers.

use grantkeep_api::Agent;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{
    ClientAuthentication, Code, DraftCheck, FieldProblem, Parameter, Problem, ProviderView, ServiceDraft,
};

use super::super::consent::{self, Where};
use super::super::{asking, stdin};
use super::flags::{self, Words};
use crate::args::{AuthMethod, ServiceAdd};
use crate::exit::Stop;
use crate::{messages, terminal, words};

/// Adds a service and writes the redirect URI to register.
///
/// # Errors
/// What is missing or wrong, by the names of flags; the agent's problem.
pub(super) fn run(args: &ServiceAdd) -> Result<(), Stop> {
    let agent = super::super::agent_with_session()?;
    let asks = terminal::can_ask() && !args.definition.client_secret_stdin;
    let mut form = Form::of(args, &agent, asks)?;
    let checked = if asks { form.complete(&agent, args)? } else { form.check(&agent)? };
    if let Some(problem) = problem_of(&checked) {
        return Err(Words::Add.of(problem).into());
    }
    super::warn(&checked.problems, Words::Add);
    let added = consent::asked(&agent, Where::Anywhere, || {
        agent.add_service(form.draft.clone(), form.secret.as_ref().map(SecretInput::again))
    });
    let service = added.map_err(|stop| match stop {
        Stop::Problem(problem) => Stop::Problem(Words::Add.of(problem)),
        other => other,
    })?;
    super::saved(&service, "is added", args.json)?;
    if !args.json {
        messages::say(&format!("hint: when it is registered, run grantkeep authorize {}", service.name));
    }
    Ok(())
}

/// A form under way.
struct Form {
    draft: ServiceDraft,
    secret: Option<SecretInput>,
    provider: Option<ProviderView>,
}

impl Form {
    /// What the flags say; on a terminal the person chooses a provider where they say nothing of endpoints.
    fn of(args: &ServiceAdd, agent: &Agent, asks: bool) -> Result<Self, Stop> {
        let given = &args.definition;
        let mut draft =
            ServiceDraft { title: args.title.clone().unwrap_or_default(), ..ServiceDraft::default() };
        let by_hand = given.authorize_uri.is_some() || given.token_uri.is_some();
        let id = match &given.provider {
            Some(id) => Some(id.clone()),
            None if asks && !by_hand => chosen_provider(&agent.providers()?)?,
            None => None,
        };
        let provider = id.map(|id| find(agent.providers()?, &id)).transpose()?;
        if let Some(provider) = &provider {
            draft = flags::of_provider(provider, &draft);
        }
        flags::apply(given, &mut draft);
        if let Some(provider) = provider.as_ref().filter(|_| asks) {
            ask_variables(provider, &mut draft)?;
        }
        let secret = if given.client_secret_stdin { Some(stdin::first_line("client secret")?) } else { None };
        Ok(Self { draft, secret, provider })
    }

    fn check(&self, agent: &Agent) -> Result<DraftCheck, Stop> {
        Ok(agent.check_service(self.draft.clone(), None, self.secret.is_some())?)
    }

    /// Asks for what is missing or wrong, as far as there is a question for it.
    fn complete(&mut self, agent: &Agent, args: &ServiceAdd) -> Result<DraftCheck, Stop> {
        let mut told = false;
        let mut asked = Vec::new();
        loop {
            let checked = self.check(agent)?;
            let is_to_mend = |problem: &&FieldProblem| !problem.warning;
            let Some(next) = QUESTIONS.iter().find(|question| {
                checked.problems.iter().filter(is_to_mend).any(|problem| problem.field == question.field)
            }) else {
                return Ok(checked);
            };
            // The address to register is known once there is a title, and wanted before the client is.
            if !told && CLIENT.contains(&next.field) {
                told = true;
                self.tell_registration(&checked);
            }
            if asked.contains(&next.field) {
                for problem in checked.problems.iter().filter(|problem| problem.field == next.field) {
                    messages::say(&words::plain(&problem.message));
                }
            }
            asked.push(next.field);
            self.answer(next, args)?;
        }
    }

    fn tell_registration(&self, checked: &DraftCheck) {
        messages::say("register a client at the provider with this redirect URI:");
        messages::say(&format!("  {}", checked.redirect_uri));
        if let Some(provider) = &self.provider {
            let lines =
                provider.registration_uri.iter().chain(&provider.steps).chain(&provider.redirect_note);
            for line in lines {
                messages::say(&format!("  {}", words::plain(line)));
            }
        }
    }

    fn answer(&mut self, question: &Question, args: &ServiceAdd) -> Result<(), Stop> {
        let field = match question.field {
            "client_secret" => {
                let secret = asking::secret(question.prompt, "use --client-secret-stdin")?;
                if !secret.is_empty() {
                    self.secret = Some(secret);
                } else if args.definition.auth_method.is_none_or(|method| method == AuthMethod::None) {
                    self.draft.client_authentication = ClientAuthentication::None;
                }
                return Ok(());
            }
            "client_id" => &mut self.draft.client_id,
            "authorize_uri" => &mut self.draft.authorize_uri,
            "token_uri" => &mut self.draft.token_uri,
            "test_uri" => &mut self.draft.test_uri,
            "scopes" => &mut self.draft.scopes,
            _ => &mut self.draft.title,
        };
        *field = asking::line(question.prompt)?;
        Ok(())
    }
}

/// A field that the person can be asked for.
struct Question {
    field: &'static str,
    prompt: &'static str,
}

/// In the order that they are asked in.
const QUESTIONS: [Question; 7] = [
    Question { field: "title", prompt: "title, such as Acme CRM: " },
    Question { field: "authorize_uri", prompt: "authorize URI: " },
    Question { field: "token_uri", prompt: "access token URI: " },
    Question { field: "test_uri", prompt: "test URI (enter for none): " },
    Question { field: "scopes", prompt: "scopes, separated by spaces (enter for the default): " },
    Question { field: "client_id", prompt: "client ID: " },
    Question { field: "client_secret", prompt: "client secret, not shown (enter for a public client): " },
];

/// Fields that are known after the client was registered.
const CLIENT: [&str; 2] = ["client_id", "client_secret"];

/// Asks for what stands for the holes in a provider's addresses, as far as no flag said it.
fn ask_variables(provider: &ProviderView, draft: &mut ServiceDraft) -> Result<(), Stop> {
    for variable in &provider.variables {
        if draft.variables.iter().any(|given| given.name == variable.name && !given.value.is_empty()) {
            continue;
        }
        messages::say(&words::plain(&variable.hint));
        let example = match &variable.default {
            Some(default) => format!("enter for {default}"),
            None => format!("such as {}", variable.example),
        };
        let value = asking::line(&words::plain(&format!("{} ({example}): ", variable.label)))?;
        if !value.is_empty() {
            draft.variables.retain(|given| given.name != variable.name);
            draft.variables.push(Parameter { name: variable.name.clone(), value });
        }
    }
    Ok(())
}

/// Lets the person choose a provider; `None` for a service by hand.
fn chosen_provider(providers: &[ProviderView]) -> Result<Option<String>, Stop> {
    messages::say(&format!(
        "{} providers are known; some letters find those that have them",
        providers.len()
    ));
    loop {
        let line = asking::line("provider (enter to fill in the addresses by hand): ")?;
        if line.is_empty() {
            return Ok(None);
        }
        if providers.iter().any(|provider| provider.id == line) {
            return Ok(Some(line));
        }
        let found = matching(providers, &line);
        if found.is_empty() {
            messages::say("none has that in its name");
        }
        for provider in found {
            messages::say(&words::plain(&format!("  {:<16}  {}", provider.id, provider.summary)));
        }
    }
}

/// Providers whose identifier or title has the text.
fn matching<'a>(providers: &'a [ProviderView], text: &str) -> Vec<&'a ProviderView> {
    let text = text.to_lowercase();
    let has = |provider: &&ProviderView| {
        provider.id.contains(&text) || provider.title.to_lowercase().contains(&text)
    };
    providers.iter().filter(has).collect()
}

/// The provider of that identifier.
pub(super) fn find(providers: Vec<ProviderView>, id: &str) -> Result<ProviderView, Problem> {
    let near: Vec<&str> = matching(&providers, id).iter().map(|provider| provider.id.as_str()).collect();
    let hint = if near.is_empty() {
        "run grantkeep service add without --provider to look for one".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    let unknown = invalid(&format!("there is no provider {id}")).hint(hint);
    providers.into_iter().find(|provider| provider.id == id).ok_or(unknown)
}

/// What is missing or wrong, all at once.
fn problem_of(checked: &DraftCheck) -> Option<Problem> {
    let fields: Vec<_> = checked.problems.iter().filter(|problem| !problem.warning).cloned().collect();
    let problem = invalid("the service cannot be added as it is")
        .hint("mend these flags; on a terminal, grantkeep service add asks for what is missing");
    (!fields.is_empty()).then_some(Problem { fields, ..problem })
}

fn invalid(what: &str) -> Problem {
    Problem::new(Code::InvalidInput, what)
}
