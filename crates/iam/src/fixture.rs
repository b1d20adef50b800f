//! A store of identities in a folder of its own, for tests.

use std::path::{Path, PathBuf};

use cairn_environment::Environment;
use cairn_kms::MasterKey;
use cairn_model::AccountId;

use crate::{Iam, IamLimits};

/// The account of the tests.
pub(crate) const ACCOUNT: AccountId = AccountId::DEFAULT;
/// A policy of somebody who may read objects.
pub(crate) const READS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;
/// The trust policy of a role that the whole account may assume.
pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
    "Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}"#;

/// What a store needs to be opened, and opened again.
#[derive(Debug)]
pub(crate) struct Fixture {
    folder: tempfile::TempDir,
    master: MasterKey,
    environment: Environment,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::within(Environment::real())
    }

    pub(crate) fn within(environment: Environment) -> Self {
        let master = MasterKey::generate(&environment.random);
        Self { folder: tempfile::tempdir().unwrap(), master, environment }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder().join("iam.sqlite")
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) async fn open(&self) -> Iam {
        Iam::open(&self.file(), &self.master, IamLimits::default(), &self.environment).await.unwrap()
    }
}
