//! Decisions over random policies and requests, held against a naive model of the language.

#[cfg(test)]
mod both;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod random;
