//! Delivery from the journal to buckets, on a simulated disk, simulated buckets and a clock that the test moves.

#[cfg(test)]
mod destinations;
#[cfg(test)]
mod digests;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod listed;
#[cfg(test)]
mod log_files;
#[cfg(test)]
mod organization_trails;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod selectors;
#[cfg(test)]
mod summaries;
mod targets;
#[cfg(test)]
mod world;
