//! The evaluator beside the naive model.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::AccountId;
use cairn_policy::{Context, Decision, Policies, Policy, PolicyKind, Principal, Request, ResourcePolicy, ResourceRule};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::Value;

use crate::naive::naive;
use crate::random::{ALICE, Asked, Given, OWN, ROLE, SERVICE, SESSION, asked, given};

/// The same policies as the evaluator has them.
struct Compiled {
    identity: Vec<Arc<Policy>>,
    boundary: Option<Policy>,
    session: Vec<Arc<Policy>>,
    resource: Option<Policy>,
}

fn compiled(given: &Given) -> Compiled {
    let read = |policy: &Value, kind| Policy::parse(&policy.to_string(), kind, 100_000).unwrap();
    let identity = |policy: &Value| Arc::new(read(policy, PolicyKind::Identity));
    let bucket = PolicyKind::Resource { service: "s3", arn: None };
    Compiled {
        identity: given.identity.iter().map(identity).collect(),
        boundary: given.boundary.as_ref().map(|policy| read(policy, PolicyKind::Identity)),
        session: given.session.iter().map(identity).collect(),
        resource: given.resource.as_ref().map(|policy| read(policy, bucket)),
    }
}

fn decided(asked: &Asked, given: &Given, compiled: &Compiled) -> Decision {
    let account = AccountId::parse(OWN).unwrap();
    let principal = match asked.principal {
        "root" => Principal::Root(account),
        "user" => Principal::User { account, arn: ALICE.to_owned() },
        "session" => Principal::Session { account, role_arn: ROLE.to_owned(), arn: SESSION.to_owned() },
        "service" => Principal::Service(SERVICE.to_owned()),
        _ => Principal::Anonymous,
    };
    let mut context = Context::new();
    for (key, values) in &asked.known {
        if let Some(values) = values {
            context.set_all(key, values.iter().copied());
        }
    }
    let request = Request::new(&principal, asked.action, asked.resource, &context);
    let rule = if given.required { ResourceRule::Required } else { ResourceRule::Grants };
    let owner = AccountId::parse(given.owner).unwrap();
    let policies = Policies {
        identity: &compiled.identity,
        boundary: compiled.boundary.as_ref(),
        session: &compiled.session,
        resource: Some(ResourcePolicy { owner, policy: compiled.resource.as_ref(), rule }),
    };
    cairn_policy::decide(&request, &policies)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// 500 sets of policies, 200 requests each: 100,000 pairs.
    #[test]
    fn the_naive_model_decides_the_same(given in given(), requests in vec(asked(), 200)) {
        let compiled = compiled(&given);
        for asked in requests {
            let decision = decided(&asked, &given, &compiled);
            let is_explicit = matches!(decision, Decision::ExplicitlyDenied(_));
            prop_assert_eq!((decision.is_allowed(), is_explicit), naive(&asked, &given), "{:?}", asked);
        }
    }
}

#[test]
fn random_requests_meet_every_outcome() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut outcomes = BTreeMap::new();
    for _ in 0..2000 {
        let (asked, given) = (asked(), given()).new_tree(&mut runner).unwrap().current();
        *outcomes.entry(naive(&asked, &given)).or_insert(0) += 1;
    }
    for outcome in [(true, false), (false, true), (false, false)] {
        assert!(outcomes.get(&outcome).is_some_and(|count| *count > 100), "{outcomes:?}");
    }
}
