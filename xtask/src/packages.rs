//! What a machine needs beside Rust and Node, how to see that it is there, and its name in each distribution.

use std::path::Path;

use crate::process::Run;
use crate::project::find_program;

/// What a need is for. `Test` stands on `Build`, `Bench` on `Test`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// To build and run the app.
    Build,
    /// To play it in a virtual display, too.
    Test,
    /// To hold the figures against other programs.
    Bench,
    /// To make the icon's PNGs.
    Icons,
}

/// How to see that something is there. Nothing is installed while this holds.
enum Probe {
    /// One of these programs is found.
    Program(&'static [&'static str]),
    /// pkg-config knows the library.
    Library(&'static str),
    /// One of these files is there.
    File(&'static [&'static str]),
}

/// A package manager we know names for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manager {
    Apt,
    Dnf,
    Pacman,
    Zypper,
}

/// Something that has to be on the machine.
pub(crate) struct Need {
    group: Group,
    probe: Probe,
    /// Names for apt, dnf, pacman and zypper, in this order; several are separated by spaces.
    names: [&'static str; 4],
}

impl Group {
    /// Says whether somebody who works in this group needs what `other` lists.
    fn includes(self, other: Self) -> bool {
        match self {
            Self::Bench => other != Self::Icons,
            Self::Test => matches!(other, Self::Test | Self::Build),
            Self::Build | Self::Icons => self == other,
        }
    }
}

impl Need {
    fn is_met(&self) -> bool {
        match &self.probe {
            Probe::Program(names) => names.iter().any(|name| find_program(name).is_some()),
            Probe::Library(name) => Run::new("pkg-config").args(["--exists", name]).read().is_some(),
            Probe::File(paths) => paths.iter().any(|path| Path::new(path).exists()),
        }
    }

    fn names(&self, manager: Manager) -> impl Iterator<Item = &'static str> + use<> {
        let names = match manager {
            Manager::Apt => self.names[0],
            Manager::Dnf => self.names[1],
            Manager::Pacman => self.names[2],
            Manager::Zypper => self.names[3],
        };
        names.split_whitespace()
    }
}

impl Manager {
    /// The package manager of this machine.
    pub(crate) fn detect() -> Option<Self> {
        let known =
            [("apt-get", Self::Apt), ("dnf", Self::Dnf), ("pacman", Self::Pacman), ("zypper", Self::Zypper)];
        known.into_iter().find(|(program, _)| find_program(program).is_some()).map(|(_, manager)| manager)
    }

    /// The command that fetches the list of packages, where installing does not do so by itself.
    pub(crate) fn refresh(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Apt => Some(&["apt-get", "update", "-q"]),
            Self::Dnf | Self::Pacman | Self::Zypper => None,
        }
    }

    /// The command that installs what follows it, without a question of its own.
    pub(crate) fn install(self) -> &'static [&'static str] {
        match self {
            Self::Apt => &[
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "-q",
                "-o=Dpkg::Use-Pty=0",
                "--no-install-recommends",
            ],
            Self::Dnf => &["dnf", "install", "-y", "--setopt=install_weak_deps=False"],
            // With -y alone, a machine that is not up to date would end in a mixture.
            Self::Pacman => &["pacman", "-Syu", "--needed", "--noconfirm"],
            Self::Zypper => &["zypper", "--non-interactive", "install", "--no-recommends"],
        }
    }
}

/// The packages of `manager` that are missing for `group`, each once.
pub(crate) fn missing(group: Group, manager: Manager) -> Vec<&'static str> {
    let mut packages = Vec::new();
    for need in NEEDS.iter().filter(|need| group.includes(need.group) && !need.is_met()) {
        for name in need.names(manager) {
            if !packages.contains(&name) {
                packages.push(name);
            }
        }
    }
    packages
}

