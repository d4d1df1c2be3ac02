//! `grantkeep service import`: all that a file defines, or nothing. A service that has grants is never altered.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use grantkeep_api::Agent;
use grantkeep_api::requests::SecretChange;
use grantkeep_api::secret_input::SecretInput;
use grantkeep_api::views::{ClientAuthentication, Code, FieldProblem, Problem, ServiceDraft, ServiceView};
use serde_json::json;

use super::super::consent::{self, Where};
use super::super::table::{Cell, Look, Table};
use super::super::{asking, json, stdin};
use super::file::{self, Defined};
use crate::args::ServiceImport;
use crate::exit::Stop;
use crate::{messages, output, terminal};

/// Says what the file changes, and changes it.
///
/// # Errors
/// What is wrong with the file; a service that would have to be altered and has grants; the agent's problem.
pub(super) fn run(args: &ServiceImport) -> Result<(), Stop> {
    let from_stdin = args.file == Path::new("-");
    if from_stdin && args.client_secrets_stdin {
        return Err(invalid("standard input cannot be the file and the secrets").into());
    }
    let defined = file::read(&text_of(&args.file)?)?;
    let agent = super::super::agent_with_session()?;
    super::super::settled(&agent)?;
    let plan = plan(&agent, defined)?;
    show(&plan, args)?;
    if let Some(problem) = against(&plan) {
        return Err(problem.into());
    }
    if args.dry_run {
        return Ok(());
    }
    let mut secrets = secrets_for(&plan, args)?;
    for step in &plan {
        let secret = secrets.remove(&step.defined.name);
        write(&agent, step, secret)?;
    }
    Ok(())
}

fn text_of(path: &Path) -> Result<String, Problem> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_FILE).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
    };
    read.map_err(|error| invalid("the file cannot be read").detail(format!("{}: {error}", path.display())))?;
    Ok(text)
}

/// What becomes of one service.
struct Step {
    defined: Defined,
    change: Change,
    /// A client secret has to be given.
    needs_secret: bool,
    /// The name that the title alone would give.
    name_of_title: String,
    problems: Vec<FieldProblem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    New,
    Same,
    Changed,
    Refused,
}

impl Change {
    fn of(existing: Option<&ServiceView>, has_grants: bool, draft: &ServiceDraft) -> Self {
        match existing {
            None => Self::New,
            Some(service) if plain(&service.definition) == plain(draft) => Self::Same,
            Some(_) if has_grants => Self::Refused,
            Some(_) => Self::Changed,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Refused => "refused",
        }
    }
}

/// Compares the file with what is there, and has each definition checked; nothing is changed.
fn plan(agent: &Agent, defined: Vec<Defined>) -> Result<Vec<Step>, Stop> {
    let services = agent.services()?;
    let accounts = agent.accounts()?;
    let step = |defined: Defined| {
        let existing = services.iter().find(|service| service.name == defined.name);
        let has_grants =
            accounts.iter().any(|account| account.service == defined.name && account.grant.is_some());
        let change = Change::of(existing, has_grants, &defined.draft);
        let is_confidential = defined.draft.client_authentication != ClientAuthentication::None;
        let has_secret = existing.is_some_and(|service| service.has_client_secret);
        let name = existing.map(|service| service.name.clone());
        // A secret that is missing is asked for, and is nothing wrong with the definition.
        let checked = agent.check_service(defined.draft.clone(), name, has_secret || is_confidential)?;
        let is_written = matches!(change, Change::New | Change::Changed);
        Ok(Step {
            change,
            needs_secret: is_written && is_confidential && !has_secret,
            name_of_title: checked.name,
            problems: checked.problems.into_iter().filter(|problem| is_written && !problem.warning).collect(),
            defined,
        })
    };
    defined.into_iter().map(step).collect()
}

