//! `[[protected_trails]]`: trails that no single call blinds.

use std::time::Duration;

use cairn_catalog::{Approval, ProtectedTrails};
use cairn_model::AccountId;
use serde::Deserialize;

/// One entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProtectedTable {
    /// Whose trails.
    #[serde(default = "default_account")]
    pub(crate) account: AccountId,
    /// Their name or ARN; `*` stands for any characters.
    pub(crate) trail: String,
    /// What a change waits for that takes something away.
    #[serde(default)]
    pub(crate) approval: ApprovalWord,
    /// For how long, where it waits for time to pass.
    delay_hours: Option<f64>,
}

/// What such a change waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ApprovalWord {
    /// Time to pass.
    #[default]
    Delay,
    /// Another principal's same call.
    SecondPrincipal,
}

/// When nobody says how long.
const DELAY_HOURS: f64 = 24.0;
/// A year: more is a mistake.
const DELAY_HOURS_MAX: f64 = 8_760.0;

impl ProtectedTable {
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let wrong = |problem: &str| Err(format!("[[protected_trails]] {}: {problem}", self.trail));
        match (self.approval, self.delay_hours) {
            (ApprovalWord::SecondPrincipal, Some(_)) => wrong("delay_hours goes with approval = \"delay\""),
            (ApprovalWord::Delay, Some(hours)) if !(hours > 0.0 && hours <= DELAY_HOURS_MAX) => {
                wrong("delay_hours must be above 0 and at most 8760")
            }
            (ApprovalWord::SecondPrincipal | ApprovalWord::Delay, _) if self.trail.is_empty() => {
                wrong("trail is a name or an ARN")
            }
            (ApprovalWord::SecondPrincipal | ApprovalWord::Delay, _) => Ok(()),
        }
    }

    /// What it means to the catalogue.
    pub(crate) fn trails(&self) -> ProtectedTrails {
        let hours = self.delay_hours.unwrap_or(DELAY_HOURS);
        let approval = match self.approval {
            ApprovalWord::SecondPrincipal => Approval::SecondPrincipal,
            ApprovalWord::Delay => Approval::Delay(Duration::from_secs_f64(hours * 3_600.0)),
        };
        ProtectedTrails { account: self.account, pattern: self.trail.clone(), approval }
    }

    /// What `--print-settings` shows of it.
    pub(crate) fn shown(&self) -> String {
        let condition = match self.approval {
            ApprovalWord::SecondPrincipal => "a second principal".to_owned(),
            ApprovalWord::Delay => format!("{} hours", self.delay_hours.unwrap_or(DELAY_HOURS)),
        };
        format!("[[protected_trails]]  # {} of {}: waits for {condition}\n", self.trail, self.account)
    }
}

fn default_account() -> AccountId {
    AccountId::DEFAULT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> ProtectedTable {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_delay_is_a_day_unless_it_is_said_and_a_fraction_of_an_hour_is_one() {
        let plain = table("trail = 'main'");
        assert_eq!(plain.check(), Ok(()));
        assert_eq!(plain.trails().approval, Approval::Delay(Duration::from_hours(24)));
        let short = table("trail = '*'\naccount = '222222222222'\napproval = 'delay'\ndelay_hours = 0.001");
        assert_eq!(short.trails().approval, Approval::Delay(Duration::from_millis(3_600)));
        assert_eq!(short.trails().account.as_str(), "222222222222");
        let second = table("trail = 'main'\napproval = 'second-principal'");
        assert_eq!((second.check(), second.trails().approval), (Ok(()), Approval::SecondPrincipal));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "trail = ''",
            "trail = 'main'\ndelay_hours = 0.0",
            "trail = 'main'\ndelay_hours = nan",
            "trail = 'main'\ndelay_hours = 9000.0",
            "trail = 'main'\napproval = 'second-principal'\ndelay_hours = 1.0",
        ] {
            assert!(table(text).check().is_err(), "{text}");
        }
        assert!(toml::from_str::<ProtectedTable>("trail = 'main'\napproval = 'nobody'").is_err());
    }
}
