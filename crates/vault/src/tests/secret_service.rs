//! The keyring of the system: a real gnome-keyring on a D-Bus session of its own.

use std::process::{Child, Stdio};
use std::time::Duration;

use super::*;
use crate::KeyringHandle;

#[test]
fn the_key_is_kept_by_a_real_keyring() {
    in_session("tests::secret_service::child_with_an_unlocked_keyring", UNLOCK);
}

#[test]
#[ignore = "started by the_key_is_kept_by_a_real_keyring"]
fn child_with_an_unlocked_keyring() {
    let Some(folder) = child_folder() else { return };
    let folder = folder.join("vault");
    let keyring = KeyringHandle::system(PATIENCE);

    keyring.usable().unwrap();
    let vault = Vault::create_with_keyring(&folder, &keyring).unwrap();
    wait(vault.save_service(service("google"), SecretChange::Keep, Vec::new())).unwrap();
    drop(vault);
    drop(Vault::open_with_keyring(&folder, &keyring).unwrap());
    drop(Vault::open_with_keyring(&folder, &KeyringHandle::system(PATIENCE)).unwrap());

    // The person locks the keyring. There is no display, so nobody can be asked.
    run("dbus-send", &LOCK_IT);
    for _ in 0..2 {
        let locked = Vault::open_with_keyring(&folder, &keyring).err().unwrap();
        assert!(matches!(locked, OpenError::KeyringLocked { .. }), "{locked}");
        assert!(matches!(keyring.usable(), Err(OpenError::KeyringLocked { .. })));
    }
    run("sh", &["-c", &UNLOCK.replace("--unlock", "--replace --unlock")]);
    let vault = Vault::open_with_keyring(&folder, &keyring).expect("comes back by itself");
    assert_eq!(wait(vault.load()).unwrap().services.len(), 1);
    drop(vault);

    let Ok(Some(header)) = Header::read(&Folder::at(&folder).unwrap()) else { panic!("no header") };
    keyring.delete(&format!("vault-key:{}", header.vault_id)).unwrap();
    assert!(matches!(Vault::open_with_keyring(&folder, &keyring), Err(OpenError::KeyMissing)));
}

#[test]
fn a_keyring_that_was_never_set_up_is_not_usable() {
    in_session("tests::secret_service::child_with_a_keyring_never_set_up", "true");
}

#[test]
#[ignore = "started by a_keyring_that_was_never_set_up_is_not_usable"]
fn child_with_a_keyring_never_set_up() {
    if child_folder().is_none() {
        return;
    }
    let keyring = KeyringHandle::system(PATIENCE);
    assert!(matches!(keyring.get("vault-key:any"), Ok(None)), "reading alone does not tell");
    assert!(keyring.usable().is_err());
}

#[test]
fn a_keyring_that_comes_later_is_found() {
    let base = folder();
    let mut command = child("tests::secret_service::child_before_its_session", base.path());
    command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}/bus", base.path().display()));
    private(&mut command, base.path());
    assert!(report(command).success());
}

#[test]
#[ignore = "started by a_keyring_that_comes_later_is_found"]
fn child_before_its_session() {
    let Some(folder) = child_folder() else { return };
    let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap();
    let vault = folder.join("vault");
    let keyring = KeyringHandle::system(PATIENCE);
    for _ in 0..2 {
        assert!(matches!(keyring.usable(), Err(OpenError::KeyringUnavailable { .. })));
    }

    let bus = Bus::start(&address);
    run("sh", &["-c", UNLOCK]);
    keyring.usable().expect("the same handle finds it");
    drop(Vault::create_with_keyring(&vault, &keyring).unwrap());
    drop(bus);
    assert!(keyring.usable().is_err());

    // As after logging out and in again: a new bus and a new daemon, the same keyring file.
    let _bus = Bus::start(&address);
    run("sh", &["-c", UNLOCK]);
    drop(Vault::open_with_keyring(&vault, &keyring).expect("and finds the next one"));
}

/// Runs a child test on a session bus of its own, after `set_up`.
fn in_session(test: &str, set_up: &str) {
    let base = folder();
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", &format!("{set_up}; \"$0\" \"$@\"")]);
    command.arg(std::env::current_exe().unwrap());
    as_child(&mut command, test, base.path());
    private(&mut command, base.path());
    assert!(report(command).success());
}

/// Folders of its own, and nobody to ask.
fn private(command: &mut Command, base: &Path) {
    for (variable, name) in [("XDG_DATA_HOME", "share"), ("XDG_RUNTIME_DIR", "runtime"), ("HOME", "home")] {
        let folder = base.join(name);
        fs::DirBuilder::new().recursive(true).create(&folder).unwrap();
        fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        command.env(variable, folder);
    }
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{program}");
}

/// A session bus at an address of our choice.
struct Bus(Child);

impl Bus {
    fn start(address: &str) -> Self {
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address", "--address", address])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        // It prints its address when it listens.
        let mut line = String::new();
        let output = bus.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).unwrap();
        assert!(line.starts_with("unix:"), "{line}");
        Self(bus)
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the daemon with its keyring unlocked.
const UNLOCK: &str =
    "printf password | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1";
const LOCK_IT: [&str; 6] = [
    "--session",
    "--print-reply",
    "--dest=org.freedesktop.secrets",
    "/org/freedesktop/secrets",
    "org.freedesktop.Secret.Service.Lock",
    "array:objpath:/org/freedesktop/secrets/collection/login",
];
const PATIENCE: Duration = Duration::from_secs(10);
