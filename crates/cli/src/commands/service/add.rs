//! `grantkeep service add`: from flags, and on a terminal from what the person answers.

use grantkeep_api::Agent;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{
    ClientAuthentication, Code, DraftCheck, FieldProblem, Parameter, PastedView, Problem, ProviderView,
    ServiceDraft, ServiceView,
};

use super::super::consent::{self, Where};
use super::super::{asking, stdin};
use super::definition;
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
    let from_script = args.definition.client_secret_stdin || args.initial_access_token_stdin;
    let asks = terminal::can_ask() && !from_script;
    let mut form = Form::of(args, &agent, asks)?;
    let checked = if asks { form.complete(&agent, args)? } else { form.check(&agent)? };
    if let Some(problem) = problem_of(&checked) {
        return Err(Words::Add.of(problem).into());
    }
    super::warn(&checked.problems, Words::Add);
    let added = consent::asked(&agent, Where::Anywhere, || form.add(&agent));
    let service = added.map_err(|stop| match stop {
        Stop::Problem(problem) => Stop::Problem(Words::Add.of(problem)),
        other => other,
    })?;
    let registered = form.client.is_registered();
    let of_uri = if registered { "the redirect URI that was registered for it" } else { super::TO_REGISTER };
    super::saved(&service, &format!("is added; {of_uri}"), args.json)?;
    if !args.json {
        let when = if registered { "" } else { "when it is registered, " };
        messages::say(&format!("hint: {when}run grantkeep authorize {}", service.name));
    }
    Ok(())
}

/// A form under way.
struct Form {
    draft: ServiceDraft,
    client: Client,
    provider: Option<ProviderView>,
}

/// Where the client comes from.
enum Client {
    /// The person has one; a public client has no secret.
    Own(Option<SecretInput>),
    /// It was pasted, and the agent keeps its secret, which this stands for.
    Pasted(String),
    /// The provider registers it, for an initial access token where it wants one.
    Registered(Option<SecretInput>),
}

impl Client {
    fn is_registered(&self) -> bool {
        matches!(self, Self::Registered(_))
    }

    /// There is a client secret, or will be.
    fn has_secret(&self) -> bool {
        !matches!(self, Self::Own(None))
    }
}

impl Form {
    /// What the flags say, over what comes from elsewhere: a pasted text, a provider of the catalog, or one that tells of
    /// itself. On a terminal the person chooses where they say nothing of endpoints.
    fn of(args: &ServiceAdd, agent: &Agent, asks: bool) -> Result<Self, Stop> {
        let given = &args.definition;
        let by_hand = given.authorize_uri.is_some() || given.token_uri.is_some();
        let mut form = if args.paste {
            Self::pasted(definition::read_pasted(agent)?)
        } else if let (Some(issuer), None, false) = (&given.issuer, &given.provider, by_hand) {
            Self::discovered(agent, issuer, args, asks)?
        } else {
            let id = match &given.provider {
                Some(id) => Some(id.clone()),
                None if asks && !by_hand => chosen_provider(&agent.providers()?)?,
                None => None,
            };
            Self::of_provider(id.map(|id| find(agent.providers()?, &id)).transpose()?)
        };
        if let Some(title) = &args.title {
            form.draft.title.clone_from(title);
        }
        // What was asked may be just a host.
        let issuer = form.draft.issuer.clone();
        flags::apply(given, &mut form.draft);
        if !issuer.is_empty() && !by_hand && given.provider.is_none() && !args.paste {
            form.draft.issuer = issuer;
        }
        if let Some(provider) = form.provider.as_ref().filter(|_| asks) {
            ask_variables(provider, &mut form.draft)?;
        }
        if given.client_secret_stdin {
            form.client = Client::Own(Some(stdin::first_line("client secret")?));
        } else if args.register {
            let wanted = args.initial_access_token_stdin;
            let token = wanted.then(|| stdin::first_line("initial access token")).transpose()?;
            form.client = Client::Registered(token);
        }
        Ok(form)
    }

    fn of_provider(provider: Option<ProviderView>) -> Self {
        let draft = provider.as_ref().map(|provider| provider.draft.clone()).unwrap_or_default();
        Self { draft, client: Client::Own(None), provider }
    }

    fn pasted(found: PastedView) -> Self {
        let client = found.secret_ref.map_or(Client::Own(None), Client::Pasted);
        Self { draft: found.draft, client, provider: None }
    }

    /// What the provider tells; on a terminal the person may have a client registered there.
    fn discovered(agent: &Agent, issuer: &str, args: &ServiceAdd, asks: bool) -> Result<Self, Stop> {
        let found = definition::discover(agent, issuer, "--issuer")?;
        definition::tell(&found);
        let offered = found.registration && args.definition.client_id.is_none() && !args.register;
        if offered && !asks {
            messages::say("note: it registers clients by itself: --register has one registered");
        }
        let client = if offered && asks && wants_registration()? {
            Client::Registered(None)
        } else {
            Client::Own(None)
        };
        Ok(Self { draft: found.draft, client, provider: None })
    }

    fn check(&self, agent: &Agent) -> Result<DraftCheck, Stop> {
        let mut checked = agent.check_service(self.draft.clone(), None, self.client.has_secret())?;
        if self.client.is_registered() {
            checked.problems.retain(|problem| !OF_THE_CLIENT.contains(&problem.field.as_str()));
        }
        Ok(checked)
    }

    /// Adds the service.
    fn add(&self, agent: &Agent) -> Result<ServiceView, Problem> {
        let draft = self.draft.clone();
        match &self.client {
            Client::Own(secret) => agent.add_service(draft, secret.as_ref().map(SecretInput::again)),
            Client::Pasted(secret_ref) => agent.add_pasted_service(draft, secret_ref.clone()),
            Client::Registered(token) => agent.register(draft, token.as_ref().map(SecretInput::again)),
        }
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
                    self.client = Client::Own(Some(secret));
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

/// Fields that a provider fills in that registers the client by itself.
const OF_THE_CLIENT: [&str; 3] = ["client_id", "client_secret", "client_authentication"];

/// Asks whether the provider is to register a client.
fn wants_registration() -> Result<bool, Stop> {
    let answer = asking::line("it registers clients by itself: have one registered? [Y/n] ")?;
    Ok(matches!(answer.to_lowercase().as_str(), "" | "y" | "yes"))
}

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
