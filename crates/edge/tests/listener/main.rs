//! The whole listener on a free port: what raw bytes get as an answer, and the one event that each request leaves.

#[cfg(test)]
mod authorization;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod events;
#[cfg(test)]
mod house;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod search;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod strain;
