//! `grantkeep access …`: what programs may do.

use std::path::{Path, PathBuf};

use grantkeep_api::Agent;
use grantkeep_api::requests::{Allow, AllowedProgram};
use grantkeep_api::views::{Code, PermissionView, Problem, ProgramKind};

use super::consent::{self, Where};
use super::json;
use super::table::{Cell, Look, Table};
use crate::args::{Access, AccessAllow, AccessCommand, AccessList, AccessRevoke};
use crate::exit::Stop;
use crate::{clock, messages, output, words};

/// Lists, gives or takes back permissions.
///
/// # Errors
/// The agent's problem; no such program or permission.
pub(crate) fn run(args: &Access) -> Result<(), Stop> {
    match &args.command {
        AccessCommand::List(args) => list(args),
        AccessCommand::Allow(args) => allow(args),
        AccessCommand::Revoke(args) => revoke(args),
    }
}

fn list(args: &AccessList) -> Result<(), Stop> {
    let agent = Agent::connect_or_start()?;
    super::settled(&agent)?;
    let permissions = agent.permissions()?;
    if args.json {
        return json::write(&permissions.iter().map(json::permission).collect());
    }
    if permissions.is_empty() {
        messages::say("no program has a permission");
        return Ok(());
    }
    output::write(&table(&permissions, clock::now_ms(), Look::of_output()))
}

fn allow(args: &AccessAllow) -> Result<(), Stop> {
    let program = match args.program.as_str() {
        "terminal" if args.always => {
            return Err(invalid("a terminal's permission ends with it")
                .hint("leave --always away, or allow a program by its path")
                .into());
        }
        "terminal" => AllowedProgram::Terminal,
        _ if args.time.is_none() && !args.always => {
            return Err(invalid("for how long?").hint("add --for 1h, or --always").into());
        }
        named => AllowedProgram::Program { path: path_of(named)? },
    };
    let agent = super::agent_with_session()?;
    let allow = Allow { program, service: Some(args.id.service.clone()), for_s: args.time };
    let given = consent::asked(&agent, Where::Anywhere, || agent.allow(&allow))?;
    if args.json {
        return json::write(&json::permission(&given));
    }
    let until = until(&given, clock::now_ms());
    messages::say(&words::plain(&format!(
        "{} may have tokens of {} ({until}); grantkeep access revoke {} takes that back",
        named(&given),
        args.id.service,
        given.id
    )));
    Ok(())
}

fn revoke(args: &AccessRevoke) -> Result<(), Stop> {
    let agent = super::agent_with_session()?;
    let permissions = agent.permissions()?;
    let service = args.id.as_ref().map(|id| id.service.as_str());
    let chosen = chosen(&permissions, &args.which, service);
    if chosen.is_empty() {
        return Err(Problem::new(Code::NotFound, format!("there is no permission of {}", args.which))
            .hint("run grantkeep access list")
            .into());
    }
    for permission in chosen {
        consent::asked(&agent, Where::Anywhere, || agent.remove_permission(&permission.id))?;
        let service = permission.service.as_deref().unwrap_or(MANAGING);
        messages::say(&words::plain(&format!("{}: {service} is taken back", named(permission))));
    }
    Ok(())
}

/// The permissions that are meant: by identifier, else by the program's path or name.
fn chosen<'a>(
    permissions: &'a [PermissionView],
    which: &str,
    service: Option<&str>,
) -> Vec<&'a PermissionView> {
    let of_service = |permission: &&PermissionView| {
        service.is_none_or(|service| permission.service.as_deref() == Some(service))
    };
    let of_id = permissions.iter().filter(of_service).find(|permission| permission.id == which);
    if let Some(one) = of_id {
        return vec![one];
    }
    let found = path_of(which).ok();
    let is_meant = |permission: &&PermissionView| {
        let program = &permission.program;
        let path = program.path.as_deref();
        program.name == which
            || path == Some(which)
            || path.is_some() && path == found.as_deref()
            || which == "terminal" && program.kind == ProgramKind::Terminal
    };
    permissions.iter().filter(of_service).filter(is_meant).collect()
}

/// The executable's own path, as the agent sees it: links followed, names looked up in `PATH`.
fn path_of(program: &str) -> Result<String, Problem> {
    let missing = || {
        invalid(&format!("there is no program {program}")).hint("give its path, or a name that is in PATH")
    };
    let named = Path::new(program);
    let found = if program.contains('/') { Some(named.to_owned()) } else { in_path(named) };
    let path = found.and_then(|path| path.canonicalize().ok()).filter(|path| path.is_file());
    path.and_then(|path| path.into_os_string().into_string().ok()).ok_or_else(missing)
}