fn show(plan: &[Step], args: &ServiceImport) -> Result<(), Stop> {
    if args.json {
        let one = |step: &Step| {
            json!({
                "name": step.defined.name,
                "change": step.change.word(),
                "needs_client_secret": step.needs_secret,
                "problems": step.problems,
            })
        };
        return json::write(&plan.iter().map(one).collect());
    }
    let mut table = Table::new(["SERVICE", "CHANGE", ""]);
    for step in plan {
        let why = match step.change {
            Change::Refused => "it has grants and is another one here",
            Change::New | Change::Same | Change::Changed if !step.problems.is_empty() => {
                "something is wrong with it"
            }
            Change::New | Change::Same | Change::Changed if step.needs_secret => {
                "its client secret is needed"
            }
            Change::New | Change::Same | Change::Changed => "",
        };
        table.row([Cell::plain(&step.defined.name), Cell::plain(step.change.word()), Cell::plain(why)]);
    }
    if plan.is_empty() {
        messages::say("the file has no services");
        return Ok(());
    }
    output::write(&table.text(Look::of_output()))
}

/// Why nothing is written.
fn against(plan: &[Step]) -> Option<Problem> {
    let fields: Vec<FieldProblem> = plan
        .iter()
        .flat_map(|step| {
            step.problems.iter().map(|problem| FieldProblem {
                field: format!("{}: {}", step.defined.name, problem.field),
                ..problem.clone()
            })
        })
        .collect();
    if !fields.is_empty() {
        let problem = invalid("nothing was changed: something is wrong with a definition");
        return Some(Problem { fields, ..problem }.hint("mend it in the file, and try again"));
    }
    let refused: Vec<&str> = plan
        .iter()
        .filter(|step| step.change == Change::Refused)
        .map(|step| step.defined.name.as_str())
        .collect();
    (!refused.is_empty()).then(|| {
        Problem::new(Code::NameTaken, format!("nothing was changed: {} would be altered", refused.join(", ")))
            .detail("a service that has grants is never altered by a file")
            .hint("take it out of the file, or use grantkeep service edit")
    })
}

/// Client secrets by service: read from standard input, or asked for.
fn secrets_for(plan: &[Step], args: &ServiceImport) -> Result<BTreeMap<String, SecretInput>, Stop> {
    let mut secrets = BTreeMap::new();
    if args.client_secrets_stdin {
        for line in stdin::all("client secrets", stdin::MAX_INPUT)?.lines() {
            if let Some((name, secret)) = line.split_once('=') {
                secrets.insert(name.trim().to_owned(), SecretInput::from(secret.to_owned()));
            }
        }
    }
    let missing: Vec<&str> = plan
        .iter()
        .filter(|step| step.needs_secret && !secrets.contains_key(&step.defined.name))
        .map(|step| step.defined.name.as_str())
        .collect();
    if !missing.is_empty() && !terminal::can_ask() {
        return Err(invalid("nothing was changed: client secrets are missing")
            .detail(missing.join(", "))
            .hint("give them by --client-secrets-stdin, a line NAME=SECRET each, or run it on a terminal")
            .into());
    }
    for name in missing {
        let secret =
            asking::secret(&format!("client secret of {name}, not shown: "), "use --client-secrets-stdin")?;
        if secret.is_empty() {
            return Err(Stop::Interrupted);
        }
        secrets.insert(name.to_owned(), secret);
    }
    Ok(secrets)
}

fn write(agent: &Agent, step: &Step, secret: Option<SecretInput>) -> Result<(), Stop> {
    let Step { defined: Defined { name, draft }, .. } = step;
    let again = || secret.as_ref().map(SecretInput::again);
    match step.change {
        Change::Same | Change::Refused => return Ok(()),
        Change::New => {
            // A service is named after its title when it is added, and keeps that name.
            let is_renamed = step.name_of_title != *name;
            let title = if is_renamed { name } else { &draft.title };
            let first = ServiceDraft { title: title.clone(), ..draft.clone() };
            let added = consent::asked(agent, Where::Anywhere, || agent.add_service(first.clone(), again()))?;
            if added.name != *name {
                return Err(invalid(&format!("{name} cannot be the name of a service"))
                    .detail(format!("it was added as {}", added.name))
                    .into());
            }
            if is_renamed {
                agent.save_service(name, draft.clone(), SecretChange::Keep)?;
            }
        }
        Change::Changed => {
            let change = || again().map_or(SecretChange::Keep, |value| SecretChange::Set { value });
            consent::asked(agent, Where::Anywhere, || agent.save_service(name, draft.clone(), change()))?;
        }
    }
    Ok(())
}

