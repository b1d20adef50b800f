//! What is known of keys, taught by calls as a gateway sees them.

#[cfg(test)]
mod chains;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod identities;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod storage;
