//! A tray for icons, as a desktop's panel has it: StatusNotifierWatcher and host in one, which opens menus and presses
//! their lines.

use std::sync::{Arc, Mutex, PoisonError};

use zbus::zvariant::{OwnedValue, Structure, Value};
use zbus::{Connection, interface};

use super::{Failure, Outcome, Session, wait_until};

/// The tray of a session, for as long as this lives.
pub struct TrayHost {
    connection: Connection,
    items: Arc<Mutex<Vec<String>>>,
}

/// A line of a menu.
#[derive(Debug, Clone)]
pub struct Line {
    id: i32,
    /// Its words; empty for a separator.
    pub label: String,
    /// It can be pressed.
    pub enabled: bool,
    /// The menu behind it.
    pub below: Vec<Line>,
}

struct Watcher {
    items: Arc<Mutex<Vec<String>>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).push(service);
    }

    fn register_status_notifier_host(&self, _service: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

impl TrayHost {
    /// Starts one in a session.
    ///
    /// # Errors
    /// The bus does not take it.
    pub async fn start(session: &Session) -> Outcome<Self> {
        let items = Arc::new(Mutex::new(Vec::new()));
        let connection = zbus::connection::Builder::address(session.bus())?
            .serve_at("/StatusNotifierWatcher", Watcher { items: items.clone() })?
            .name("org.kde.StatusNotifierWatcher")?
            .build()
            .await?;
        Ok(Self { connection, items })
    }

    /// Waits until an icon is there.
    ///
    /// # Errors
    /// None comes.
    pub async fn icon(&self) -> Outcome<String> {
        wait_until("an icon in the tray", async || {
            Ok(self.items.lock().unwrap_or_else(PoisonError::into_inner).last().cloned())
        })
        .await
    }

    /// What the icon says of itself: `Active` or `NeedsAttention`.
    ///
    /// # Errors
    /// There is none.
    pub async fn status(&self) -> Outcome<String> {
        let value = self.property("Status").await?;
        Ok(String::try_from(value)?)
    }

    /// How many pixels of the icon are not transparent, in its smallest size.
    ///
    /// # Errors
    /// There is none.
    pub async fn pixels(&self) -> Outcome<usize> {
        let value = self.property("IconPixmap").await?;
        let missing = || Failure::new("the icon has no picture");
        let Value::Array(icons) = &*value else { return Err(missing()) };
        let Some(Value::Structure(first)) = icons.iter().next() else { return Err(missing()) };
        let [_, _, Value::Array(bytes)] = first.fields() else { return Err(missing()) };
        let alphas = bytes.iter().step_by(4);
        Ok(alphas.filter(|alpha| !matches!(alpha, Value::U8(0))).count())
    }

    /// Opens the menu, as a press on the icon does.
    ///
    /// # Errors
    /// There is none.
    pub async fn menu(&self) -> Outcome<Vec<Line>> {
        let service = self.icon().await?;
        let call = |method: &'static str| (service.clone(), method);
        let (to, method) = call("AboutToShow");
        self.connection.call_method(Some(to), MENU, Some(MENU_INTERFACE), method, &0_i32).await?;
        let (to, method) = call("GetLayout");
        let asked = (0_i32, -1_i32, Vec::<&str>::new());
        let reply = self.connection.call_method(Some(to), MENU, Some(MENU_INTERFACE), method, &asked).await?;
        let body = reply.body();
        let reply: Structure<'_> = body.deserialize()?;
        let [_, root] = reply.fields() else { return Err(Failure::new("the menu is not whole")) };
        Ok(line(root)?.below)
    }

    /// Opens the menu until it has a line that begins so, and presses it.
    ///
    /// # Errors
    /// It does not come.
    pub async fn press(&self, begin: &str) -> Outcome {
        let line = wait_until(&format!("{begin} in the menu"), async || {
            let found = flat(&self.menu().await?).find(|line| line.label.starts_with(begin) && line.enabled);
            Ok(found)
        })
        .await?;
        let service = self.icon().await?;
        let event = (line.id, "clicked", Value::I32(0), 0_u32);
        self.connection.call_method(Some(service), MENU, Some(MENU_INTERFACE), "Event", &event).await?;
        Ok(())
    }

    async fn property(&self, name: &str) -> Outcome<OwnedValue> {
        let service = self.icon().await?;
        let asked = ("org.kde.StatusNotifierItem", name);
        let properties = Some("org.freedesktop.DBus.Properties");
        let reply = self.connection.call_method(Some(service), ITEM, properties, "Get", &asked).await?;
        Ok(reply.body().deserialize()?)
    }
}

/// All lines of a menu, those of the menus behind it, too.
fn flat(lines: &[Line]) -> impl Iterator<Item = Line> + use<> {
    let mut all = Vec::new();
    for line in lines {
        all.push(line.clone());
        all.extend(flat(&line.below).collect::<Vec<_>>());
    }
    all.into_iter()
}

fn line(value: &Value<'_>) -> Outcome<Line> {
    let missing = || Failure::new("a line of the menu is not whole");
    let Value::Structure(parts) = inner(value) else { return Err(missing()) };
    let [Value::I32(id), Value::Dict(about), Value::Array(below)] = parts.fields() else {
        return Err(missing());
    };
    let of = |name: &str| {
        let mut all = about.iter().filter(|(key, _)| matches!(key, Value::Str(key) if key.as_str() == name));
        all.next().map(|(_, value)| inner(value))
    };
    let label = match of("label") {
        Some(Value::Str(label)) => label.as_str().replace("__", "_"),
        _ => String::new(),
    };
    let enabled = !matches!(of("enabled"), Some(Value::Bool(false)));
    let below = below.iter().map(line).collect::<Outcome<_>>()?;
    Ok(Line { id: *id, label, enabled, below })
}

fn inner<'a>(value: &'a Value<'a>) -> &'a Value<'a> {
    match value {
        Value::Value(inner) => inner,
        other => other,
    }
}

const ITEM: &str = "/StatusNotifierItem";
const MENU: &str = "/MenuBar";
const MENU_INTERFACE: &str = "com.canonical.dbusmenu";
