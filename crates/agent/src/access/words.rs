//! Consent in the person's words: what is missing, and who can give it.

use grantkeep_api::views::{Code, Problem, ProgramKind};
use grantkeep_core::model::{Name, Timestamp};

use super::answers::NotTaken;
use super::consent::NotPermitted;
use super::identity::{Asker, Who};
use crate::server::convert;

/// Why a request is not permitted, and how to permit it.
///
/// `unlocked_from_file`: our CLI speaks for the person (R-AG-08), so it can give the permission.
pub(crate) fn not_permitted(
    why: NotPermitted,
    asker: &Asker,
    service: Option<&Name>,
    unlocked_from_file: bool,
    now: Timestamp,
) -> Problem {
    let name = &asker.name;
    let what = match service {
        Some(service) => format!("have tokens of {service}"),
        None => "manage Grantkeep".to_owned(),
    };
    let needs = format!("{name} needs your permission to {what}");
    let how = how_to_allow(asker, service, unlocked_from_file);
    let consent = |detail: String| Problem::new(Code::ConsentRequired, needs.clone()).detail(detail);
    match why {
        NotPermitted::Asked(question) => {
            let detail = "You are asked in Grantkeep's window. Unanswered, it counts as refused after a minute.";
            let problem = consent(detail.to_owned()).hint(format!("Answer there. {how}"));
            Problem { question: Some(question), ..problem }
        }
        NotPermitted::JustRefused(until) => {
            let seconds = until.since(now).as_secs() + 1;
            consent("It was refused, or nobody answered.".to_owned())
                .hint(format!("It can ask again in {seconds} s. {how}"))
        }
        NotPermitted::TooMany => consent("Too many programs wait for an answer, so you were not asked.".to_owned())
            .hint(format!("Answer them in Grantkeep's window. {how}")),
        NotPermitted::RefusedForGood(id) => {
            Problem::new(Code::NotAllowed, format!("{name} may not {what}"))
                .detail("You refused it for good, so it is not asked again.")
                .hint(format!(
                    "Take that back on the Programs page of the window, or on a terminal: grantkeep access revoke {id}"
                ))
        }
        NotPermitted::Untold => Problem::new(Code::NotAllowed, format!("A program may not {what}"))
            .detail("The system does not tell which program asks, so it can't be given permission.")
            .hint("Run it as an ordinary process of yours on this machine, outside of containers."),
    }
}

/// What a person can do where no window asks.
fn how_to_allow(asker: &Asker, service: Option<&Name>, unlocked_from_file: bool) -> String {
    let Some(service) = service else {
        return "This permission is given in the window alone; on a terminal, run grantkeep itself."
            .to_owned();
    };
    match (&asker.who, unlocked_from_file) {
        (Who::Program(path), true) => {
            let limit = if asker.kind == ProgramKind::Program { "" } else { " --for 1h" };
            format!("Or run: grantkeep access allow '{path}' {service}{limit}")
        }
        (Who::Terminal(_), _) => format!("Or run: grantkeep access allow terminal {service}"),
        (Who::Program(_) | Who::Process { .. } | Who::Untold, _) if asker.session.is_some() => {
            "Or answer on the terminal that it runs on, where it asks there.".to_owned()
        }
        (Who::Program(_) | Who::Process { .. } | Who::Untold, _) => {
            "On a server without a window, give the agent GRANTKEEP_PASSPHRASE_FILE.".to_owned()
        }
    }
}

