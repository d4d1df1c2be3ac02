//! The icon in the desktop's tray (StatusNotifierItem over D-Bus), with its menu.
//!
//! The menu is made when it is asked for; in between nothing of it is kept up to date but the icon.

use grantkeep_api::views::{NoticeKind, NoticeView};
use grantkeep_core::keeper::AccountSeen;
use grantkeep_core::model::AccountId;
use ksni::menu::{StandardItem, SubMenu};
use ksni::{Category, Icon, MenuItem, OfflineReason, Status, ToolTip, Tray, TrayMethods as _};
use tokio::sync::mpsc;

use super::window::Show;
use super::{Host, Order, icon};
use crate::notices::name;
use crate::server::App;

/// The icon; it is taken away when this is dropped.
pub(super) struct Shown(ksni::Handle<Item>);

impl Shown {
    /// Shows the icon. Without a tray host it waits for one.
    ///
    /// # Errors
    /// There is no session bus, say.
    pub(super) async fn show(app: App, orders: mpsc::UnboundedSender<Order>) -> Result<Self, ksni::Error> {
        app.desktop.tray_is(Host::Here);
        let item = Item { menu: Menu::of(&app), app, orders };
        // A desktop that starts together with the agent has its tray a moment later.
        item.assume_sni_available(true).spawn().await.map(Self)
    }

    /// What it shows has changed.
    pub(super) async fn renew(&self) {
        self.0.update(|item| item.menu = Menu::of(&item.app)).await;
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.0.shutdown());
    }
}

/// The item as a tray host sees it.
struct Item {
    app: App,
    orders: mpsc::UnboundedSender<Order>,
    menu: Menu,
}

/// What the menu offers.
struct Menu {
    /// What lasts, the latest first.
    attention: Vec<NoticeView>,
    /// Accounts whose token was used last, with their names.
    recent: Vec<(AccountId, String)>,
    /// The vault is open.
    open: bool,
}

impl Menu {
    fn of(app: &App) -> Self {
        let mut attention = app.notices.watch().borrow().clone();
        attention.retain(|notice| notice.over_at_ms.is_none());
        let keeper = app.door.seen().keeper;
        let last_used = |seen: &AccountSeen| seen.account.grant.as_ref().and_then(|grant| grant.last_used_at);
        let mut used: Vec<_> = keeper.iter().flat_map(|keeper| keeper.accounts()).collect();
        used.retain(|seen| seen.status.possible.copy && last_used(seen).is_some());
        used.sort_by_key(|seen| std::cmp::Reverse(last_used(seen)));
        let recent = used.iter().take(RECENT).map(|seen| (seen.account.id.clone(), name(seen))).collect();
        Self { attention, recent, open: keeper.is_some() }
    }
}

impl Item {
    fn order(&self, order: Order) {
        // While the agent leaves nobody takes orders.
        let _ = self.orders.send(order);
    }
}

impl Tray for Item {
    fn id(&self) -> String {
        "grantkeep".to_owned()
    }

    fn title(&self) -> String {
        "Grantkeep".to_owned()
    }

    fn category(&self) -> Category {
        Category::ApplicationStatus
    }

    fn status(&self) -> Status {
        if self.menu.attention.is_empty() { Status::Active } else { Status::NeedsAttention }
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        // Not each host shows the icon for attention.
        icon::all(!self.menu.attention.is_empty())
    }

    fn attention_icon_pixmap(&self) -> Vec<Icon> {
        icon::all(true)
    }

    fn tool_tip(&self) -> ToolTip {
        let description = match self.menu.attention.as_slice() {
            [] if !self.menu.open => "The vault is closed.".to_owned(),
            [] => "No account needs you.".to_owned(),
            [only] => only.title.clone(),
            several => format!("{} things need you.", several.len()),
        };
        ToolTip { title: "Grantkeep".to_owned(), description, ..ToolTip::default() }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.order(Order::Open(Show::Window));
    }

    fn menu_about_to_show(&mut self) {
        self.menu = Menu::of(&self.app);
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let mut items: Vec<MenuItem<Self>> = Vec::new();
        for notice in self.menu.attention.iter().take(LISTED) {
            let order = attention(notice);
            items.push(item(&notice.title, true, order));
        }
        if self.menu.attention.len() > LISTED {
            let more = format!("{} more…", self.menu.attention.len() - LISTED);
            items.push(item(&more, true, Order::Open(Show::Window)));
        }
        if !items.is_empty() {
            items.push(MenuItem::Separator);
        }
        let copies = self.menu.recent.iter().map(|(id, name)| item(name, true, Order::Copy(id.clone())));
        let copies: Vec<_> = copies.collect();
        items.push(
            SubMenu {
                label: "Copy token".to_owned(),
                enabled: !copies.is_empty(),
                submenu: copies,
                ..SubMenu::default()
            }
            .into(),
        );
        items.push(MenuItem::Separator);
        items.push(item("Open Grantkeep", true, Order::Open(Show::Window)));
        items.push(item("Lock", self.menu.open, Order::Lock));
        items.push(item("Quit: tokens are no longer refreshed", true, Order::Quit));
        items
    }

    fn watcher_online(&self) {
        self.app.desktop.tray_is(Host::Here);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.app.desktop.tray_is(Host::None);
        true
    }
}

/// What a line of attention does.
fn attention(notice: &NoticeView) -> Order {
    let accounts: Vec<AccountId> = notice.accounts.iter().filter_map(|id| id.parse().ok()).collect();
    Order::Open(match (notice.about, accounts.as_slice()) {
        (NoticeKind::Reauthorize, [only]) => Show::Authorize(only.clone()),
        (_, [only]) => Show::Account(only.clone()),
        (_, _) => Show::Window,
    })
}

fn item(label: &str, enabled: bool, order: Order) -> MenuItem<Item> {
    StandardItem {
        // One low line marks the key of a menu's line.
        label: label.replace('_', "__"),
        enabled,
        activate: Box::new(move |item: &mut Item| item.order(order.clone())),
        ..StandardItem::default()
    }
    .into()
}

/// Lines of attention.
const LISTED: usize = 8;

/// Accounts whose token can be copied.
const RECENT: usize = 5;
