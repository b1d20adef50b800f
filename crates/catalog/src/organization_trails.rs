//! Organization trails: which part of each is whose, and what happens to them when their organization changes.

use cairn_model::{AccountId, Sequence};

use crate::organization::{begin, end};
use crate::{LoggingSpan, Member, Organizations, Stopped, Trail};

impl Organizations {
    /// Whether `account` sees `trail`: its own, or one of the organization that it is in.
    pub fn is_seen_by(&self, trail: &Trail, account: AccountId) -> bool {
        let of_organization = |id: &String| self.find(id).is_some_and(|of| of.member(account).is_some());
        trail.account == account || trail.organization.as_ref().is_some_and(of_organization)
    }

    /// What delivery works on: every trail, and after each the parts of it that are other accounts'.
    pub(crate) fn delivered(&self, trails: &[Trail]) -> Vec<Trail> {
        trails.iter().flat_map(|trail| std::iter::once(trail.clone()).chain(self.parts(trail))).collect()
    }

    /// The parts of `trail` that belong to accounts other than its owner, now or until their last digest is written.
    fn parts(&self, trail: &Trail) -> Vec<Trail> {
        let part = |id: &str, spans: &[LoggingSpan], member: &Member| {
            let done = member.done.get(&trail.id).copied().unwrap_or_default();
            let logging = common_spans(&common_spans(&trail.logging, spans), &member.memberships);
            let logging: Vec<_> = logging.into_iter().filter(|span| span.from >= done).collect();
            let last = logging.last()?.stopped;
            // Logging that was stopped may be started again; only these ends are for good.
            let stop = |spans: &[LoggingSpan]| spans.last().and_then(|span| span.stopped).map(|stop| stop.at);
            let left = stop(&member.memberships).into_iter().chain(stop(spans)).min();
            let deleted_at = trail.deleted_at.into_iter().chain(left.filter(|_| last.is_some())).min();
            let organization = Some(id.to_owned());
            Some(Trail { organization, logging, deleted_at, ..trail.part_of(member.account) })
        };
        let of = |organization: &crate::Organization| {
            let spans = organization.trails.get(&trail.id).map(Vec::as_slice).unwrap_or_default();
            let others = organization.members.iter().filter(|member| member.account != trail.account);
            others.filter_map(|member| part(&organization.id, spans, member)).collect::<Vec<_>>()
        };
        self.all.iter().flat_map(of).collect()
    }

    /// Takes up that `after` is an organization trail since `now`, or is none any more. False when its organization
    /// has no such trails.
    pub(crate) fn follow_trail(&mut self, after: &Trail, now: Stopped) -> bool {
        let mut known = after.organization.is_none();
        for organization in &mut self.all {
            if after.organization.as_ref() == Some(&organization.id) {
                known = organization.deleted_at.is_none()
                    && organization.service_access.contains_key(crate::CLOUDTRAIL_PRINCIPAL);
                begin(organization.trails.entry(after.id.clone()).or_default(), now);
            } else if let Some(spans) = organization.trails.get_mut(&after.id) {
                end(spans, now);
            }
        }
        known
    }

    /// The trails that are organization trails no longer, as ordinary ones.
    pub(crate) fn converted(&self, trails: &[Trail]) -> Vec<Trail> {
        let ended = |trail: &&Trail| {
            let organization = trail.organization.as_ref().filter(|_| trail.deleted_at.is_none());
            organization.is_some_and(|id| !self.find(id).is_some_and(|of| of.has_trail(&trail.id)))
        };
        trails.iter().filter(ended).map(|trail| Trail { organization: None, ..trail.clone() }).collect()
    }

    /// Nothing is left of a trail.
    pub(crate) fn forget_trail(&mut self, id: &str) {
        for organization in &mut self.all {
            organization.trails.remove(id);
            for member in &mut organization.members {
                member.done.remove(id);
            }
        }
    }

    /// Nothing is left of an account's part of a trail, whose last span of logging began at `from`.
    pub(crate) fn forget_part(&mut self, trail: &str, account: AccountId, from: Sequence) {
        let members = self.all.iter_mut().flat_map(|organization| &mut organization.members);
        for member in members.filter(|member| member.account == account) {
            member.done.insert(trail.to_owned(), from.plus(1));
        }
    }
}

/// What is in spans of both lists.
fn common_spans(one: &[LoggingSpan], other: &[LoggingSpan]) -> Vec<LoggingSpan> {
    let both = |a: &LoggingSpan, b: &LoggingSpan| {
        let (from, started_at) = (a.from.max(b.from), a.started_at.max(b.started_at));
        let stopped = match (a.stopped, b.stopped) {
            (Some(a), Some(b)) => Some(if a.until <= b.until { a } else { b }),
            (a, b) => a.or(b),
        };
        let over = stopped.is_some_and(|end| end.until <= from && end.at <= started_at);
        (!over).then_some(LoggingSpan { from, started_at, stopped })
    };
    one.iter().flat_map(|a| other.iter().filter_map(move |b| both(a, b))).collect()
}

#[cfg(test)]
mod tests {
    use cairn_model::Timestamp;

    use super::*;

    fn at(sequence: u64) -> Stopped {
        Stopped { until: Sequence(sequence), at: Timestamp::from_unix_seconds(i64::try_from(sequence).unwrap()) }
    }

    fn span(from: u64, until: Option<u64>) -> LoggingSpan {
        LoggingSpan { from: Sequence(from), started_at: at(from).at, stopped: until.map(at) }
    }

    #[test]
    fn spans_are_common_where_both_lists_have_them() {
        let logging = [span(10, Some(20)), span(30, None)];
        assert_eq!(common_spans(&logging, &[span(0, None)]), logging);
        assert_eq!(common_spans(&logging, &[span(15, Some(40))]), [span(15, Some(20)), span(30, Some(40))]);
        assert_eq!(common_spans(&logging, &[span(35, None)]), [span(35, None)]);
        assert_eq!(common_spans(&logging, &[span(20, Some(30))]), []);
    }
}
