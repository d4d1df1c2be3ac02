//! Many at once, and an agent that dies under them: one keeper for the whole machine all the same.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers, too")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use grantkeep_api::AccountId;
use grantkeep_api::requests::Purpose;
use grantkeep_core::model::Draft;
use grantkeep_tests::{Client, Home, Person, Provider, Settings, until_blocking};
use rustix::process::{Pid, Signal, kill_process};

#[tokio::test(flavor = "multi_thread")]
async fn fifty_command_lines_at_once_start_one_agent() {
    let home = Home::new();
    let programs = home.programs();

    let outputs: Vec<Output> = thread::scope(|scope| {
        let asking: Vec<_> =
            (0..50).map(|_| scope.spawn(|| programs.cli(&["status", "--json"]).output().unwrap())).collect();
        asking.into_iter().map(|asked| asked.join().unwrap()).collect()
    });

    for output in &outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, b"[]\n");
    }
    until_blocking("those that came second have left", || {
        (agents(programs.folder()).len() == 1).then_some(())
    });
    end(&agents(programs.folder()));
}

// R-RS-03, R-AG-01
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_killed_under_its_clients_comes_back_and_each_gets_an_answer() {
    let provider = Provider::new().await;
    let home = Home::new();
    let id = authorized(&home, &provider).await;
    let programs = home.programs();

    let outputs: Vec<Output> = thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    (0..12).map(|_| programs.cli(&["token", &id]).output().unwrap()).collect::<Vec<_>>()
                })
            })
            .collect();
        for _ in 0..6 {
            until_blocking("an agent", || (!agents(programs.folder()).is_empty()).then_some(()));
            for agent in agents(programs.folder()) {
                // It may have ended by itself: two that started at once settle who stays.
                let _ = kill_process(agent, Signal::KILL);
            }
        }
        asking.into_iter().flat_map(|asked| asked.join().unwrap()).collect()
    });

    let mut tokens = 0;
    for output in &outputs {
        let told = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => tokens += 1,
            // Killed twice under one request, or while it opened its vault: told, with what to do.
            Some(1 | 5) => assert!(told.contains("hint:"), "{told}"),
            code => panic!("{code:?}: {told}"),
        }
    }
    assert!(tokens >= outputs.len() / 2, "{tokens} of {} got their token", outputs.len());
    let last = programs.cli(&["token", &id]).output().unwrap();
    assert!(last.status.success(), "nothing is left behind: {}", String::from_utf8_lossy(&last.stderr));
    end(&agents(programs.folder()));
}

// R-RS-01
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_clients_of_fifty_accounts_cost_one_token_request_each() {
    let provider = Provider::new().await;
    provider.set(Settings { access_token_ttl: 40, ..Settings::default() }).await;
    let home = Home::new();
    let agent = home.agent().start();
    let mut ids = Vec::new();
    for number in 0..50 {
        let draft = Draft { title: format!("Service {number}"), ..provider.draft(Client::Public) };
        let id = agent.add_draft(&draft, None);
        agent.authorize(&id, &Person::ada()).await;
        ids.push(id);
    }
    provider.set(Settings { access_token_ttl: 3600, ..Settings::default() }).await;
    provider.reset_stats().await;
    let client = agent.client();

    tokio::task::block_in_place(|| {
        thread::scope(|scope| {
            for number in 0..200 {
                let (client, ids) = (&client, &ids);
                scope.spawn(move || {
                    let (before, from) = ids.split_at(number % ids.len());
                    for id in from.iter().chain(before) {
                        client.token(id, 60, Purpose::HandOut).map(drop).unwrap();
                    }
                });
            }
        });
    });

    assert_eq!(provider.stats().await.token_requests(), 50, "one for each account");
}

// R-AG-01
#[tokio::test(flavor = "multi_thread")]
async fn another_user_is_kept_out_by_file_rights_and_by_the_agent() {
    if !rustix::process::geteuid().is_root() {
        // Nobody but root can be somebody else; what the agent decides about others is a test of its own.
        return;
    }
    let home = Home::new();
    let agent = home.agent().start();
    let socket = agent.client().folders().socket.clone();
    let ask = |user: u32| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--max-time", "10", "--unix-socket"]).arg(&socket);
        curl.arg("http://grantkeep/v1/agent").uid(user).gid(user).output().unwrap()
    };
    assert_eq!(ask(STRANGER).status.code(), Some(7), "the folder is closed to others");

    for folder in socket.ancestors().skip(1).take_while(|folder| folder.starts_with(home.root())) {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o666)).unwrap();
    let opened = ask(STRANGER);

    // Nothing was answered, or the connection was reset, or it was so before curl had it.
    assert!(matches!(opened.status.code(), Some(52 | 56 | 7)), "with all doors open: {opened:?}");
    assert!(opened.stdout.is_empty());
    assert!(ask(0).status.success(), "the same socket answers its owner");
}

/// A service with an account whose token is good; its agent has left.
async fn authorized(home: &Home, provider: &Provider) -> String {
    let agent = home.agent().start();
    let id: AccountId = agent.add(provider, Client::Public);
    agent.authorize(&id, &Person::ada()).await;
    agent.leave();
    id.to_string()
}

/// The running agents of an installation.
fn agents(folder: &Path) -> Vec<Pid> {
    let program = folder.join("grantkeep-agent");
    let is_ours = |pid: &i32| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program);
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    pids.filter(is_ours).filter_map(Pid::from_raw).collect()
}

fn end(agents: &[Pid]) {
    for agent in agents {
        let _ = kill_process(*agent, Signal::TERM);
    }
}

/// A number that no account of this machine has.
const STRANGER: u32 = 54_321;
