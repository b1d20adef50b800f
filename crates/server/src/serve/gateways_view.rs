//! What is told of the gateways: where they stand, what they have counted, whose keys they know.

use std::net::SocketAddr;

use cairn_capture::{FailurePolicy, GatewaySettings, GatewayWatch};
use cairn_edge::{AddedMicros, GatewayView, IdentityView};
use cairn_environment::Clock;
use cairn_model::AccountId;
use cairn_principals::Principals;

/// Identities of a gateway that are shown.
const IDENTITIES_MAX: usize = 1_000;

/// What is told of a gateway that does not change.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) account: AccountId,
    pub(super) region: String,
    pub(super) policy: &'static str,
    pub(super) answer_after: Option<&'static str>,
}

impl Facts {
    pub(super) fn of(name: String, settings: &GatewaySettings) -> Self {
        let GatewaySettings { account, region, policy, answer_after, .. } = settings;
        Self {
            name,
            account: *account,
            region: region.as_str().to_owned(),
            policy: policy.as_str(),
            // Without intents every answer waits for all that is recorded.
            answer_after: (*policy == FailurePolicy::Closed).then(|| answer_after.as_str()),
        }
    }
}

/// A gateway that can be asked how it goes.
#[derive(Debug)]
pub(super) struct WatchedGateway {
    pub(super) facts: Facts,
    pub(super) listen: SocketAddr,
    pub(super) upstream: String,
    pub(super) watch: GatewayWatch,
    pub(super) principals: Principals,
}

/// Tells how the gateways are, for as long as anybody asks.
#[derive(Debug)]
pub(super) struct GatewaysView {
    pub(super) gateways: Vec<WatchedGateway>,
    pub(super) clock: Clock,
}

impl GatewaysView {
    /// Those of an account.
    pub(super) fn of(&self, account: AccountId) -> Vec<GatewayView> {
        let of_account = self.gateways.iter().filter(|gateway| gateway.facts.account == account);
        of_account.map(|gateway| self.shown(gateway)).collect()
    }

    fn shown(&self, gateway: &WatchedGateway) -> GatewayView {
        let WatchedGateway { facts, listen, upstream, watch, principals } = gateway;
        let counts = watch.counts();
        let known = principals.listed(self.clock.now(), IDENTITIES_MAX).into_iter().map(|key| IdentityView {
            access_key_id: key.access_key_id,
            principal: key.principal,
            learnt_from: key.learnt_from.as_str(),
            origin_principal: key.origin_principal,
        });
        GatewayView {
            name: facts.name.clone(),
            listen: listen.to_string(),
            upstream: upstream.clone(),
            account: facts.account.as_str().to_owned(),
            region: facts.region.clone(),
            policy: facts.policy,
            answer_after: facts.answer_after,
            calls: counts.calls,
            errors: counts.errors,
            gaps: counts.gaps,
            open_intents: counts.open_intents,
            added_micros: AddedMicros { p50: counts.added_micros_p50, p99: counts.added_micros_p99 },
            identities: known.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_capture::AnswerAfter;

    use super::*;

    #[test]
    fn what_answers_wait_for_is_told_where_there_are_intents() {
        let settings = GatewaySettings::new("127.0.0.1:1".parse().unwrap(), "http://127.0.0.1:2".parse().unwrap());
        let told = |policy, answer_after| {
            let facts = Facts::of("g".to_owned(), &GatewaySettings { policy, answer_after, ..settings.clone() });
            (facts.policy, facts.answer_after)
        };
        assert_eq!(told(FailurePolicy::Closed, AnswerAfter::Intent), ("closed", Some("intent")));
        assert_eq!(told(FailurePolicy::Closed, AnswerAfter::End), ("closed", Some("end")));
        assert_eq!(told(FailurePolicy::Open, AnswerAfter::Intent), ("open", None));
    }
}
