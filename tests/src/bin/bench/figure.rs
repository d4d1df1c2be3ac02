//! A measured figure.

use serde_json::json;

/// A figure and what it is held against.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) against: Against,
    /// The ratio, or the value where there is nothing to divide by, that should not be exceeded.
    pub(crate) target: Target,
}

/// What a figure is compared with; all in the figure's unit.
#[derive(Clone, Copy)]
pub(crate) enum Against {
    /// Another program that does as little as can be, in the same run.
    Peer(f64),
    /// What the machine needs for it at least, in the same run.
    Floor(f64),
    /// Nothing: the target is a value of its own.
    Nothing,
}

#[derive(Clone, Copy)]
pub(crate) enum Target {
    Ratio(f64),
    Value(f64),
}

impl Figure {
    /// The head of the table.
    pub(crate) fn head() -> String {
        format!("{:32} {:>10} {:>18} {:>7}  target", "figure", "value", "against", "ratio")
    }

    /// One object.
    pub(crate) fn json(&self) -> String {
        let mut object = json!({ "name": self.name, "value": rounded(self.value), "unit": self.unit });
        match self.against {
            Against::Peer(peer) => object["peer"] = json!(rounded(peer)),
            Against::Floor(floor) => object["floor"] = json!(rounded(floor)),
            Against::Nothing => {}
        }
        if let Some(ratio) = self.ratio() {
            object["ratio"] = json!(rounded(ratio));
        }
        match self.target {
            Target::Ratio(most) => object["target_ratio"] = json!(most),
            Target::Value(most) => object["target"] = json!(most),
        }
        object.to_string()
    }

    /// One line of the table.
    pub(crate) fn line(&self) -> String {
        let against = match self.against {
            Against::Peer(peer) => format!("peer {peer:.1} {}", self.unit),
            Against::Floor(floor) => format!("floor {floor:.1} {}", self.unit),
            Against::Nothing => String::new(),
        };
        let ratio = self.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        let target = match self.target {
            Target::Ratio(most) => format!("{most}×"),
            Target::Value(most) => format!("{most} {}", self.unit),
        };
        let value = format!("{:.1} {}", self.value, self.unit);
        let verdict = if self.is_met() { "met" } else { "MISSED" };
        format!("{:32} {value:>10} {against:>18} {ratio:>7}  ≤ {target}: {verdict}", self.name)
    }

    fn ratio(&self) -> Option<f64> {
        match self.against {
            Against::Peer(other) | Against::Floor(other) => Some(self.value / other),
            Against::Nothing => None,
        }
    }

    fn is_met(&self) -> bool {
        match self.target {
            Target::Ratio(most) => self.ratio().is_some_and(|ratio| ratio <= most),
            Target::Value(most) => self.value <= most,
        }
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
