//! What the commands say to the person at the terminal.

use std::io::Write;

/// Writes a line to standard output. A closed pipe is not an error: nobody listens any more.
pub(crate) fn say(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// Writes a line to standard error, where progress and problems go.
pub(crate) fn note(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}
