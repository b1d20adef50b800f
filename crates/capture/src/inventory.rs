//! When the upstream's IAM is asked whose keys are whose: at the start, every so often, and when an unknown key is seen.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, oneshot};

use crate::call::Front;
use crate::inventory_round::{Extent, Round, Taken};
use crate::settings::InventorySettings;

/// Unknown keys of which it is remembered that they were seen. Further ones wait for the next inventory that is due.
const MISSED_MAX: usize = 4096;

/// What a gateway needs to keep an inventory.
#[derive(Debug)]
pub(crate) struct Inventory {
    pub(crate) settings: InventorySettings,
    /// Keys that were unknown when they were seen, since the last inventory that was due.
    missed: Mutex<HashSet<Box<str>>>,
    wanted: Notify,
}

impl Inventory {
    pub(crate) fn new(settings: InventorySettings) -> Self {
        Self { settings, missed: Mutex::default(), wanted: Notify::new() }
    }

    /// A key was seen whose holder is not known. The first time this asks for an inventory, and waits for nothing.
    pub(crate) fn miss(&self, access_key_id: &str) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        if missed.len() < MISSED_MAX && !missed.contains(access_key_id) {
            missed.insert(access_key_id.into());
            self.wanted.notify_one();
        }
    }

    fn forget_missed(&self) {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Takes inventories until the environment's tasks are asked to stop. `first` is dropped after the first one, whatever
/// came of it.
pub(crate) async fn keep(front: Arc<Front>, first: oneshot::Sender<()>) {
    let Some(inventory) = &front.inventory else { return };
    let (clock, settings) = (&front.environment.clock, &inventory.settings);
    let (mut first, mut told) = (Some(first), BTreeMap::new());
    loop {
        let taken = tokio::select! {
            taken = Round::new(&front, settings).take() => taken,
            () = front.environment.tasks.stopping() => return,
        };
        if taken.extent != Extent::Complete {
            inventory.forget_missed();
        }
        tell(&front.settings.name, &taken, &mut told);
        drop(first.take());
        let wanted = async {
            clock.sleep(settings.pause).await;
            inventory.wanted.notified().await;
        };
        tokio::select! {
            () = clock.sleep(settings.interval) => inventory.forget_missed(),
            () = wanted => {}
            () = front.environment.tasks.stopping() => return,
        }
    }
}

/// Counts what came of an inventory, and logs what was not said the last time.
fn tell(gateway: &str, taken: &Taken, told: &mut BTreeMap<&'static str, String>) {
    let of_gateway = || gateway.to_owned();
    let extent = taken.extent.name();
    metrics::counter!("cairn_capture_inventories_total", "gateway" => of_gateway(), "extent" => extent).increment(1);
    for (operation, fault) in &taken.faults {
        metrics::counter!("cairn_capture_inventory_faults_total", "gateway" => of_gateway(), "operation" => *operation)
            .increment(1);
        if told.get(operation) == Some(fault) {
            tracing::debug!(gateway, operation, fault, "the upstream's IAM still does not say");
        } else {
            tracing::warn!(gateway, operation, fault, "the upstream's IAM does not say who keys are");
        }
    }
    *told = taken.faults.iter().cloned().collect();
    tracing::debug!(gateway, extent, users = taken.users, keys = taken.keys, roles = taken.roles, "inventory taken");
}
