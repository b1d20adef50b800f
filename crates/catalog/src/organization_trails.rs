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
    use crate::{CLOUDTRAIL_PRINCIPAL, FeatureSet, NewMember};

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

    const MEMBER: &str = "111122223333";

    fn member(account: &str) -> NewMember {
        NewMember { account: AccountId::parse(account).unwrap(), name: String::new(), email: account.to_owned() }
    }

    fn join(organizations: &mut Organizations, now: Stopped) {
        let (management, id) = (AccountId::DEFAULT, format!("h-{}", now.until));
        organizations.invite(management, (id.clone(), member(MEMBER).account), None, now.at).unwrap();
        organizations.accept(member(MEMBER), &id, 10, now).unwrap();
    }

    /// The organization of the default account since 1, and a trail of it that logs since 10.
    fn scene() -> (Organizations, Trail) {
        let mut organizations = Organizations::default();
        let management = member("123456789012");
        organizations.create(("o-1".into(), "r-1".into()), FeatureSet::All, management, at(1)).unwrap();
        organizations.enable_service(AccountId::DEFAULT, CLOUDTRAIL_PRINCIPAL.to_owned(), at(1).at).unwrap();
        let trail = Trail::example("one", "us-east-1");
        let trail = Trail { organization: Some("o-1".into()), logging: vec![span(10, None)], ..trail };
        assert!(organizations.follow_trail(&trail, at(2)));
        (organizations, trail)
    }

    #[test]
    fn a_part_covers_the_membership_and_ends_for_good_when_the_member_leaves() {
        let (mut organizations, trail) = scene();
        let parts = |organizations: &Organizations| organizations.delivered(std::slice::from_ref(&trail))[1..].to_vec();
        assert_eq!(parts(&organizations), []);
        join(&mut organizations, at(20));
        let part = parts(&organizations).remove(0);
        assert_eq!((part.member, part.deleted_at), (Some(member(MEMBER).account), None));
        assert_eq!(part.logging, [span(20, None)]);
        assert_eq!(part.arn(), trail.arn());
        organizations.remove_account(member(MEMBER).account, member(MEMBER).account, at(30)).unwrap();
        let part = parts(&organizations).remove(0);
        assert_eq!((part.logging, part.deleted_at), (vec![span(20, Some(30))], Some(at(30).at)));
        organizations.forget_part(&trail.id, member(MEMBER).account, Sequence(20));
        assert_eq!(parts(&organizations), []);
        join(&mut organizations, at(40));
        assert_eq!(parts(&organizations)[0].logging, [span(40, None)]);
    }

    #[test]
    fn a_trail_that_is_converted_ends_its_parts_and_so_does_the_end_of_trust() {
        let (mut organizations, mut trail) = scene();
        join(&mut organizations, at(5));
        trail.organization = None;
        assert!(organizations.follow_trail(&trail, at(50)));
        let part = organizations.delivered(std::slice::from_ref(&trail)).remove(1);
        assert_eq!((part.logging, part.deleted_at), (vec![span(10, Some(50))], Some(at(50).at)));
        assert_eq!(part.organization.as_deref(), Some("o-1"), "what is left goes where the rest is");
        trail.organization = Some("o-1".into());
        assert!(organizations.follow_trail(&trail, at(60)));
        let part = organizations.delivered(std::slice::from_ref(&trail)).remove(1);
        assert_eq!((part.logging, part.deleted_at), (vec![span(10, Some(50)), span(60, None)], None));
        assert_eq!(organizations.converted(std::slice::from_ref(&trail)), []);
        organizations.disable_service(AccountId::DEFAULT, CLOUDTRAIL_PRINCIPAL, at(70)).unwrap();
        assert_eq!(organizations.converted(std::slice::from_ref(&trail))[0].organization, None);
        assert!(!organizations.follow_trail(&trail, at(80)), "without trust there is no organization trail");
    }
}
