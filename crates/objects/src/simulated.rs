//! A bucket in memory, whose faults a test decides on.

use std::time::Duration;

use bytes::Bytes;

#[derive(Clone, Debug)]
pub(crate) struct Simulated {}

/// The faults of a simulated bucket, and hands that reach into it past its interface. Probabilities are per mille.
#[derive(Clone, Debug)]
pub struct ObjectFaults {}

#[allow(clippy::todo, unused_variables, reason = "skeleton")]
impl ObjectFaults {
    /// From now on this share of the calls fails with `ServiceUnavailable` before doing anything.
    pub fn fail(&self, per_mille: u64) {
        todo!()
    }

    /// From now on this share of the calls does its work and then fails with [`crate::ObjectError::TimedOut`].
    pub fn time_out_after_the_work(&self, per_mille: u64) {
        todo!()
    }

    /// From now on this share of the calls is answered late, by up to `delay_max`.
    pub fn answer_late(&self, per_mille: u64, delay_max: Duration) {
        todo!()
    }

    /// Every call fails until [`ObjectFaults::end_outage`].
    pub fn begin_outage(&self) {
        todo!()
    }

    /// Ends an outage.
    pub fn end_outage(&self) {
        todo!()
    }

    /// No more faults by chance and no outage; what was removed stays removed.
    pub fn calm(&self) {
        todo!()
    }

    /// The bucket is gone, with everything in it, until [`ObjectFaults::create_bucket`].
    pub fn remove_bucket(&self) {
        todo!()
    }

    /// The bucket is there again, empty.
    pub fn create_bucket(&self) {
        todo!()
    }

    /// Replaces the bytes of an object and leaves everything else about it; false when it is absent.
    pub fn overwrite(&self, key: &str, bytes: Bytes) -> bool {
        todo!()
    }

    /// Removes an object; false when it is absent.
    pub fn erase(&self, key: &str) -> bool {
        todo!()
    }

    /// Drops the user metadata of an object; false when it is absent.
    pub fn strip_metadata(&self, key: &str) -> bool {
        todo!()
    }

    /// Every key, in byte order, faults or not.
    pub fn keys(&self) -> Vec<String> {
        todo!()
    }

    /// The bytes of an object, faults or not.
    pub fn peek(&self, key: &str) -> Option<Bytes> {
        todo!()
    }

    /// How many puts changed an object that was there already.
    pub fn replacements(&self) -> u64 {
        todo!()
    }
}