fn in_path(name: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn table(permissions: &[PermissionView], now_ms: i64, look: Look) -> String {
    let mut table = Table::new(["ID", "PROGRAM", "MAY", "HOW LONG", "USED", "PATH"]);
    for permission in permissions {
        let may = permission.service.as_deref().unwrap_or(MANAGING);
        let may = if permission.allowed {
            Cell::coloured(may, "32")
        } else {
            Cell::coloured(format!("never: {may}"), "33")
        };
        let last =
            permission.last_used_at_ms.map(|at| format!(", {} ago", words::span((now_ms - at).max(0))));
        table.row([
            Cell::plain(&permission.id),
            Cell::plain(named(permission)),
            may,
            Cell::plain(until(permission, now_ms)),
            Cell::plain(format!("{} ×{}", permission.uses, last.unwrap_or_default())),
            Cell::plain(permission.program.path.as_deref().unwrap_or_default()),
        ]);
    }
    table.text(look)
}

fn named(permission: &PermissionView) -> &str {
    match permission.program.kind {
        ProgramKind::Terminal if permission.program.name.is_empty() => "terminal",
        _ => &permission.program.name,
    }
}

fn until(permission: &PermissionView, now_ms: i64) -> String {
    match permission.expires_at_ms {
        Some(at) => format!("{} left", words::span((at - now_ms).max(0))),
        None if permission.terminal_session => "while the terminal is open".to_owned(),
        None => "until it is taken back".to_owned(),
    }
}

fn invalid(what: &str) -> Problem {
    Problem::new(Code::InvalidInput, what)
}

/// What a permission without a service is for.
const MANAGING: &str = "managing Grantkeep";

#[cfg(test)]
mod tests {
    use grantkeep_api::views::ProgramView;

    use super::*;

    #[test]
    fn a_table_says_who_may_what_until_when() {
        let permissions = [
            permission("1", Some("/usr/bin/rclone"), Some("google")),
            PermissionView { allowed: false, expires_at_ms: Some(3_600_000), ..permission("2", None, None) },
        ];

        assert_eq!(
            table(&permissions, 0, Look { width: None, colour: false }),
            "ID  PROGRAM  MAY                        HOW LONG                USED          PATH\n\
             1   rclone   google                     until it is taken back  3 ×, 0 s ago  /usr/bin/rclone\n\
             2   unknown  never: managing Grantkeep  1 h left                3 ×, 0 s ago\n"
        );
    }

    #[test]
    fn permissions_are_chosen_by_identifier_path_or_name() {
        let permissions = [
            permission("1", Some("/usr/bin/rclone"), Some("google")),
            permission("2", Some("/usr/bin/rclone"), Some("podio")),
            permission("3", None, Some("google")),
        ];
        let cases = [
            ("2", None, vec!["2"], "an identifier"),
            ("/usr/bin/rclone", None, vec!["1", "2"], "a path"),
            ("rclone", Some("google"), vec!["1"], "a name and a service"),
            ("unknown", None, vec!["3"], "a name"),
            ("2", Some("google"), vec![], "an identifier of another service"),
            ("4", None, vec![], "none"),
        ];
        for (which, service, ids, why) in cases {
            let found: Vec<&str> = chosen(&permissions, which, service)
                .iter()
                .map(|permission| permission.id.as_str())
                .collect();
            assert_eq!(found, ids, "{why}");
        }
    }

    #[test]
    fn a_program_is_found_as_the_agent_sees_it() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::write(&real, "").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();

        let real = real.canonicalize().unwrap();
        assert_eq!(path_of(link.to_str().unwrap()).ok().as_deref(), real.to_str(), "links are followed");
        assert!(path_of("sh").is_ok_and(|path| path.starts_with('/')), "names are looked up");
        assert!(path_of("/nowhere/program").is_err());
        assert!(path_of(folder.path().to_str().unwrap()).is_err(), "a folder is no program");
    }

    fn permission(id: &str, path: Option<&str>, service: Option<&str>) -> PermissionView {
        let name = path.and_then(|path| path.rsplit('/').next()).unwrap_or("unknown");
        PermissionView {
            id: id.to_owned(),
            program: ProgramView {
                name: name.to_owned(),
                path: path.map(str::to_owned),
                kind: ProgramKind::Program,
            },
            service: service.map(str::to_owned),
            allowed: true,
            terminal_session: false,
            granted_at_ms: 0,
            expires_at_ms: None,
            last_used_at_ms: Some(0),
            uses: 3,
        }
    }
}
