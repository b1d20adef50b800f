//! What the gateway asks of this crate, by its public face: requests of every protocol, answers, S3, and nonsense.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod botocore;
#[cfg(test)]
mod nonsense;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod sent;
