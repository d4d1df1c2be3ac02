//! The agent on a person's desktop without a window: notifications, the tray, starting at login.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::BufRead as _;
use std::path::Path;
use std::process::Command;

use grantkeep_api::account_id::AccountId;
use grantkeep_api::views::{CheckState, NoticeKind, VaultState};
use grantkeep_tests::desktop::{Dunst, Outcome, Session, TrayHost, clipboard, ensure, wait_until};
use grantkeep_tests::{AgentProcess, Client, Endpoint, Home, Person, Provider};

/// An agent in a session, with an account that Ada authorized.
struct Scene {
    agent: AgentProcess,
    provider: Provider,
    id: AccountId,
    _home: Home,
}

impl Scene {
    async fn of(session: &Session) -> Self {
        Self::on_bus(session, session.bus()).await
    }

    async fn on_bus(session: &Session, bus: &str) -> Self {
        let provider = Provider::new().await;
        let home = Home::new();
        let agent = home
            .agent()
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("DISPLAY", session.display().name())
            .start();
        let id = agent.add(&provider, Client::Public);
        agent.authorize(&id, &Person::ada()).await;
        Self { agent, provider, id, _home: home }
    }

    /// The provider ends the grant, and the agent meets that.
    async fn lose_grant(&self) -> Outcome {
        self.provider.fault(Endpoint::Token, "invalid_grant").await;
        ensure(self.agent.client().refresh(&self.id).is_err(), "the grant is over")?;
        self.provider.clear_faults().await;
        Ok(())
    }

    fn check(&self, name: &str) -> Outcome<(CheckState, String)> {
        let checks = self.agent.client().doctor().map_err(|problem| failure(&problem.title))?;
        let found = checks.into_iter().find(|check| check.name == name);
        found.map(|check| (check.state, check.text)).ok_or_else(|| failure("no such check"))
    }
}

#[tokio::test]
async fn an_incident_is_told_once_with_buttons_and_so_is_its_end() -> Outcome {
    let session = Session::start().await?;
    let dunst = Dunst::start(&session).await?;
    let scene = Scene::of(&session).await;
    let window = scene.agent.watch_window();
    let (state, text) = scene.check("notifications")?;
    ensure(state == CheckState::Good && text.contains("dunst"), text)?;

    scene.lose_grant().await?;

    let told = dunst.wait("Practice needs you to reauthorize").await?;
    let notices = scene.agent.client().notices().map_err(|problem| failure(&problem.title))?;
    ensure(notices.len() == 1 && notices[0].about == NoticeKind::Reauthorize, format!("{notices:?}"))?;
    dunst.press("Reauthorize")?;
    let asked = wait_until("the window to be opened", async || Ok(asked(&window)?.pop())).await?;
    ensure(asked == format!("--authorize={}", scene.id), asked)?;
    scene.agent.authorize(&scene.id, &Person::ada()).await;
    dunst.wait("Working again: Practice").await?;
    ensure(dunst.shown()?.len() == 2, format!("once: {told}"))?;
    let notices = scene.agent.client().notices().map_err(|problem| failure(&problem.title))?;
    ensure(notices[0].over_at_ms.is_some(), "the list has its end, too")?;
    scene.agent.client().dismiss(&notices[0].id).map_err(|problem| failure(&problem.title))?;
    ensure(scene.agent.client().notices().is_ok_and(|left| left.is_empty()), "dismissed")
}

#[tokio::test]
async fn without_a_notification_daemon_or_a_tray_nothing_fails_and_doctor_says_so() -> Outcome {
    let session = Session::start().await?;
    let (_bus, address) = bare_bus(&session)?;
    let scene = Scene::on_bus(&session, &address).await;

    scene.lose_grant().await?;

    let (tray, text) = scene.check("tray")?;
    ensure(tray == CheckState::Warning, text)?;
    let (notifications, text) = scene.check("notifications")?;
    ensure(notifications == CheckState::Warning, text)?;
    let notices = scene.agent.client().notices().map_err(|problem| failure(&problem.title))?;
    ensure(notices.len() == 1, "the window has the notice all the same")?;
    scene.agent.authorize(&scene.id, &Person::ada()).await;
    ensure(scene.agent.token(&scene.id).is_ok(), "and tokens come")
}

