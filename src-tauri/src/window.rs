//! Windows: how the main one opens without a white flash, comes forward and closes, and what it shares with the one
//! for consent.

#[cfg(target_os = "linux")]
use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use tauri::plugin::TauriPlugin;
use tauri::utils::config::Color;
use tauri::webview::{NewWindowResponse, PageLoadEvent, PageLoadPayload};
use tauri::{
    AppHandle, Manager as _, Theme, UserAttentionType, WebviewWindow, WebviewWindowBuilder, WindowEvent, Wry,
};
use tauri_plugin_window_state::StateFlags;

use crate::starts::Selection;
use crate::{clipboard, consent};

/// Remembers place and size. Not whether it was visible: it is hidden while a copied token lives on.
pub(crate) fn remember() -> TauriPlugin<Wry> {
    let what = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let builder =
        tauri_plugin_window_state::Builder::new().with_state_flags(what).with_denylist(&[consent::LABEL]);
    match home() {
        Some(home) => builder.with_filename(home.join("window.json").to_string_lossy()).build(),
        None => builder.build(),
    }
}

/// Opens the main window, and shows it when its page is there.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    clipboard::stay(app);
    app.state::<Selection>().renew();
    let window = build(app, LABEL, |window, load| {
        if load.event() == PageLoadEvent::Finished {
            show_first(&window);
        }
    })?;
    let (app, this) = (app.clone(), window.clone());
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } if clipboard::must_stay(&app) => {
            api.prevent_close();
            let _ = this.hide();
        }
        WindowEvent::Focused(true) => {
            let _ = this.request_user_attention(None);
        }
        _ => {}
    });
    // A page that never ends loading must not keep the window away.
    std::thread::spawn(move || {
        std::thread::sleep(SHOWN_AT_THE_LATEST);
        show_first(&window);
    });
    Ok(())
}

/// Builds a window of `tauri.conf.json` that is not shown yet: in the theme's background, kept to our own pages.
///
/// Has to be called on the main thread.
pub(crate) fn build(
    app: &AppHandle,
    label: &str,
    on_load: impl Fn(WebviewWindow, PageLoadPayload<'_>) + Send + Sync + 'static,
) -> tauri::Result<WebviewWindow> {
    let mut windows = app.config().app.windows.iter();
    let config = windows.find(|config| config.label == label).ok_or(tauri::Error::WindowNotFound)?;
    let mut builder = WebviewWindowBuilder::from_config(app, config)?;
    if let Some(home) = home() {
        builder = builder.data_directory(home.join("web"));
    }
    if keeps_nothing() {
        builder = beside_others(app, builder)?;
    }
    let window = builder
        .incognito(keeps_nothing())
        .on_navigation(is_our_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(on_load)
        .build()?;
    draw_simply(&window)?;
    window.set_background_color(Some(background(theme_of(&window)?)))?;
    Ok(window)
}

/// Opens the main window, or brings the one there is forward.
pub(crate) fn show(app: &AppHandle) {
    if app.get_webview_window(LABEL).is_some() {
        return bring_forward(app);
    }
    let this = app.clone();
    // Where the window cannot be built there is no place to say so; another start tries again.
    let _ = app.run_on_main_thread(move || open(&this).unwrap_or_default());
}

/// Brings the main window forward, if there is one.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    clipboard::stay(app);
    raise(window);
}

/// Shows a window and gives it the focus, or asks for attention where the desktop keeps the focus elsewhere.
pub(crate) fn raise(window: WebviewWindow) {
    // All of this is best effort: a desktop that refuses has nothing else to offer.
    let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    std::thread::spawn(move || {
        std::thread::sleep(FOCUS_COMES);
        if !window.is_focused().unwrap_or(true) {
            let _ = window.request_user_attention(Some(UserAttentionType::Informational));
        }
    });
}

/// Ends the process that stayed for the clipboard alone; where a program still waits for an answer, only the hidden
/// main window.
pub(crate) fn leave(app: &AppHandle) {
    match (app.get_webview_window(consent::LABEL), app.get_webview_window(LABEL)) {
        (Some(_), Some(main)) => main.destroy().unwrap_or_default(),
        (Some(_), None) => {}
        (None, _) => app.exit(0),
    }
}

/// Lets a further window share the web context of the one there is: each web view that keeps nothing would get a
/// context of its own, and Tauri serves our pages in the first context alone.
#[cfg(target_os = "linux")]
fn beside_others<'a>(
    app: &'a AppHandle,
    builder: WebviewWindowBuilder<'a, Wry, AppHandle>,
) -> tauri::Result<WebviewWindowBuilder<'a, Wry, AppHandle>> {
    let Some(other) = app.webview_windows().into_values().next() else { return Ok(builder) };
    // On the main thread this is done at once.
    other.with_webview(|webview| VIEW.set(Some(webview.inner())))?;
    Ok(match VIEW.take() {
        Some(view) => builder.with_related_view(view),
        None => builder,
    })
}

