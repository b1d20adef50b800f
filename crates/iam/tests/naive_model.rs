//! The store against a naive model: random calls leave both with the same users, groups and policies, also reopened.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use cairn_environment::Environment;
    use cairn_iam::{Holder, Iam, IamError, IamLimits};
    use cairn_kms::MasterKey;
    use cairn_model::AccountId;
    use proptest::prelude::*;

    const ACCOUNT: AccountId = AccountId::DEFAULT;
    const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;

    /// A call on the user, group or policy of a small number.
    #[derive(Debug, Clone)]
    enum Call {
        CreateUser(u8),
        RenameUser(u8, u8),
        DeleteUser(u8),
        CreateGroup(u8),
        DeleteGroup(u8),
        Add(u8, u8),
        Remove(u8, u8),
        CreatePolicy(u8),
        DeletePolicy(u8),
        AttachToUser(u8, u8),
        DetachFromUser(u8, u8),
        AttachToGroup(u8, u8),
        DetachFromGroup(u8, u8),
    }

    #[derive(Debug, Default, PartialEq)]
    struct Model {
        /// Groups and policies of each user.
        users: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>,
        /// Policies of each group.
        groups: BTreeMap<String, BTreeSet<String>>,
        policies: BTreeSet<String>,
    }

    fn user(number: u8) -> String {
        format!("user-{number}")
    }

    fn group(number: u8) -> String {
        format!("group-{number}")
    }

    fn policy(number: u8) -> String {
        format!("policy-{number}")
    }

    fn policy_arn(number: u8) -> String {
        format!("arn:aws:iam::123456789012:policy/policy-{number}")
    }

    impl Model {
        /// Whether the call succeeds, done.
        fn apply(&mut self, call: &Call) -> bool {
            match *call {
                Call::CreateUser(u) => {
                    let is_new = !self.users.contains_key(&user(u));
                    self.users.entry(user(u)).or_default();
                    is_new
                }
                Call::RenameUser(u, to) => {
                    if !self.users.contains_key(&user(u)) || (u != to && self.users.contains_key(&user(to))) {
                        return false;
                    }
                    let had = self.users.remove(&user(u)).unwrap();
                    self.users.insert(user(to), had);
                    true
                }
                Call::DeleteUser(u) => {
                    let is_empty = self.users.get(&user(u)).is_some_and(|(g, p)| g.is_empty() && p.is_empty());
                    is_empty && self.users.remove(&user(u)).is_some()
                }
                Call::CreateGroup(g) => {
                    let is_new = !self.groups.contains_key(&group(g));
                    self.groups.entry(group(g)).or_default();
                    is_new
                }
                Call::DeleteGroup(g) => {
                    let is_free = self.groups.get(&group(g)).is_some_and(BTreeSet::is_empty)
                        && !self.users.values().any(|(groups, _)| groups.contains(&group(g)));
                    is_free && self.groups.remove(&group(g)).is_some()
                }
                Call::Add(u, g) => {
                    let exists = self.groups.contains_key(&group(g));
                    let found = self.users.get_mut(&user(u)).filter(|_| exists);
                    found.map(|(groups, _)| groups.insert(group(g))).is_some()
                }
                Call::Remove(u, g) => {
                    let exists = self.groups.contains_key(&group(g));
                    let found = self.users.get_mut(&user(u)).filter(|_| exists);
                    found.map(|(groups, _)| groups.remove(&group(g))).is_some()
                }
                Call::CreatePolicy(p) => self.policies.insert(policy(p)),
                Call::DeletePolicy(p) => {
                    let is_used = self.users.values().any(|(_, policies)| policies.contains(&policy(p)))
                        || self.groups.values().any(|policies| policies.contains(&policy(p)));
                    !is_used && self.policies.remove(&policy(p))
                }
                Call::AttachToUser(u, p) => {
                    let exists = self.policies.contains(&policy(p));
                    let found = self.users.get_mut(&user(u)).filter(|_| exists);
                    found.map(|(_, policies)| policies.insert(policy(p))).is_some()
                }
                Call::DetachFromUser(u, p) => {
                    self.users.get_mut(&user(u)).is_some_and(|(_, policies)| policies.remove(&policy(p)))
                }
                Call::AttachToGroup(g, p) => {
                    let exists = self.policies.contains(&policy(p));
                    let found = self.groups.get_mut(&group(g)).filter(|_| exists);
                    found.map(|policies| policies.insert(policy(p))).is_some()
                }
                Call::DetachFromGroup(g, p) => {
                    self.groups.get_mut(&group(g)).is_some_and(|policies| policies.remove(&policy(p)))
                }
            }
        }

        /// What the store holds, in the same form.
        fn of(iam: &Iam) -> Self {
            let names = |arns: BTreeSet<String>| -> BTreeSet<String> {
                arns.iter().map(|arn| arn.rsplit('/').next().unwrap().to_owned()).collect()
            };
            let users = iam.list_users(ACCOUNT).into_iter().map(|user| {
                let groups = iam.groups_of_user(ACCOUNT, &user.name).unwrap();
                let groups: BTreeSet<String> = groups.iter().map(|group| group.name.clone()).collect();
                // Both directions tell the same.
                for group in &groups {
                    let members = iam.users_of_group(ACCOUNT, group).unwrap();
                    assert!(members.iter().any(|member| member.name == user.name));
                }
                (user.name.clone(), (groups, names(user.grants.attached.clone())))
            });
            let groups = iam.list_groups(ACCOUNT).into_iter();
            Self {
                users: users.collect(),
                groups: groups.map(|group| (group.name.clone(), names(group.grants.attached.clone()))).collect(),
                policies: iam.list_policies(Some(ACCOUNT)).iter().map(|policy| policy.name.clone()).collect(),
            }
        }
    }

    async fn apply(iam: &Iam, call: &Call) -> Result<(), IamError> {
        match *call {
            Call::CreateUser(u) => iam.create_user(ACCOUNT, ("/", &user(u)), &[], None).await.map(drop),
            Call::RenameUser(u, to) => iam.update_user(ACCOUNT, &user(u), (None, Some(&user(to)))).await,
            Call::DeleteUser(u) => iam.delete_user(ACCOUNT, &user(u)).await,
            Call::CreateGroup(g) => iam.create_group(ACCOUNT, ("/", &group(g))).await.map(drop),
            Call::DeleteGroup(g) => iam.delete_group(ACCOUNT, &group(g)).await,
            Call::Add(u, g) => iam.add_user_to_group(ACCOUNT, &group(g), &user(u)).await,
            Call::Remove(u, g) => iam.remove_user_from_group(ACCOUNT, &group(g), &user(u)).await,
            Call::CreatePolicy(p) => iam.create_policy(ACCOUNT, ("/", &policy(p)), POLICY, (None, &[])).await.map(drop),
            Call::DeletePolicy(p) => iam.delete_policy(ACCOUNT, &policy_arn(p)).await,
            Call::AttachToUser(u, p) => iam.attach_policy(ACCOUNT, &Holder::User(user(u)), &policy_arn(p)).await,
            Call::DetachFromUser(u, p) => iam.detach_policy(ACCOUNT, &Holder::User(user(u)), &policy_arn(p)).await,
            Call::AttachToGroup(g, p) => iam.attach_policy(ACCOUNT, &Holder::Group(group(g)), &policy_arn(p)).await,
            Call::DetachFromGroup(g, p) => iam.detach_policy(ACCOUNT, &Holder::Group(group(g)), &policy_arn(p)).await,
        }
    }

    fn call() -> impl Strategy<Value = Call> {
        let (one, other) = (0..3_u8, 0..3_u8);
        (0..13_u8, one, other).prop_map(|(kind, a, b)| match kind {
            0 => Call::CreateUser(a),
            1 => Call::RenameUser(a, b),
            2 => Call::DeleteUser(a),
            3 => Call::CreateGroup(a),
            4 => Call::DeleteGroup(a),
            5 => Call::Add(a, b),
            6 => Call::Remove(a, b),
            7 => Call::CreatePolicy(a),
            8 => Call::DeletePolicy(a),
            9 => Call::AttachToUser(a, b),
            10 => Call::DetachFromUser(a, b),
            11 => Call::AttachToGroup(a, b),
            _ => Call::DetachFromGroup(a, b),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn random_calls_leave_the_store_as_the_model_says_and_so_it_opens_again(
            calls in proptest::collection::vec(call(), 0..60),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let environment = Environment::real();
                let folder = tempfile::tempdir().unwrap();
                let master = MasterKey::generate(&environment.random);
                let path = folder.path().join("iam.sqlite");
                let open = || Iam::open(&path, &master, IamLimits::default(), &environment);
                let iam = open().await.unwrap();
                let mut model = Model::default();
                for call in &calls {
                    let expected = model.apply(call);
                    assert_eq!(apply(&iam, call).await.is_ok(), expected, "{call:?}");
                    assert_eq!(Model::of(&iam), model, "{call:?}");
                }
                drop(iam);
                assert_eq!(Model::of(&open().await.unwrap()), model);
            });
        }
    }
}
