//! What would be kept and what would be lost, event by event.

use std::collections::BTreeMap;

use cairn_model::selectors::{EventPlace, Matcher, Subject};
use cairn_model::{EventFields, EventSelectors, Timestamp, TrailArn};

use super::today::TodaysTrail;

/// Which trails would get the selectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proposal {
    /// All of them; without any trail, one that covers every Region.
    EveryTrail,
    /// This one; the others stay as they are.
    OneTrail(TrailArn),
}

/// Events and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) events: u64,
    pub(super) bytes: u64,
}

/// Tallies of a set of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tallies {
    pub(super) all: Tally,
    pub(super) by_category: BTreeMap<&'static str, Tally>,
    pub(super) by_source: BTreeMap<String, Tally>,
}

/// A trail of today in the trial.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) trail: TodaysTrail,
    /// Whether it would get the selectors.
    pub(super) is_changed: bool,
    /// What it keeps today.
    pub(super) keeps: Tally,
    /// What it keeps today and no trail would keep.
    pub(super) loses: Tally,
    /// Of these, how many there are of each source and name.
    pub(super) lost_calls: BTreeMap<(String, String), u64>,
    matcher: Matcher,
}

/// A proposal, today's trails, and what was seen so far.
#[derive(Debug)]
pub(super) struct Trial {
    proposed: Matcher,
    pub(super) trails: Vec<Watched>,
    /// Every event.
    pub(super) seen: Tallies,
    /// Those that the trails with the proposed selectors would keep.
    pub(super) kept: Tallies,
    /// Events that cannot be read: no trail keeps them.
    pub(super) unreadable: u64,
}

impl Tally {
    fn add(&mut self, bytes: u64) {
        self.events += 1;
        self.bytes += bytes;
    }
}

impl Tallies {
    fn add(&mut self, event: &EventFields<'_>, bytes: u64) {
        self.all.add(bytes);
        self.by_category.entry(event.category.as_str()).or_default().add(bytes);
        let source = event.event_source.as_deref().unwrap_or("(none)");
        match self.by_source.get_mut(source) {
            Some(tally) => tally.add(bytes),
            None => self.by_source.entry(source.to_owned()).or_default().add(bytes),
        }
    }
}

impl Trial {
    pub(super) fn new(trails: Vec<TodaysTrail>, proposed: &EventSelectors, proposal: &Proposal) -> Self {
        let watched = |trail: TodaysTrail| {
            let is_changed = match proposal {
                Proposal::EveryTrail => true,
                Proposal::OneTrail(arn) => trail.arn == *arn,
            };
            let matcher = trail.selectors.matcher();
            let (keeps, loses) = (Tally::default(), Tally::default());
            Watched { trail, is_changed, keeps, loses, lost_calls: BTreeMap::new(), matcher }
        };
        Self {
            proposed: proposed.matcher(),
            trails: trails.into_iter().map(watched).collect(),
            seen: Tallies::default(),
            kept: Tallies::default(),
            unreadable: 0,
        }
    }

    /// Takes an event into account. Returns when it happened, if it can be read.
    pub(super) fn see(&mut self, raw: &str) -> Option<Timestamp> {
        let Ok(event) = EventFields::parse(raw.as_bytes()) else {
            self.unreadable += 1;
            return None;
        };
        let bytes = u64::try_from(raw.len()).unwrap_or(u64::MAX);
        let (subject, place) = (Subject::of(&event), EventPlace::of(&event, raw.as_bytes()));
        self.seen.add(&event, bytes);
        let covers = |watched: &Watched| place.is_covered_by(watched.trail.region_scope());
        let is_proposed = self.proposed.matches(&subject);
        // A trail that does not log is judged as if it did once it has the new selectors.
        let is_kept = is_proposed
            && (self.trails.is_empty() || self.trails.iter().any(|watched| watched.is_changed && covers(watched)));
        if is_kept {
            self.kept.add(&event, bytes);
        }
        let keeps: Vec<bool> = self
            .trails
            .iter()
            .map(|watched| watched.trail.is_logging && watched.matcher.matches(&subject) && covers(watched))
            .collect();
        let stays = |(watched, keeps): (&Watched, &bool)| *keeps && !watched.is_changed;
        let logs = |watched: &Watched| watched.trail.is_logging && watched.is_changed && covers(watched);
        let survives = (is_proposed && self.trails.iter().any(logs)) || self.trails.iter().zip(&keeps).any(stays);
        for (watched, _) in self.trails.iter_mut().zip(keeps).filter(|(_, keeps)| *keeps) {
            watched.keeps.add(bytes);
            if !survives {
                watched.loses.add(bytes);
                let named = |text: Option<&str>| text.unwrap_or("(none)").to_owned();
                let call = (named(event.event_source.as_deref()), named(event.event_name.as_deref()));
                *watched.lost_calls.entry(call).or_default() += 1;
            }
        }
        Some(event.event_time)
    }