#[tokio::test]
async fn the_tray_shows_what_is_needed_copies_a_token_locks_and_quits() -> Outcome {
    let session = Session::start().await?;
    let scene = Scene::of(&session).await;
    // A panel that starts after the agent finds its icon all the same.
    let tray = TrayHost::start(&session).await?;
    let window = scene.agent.watch_window();
    tray.icon().await?;
    ensure(tray.status().await? == "Active", "nothing is needed")?;
    let plain = tray.pixels().await?;

    let token = scene.agent.token(&scene.id).map_err(|problem| failure(&problem.title))?;
    clipboard::write(&session, "before").await?;
    tray.press("Practice").await?;
    let copied = clipboard::changed(&session, "before").await?;
    ensure(copied == token, "the token is on the clipboard")?;

    scene.lose_grant().await?;
    wait_until("attention", async || Ok((tray.status().await? == "NeedsAttention").then_some(()))).await?;
    ensure(tray.pixels().await? != plain, "by a shape, too")?;
    tray.press("Practice needs you to reauthorize").await?;
    let asked = wait_until("the window to be opened", async || Ok(asked(&window)?.pop())).await?;
    ensure(asked == format!("--authorize={}", scene.id), asked)?;

    tray.press("Lock").await?;
    let client = scene.agent.client();
    wait_until("the vault to be locked", async || {
        let vault = client.agent().map_err(|problem| failure(&problem.title))?.vault;
        Ok((vault == VaultState::NeedsPassphrase).then_some(()))
    })
    .await?;
    wait_until("an empty clipboard", async || Ok((clipboard::read(&session)? != token).then_some(())))
        .await?;
    let mut agent = scene.agent;
    tray.press("Quit").await?;
    wait_until("the agent's end", async || Ok(agent.group().ended())).await?;
    Ok(())
}

#[tokio::test]
async fn what_starts_the_agent_at_login_is_as_desktops_and_systemd_want_it() -> Outcome {
    let home = Home::new();
    let agent = home.agent().start();
    let config = home.root().join(".config");
    let said = agent.run(&["agent", "--install"]);
    let entry = the_only(&config.join("autostart"))?;
    ensure(valid(Command::new("desktop-file-validate").arg(&entry))?, format!("{said:?}"))?;
    agent.run(&["agent", "--install", "systemd"]).good();
    ensure(!entry.exists(), "one way at a time")?;
    let unit = config.join("systemd/user");
    let unit =
        fs::read_dir(unit)?.filter_map(Result::ok).map(|entry| entry.path()).find(|path| path.is_file());
    let unit = unit.ok_or_else(|| failure("no unit"))?;
    let mut verify = Command::new("systemd-analyze");
    verify.args(["--user", "verify"]).arg(&unit).env("XDG_RUNTIME_DIR", home.root().join("run"));
    ensure(valid(&mut verify)?, fs::read_to_string(&unit)?)?;
    let value = agent.run(&["settings", "start-at-login"]).good();
    ensure(value.trim() == "systemd", value)?;

    agent.run(&["agent", "--uninstall"]).good();

    ensure(!unit.exists(), "nothing is left behind")?;
    ensure(fs::read_dir(config.join("autostart"))?.next().is_none(), "nor there")
}

/// A message bus that starts no services, for as long as it is held, and its address.
fn bare_bus(session: &Session) -> Outcome<(impl Sized, String)> {
    let config = session.folder("tmp").join("bus.conf");
    let listen = session.folder("run").display().to_string();
    fs::write(
        &config,
        format!(
            "<busconfig><type>session</type><listen>unix:dir={listen}</listen><policy context=\"default\">\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/>\
             </policy></busconfig>"
        ),
    )?;
    let mut command = session.command("dbus-daemon");
    command.arg("--config-file").arg(&config).args([
        "--nofork",
        "--nopidfile",
        "--nosyslog",
        "--print-address=1",
    ]);
    let (bus, mut output) = session.spawn_read("bare-bus", &mut command)?;
    let mut address = String::new();
    output.read_line(&mut address)?;
    // It would fail at its next word if its output were closed.
    Ok(((bus, output), address.trim().to_owned()))
}

/// What the window was asked, the latest last.
fn asked(window: &Path) -> Outcome<Vec<String>> {
    Ok(fs::read_to_string(window)?.lines().map(str::to_owned).collect())
}

fn the_only(folder: &Path) -> Outcome<std::path::PathBuf> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    ensure(entries.len() == 1, format!("{entries:?}"))?;
    entries.pop().map(|entry| entry.path()).ok_or_else(|| failure("it is empty"))
}

/// A validator's own words are what a failure tells.
fn valid(command: &mut Command) -> Outcome<bool> {
    let said = command.output()?;
    let words = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    if said.status.success() { Ok(true) } else { Err(failure(&words)) }
}

fn failure(words: &str) -> grantkeep_tests::desktop::Failure {
    grantkeep_tests::desktop::Failure::new(words)
}
