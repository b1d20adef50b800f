//! A gateway between clients and upstreams that the tests play themselves, byte by byte, on loopback.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod drops;
#[cfg(test)]
mod ends;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod forwarding;
#[cfg(test)]
mod house;
#[cfg(test)]
mod inventory;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod played;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod rough;
#[cfg(test)]
mod tls;
