//! A catalog file as it is written: flat keys in `[draft]`, with sources and reasons beside the facts.

use toml::{Table, Value};

use super::Provider;

/// Reads a file.
///
/// # Errors
/// What is wrong with it, for whoever wrote it.
pub(super) fn read(text: &str) -> Result<Provider, String> {
    let mut table: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    // They are for whoever keeps the file.
    for key in ["sources", "doubts"] {
        table.remove(key);
    }
    let draft = table.get_mut("draft").and_then(Value::as_table_mut).ok_or("it has no [draft]")?;
    let reasons = take_reasons(draft);
    let habits = take_habits(draft)?;
    draft.insert("habits".to_owned(), habits.into());
    table.insert("reasons".to_owned(), reasons.into());
    table.try_into().map_err(|error: toml::de::Error| error.to_string())
}

/// Takes the `why` of each extra parameter out of the form.
fn take_reasons(draft: &mut Table) -> Vec<Value> {
    let parameters = draft.get_mut("authorize_parameters").and_then(Value::as_array_mut);
    let parameters = parameters.into_iter().flatten().filter_map(Value::as_table_mut);
    parameters
        .filter_map(|parameter| {
            let why = parameter.remove("why")?;
            let name = parameter.get("name")?.clone();
            Some(Table::from_iter([("name".to_owned(), name), ("value".to_owned(), why)]).into())
        })
        .collect()
}

/// Takes the keys that say how a service bends the standard out of the form.
fn take_habits(draft: &mut Table) -> Result<Table, String> {
    let mut habits = Table::new();
    let mut move_to = |habits: &mut Table, key: &str, place: &str| {
        if let Some(value) = draft.remove(key) {
            habits.insert(place.to_owned(), value);
        }
    };
    for key in [
        "token_format",
        "refresh_scopes",
        "form_post",
        "names_issuer",
        "refresh_uri",
        "hex_challenge",
        "redirect_fields",
        "api_host_field",
    ] {
        move_to(&mut habits, key, key);
    }
    let mut test = Table::new();
    for part in ["method", "headers", "body"] {
        move_to(&mut test, &format!("test_{part}"), part);
    }
    habits.insert("test".to_owned(), test.into());
    for request in ["token", "refresh", "revocation"] {
        let mut extras = Table::new();
        for part in ["headers", "parameters"] {
            move_to(&mut extras, &format!("{request}_{part}"), part);
        }
        habits.insert(request.to_owned(), extras.into());
    }
    for key in ["names", "token_paths"] {
        if let Some(value) = draft.remove(key) {
            let pairs = value.as_table().ok_or_else(|| format!("{key} is no table"))?.iter();
            let line = |(name, value): (&String, &Value)| -> Value {
                Table::from_iter([
                    ("name".to_owned(), name.clone().into()),
                    ("value".to_owned(), value.clone()),
                ])
                .into()
            };
            habits.insert(key.to_owned(), pairs.map(line).collect::<Vec<_>>().into());
        }
    }
    if let Some(separator) = draft.remove("scope_separator") {
        let word = match separator.as_str() {
            Some(" ") => "space",
            Some(",") => "comma",
            _ => return Err("scope_separator is a space or a comma".to_owned()),
        };
        habits.insert("scope_separator".to_owned(), word.into());
    }
    Ok(habits)
}