    /// Whether a trail keeps events today that no trail would keep.
    pub(super) fn goes_blind(&self) -> bool {
        self.trails.iter().any(|watched| watched.loses.events > 0)
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::selectors::SelectorLimits;

    use super::*;

    fn selectors(json: &str) -> EventSelectors {
        EventSelectors::check(&serde_json::from_str::<Vec<_>>(json).unwrap(), &[], &SelectorLimits::default()).unwrap()
    }

    fn trail(name: &str, region: &str, json: &str) -> TodaysTrail {
        TodaysTrail {
            arn: TrailArn::parse(&format!("arn:aws:cloudtrail:{region}:123456789012:trail/{name}")).unwrap(),
            is_logging: true,
            is_multi_region: false,
            include_global_service_events: true,
            selectors: selectors(json),
        }
    }

    fn event(region: &str, source: &str, read_only: bool) -> String {
        format!(
            r#"{{"eventTime":"2026-10-01T08:03:12Z","eventSource":"{source}.amazonaws.com","eventName":"Do",
               "awsRegion":"{region}","readOnly":{read_only},"eventCategory":"Management"}}"#
        )
    }

    const WRITES: &str = r#"[{"ReadWriteType":"WriteOnly"}]"#;

    #[test]
    fn a_trail_goes_blind_for_what_only_it_keeps_and_the_proposal_drops() {
        let everything = trail("main", "us-east-1", "[{}]");
        let mut trial = Trial::new(vec![everything], &selectors(WRITES), &Proposal::EveryTrail);
        for read_only in [true, false, true] {
            assert!(trial.see(&event("us-east-1", "ec2", read_only)).is_some());
        }
        assert_eq!((trial.seen.all.events, trial.kept.all.events), (3, 1));
        assert_eq!(trial.kept.all.bytes, u64::try_from(event("us-east-1", "ec2", false).len()).unwrap());
        assert_eq!((trial.trails[0].keeps.events, trial.trails[0].loses.events), (3, 2));
        assert_eq!(trial.trails[0].lost_calls[&("ec2.amazonaws.com".to_owned(), "Do".to_owned())], 2);
        assert!(trial.goes_blind());
    }

    #[test]
    fn what_another_trail_keeps_is_not_lost() {
        let trails = vec![trail("main", "us-east-1", "[{}]"), trail("other", "us-east-1", "[{}]")];
        let one = Proposal::OneTrail(trails[0].arn.clone());
        let mut trial = Trial::new(trails.clone(), &selectors(WRITES), &one);
        trial.see(&event("us-east-1", "ec2", true));
        assert_eq!((trial.kept.all.events, trial.goes_blind()), (0, false));
        let resting = TodaysTrail { is_logging: false, ..trails[1].clone() };
        let mut trial = Trial::new(vec![trails[0].clone(), resting], &selectors(WRITES), &one);
        trial.see(&event("us-east-1", "ec2", true));
        assert!(trial.goes_blind(), "a trail that does not log keeps nothing");
        assert_eq!(trial.trails[1].keeps.events, 0);
    }

    #[test]
    fn a_trail_keeps_the_events_of_its_regions_only() {
        let trails = vec![trail("main", "eu-west-1", "[{}]")];
        let mut trial = Trial::new(trails, &selectors("[{}]"), &Proposal::EveryTrail);
        trial.see(&event("us-east-1", "ec2", true));
        trial.see(&event("eu-west-1", "ec2", true));
        assert_eq!((trial.seen.all.events, trial.kept.all.events), (2, 1));
        assert_eq!(trial.trails[0].keeps.events, 1);
        let mut without_trails = Trial::new(Vec::new(), &selectors("[{}]"), &Proposal::EveryTrail);
        without_trails.see(&event("us-east-1", "ec2", true));
        assert_eq!(without_trails.kept.all.events, 1);
        assert_eq!(without_trails.see("{}"), None);
        assert_eq!(without_trails.unreadable, 1);
    }
}
