//! Selectors held against a matcher that follows the documentation's words, and against each of their rules.

#[cfg(test)]
mod bad_selectors;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod lost;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod properties;