const fn need(group: Group, probe: Probe, names: [&'static str; 4]) -> Need {
    Need { group, probe, names }
}

/// dnf and zypper also install what provides a pkg-config name or a file, whatever the package is called.
const NEEDS: &[Need] = &[
    need(
        Group::Build,
        Probe::Program(&["cc"]),
        ["build-essential", "gcc gcc-c++ make", "base-devel", "gcc gcc-c++ make"],
    ),
    need(
        Group::Build,
        Probe::Program(&["pkg-config"]),
        ["pkg-config", "pkgconf-pkg-config", "pkgconf", "pkgconf-pkg-config"],
    ),
    need(
        Group::Build,
        Probe::Library("webkit2gtk-4.1"),
        ["libwebkit2gtk-4.1-dev", "pkgconfig(webkit2gtk-4.1)", "webkit2gtk-4.1", "pkgconfig(webkit2gtk-4.1)"],
    ),
    need(
        Group::Build,
        Probe::Library("libcrypto"),
        ["libssl-dev", "pkgconfig(libcrypto)", "openssl", "pkgconfig(libcrypto)"],
    ),
    need(
        Group::Build,
        Probe::File(&[
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
        ]),
        ["ca-certificates"; 4],
    ),
    need(Group::Build, Probe::Program(&["xdg-open"]), ["xdg-utils"; 4]),
    need(Group::Build, Probe::Program(&["update-desktop-database"]), ["desktop-file-utils"; 4]),
    need(
        Group::Test,
        Probe::Program(&["Xvfb"]),
        ["xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", "xorg-x11-server-Xvfb"],
    ),
    need(Group::Test, Probe::Program(&["dbus-run-session"]), ["dbus", "dbus-daemon", "dbus", "dbus-1"]),
    need(Group::Test, Probe::Program(&["gnome-keyring-daemon"]), ["gnome-keyring"; 4]),
    need(Group::Test, Probe::Program(&["dunstctl"]), ["dunst"; 4]),
    need(Group::Test, Probe::Program(&["systemd-analyze"]), ["systemd"; 4]),
    need(
        Group::Test,
        Probe::Program(&["WebKitWebDriver"]),
        ["webkit2gtk-driver", "/usr/bin/WebKitWebDriver", "webkitgtk-6.0", "/usr/bin/WebKitWebDriver"],
    ),
    need(
        Group::Test,
        Probe::Program(&["chromium", "chromium-browser", "google-chrome"]),
        ["chromium", "chromium", "chromium", "chromium"],
    ),
    need(
        Group::Test,
        Probe::Program(&["chromedriver"]),
        ["chromium-driver", "chromedriver", "chromium", "chromedriver"],
    ),
    need(Group::Test, Probe::Program(&["xclip"]), ["xclip"; 4]),
    need(Group::Test, Probe::Program(&["xdotool"]), ["xdotool"; 4]),
    need(
        Group::Test,
        Probe::Program(&["import"]),
        ["imagemagick", "ImageMagick", "imagemagick", "ImageMagick"],
    ),
    need(Group::Test, Probe::Program(&["nm"]), ["binutils"; 4]),
    need(
        Group::Test,
        Probe::File(&[
            "/usr/share/fonts/truetype/dejavu",
            "/usr/share/fonts/dejavu-sans-fonts",
            "/usr/share/fonts/TTF/DejaVuSans.ttf",
            "/usr/share/fonts/truetype/DejaVuSans.ttf",
        ]),
        ["fonts-dejavu-core", "dejavu-sans-fonts", "ttf-dejavu", "dejavu-fonts"],
    ),
    need(Group::Test, Probe::Program(&["git"]), ["git"; 4]),
    need(Group::Test, Probe::Program(&["curl"]), ["curl"; 4]),
    need(
        Group::Test,
        Probe::Program(&["script"]),
        ["bsdutils", "util-linux-script", "util-linux", "util-linux"],
    ),
    need(
        Group::Test,
        Probe::Program(&["kubectl"]),
        ["kubernetes-client", "kubernetes-client", "kubectl", "kubernetes-client"],
    ),
    // For schemathesis, which setup.rs installs.
    need(Group::Test, Probe::Program(&["python3"]), ["python3 python3-venv", "python3", "python", "python3"]),
    need(
        Group::Bench,
        Probe::Program(&["oidc-token"]),
        ["oidc-agent-cli", "oidc-agent-cli", "oidc-agent", "oidc-agent-cli"],
    ),
    need(
        Group::Icons,
        Probe::Program(&["rsvg-convert"]),
        ["librsvg2-bin", "librsvg2-tools", "librsvg", "rsvg-convert"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_has_a_name_everywhere() {
        for manager in [Manager::Apt, Manager::Dnf, Manager::Pacman, Manager::Zypper] {
            for need in NEEDS {
                assert!(need.names(manager).count() > 0, "{manager:?}: {:?}", need.names);
            }
        }
    }

    #[test]
    fn who_tests_also_builds() {
        assert!(Group::Test.includes(Group::Build));
        assert!(!Group::Build.includes(Group::Test));
        assert!(Group::Bench.includes(Group::Test) && Group::Bench.includes(Group::Build));
        assert!(!Group::Test.includes(Group::Bench));
        assert!(!Group::Test.includes(Group::Icons));
    }

    #[test]
    fn probes_look_at_the_machine() {
        let cases = [
            (Probe::Program(&["no-such-program", "sh"]), true),
            (Probe::Program(&["no-such-program"]), false),
            (Probe::File(&["/no/such/file", "/"]), true),
            (Probe::Library("no-such-library"), false),
        ];
        for (probe, met) in cases {
            assert_eq!(need(Group::Build, probe, ["x"; 4]).is_met(), met);
        }
    }
}