/// A definition as the agent keeps it: addresses, hosts and scopes in one way to write them.
fn plain(draft: &ServiceDraft) -> ServiceDraft {
    let address = |text: &str| url::Url::parse(text.trim()).map_or_else(|_| text.to_owned(), String::from);
    let host = |word: &str| {
        let whole = if word.contains("://") { word.to_owned() } else { format!("https://{word}") };
        address(&whole).trim_end_matches('/').to_owned()
    };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    ServiceDraft {
        title: draft.title.trim().to_owned(),
        client_id: draft.client_id.trim().to_owned(),
        authorize_uri: address(&draft.authorize_uri),
        token_uri: address(&draft.token_uri),
        test_uri: address(&draft.test_uri),
        introspection_uri: address(&draft.introspection_uri),
        redirect_uri: address(&draft.redirect_uri),
        scopes: words(&draft.scopes),
        request_hosts: draft.request_hosts.split_whitespace().map(host).collect::<Vec<_>>().join(" "),
        ..draft.clone()
    }
}

fn invalid(what: &str) -> Problem {
    Problem::new(Code::InvalidInput, what)
}

/// Bytes of a file of definitions.
const MAX_FILE: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    // R-ST-14
    #[test]
    fn a_service_that_has_grants_is_never_altered() {
        let there = |draft: &ServiceDraft| ServiceView {
            name: "a".to_owned(),
            definition: draft.clone(),
            has_client_secret: false,
            redirect_uri: String::new(),
            hosts_to_confirm: Vec::new(),
            test_host_to_confirm: false,
            client_is_registered: false,
            client_secret_expires_at_ms: None,
            revocation_effect: None,
            registration_uri: None,
            accounts: Vec::new(),
        };
        let old = ServiceDraft { token_uri: "https://a.example/".to_owned(), ..ServiceDraft::default() };
        let alike = ServiceDraft { token_uri: "https://A.example".to_owned(), ..ServiceDraft::default() };
        let other = ServiceDraft { token_uri: "https://b.example/".to_owned(), ..ServiceDraft::default() };
        let cases = [
            (None, false, &old, Change::New, "it is not there"),
            (Some(there(&old)), true, &old, Change::Same, "the same, whatever it has"),
            (Some(there(&old)), true, &alike, Change::Same, "the same in another writing"),
            (Some(there(&old)), false, &other, Change::Changed, "nothing is bound to it yet"),
            (Some(there(&old)), true, &other, Change::Refused, "grants are bound to its hosts"),
        ];
        for (existing, has_grants, draft, expected, why) in cases {
            assert_eq!(Change::of(existing.as_ref(), has_grants, draft), expected, "{why}");
        }
    }

    #[test]
    fn one_definition_that_is_wrong_stops_all() {
        let step = |name: &str, change, problem: Option<&str>| Step {
            defined: Defined { name: name.to_owned(), draft: ServiceDraft::default() },
            change,
            needs_secret: false,
            name_of_title: name.to_owned(),
            problems: problem
                .map(|message| FieldProblem {
                    field: "title".to_owned(),
                    message: message.to_owned(),
                    fix: None,
                    warning: false,
                })
                .into_iter()
                .collect(),
        };
        assert!(against(&[step("a", Change::New, None), step("b", Change::Same, None)]).is_none());

        let refused = against(&[step("a", Change::New, None), step("b", Change::Refused, None)]).unwrap();
        assert_eq!(refused.title, "nothing was changed: b would be altered");

        let wrong = against(&[step("a", Change::New, Some("Give it a name."))]).unwrap();
        assert_eq!((wrong.code, wrong.fields[0].field.as_str()), (Code::InvalidInput, "a: title"));
    }
}
