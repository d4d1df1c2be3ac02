//! Hosts: the origins of a service.

use serde::{Deserialize, Serialize};

/// Origins as [`super::host_of`] writes them, each once, in order. A list: there are two or three, of ten thousand
/// services.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct Hosts(Box<[String]>);

impl Hosts {
    /// Whether this one is among them.
    pub fn contains(&self, host: &str) -> bool {
        self.0.iter().any(|own| own == host)
    }

    /// These and one more.
    pub fn with(&self, host: impl Into<String>) -> Self {
        self.iter().cloned().chain([host.into()]).collect()
    }

    /// Those that `others` does not have.
    pub fn missing_from(&self, others: &Self) -> Vec<String> {
        self.iter().filter(|host| !others.contains(host)).cloned().collect()
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, String> {
        self.0.iter()
    }
}

impl From<Vec<String>> for Hosts {
    fn from(mut hosts: Vec<String>) -> Self {
        hosts.sort();
        hosts.dedup();
        Self(hosts.into())
    }
}

impl From<Hosts> for Vec<String> {
    fn from(hosts: Hosts) -> Self {
        hosts.0.into()
    }
}

impl FromIterator<String> for Hosts {
    fn from_iter<I: IntoIterator<Item = String>>(hosts: I) -> Self {
        Self::from(hosts.into_iter().collect::<Vec<_>>())
    }
}

impl<'a> IntoIterator for &'a Hosts {
    type Item = &'a String;
    type IntoIter = std::slice::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_is_there_once_and_in_order() {
        let hosts: Hosts = ["b.example", "a.example", "b.example"].map(String::from).into_iter().collect();

        assert_eq!(hosts.iter().collect::<Vec<_>>(), ["a.example", "b.example"]);
        assert_eq!(serde_json::to_string(&hosts).unwrap(), r#"["a.example","b.example"]"#);
        assert_eq!(hosts.with("a.example"), hosts);
        assert_eq!(hosts.with("0.example").missing_from(&hosts), ["0.example"]);
    }
}
