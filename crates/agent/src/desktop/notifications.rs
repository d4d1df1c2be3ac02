//! The desktop's notifications (freedesktop.org Desktop Notifications, over D-Bus).
//!
//! The bus is asked for the first time when there is something to tell. Without a notification daemon a message is in
//! the window's list alone.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use grantkeep_api::views::NoticeKind;
use grantkeep_core::model::{AccountId, plain};
use tokio::sync::mpsc;
use zbus::zvariant::Value;

use super::{Order, window::Show};
use crate::notices::Message;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Daemon {
    #[expect(clippy::too_many_arguments, reason = "the specification has that many")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    fn get_server_information(&self) -> zbus::Result<(String, String, String, String)>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

/// What the daemon says of a notification of ours, or of another program.
pub(super) enum Heard {
    /// A button was pressed, or the notification itself.
    Pressed(u32, String),
    /// It is gone.
    Closed(u32),
}

/// Notifications that stand, and the daemon.
pub(super) struct Notifications {
    daemon: Option<(DaemonProxy<'static>, bool)>,
    heard: mpsc::UnboundedSender<Heard>,
    /// By the message's number.
    standing: HashMap<u64, Standing>,
    /// It was said in the log that there is no daemon.
    said: bool,
}

struct Standing {
    id: u32,
    about: NoticeKind,
    accounts: Vec<AccountId>,
}

impl Notifications {
    pub(super) fn new(heard: mpsc::UnboundedSender<Heard>) -> Self {
        Self { daemon: None, heard, standing: HashMap::new(), said: false }
    }

    /// Hands a message to the daemon. A failure is said in the log once.
    pub(super) async fn send(&mut self, message: Message) {
        let sent = tokio::time::timeout(PATIENCE, self.try_send(message)).await;
        let silent = || zbus::Error::Failure("it does not answer".to_owned());
        if let Err(error) = sent.unwrap_or_else(|_| Err(silent())) {
            // It may have been started anew, and then the next message finds it.
            self.daemon = None;
            if !self.said {
                tracing::warn!(%error, "no notification daemon takes messages; they are in the window");
                self.said = true;
            }
        }
    }

    /// What the person wants by a button.
    pub(super) fn pressed(&mut self, id: u32, action: &str) -> Option<Order> {
        let (number, standing) = self.standing.iter().find(|(_, standing)| standing.id == id)?;
        let order = match action {
            ACT => act(standing),
            LATER => None,
            _ => Some(Order::Open(show(standing))),
        };
        let number = *number;
        self.standing.remove(&number);
        order
    }

    /// A notification is gone; where it is over before its end is told, that is told by itself.
    pub(super) fn closed(&mut self, id: u32) {
        if let Some(standing) = self.standing.values_mut().find(|standing| standing.id == id) {
            standing.id = 0;
        }
    }

    async fn try_send(&mut self, message: Message) -> zbus::Result<()> {
        match message {
            Message::Tell { number, title, text, about, accounts } => {
                let mut standing = Standing { id: 0, about, accounts };
                let label = label(&standing);
                let actions = ["default", "Open", ACT, label, LATER, "Later"];
                standing.id = self.notify(0, &title, &text, &actions, NORMAL).await?;
                self.standing.insert(number, standing);
            }
            Message::Over { number, title } => {
                // It was told and then closed: the end is worth a word all the same.
                let replaces = self.standing.remove(&number).map_or(0, |standing| standing.id);
                self.notify(replaces, &title, "", &["default", "Open"], LOW).await?;
            }
            Message::Withdraw { number } => {
                if let Some(standing) = self.standing.remove(&number).filter(|standing| standing.id != 0) {
                    self.daemon().await?.0.close_notification(standing.id).await?;
                }
            }
        }
        Ok(())
    }

    async fn notify(
        &mut self,
        replaces: u32,
        title: &str,
        text: &str,
        actions: &[&str],
        urgency: u8,
    ) -> zbus::Result<u32> {
        let (daemon, markup) = self.daemon().await?;
        let title = plain(title, TITLE_LENGTH);
        let text = plain(text, TEXT_LENGTH);
        let text = if *markup { escaped(&text) } else { text };
        let hints = HashMap::from([("urgency", Value::U8(urgency)), ("desktop-entry", Value::from(APP_ID))]);
        daemon.notify("Grantkeep", replaces, APP_ID, &title, &text, actions, hints, AS_THE_DAEMON_LIKES).await
    }

    /// The daemon, and whether it takes markup.
    async fn daemon(&mut self) -> zbus::Result<&(DaemonProxy<'static>, bool)> {
        let found = match self.daemon.take() {
            Some(known) => known,
            None => {
                let daemon = DaemonProxy::new(&zbus::Connection::session().await?).await?;
                let markup = daemon.get_capabilities().await?.iter().any(|word| word == "body-markup");
                listen(&daemon, self.heard.clone()).await?;
                (daemon, markup)
            }
        };
        Ok(self.daemon.insert(found))
    }
}

/// The daemon's name and version, as `doctor` tells it.
pub(super) async fn daemon_name() -> zbus::Result<String> {
    let daemon = DaemonProxy::new(&zbus::Connection::session().await?).await?;
    let (name, _, version, _) = daemon.get_server_information().await?;
    Ok(plain(&format!("{name} {version}"), TITLE_LENGTH))
}

/// Passes on what the daemon says, until its connection ends.
async fn listen(daemon: &DaemonProxy<'static>, heard: mpsc::UnboundedSender<Heard>) -> zbus::Result<()> {
    let mut pressed = daemon.receive_action_invoked().await?;
    let mut closed = daemon.receive_notification_closed().await?;
    tokio::spawn(async move {
        loop {
            let said = tokio::select! {
                signal = pressed.next() => match signal.map(|signal| signal.args().map(|args| (args.id, args.action_key))) {
                    Some(Ok((id, action))) => Heard::Pressed(id, action),
                    Some(Err(_)) => continue,
                    None => return,
                },
                signal = closed.next() => match signal.map(|signal| signal.args().map(|args| args.id)) {
                    Some(Ok(id)) => Heard::Closed(id),
                    Some(Err(_)) => continue,
                    None => return,
                },
            };
            if heard.send(said).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn label(standing: &Standing) -> &'static str {
    match (standing.about, standing.accounts.as_slice()) {
        (NoticeKind::Reauthorize, [_]) => "Reauthorize",
        (NoticeKind::Outage, _) => "Refresh now",
        (
            NoticeKind::Reauthorize
            | NoticeKind::CheckSettings
            | NoticeKind::SomebodyElse
            | NoticeKind::PreviousNotRevoked,
            _,
        ) => "Show",
    }
}

fn act(standing: &Standing) -> Option<Order> {
    Some(match (standing.about, standing.accounts.as_slice()) {
        (NoticeKind::Reauthorize, [only]) => Order::Open(Show::Authorize(only.clone())),
        (NoticeKind::Outage, accounts) => Order::Refresh(accounts.to_vec()),
        (
            NoticeKind::Reauthorize
            | NoticeKind::CheckSettings
            | NoticeKind::SomebodyElse
            | NoticeKind::PreviousNotRevoked,
            _,
        ) => Order::Open(show(standing)),
    })
}

/// What is shown of it.
fn show(standing: &Standing) -> Show {
    match standing.accounts.as_slice() {
        [only] => Show::Account(only.clone()),
        _ => Show::Window,
    }
}

/// Text as markup: names come from providers and people.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const ACT: &str = "act";
const LATER: &str = "later";
const NORMAL: u8 = 1;
const LOW: u8 = 0;
const AS_THE_DAEMON_LIKES: i32 = -1;

/// How long the daemon may take. Nothing else is told meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// Characters of a message.
const TITLE_LENGTH: usize = 120;
const TEXT_LENGTH: usize = 400;

/// Names our desktop file and our icon.
const APP_ID: &str = "io.github.grantkeep";
