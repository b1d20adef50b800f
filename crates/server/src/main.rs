//! `cairn`: a self-hosted, wire-compatible AWS CloudTrail in one binary.

mod commands;
mod data_folder;
mod object_keys;
mod serve;
mod settings;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

/// Gives memory back to the system and keeps it whole under many threads, which the system's own allocator does not.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A self-hosted, wire-compatible AWS `CloudTrail`.
#[derive(Debug, Parser)]
#[command(name = "cairn", version, propagate_version = true)]
enum Command {
    Serve(commands::serve::Arguments),
    Import(commands::import::Arguments),
    Verify(commands::verify::Arguments),
    Selectors(commands::selectors::Arguments),
    Policy(commands::policy::Arguments),
    User(commands::user::Arguments),
    Key(commands::key::Arguments),
    Demo(commands::demo::Arguments),
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Import(arguments) => commands::import::run(&arguments),
        Command::Verify(arguments) => commands::verify::run(&arguments),
        Command::Selectors(arguments) => commands::selectors::run(&arguments),
        Command::Policy(arguments) => commands::policy::run(&arguments),
        Command::User(arguments) => commands::user::run(&arguments),
        Command::Key(arguments) => commands::key::run(&arguments),
        Command::Demo(arguments) => commands::demo::run(&arguments),
    };
    done.unwrap_or_else(|problem| {
        terminal::note(&format!("cairn: {problem}"));
        ExitCode::from(commands::FAILED)
    })
}
