//! What the catalogue notes about changes, and which changes of protected trails it lets through.

#[cfg(test)]
mod guard {
    use std::time::Duration;

    use cairn_catalog::{
        Approval, CLOUDTRAIL_PRINCIPAL, Catalog, CatalogSettings, Cause, ChangeError, FeatureSet, LoggingSpan, Matter,
        NewMember, OrganizationError, Organizations, PendingRequest, ProtectedTrails, Severity, SnsTopic, Stopped,
        Trail, TrailTargets, losses,
    };
    use cairn_environment::{Environment, SimulatedClock};
    use cairn_model::selectors::{
        AggregationConfiguration, AggregationTemplate, EventSelector, InsightSelector, InsightType, ReadWriteType,
        SourceEventCategory,
    };
    use cairn_model::{AccountId, EventSelectors, Region, Sequence, Timestamp, TrailName};

    const NOW: Timestamp = Timestamp::from_unix_seconds(1_790_841_792);

    fn trail() -> Trail {
        let insight = InsightSelector { insight_type: InsightType::ApiCallRateInsight, event_categories: None };
        Trail {
            id: "trail-1".into(),
            name: TrailName::parse("main").unwrap(),
            account: AccountId::DEFAULT,
            home_region: Region::us_east_1(),
            s3_bucket_name: "logs".into(),
            s3_key_prefix: Some("p".into()),
            include_global_service_events: true,
            is_multi_region: true,
            log_file_validation: Some(NOW),
            recursive_logging: true,
            event_selectors: EventSelectors::default(),
            insight_selectors: vec![insight],
            aggregation_configurations: vec![AggregationConfiguration {
                templates: vec![AggregationTemplate::ApiActivity, AggregationTemplate::UserActions],
            }],
            targets: TrailTargets {
                sns_topic: Some(SnsTopic { name: "news".into(), arn: "arn:aws:sns:us-east-1:1:news".into() }),
                log_group: None,
                kms_key_arn: Some("arn:aws:kms:us-east-1:1:key/1".into()),
            },
            organization: Some("o-1".into()),
            member: None,
            logging: vec![LoggingSpan { from: Sequence(0), started_at: NOW, stopped: None }],
            tags: [].into(),
            created_at: NOW,
            deleted_at: None,
        }
    }

    fn reads_only() -> EventSelectors {
        EventSelectors::Basic(vec![EventSelector {
            read_write_type: ReadWriteType::ReadOnly,
            ..EventSelector::default()
        }])
    }

    fn settings_lost(change: impl FnOnce(&mut Trail)) -> Vec<(String, Severity)> {
        let (before, mut after) = (trail(), trail());
        change(&mut after);
        losses(&before, &after).into_iter().map(|loss| (loss.setting, loss.severity)).collect()
    }

    #[test]
    fn each_setting_that_becomes_less_is_a_loss() {
        type Change = fn(&mut Trail);
        let stop = |trail: &mut Trail| trail.logging[0].stopped = Some(Stopped { until: Sequence(9), at: NOW });
        let rows: [(Change, &str, Severity); 15] = [
            (|trail| trail.deleted_at = Some(NOW), "Trail", Severity::High),
            (stop, "Logging", Severity::High),
            (|trail| trail.event_selectors = reads_only(), "EventSelectors", Severity::High),
            (|trail| trail.is_multi_region = false, "IsMultiRegionTrail", Severity::High),
            (|trail| trail.include_global_service_events = false, "IncludeGlobalServiceEvents", Severity::High),
            (|trail| trail.organization = None, "IsOrganizationTrail", Severity::High),
            (|trail| trail.log_file_validation = None, "EnableLogFileValidation", Severity::Medium),
            (|trail| trail.s3_bucket_name = "other".into(), "S3BucketName", Severity::Medium),
            (|trail| trail.targets.kms_key_arn = None, "KmsKeyId", Severity::Medium),
            (|trail| trail.s3_key_prefix = None, "S3KeyPrefix", Severity::Low),
            (|trail| trail.targets.sns_topic = None, "SnsTopicName", Severity::Low),
            (|trail| trail.recursive_logging = false, "RecursiveLogging", Severity::Low),
            (|trail| trail.insight_selectors.clear(), "InsightSelectors", Severity::Low),
            (
                |trail| trail.insight_selectors[0].event_categories = Some(vec![SourceEventCategory::Data]),
                "InsightSelectors",
                Severity::Low,
            ),
            (
                |trail| trail.aggregation_configurations[0].templates.truncate(1),
                "AggregationConfigurations",
                Severity::Low,
            ),
        ];
        for (change, setting, severity) in rows {
            assert_eq!(settings_lost(change), [(setting.to_owned(), severity)]);
        }
    }

