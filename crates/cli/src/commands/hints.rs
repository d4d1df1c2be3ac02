//! What to do next, as commands: the agent's hints are written for the window as well.

use grantkeep_api::AccountId;
use grantkeep_api::views::{Action, Code, Problem};

use crate::exit::Stop;
use crate::messages;

/// The end with the command that mends it, where there is one.
pub(crate) fn as_commands(stop: Stop, id: Option<&AccountId>) -> Stop {
    match (stop, id) {
        (Stop::Problem(problem), Some(id)) => Stop::Problem(of_account(problem, id)),
        (stop, _) => stop,
    }
}

fn of_account(problem: Problem, id: &AccountId) -> Problem {
    let hint = match problem.code {
        Code::AuthorizationRequired | Code::GrantEnded | Code::NoToken | Code::NoRefreshToken => {
            format!("run grantkeep authorize {id}")
        }
        Code::HostsToConfirm => format!("run grantkeep service edit {} --confirm-hosts", id.service),
        Code::ClientRefused | Code::InvalidScope | Code::NoTestUri | Code::NoIntrospectionUri => {
            let other = problem.actions.iter().find_map(|action| match action {
                Action::TryAuthentication { with } => Some(messages::auth_method(*with)),
                _ => None,
            });
            let other =
                other.map(|way| format!("; the other way is --auth-method {way}")).unwrap_or_default();
            format!("{} (grantkeep service edit {}{other})", problem.hint.trim_end_matches('.'), id.service)
        }
        Code::ConsentRequired => problem.hint.replace("terminal NAME", &format!("terminal {}", id.service)),
        _ => return problem,
    };
    problem.hint(hint)
}

#[cfg(test)]
mod tests {
    use grantkeep_api::views::ClientAuthentication;

    use super::*;

    #[test]
    fn a_problem_of_an_account_ends_with_the_command_that_mends_it() {
        let id = "podio/work".parse().unwrap();
        let cases = [
            (Code::GrantEnded, "run grantkeep authorize podio/work"),
            (Code::HostsToConfirm, "run grantkeep service edit podio --confirm-hosts"),
            (Code::ClientRefused, "Look at it (grantkeep service edit podio)"),
            (Code::ProviderBusy, "Look at it."),
        ];
        for (code, hint) in cases {
            assert_eq!(of_account(Problem::new(code, "it failed").hint("Look at it."), &id).hint, hint);
        }
        let mut refused = Problem::new(Code::ClientRefused, "it failed").hint("Look at it.");
        refused.actions = vec![Action::TryAuthentication { with: ClientAuthentication::BasicRaw }];
        assert_eq!(
            of_account(refused, &id).hint,
            "Look at it (grantkeep service edit podio; the other way is --auth-method basic-raw)"
        );
    }
}
