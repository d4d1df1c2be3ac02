//! Generates Tauri's context: the commands named here are the only ones the web view may be allowed to call.

/// The commands of `commands.rs`; without this list Tauri would let every window call all of them.
const COMMANDS: &[&str] = &[
    "announce",
    "unlock",
    "create_vault",
    "retry_vault",
    "lock",
    "providers",
    "check_service",
    "save_service",
    "duplicate_service",
    "delete_service",
    "confirm_hosts",
    "add_practice",
    "add_account",
    "rename_account",
    "delete_account",
    "authorize",
    "open_again",
    "copy_link",
    "cancel_authorization",
    "paste_redirect",
    "resolve_identity",
    "accept_scopes",
    "copy_token",
    "copy_header",
    "clear_clipboard",
    "refresh",
    "revoke",
    "test",
    "history",
    "save_history",
    "copy_history",
    "timeline",
    "forecast",
    "save_forecast",
    "set_grant_life",
    "set_secret_expiry",
    "copy_text",
    "open_page",
    "remove_permission",
    "show_consent",
    "answer_question",
    "fit_consent",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