#[cfg(target_os = "linux")]
thread_local! {
    /// The way out of the closure above: a view of GTK belongs to the main thread.
    static VIEW: Cell<Option<webkit2gtk::WebView>> = const { Cell::new(None) };
}

#[cfg(not(target_os = "linux"))]
fn beside_others<'a>(
    _: &'a AppHandle,
    builder: WebviewWindowBuilder<'a, Wry, AppHandle>,
) -> tauri::Result<WebviewWindowBuilder<'a, Wry, AppHandle>> {
    Ok(builder)
}

/// Lets WebKit draw without layers of its own on the graphics card: a page of text needs none, they cost a quarter
/// of the window's memory and a good part of its start, and with some drivers they leave the window white.
#[cfg(target_os = "linux")]
fn draw_simply(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn draw_simply(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

fn show_first(window: &WebviewWindow) {
    if !clipboard::is_leaving(window.app_handle()) {
        // A window that cannot be shown is already being destroyed.
        let _ = window.show();
    }
}

/// Only the pages of the binary itself are shown (R-UI-02). Windows serves them over `http`.
fn is_our_page(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// Whether the web view leaves nothing on disk; a driver can only reach one that keeps its own context.
fn keeps_nothing() -> bool {
    std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_none()
}

/// The theme that the page will see as `prefers-color-scheme`.
///
/// WebKitGTK takes it from these settings, into which tao has put what the desktop's portal says.
#[cfg(target_os = "linux")]
fn theme_of(_window: &WebviewWindow) -> tauri::Result<Theme> {
    use gtk::prelude::GtkSettingsExt as _;
    let settings = gtk::Settings::default();
    let name = std::env::var("GTK_THEME").ok();
    let name = name.or_else(|| Some(settings.as_ref()?.gtk_theme_name()?.to_string())).unwrap_or_default();
    let asked = settings.is_some_and(|settings| settings.is_gtk_application_prefer_dark_theme());
    let is_dark = asked || name.ends_with("-dark") || name.ends_with("-Dark") || name.ends_with(":dark");
    Ok(if is_dark { Theme::Dark } else { Theme::Light })
}

/// The theme that the page will see as `prefers-color-scheme`.
#[cfg(not(target_os = "linux"))]
fn theme_of(window: &WebviewWindow) -> tauri::Result<Theme> {
    window.theme()
}

/// The folder that overrides all others, for tests and servers.
fn home() -> Option<PathBuf> {
    let home = std::env::var_os("GRANTKEEP_HOME").filter(|home| !home.is_empty())?;
    std::path::absolute(home).ok()
}

/// `--gk-window` of `ui/src/tokens.css`.
fn background(theme: Theme) -> Color {
    match theme {
        Theme::Dark => Color(0x16, 0x17, 0x1a, 0xff),
        _ => Color(0xf2, 0xf3, 0xf5, 0xff),
    }
}

/// The main window.
pub(crate) const LABEL: &str = "main";
const FOCUS_COMES: Duration = Duration::from_millis(500);
/// A page that does not come to its end is shown after this.
pub(crate) const SHOWN_AT_THE_LATEST: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_view_stays_on_its_own_pages() {
        let cases = [
            ("tauri://localhost/index.html", true, "Linux and macOS"),
            ("http://tauri.localhost/", true, "Windows"),
            ("tauri://elsewhere/", false, "another host of the scheme"),
            ("https://example.com/", false, "the web"),
            ("http://tauri.localhost.example.com/", false, "a name that only begins like it"),
            ("file:///etc/passwd", false, "the disk"),
            ("data:text/html,hello", false, "a page made up"),
        ];
        for (address, shown, why) in cases {
            let url = address.parse().expect("a URL");
            assert_eq!(is_our_page(&url), shown, "{address}: {why}");
        }
    }
}
