//! What verifying found: as text, as JSON and as an exit code.

use std::fmt;

use serde::Serialize;

/// How bad something is. The worst decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Something could not be proven from what is here.
    Incomplete,
    /// Something was changed, removed or added.
    Tampered,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// A log file that a digest lists is not there.
    LogMissing,
    /// A log file is not what its digest says.
    LogChanged,
    /// A file is not exactly one complete gzip member.
    NotOneMember,
    /// A log file holds something else than events of its account and Region.
    WrongEvents,
    /// A log file that no digest lists.
    LogUnlisted,
    /// A log file that is younger than the newest digest.
    LogNotYetListed,
    /// A log file of a time that no digest covers.
    LogOutsideDigests,
    /// A digest cannot be read.
    DigestUnreadable,
    /// A digest stands elsewhere than it says.
    DigestMoved,
    /// A digest has no signature.
    SignatureMissing,
    /// A digest's signature is not that of its content.
    SignatureWrong,
    /// A digest was signed with a key that is not known.
    KeyUnknown,
    /// A digest is not the one that the next digest names.
    DigestReplaced,
    /// A window without a digest.
    DigestMissing,
    /// Digests whose windows overlap.
    WindowsOverlap,
    /// A time between two chains of digests.
    Gap,
    /// The newest digests are missing.
    HeadMissing,
    /// There is nothing to verify.
    NothingFound,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// What it is.
    pub problem: Problem,
    /// The object, or where the object should be.
    pub object: String,
    /// In words.
    pub detail: String,
}

/// Everything that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Digests that are what they should be.
    pub digests_valid: usize,
    /// Digests that are there or should be.
    pub digests_total: usize,
    /// Log files that are what they should be.
    pub logs_valid: usize,
    /// Log files that digests list.
    pub logs_total: usize,
    /// Log files that are too young to be listed.
    pub logs_not_yet_listed: usize,
    /// Events in valid log files.
    pub events: usize,
    /// What was found, in the order of keys.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn find(
        &mut self,
        grade: Grade,
        problem: Problem,
        object: impl Into<String>,
        detail: impl Into<String>,
    ) {
        self.findings.push(Finding { grade, problem, object: object.into(), detail: detail.into() });
    }

    /// The worst that was found.
    pub fn worst(&self) -> Option<Grade> {
        self.findings.iter().map(|finding| finding.grade).max()
    }

    /// 0 when everything is what it should be, 1 when something was tampered with, 2 when something is missing that
    /// would be needed to tell.
    pub fn exit_code(&self) -> u8 {
        match self.worst() {
            None | Some(Grade::Note) => 0,
            Some(Grade::Tampered) => 1,
            Some(Grade::Incomplete) => 2,
        }
    }

    /// The report as JSON.
    pub fn to_json(&self) -> String {
        // Numbers and strings always become JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { grade, object, detail, .. } in &self.findings {
            let word = match grade {
                Grade::Note => "NOTE",
                Grade::Incomplete => "INCOMPLETE",
                Grade::Tampered => "TAMPERED",
            };
            writeln!(f, "{word}\t{object}\t{detail}")?;
        }
        writeln!(f, "{}/{} digest files valid", self.digests_valid, self.digests_total)?;
        writeln!(f, "{}/{} log files valid, with {} events", self.logs_valid, self.logs_total, self.events)?;
        if self.logs_not_yet_listed > 0 {
            writeln!(f, "{} log files are younger than the newest digest", self.logs_not_yet_listed)?;
        }
        f.write_str(match self.exit_code() {
            0 => "clean",
            1 => "tampered",
            _ => "incomplete",
        })
    }
}