    #[test]
    fn what_stays_or_becomes_more_is_no_loss() {
        assert_eq!(settings_lost(|_| {}), []);
        let more = |trail: &mut Trail| {
            trail
                .insight_selectors
                .push(InsightSelector { insight_type: InsightType::ApiErrorRateInsight, event_categories: None });
            trail.tags.insert("a".into(), None);
            trail.targets.log_group = Some(cairn_catalog::LogGroup { arn: "arn".into(), role_arn: "role".into() });
        };
        assert_eq!(settings_lost(more), []);
        let mut less = trail();
        less.event_selectors = reads_only();
        less.is_multi_region = false;
        less.organization = None;
        assert_eq!(losses(&less, &trail()), [], "towards more");
    }

    struct Scene {
        folder: tempfile::TempDir,
        catalog: Catalog,
        clock: SimulatedClock,
        environment: Environment,
    }

    async fn scene(approval: Option<Approval>) -> Scene {
        let (environment, clock) = Environment::simulated(7, NOW);
        let folder = tempfile::tempdir().unwrap();
        let catalog = open(&folder, approval, &environment).await;
        let set_up = |all: &mut Organizations| {
            let management = NewMember { account: AccountId::DEFAULT, name: "n".into(), email: "n@e.example".into() };
            let now = Stopped { until: Sequence(0), at: NOW };
            all.create(("o-1".into(), "r-1".into()), FeatureSet::All, management, now)?;
            all.enable_service(AccountId::DEFAULT, CLOUDTRAIL_PRINCIPAL.to_owned(), NOW)
        };
        catalog.change_organizations(set_up).await.unwrap();
        catalog.create_trail(trail()).await.unwrap();
        Scene { folder, catalog, clock, environment }
    }

    async fn open(folder: &tempfile::TempDir, approval: Option<Approval>, environment: &Environment) -> Catalog {
        let protected = approval.map(|approval| ProtectedTrails {
            account: AccountId::DEFAULT,
            pattern: "arn:*:trail/ma*n".into(),
            approval,
        });
        let settings =
            CatalogSettings { protected_trails: protected.into_iter().collect(), ..CatalogSettings::default() };
        Catalog::open(&folder.path().join("catalog.sqlite"), settings, environment).await.unwrap()
    }

    fn cause(request_id: &str, principal: &str) -> Cause {
        Cause { request_id: request_id.into(), principal: principal.into(), origin: principal.into() }
    }

    async fn stop(catalog: &Catalog, request_id: &str, principal: &str) -> Result<(), ChangeError> {
        let end = Stopped { until: Sequence(9), at: NOW };
        catalog.caused_by(cause(request_id, principal)).stop_logging("trail-1", end).await
    }

    fn pending(result: Result<(), ChangeError>) -> PendingRequest {
        match result {
            Err(ChangeError::ApprovalPending(request)) => *request,
            other => panic!("{other:?}"),
        }
    }

    fn is_logging(catalog: &Catalog) -> bool {
        catalog.list_trails(AccountId::DEFAULT)[0].is_logging()
    }

