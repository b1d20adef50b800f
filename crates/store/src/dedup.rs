//! Which events a store has already.

use std::sync::PoisonError;

use cairn_model::{AccountId, EventKey};

use crate::part::RowKey;
use crate::state::View;
use crate::{Known, StoreError, key_filter};

/// Which of `keys` are in `view`, in their order.
pub(crate) async fn known(view: &View, account: AccountId, keys: &[EventKey]) -> Result<Vec<Known>, StoreError> {
    let keys: Vec<RowKey> = keys.iter().map(RowKey::of).collect();
    let mut known = vec![Known::No; keys.len()];
    for tail in &view.tails {
        let tail = tail.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = tail.parts.get(&account) {
            for (known, key) in known.iter_mut().zip(&keys) {
                *known = better(*known, part.known(*key));
            }
        }
    }
    for file in view.files.iter().filter(|file| file.entry.account == account) {
        let filter = file.filter().await?;
        for (known, key) in known.iter_mut().zip(&keys) {
            if *known != Known::Same && key_filter::may_have(&filter, key.id) {
                *known = better(*known, file.known(*key).await?);
            }
        }
    }
    Ok(known)
}

/// Of two places the one that knows more: the same event anywhere is the same event.
fn better(one: Known, other: Known) -> Known {
    match (one, other) {
        (Known::Same, _) | (_, Known::Same) => Known::Same,
        (Known::Different, _) | (_, Known::Different) => Known::Different,
        (Known::No, Known::No) => Known::No,
    }
}