/// Why an answer was not taken, or a permission not given.
pub(crate) fn not_taken(why: NotTaken) -> Problem {
    match why {
        NotTaken::NoQuestion => Problem::new(Code::NotFound, "There is no such question")
            .detail("No program waits for that answer.")
            .hint("Let the program ask again."),
        NotTaken::Over => Problem::new(Code::NotFound, "The question is over")
            .detail("It was answered already, or nobody answered in time.")
            .hint("Let the program ask again."),
        NotTaken::Elsewhere => Problem::new(Code::NotAllowed, "This question can't be answered here")
            .detail("A terminal answers for the programs that run on it, and for nobody else.")
            .hint("Answer it in the window, or on the terminal that it came from."),
        NotTaken::WindowOnly => Problem::new(Code::NotAllowed, "Only the window can allow that")
            .detail("A terminal allows once or for an hour, for its own session.")
            .hint("Open Grantkeep's window, and allow it there."),
        NotTaken::TooLong(kind) => {
            let detail = match kind {
                ProgramKind::Interpreter => {
                    "It runs whatever it is given, so it is allowed once, or for an hour at most."
                }
                ProgramKind::Terminal => "A permission of a terminal ends with its session.",
                ProgramKind::Program | ProgramKind::Unknown => {
                    "It can't be told from other programs for sure, so it is allowed once, or for an hour at most."
                }
            };
            Problem::new(Code::InvalidInput, "It can't be allowed for that long")
                .detail(detail)
                .hint("Choose once, or 1 hour.")
        }
        NotTaken::Keeper(error) => convert::problem(error.problem()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::identity::Session;

    // R-AG-09
    #[test]
    fn whoever_is_not_permitted_learns_how_to_be() {
        let session = Session { id: 60, terminal: 34819, started: 1_060 };
        let program = Who::Program("/usr/bin/git".to_owned());
        let interpreter = ProgramKind::Interpreter;
        let cases = [
            (
                program.clone(),
                ProgramKind::Program,
                None,
                true,
                "access allow '/usr/bin/git' google",
                "a server",
            ),
            (program.clone(), interpreter, None, true, "'/usr/bin/git' google --for 1h", "for an hour"),
            (
                program.clone(),
                interpreter,
                Some(session),
                false,
                "on the terminal",
                "a program on a terminal",
            ),
            (program, interpreter, None, false, "GRANTKEEP_PASSPHRASE_FILE", "neither window nor terminal"),
            (
                Who::Terminal(session),
                ProgramKind::Terminal,
                Some(session),
                false,
                "access allow terminal google",
                "the person",
            ),
        ];
        let google: Name = "google".parse().unwrap();
        let now = Timestamp::from_millis(0);
        for (who, kind, session, from_file, words, why) in cases {
            let asker = Asker { who, name: "git".to_owned(), kind, pid: None, parent: None, session };
            let asked = NotPermitted::Asked("7".to_owned());
            let problem = not_permitted(asked, &asker, Some(&google), from_file, now);
            assert_eq!((problem.code, problem.question.as_deref()), (Code::ConsentRequired, Some("7")));
            assert!(problem.hint.contains(words), "{why}: {}", problem.hint);
            let quiet = NotPermitted::JustRefused(Timestamp::from_millis(9_500));
            let quiet = not_permitted(quiet, &asker, Some(&google), from_file, now);
            assert!(quiet.question.is_none() && quiet.hint.contains("in 10 s"), "{}", quiet.hint);
            let never = NotPermitted::RefusedForGood("1a2b".to_owned());
            let never = not_permitted(never, &asker, None, from_file, now);
            assert_eq!(
                (never.code, never.title.as_str()),
                (Code::NotAllowed, "git may not manage Grantkeep")
            );
            assert!(never.hint.contains("grantkeep access revoke 1a2b"), "how to take it back");
        }
    }

    #[test]
    fn what_is_not_taken_says_why() {
        let all = [
            NotTaken::NoQuestion,
            NotTaken::Over,
            NotTaken::Elsewhere,
            NotTaken::WindowOnly,
            NotTaken::TooLong(ProgramKind::Interpreter),
            NotTaken::TooLong(ProgramKind::Terminal),
            NotTaken::TooLong(ProgramKind::Unknown),
        ];
        for why in all {
            let problem = not_taken(why);
            assert!(problem.detail.ends_with('.') && problem.hint.ends_with('.'), "{problem:?}");
        }
    }
}
