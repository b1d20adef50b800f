//! The look at the key under which a trail's files lie.

use std::fmt;

use cairn_catalog::{Observation, Problem, ProblemKind, Seen};

/// What a key can be wrong with.
pub(crate) const KINDS: [ProblemKind; 3] =
    [ProblemKind::KmsKeyDisabled, ProblemKind::KmsKeyPendingDeletion, ProblemKind::KmsKeyMissing];

/// Whether a key can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyCondition {
    /// It can.
    Usable,
    /// It is disabled.
    Disabled,
    /// It is to be deleted.
    PendingDeletion {
        /// When.
        at: cairn_model::Timestamp,
    },
    /// It is not there.
    Missing,
}

/// Knows the keys of trails.
pub trait TrailKeys: fmt::Debug + Send + Sync {
    /// How the key of this full ARN is.
    fn condition(&self, key_arn: &str) -> KeyCondition;
}

/// Looks at a trail's key. What was open about another key is over: the trail's files do not lie under that one any more.
pub(crate) fn look(keys: &dyn TrailKeys, key_arn: Option<&str>, open: &[Problem]) -> Vec<Observation> {
    let is_former = |problem: &&Problem| KINDS.contains(&problem.kind) && Some(&*problem.subject) != key_arn;
    let well = |problem: &Problem| observation(problem.kind, &problem.subject, Seen::Well);
    let mut seen: Vec<Observation> = open.iter().filter(is_former).map(well).collect();
    if let Some(arn) = key_arn {
        let wrong = wrong(&keys.condition(arn));
        seen.extend(KINDS.into_iter().map(|kind| match &wrong {
            Some((found, detail)) if *found == kind => observation(kind, arn, Seen::Wrong(detail.clone())),
            _ => observation(kind, arn, Seen::Well),
        }));
    }
    seen
}

fn wrong(condition: &KeyCondition) -> Option<(ProblemKind, String)> {
    match condition {
        KeyCondition::Usable => None,
        KeyCondition::Disabled => {
            Some((ProblemKind::KmsKeyDisabled, "files can be neither delivered nor read".to_owned()))
        }
        KeyCondition::PendingDeletion { at } => {
            let detail = format!("no file under it can be read after {}", at.iso_seconds());
            Some((ProblemKind::KmsKeyPendingDeletion, detail))
        }
        KeyCondition::Missing => Some((ProblemKind::KmsKeyMissing, "no file under it can be read".to_owned())),
    }
}

fn observation(kind: ProblemKind, subject: &str, seen: Seen) -> Observation {
    Observation { kind, subject: subject.to_owned(), seen }
}

#[cfg(test)]
mod tests {
    use cairn_model::Timestamp;

    use super::*;

    #[derive(Debug)]
    struct Always(KeyCondition);

    impl TrailKeys for Always {
        fn condition(&self, _key_arn: &str) -> KeyCondition {
            self.0.clone()
        }
    }

    fn wrong_of(condition: KeyCondition, key_arn: Option<&str>, open: &[Problem]) -> Vec<(ProblemKind, String, bool)> {
        let seen = look(&Always(condition), key_arn, open).into_iter();
        seen.map(|of| (of.kind, of.subject, matches!(of.seen, Seen::Wrong(_)))).collect()
    }

    #[test]
    fn a_key_has_one_problem_at_a_time_and_the_others_are_over() {
        let at = Timestamp::default();
        for (condition, expected) in [
            (KeyCondition::Usable, [false, false, false]),
            (KeyCondition::Disabled, [true, false, false]),
            (KeyCondition::PendingDeletion { at }, [false, true, false]),
            (KeyCondition::Missing, [false, false, true]),
        ] {
            let seen = wrong_of(condition, Some("key-1"), &[]);
            let subjects: Vec<&str> = seen.iter().map(|(_, subject, _)| &**subject).collect();
            assert_eq!(subjects, ["key-1"; 3]);
            assert_eq!(seen.iter().map(|(.., is_wrong)| *is_wrong).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn problems_of_a_key_that_the_trail_had_are_over() {
        let problem = |kind, subject: &str| Problem {
            kind,
            subject: subject.into(),
            detail: String::new(),
            since: Timestamp::default(),
        };
        let open =
            [problem(ProblemKind::KmsKeyDisabled, "key-0"), problem(ProblemKind::BucketNotWritable, "s3://logs")];
        let expected = vec![(ProblemKind::KmsKeyDisabled, "key-0".to_owned(), false)];
        assert_eq!(wrong_of(KeyCondition::Disabled, None, &open), expected);
        assert_eq!(wrong_of(KeyCondition::Usable, Some("key-1"), &open)[..1], expected);
    }
}