    /// The matters that are noted, each with the request behind it, and none any more.
    async fn matters(catalog: &Catalog) -> Vec<(Option<String>, Matter)> {
        let notices = std::sync::Arc::clone(&catalog.notices().borrow());
        for notice in notices.iter() {
            catalog.told(&notice.id).await.unwrap();
        }
        assert!(catalog.notices().borrow().is_empty());
        let of = |notice: &cairn_catalog::Notice| {
            (notice.cause.as_ref().map(|cause| cause.request_id.clone()), notice.matter.clone())
        };
        notices.iter().map(of).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_loss_is_noted_with_its_call_and_is_still_there_after_opening_anew() {
        let Scene { folder, catalog, environment, .. } = scene(None).await;
        let after = Trail { is_multi_region: false, ..trail() };
        catalog.caused_by(cause("r-1", "p")).update_trail(trail(), after).await.unwrap();
        catalog.add_tags("trail-1", [("a".to_owned(), None)].into()).await.unwrap();
        catalog.close().await.unwrap();
        let catalog = open(&folder, None, &environment).await;
        let found = matters(&catalog).await;
        assert!(
            matches!(&found[..], [(Some(id), Matter::Narrowed { losses, approved: None })]
                if id == "r-1" && losses.len() == 1),
            "{found:?}"
        );
        stop(&catalog, "r-2", "p").await.unwrap();
        stop(&catalog, "r-3", "p").await.unwrap();
        assert_eq!(matters(&catalog).await.len(), 1, "a trail that does not log loses nothing by a stop");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_protected_trail_is_stopped_by_a_second_principal_and_by_no_second_key() {
        let Scene { folder, catalog, environment, .. } = scene(Some(Approval::SecondPrincipal)).await;
        let asked = pending(stop(&catalog, "r-1", "arn:aws:iam::123456789012:root").await);
        assert_eq!(pending(stop(&catalog, "r-2", "arn:aws:iam::123456789012:root").await), asked);
        assert!(is_logging(&catalog));
        let found = matters(&catalog).await;
        assert!(matches!(&found[..], [(Some(id), Matter::Requested { .. })] if id == "r-1"), "{found:?}");
        catalog.close().await.unwrap();
        let catalog = open(&folder, Some(Approval::SecondPrincipal), &environment).await;
        let end = Stopped { until: Sequence(9), at: NOW };
        pending(catalog.stop_logging("trail-1", end).await);
        stop(&catalog, "r-3", "arn:aws:iam::222222222222:root").await.unwrap();
        assert!(!is_logging(&catalog));
        let found = matters(&catalog).await;
        let approved = |matter: &Matter| matches!(matter, Matter::Narrowed { approved: Some(of), .. } if *of == asked);
        assert!(approved(&found[0].1) && found.len() == 1, "{found:?}");
        catalog.start_logging("trail-1", Sequence(20), NOW).await.unwrap();
        assert_ne!(pending(stop(&catalog, "r-4", "arn:aws:iam::222222222222:root").await).id, asked.id, "once only");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn sessions_of_one_person_are_one_principal_and_a_session_of_another_is_a_second() {
        let Scene { catalog, folder: _folder, .. } = scene(Some(Approval::SecondPrincipal)).await;
        let stop = async |principal: &str, origin: &str| {
            let cause = Cause { origin: origin.into(), ..cause("r-1", principal) };
            catalog.caused_by(cause).stop_logging("trail-1", Stopped { until: Sequence(9), at: NOW }).await
        };
        let asked = pending(stop("session/ops/a", "alice").await);
        assert_eq!((&*asked.requested_by, &*asked.origin), ("session/ops/a", "alice"));
        for principal in ["alice", "session/ops/b", "session/other/a"] {
            assert_eq!(pending(stop(principal, "alice").await), asked, "{principal}");
        }
        assert!(asked.condition().contains("other than alice"), "{}", asked.condition());
        stop("session/ops/a", "bob").await.unwrap();
        assert!(!is_logging(&catalog));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_protected_trail_is_stopped_after_the_delay_and_not_before_nor_when_the_request_is_over() {
        let day = Duration::from_hours(24);
        let Scene { catalog, clock, folder: _folder, .. } = scene(Some(Approval::Delay(day))).await;
        let asked = pending(stop(&catalog, "r-1", "p").await);
        let at = asked.requested_at;
        assert_eq!((asked.approvable_from(), asked.expires_at()), (at.plus(day), at.plus(day * 8)));
        clock.step(24 * 3_600_000 - 60_000);
        assert_eq!(pending(stop(&catalog, "r-2", "q").await), asked, "another principal does not make it shorter");
        clock.step(7 * 24 * 3_600_000 + 60_000);
        let again = pending(stop(&catalog, "r-3", "p").await);
        assert_ne!(again.id, asked.id);
        let kinds: Vec<_> = matters(&catalog).await.into_iter().map(|(_, matter)| matter).collect();
        assert!(
            matches!(&kinds[..], [Matter::Requested { .. }, Matter::Expired { request }, Matter::Requested { .. }]
                | [Matter::Requested { .. }, Matter::Requested { .. }, Matter::Expired { request }] if *request == asked),
            "{kinds:?}"
        );
        clock.step(24 * 3_600_000);
        stop(&catalog, "r-4", "p").await.unwrap();
        assert!(!is_logging(&catalog));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_request_is_about_one_outcome_and_what_takes_nothing_away_does_not_wait() {
        let Scene { catalog, clock, folder: _folder, .. } = scene(Some(Approval::Delay(Duration::from_secs(5)))).await;
        let by = |request_id: &str| catalog.caused_by(cause(request_id, "p"));
        let narrowed = |bucket: &str| Trail { s3_bucket_name: bucket.into(), is_multi_region: false, ..trail() };
        let asked = pending(by("r-1").update_trail(trail(), narrowed("b")).await);
        let other = pending(by("r-2").update_trail(trail(), narrowed("c")).await);
        assert_ne!(asked.id, other.id);
        let deletion = by("r-3").delete_trail("trail-1", Stopped { until: Sequence(9), at: NOW }).await;
        assert_ne!(pending(deletion).id, asked.id);
        by("r-4").add_tags("trail-1", [("a".to_owned(), None)].into()).await.unwrap();
        clock.step(5_000);
        let before = catalog.list_trails(AccountId::DEFAULT).remove(0);
        let after = Trail { tags: before.tags.clone(), ..narrowed("b") };
        by("r-5").update_trail(before, after).await.unwrap();
        assert_eq!(catalog.list_trails(AccountId::DEFAULT)[0].s3_bucket_name, "b");
        let before = catalog.list_trails(AccountId::DEFAULT).remove(0);
        by("r-6").update_trail(before.clone(), Trail { is_multi_region: true, ..before }).await.unwrap();
    }

    #[test]
    fn protected_trails_are_named_by_name_or_arn_and_a_star_stands_for_anything() {
        for (pattern, covers) in [
            ("main", true),
            ("mai", false),
            ("*", true),
            ("m*n", true),
            ("*m*a*i*n*", true),
            ("m*x*n", false),
            ("main*main", false),
            ("arn:aws:cloudtrail:us-east-1:123456789012:trail/main", true),
            ("arn:aws:cloudtrail:*:trail/other", false),
        ] {
            let of =
                |account| ProtectedTrails { account, pattern: pattern.into(), approval: Approval::SecondPrincipal };
            assert_eq!(of(AccountId::DEFAULT).cover(&trail()), covers, "{pattern}");
            assert!(!of(AccountId::parse("222222222222").unwrap()).cover(&trail()), "{pattern}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_end_of_trusted_access_is_a_loss_of_organization_trails_and_waits_for_protected_ones() {
        let Scene { catalog, folder: _folder, .. } = scene(Some(Approval::SecondPrincipal)).await;
        let end = async |principal: &str| {
            let now = Stopped { until: Sequence(5), at: NOW };
            let disable =
                move |all: &mut Organizations| all.disable_service(AccountId::DEFAULT, CLOUDTRAIL_PRINCIPAL, now);
            catalog.caused_by(cause("r-1", principal)).change_organizations(disable).await
        };
        assert!(matches!(end("p").await, Err(OrganizationError::ApprovalPending(_))));
        assert!(catalog.list_trails(AccountId::DEFAULT)[0].organization.is_some());
        end("q").await.unwrap();
        assert_eq!(catalog.list_trails(AccountId::DEFAULT)[0].organization, None);
        let found = matters(&catalog).await;
        assert!(matches!(&found[..], [(_, Matter::Requested { .. }), (_, Matter::Narrowed { .. })]), "{found:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_account_that_leaves_is_a_loss_of_organization_trails_and_each_account_is_a_request_of_its_own() {
        let Scene { catalog, folder: _folder, .. } = scene(Some(Approval::SecondPrincipal)).await;
        let account = |text: &str| AccountId::parse(text).unwrap();
        let accounts = [account("111111111111"), account("222222222222")];
        for (number, member) in accounts.iter().enumerate() {
            let new = NewMember { account: *member, name: "m".into(), email: format!("m{number}@e.example") };
            let now = Stopped { until: Sequence(1), at: NOW };
            let id = format!("car-{number}");
            let create =
                move |all: &mut Organizations| all.create_account(AccountId::DEFAULT, (id, new), 10, now).map(drop);
            catalog.change_organizations(create).await.unwrap();
        }
        let remove = async |member: AccountId, principal: &str| {
            let now = Stopped { until: Sequence(5), at: NOW };
            let change = move |all: &mut Organizations| all.remove_account(AccountId::DEFAULT, member, now);
            catalog.caused_by(cause("r-1", principal)).change_organizations(change).await
        };
        assert!(matches!(remove(accounts[0], "p").await, Err(OrganizationError::ApprovalPending(_))));
        assert!(matches!(remove(accounts[1], "q").await, Err(OrganizationError::ApprovalPending(_))), "another one");
        remove(accounts[0], "q").await.unwrap();
        let found = matters(&catalog).await;
        let lost = |matter: &Matter| match matter {
            Matter::Narrowed { losses, approved: Some(_) } => Some(losses[0].effect.clone()),
            Matter::Narrowed { .. }
            | Matter::Requested { .. }
            | Matter::Expired { .. }
            | Matter::Found { .. }
            | Matter::Resolved { .. } => None,
        };
        let lost: Vec<String> = found.iter().filter_map(|(_, matter)| lost(matter)).collect();
        assert_eq!(lost, ["Events of the account 111111111111 are no longer delivered."], "{found:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_problem_is_told_when_it_comes_and_when_it_goes_and_a_value_when_it_changes() {
        use cairn_catalog::{Observation, ProblemKind, Seen};

        let Scene { folder, catalog, environment, .. } = scene(None).await;
        let bucket = |seen| Observation { kind: ProblemKind::BucketMissing, subject: "s3://logs".into(), seen };
        let policy = |value: &str| Observation {
            kind: ProblemKind::BucketPolicyChanged,
            subject: "s3://logs".into(),
            seen: Seen::Value(value.into()),
        };
        let gone = || bucket(Seen::Wrong("the bucket is not there".into()));
        let told = async |catalog: &Catalog, observations: Vec<Observation>| {
            catalog.observe(&trail(), observations).await.unwrap();
            let matters = matters(catalog).await;
            let shown = |matter: &Matter| match matter {
                Matter::Found { problem } => format!("found {}", problem.kind.as_str()),
                Matter::Resolved { problem } => format!("resolved {}", problem.kind.as_str()),
                Matter::Narrowed { .. } | Matter::Requested { .. } | Matter::Expired { .. } => "another".to_owned(),
            };
            matters.iter().map(|(_, matter)| shown(matter)).collect::<Vec<_>>()
        };
        let nothing: [&str; 0] = [];
        assert_eq!(told(&catalog, vec![bucket(Seen::Well), policy("a")]).await, nothing);
        assert_eq!(told(&catalog, vec![gone(), gone()]).await, ["found BucketMissing"]);
        catalog.close().await.unwrap();
        let catalog = open(&folder, None, &environment).await;
        assert_eq!(told(&catalog, vec![gone(), policy("a")]).await, nothing, "known already");
        let known = catalog.problems("trail-1").await.unwrap();
        assert_eq!((known.len(), known[0].detail.as_str()), (1, "the bucket is not there"));
        assert_eq!(told(&catalog, vec![bucket(Seen::Well), policy("b")]).await.len(), 2);
        assert_eq!(told(&catalog, vec![bucket(Seen::Well), policy("b")]).await, nothing);
        assert_eq!(catalog.problems("trail-1").await.unwrap(), []);
        assert_eq!(told(&catalog, vec![gone()]).await, ["found BucketMissing"], "it can come again");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_request_that_nobody_approves_ends_by_itself() {
        let Scene { catalog, clock, folder: _folder, .. } = scene(Some(Approval::SecondPrincipal)).await;
        let asked = pending(stop(&catalog, "r-1", "p").await);
        catalog.tidy_requests().await.unwrap();
        assert_eq!(matters(&catalog).await.len(), 1, "only that it was asked for");
        clock.step(7 * 24 * 3_600_000);
        catalog.tidy_requests().await.unwrap();
        assert_eq!(matters(&catalog).await, [(None, Matter::Expired { request: asked.clone() })]);
        assert_ne!(pending(stop(&catalog, "r-2", "q").await).id, asked.id);
    }
}
