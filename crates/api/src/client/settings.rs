//! The verbs for settings.

use super::http::Method;
use super::{Agent, Call};
use crate::requests::SettingValue;
use crate::routes::{self, pattern};
use crate::views::{Problem, SettingView};

/// Every method's `# Errors`: the agent's problem, or that it is not available.
#[expect(clippy::missing_errors_doc, reason = "the same for all of them, said above")]
impl Agent {
    /// All settings, with their values.
    pub fn settings(&self) -> Result<Vec<SettingView>, Problem> {
        self.ask(Call::get(pattern::SETTINGS))
    }

    /// Sets one; `standard` takes the choice back.
    pub fn set(&self, key: &str, value: String) -> Result<SettingView, Problem> {
        let path = routes::of_id(pattern::SETTING, key);
        self.ask(Call::new(Method::Put, path).with(&SettingValue { value })?)
    }
}
