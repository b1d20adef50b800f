//! What the server tells of itself: its health, its settings, its gateways.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_catalog::Trail;
use cairn_delivery::Delivery;
use cairn_edge::{CheckStatus, CheckView, FollowerView, GatewayView, ServerView, SettingView, StatusView, StorageView};
use cairn_journal::Journal;
use cairn_model::{AccountId, Timestamp};
use cairn_store::{LookupQuery, Store};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::gateways_view::GatewaysView;

/// Entries that a follower may be behind before it is called late.
const BEHIND_MAX: u64 = 10_000;
/// Bytes that the disk must have left: with less the journal is about to take no more.
const FREE_BYTES_WANTED: u64 = 256 << 20;

/// Everything that the server can say about itself.
#[derive(Debug)]
pub(super) struct Overview {
    pub(super) journal: Journal,
    pub(super) store: Store,
    pub(super) delivery: Delivery,
    pub(super) trails: watch::Receiver<Arc<Vec<Trail>>>,
    pub(super) gateways: GatewaysView,
    pub(super) settings: Vec<SettingView>,
    /// Seconds since 1970.
    pub(super) started_at: i64,
    pub(super) retention_days: u64,
    /// Where the journal's segments are.
    pub(super) journal_folder: PathBuf,
}

impl ServerView for Overview {
    fn status(&self, account: AccountId) -> BoxFuture<'_, StatusView> {
        self.look(account).boxed()
    }

    fn settings(&self) -> Vec<SettingView> {
        self.settings.clone()
    }

    fn gateways(&self, account: AccountId) -> Vec<GatewayView> {
        self.gateways.of(account)
    }
}

impl Overview {
    async fn look(&self, account: AccountId) -> StatusView {
        let stats = self.store.stats();
        let end = self.journal.end().0;
        let follower = |(name, position): (String, cairn_model::Sequence)| FollowerView {
            name,
            behind_entries: end.saturating_sub(position.0),
        };
        let followers: Vec<_> = self.journal.followers().into_iter().map(follower).collect();
        let free_bytes = free_bytes(&self.journal_folder);
        let checks = vec![
            disk(free_bytes),
            history(stats.failing.as_deref(), end.saturating_sub(stats.applied.0)),
            self.deliveries(account).await,
        ];
        StatusView {
            version: env!("CARGO_PKG_VERSION"),
            started_at: self.started_at,
            is_healthy: checks.iter().all(|check| check.status != CheckStatus::Failing),
            checks,
            followers,
            storage: StorageView {
                journal_bytes: bytes_in(&self.journal_folder),
                history_bytes: stats.parquet_bytes.saturating_add(stats.index_bytes),
                history_events: stats.file_events.saturating_add(stats.tail_events),
                newest_event: self.newest(account).await,
                oldest_event: self.oldest(account).await,
                free_bytes,
            },
            retention_days: self.retention_days,
        }
    }

    /// Whether the account's trails deliver.
    async fn deliveries(&self, account: AccountId) -> CheckView {
        let trails = Arc::clone(&self.trails.borrow());
        let mut failing = Vec::new();
        // The parts of an organization trail have its id before a slash, and are looked at with it.
        for trail in trails.iter().filter(|trail| trail.account == account && !trail.id.contains('/')) {
            let errors = self.delivery.delivered_files(trail).await.errors;
            if let Some(error) = errors.first() {
                failing.push(format!("{}: {error}", trail.name));
            }
        }
        if failing.is_empty() {
            return check("delivery", CheckStatus::Ok, "Every trail delivers.");
        }
        check("delivery", CheckStatus::Failing, format!("Not delivered at the last attempt: {}.", failing.join(", ")))
    }

    async fn oldest(&self, account: AccountId) -> Option<i64> {
        self.store.oldest(account).await.ok()?.map(Timestamp::unix_seconds)
    }

    async fn newest(&self, account: AccountId) -> Option<i64> {
        let query = LookupQuery {
            limit: 1,
            categories: Vec::new(),
            attributes: Vec::new(),
            accounts: vec![account],
            region: None,
            start: None,
            end: None,
            after: None,
            before_sequence: None,
            filter: None,
        };
        let found = self.store.lookup(&query).await.ok()?;
        found.first().map(|newest| newest.cursor().event_time.unix_seconds())
    }
}

fn check(name: &'static str, status: CheckStatus, message: impl Into<String>) -> CheckView {
    CheckView { name, status, message: message.into() }
}

fn disk(free: Option<u64>) -> CheckView {
    match free {
        Some(free) if free < FREE_BYTES_WANTED => {
            check("journal", CheckStatus::Late, format!("The disk has only {free} bytes left."))
        }
        Some(_) | None => check("journal", CheckStatus::Ok, "Calls are recorded."),
    }
}

fn history(failing: Option<&str>, behind: u64) -> CheckView {
    match failing {
        Some(why) => check("history", CheckStatus::Failing, format!("Events cannot be written to files: {why}.")),
        None if behind > BEHIND_MAX => {
            check("history", CheckStatus::Late, format!("The event history is {behind} entries behind."))
        }
        None => check("history", CheckStatus::Ok, "The event history is up to date."),
    }
}

/// Bytes of the files in a folder, without those in folders below.
fn bytes_in(folder: &Path) -> u64 {
    let Ok(files) = std::fs::read_dir(folder) else { return 0 };
    files.flatten().filter_map(|file| file.metadata().ok()).filter(std::fs::Metadata::is_file).map(|of| of.len()).sum()
}

/// What the disk below a folder has left for us.
#[cfg(target_os = "linux")]
fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// What the disk below a folder has left for us: not known here.
#[cfg(not(target_os = "linux"))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_history_that_cannot_write_are_said() {
        let status = |view: CheckView| view.status;
        assert_eq!(status(disk(Some(1 << 20))), CheckStatus::Late);
        assert_eq!(status(disk(Some(1 << 40))), CheckStatus::Ok);
        assert_eq!(status(history(Some("disk full"), 0)), CheckStatus::Failing);
        assert_eq!(status(history(None, BEHIND_MAX + 1)), CheckStatus::Late);
        assert_eq!(status(history(None, 5)), CheckStatus::Ok);
    }

    #[test]
    fn the_files_of_a_folder_are_added_up_and_its_disk_has_room() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [("a", 5), ("b", 7)] {
            std::fs::write(folder.path().join(name), vec![0; bytes]).unwrap();
        }
        assert_eq!(bytes_in(folder.path()), 12);
        assert_eq!(bytes_in(&folder.path().join("absent")), 0);
        assert!(free_bytes(folder.path()).is_none_or(|bytes| bytes > 0));
    }
}
