//! Summaries of data events: what is counted, and what their records say.

#[cfg(test)]
mod counts;
