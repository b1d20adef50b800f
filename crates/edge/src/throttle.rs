//! Rates of calls, where they are wanted: each account has its own for each operation in each Region.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cairn_api::{ApiError, ErrorCode, requests_per_second};
use cairn_model::{AccountId, Region};
use tokio::time::Instant;

/// Callers that are remembered before those are forgotten that have their whole allowance back.
const REMEMBERED_MAX: usize = 10_000;
const SECOND: Duration = Duration::from_secs(1);

/// One call as rates see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Caller {
    pub(crate) account: AccountId,
    pub(crate) region: Region,
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
}

/// A bucket of tokens for each caller, as large as its rate for one second. Kept as the moment at which it is full
/// again.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Caller, Instant>>);

impl Throttle {
    /// Takes a token.
    ///
    /// # Errors
    /// `ThrottlingException` when there is none.
    pub(crate) fn admit(&self, caller: Caller, now: Instant) -> Result<(), ApiError> {
        let Some(rate) = requests_per_second(caller.service, caller.operation) else { return Ok(()) };
        let token = SECOND / rate.max(1);
        let mut full_at = self.lock();
        if full_at.len() >= REMEMBERED_MAX {
            full_at.retain(|_, at| *at > now);
        }
        let full = full_at.get(&caller).copied().unwrap_or(now).max(now) + token;
        if full.saturating_duration_since(now) > SECOND {
            return Err(ApiError::new(ErrorCode::ThrottlingException, "Rate exceeded"));
        }
        full_at.insert(caller, full);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Caller, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(operation: &'static str) -> Caller {
        Caller { account: AccountId::DEFAULT, region: Region::us_east_1(), service: "cloudtrail", operation }
    }

    #[tokio::test]
    async fn each_operation_has_the_rate_of_aws_and_a_second_of_it_at_once() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        let admitted = |operation, from: Instant, tries: usize| {
            (0..tries).filter(|_| throttle.admit(caller(operation), from).is_ok()).count()
        };
        assert_eq!(admitted("GetTrail", start, 30), 10);
        assert_eq!(admitted("GetTrail", start + SECOND / 2, 30), 5);
        assert_eq!(admitted("LookupEvents", start, 30), 2);
        assert_eq!(admitted("CreateTrail", start, 30), 1);
        assert_eq!(admitted("CreateTrail", start + SECOND, 30), 1);
        assert_eq!(admitted("PutEventConfiguration", start, 30), 30, "AWS documents no rate");
        let error = throttle.admit(caller("GetTrail"), start).unwrap_err();
        assert_eq!((error.code, &*error.message), (ErrorCode::ThrottlingException, "Rate exceeded"));
        let elsewhere = Caller { region: Region::parse("eu-west-1").unwrap(), ..caller("GetTrail") };
        assert!(throttle.admit(elsewhere, start).is_ok());
    }

    #[tokio::test]
    async fn callers_of_invented_regions_do_not_fill_memory() {
        let (throttle, start) = (Throttle::default(), Instant::now());
        for number in 0..REMEMBERED_MAX + 5 {
            let region = Region::parse(&format!("mars-north-{number}")).unwrap();
            let at = start + Duration::from_millis(number.try_into().unwrap());
            throttle.admit(Caller { region, ..caller("GetTrail") }, at).unwrap();
        }
        assert!(throttle.lock().len() < 1000, "{}", throttle.lock().len());
    }
}
