//! `cairn key rotate`: a new access key for an old one.

use std::process::ExitCode;

use super::iam::{AccessKey, Iam};
use super::user::{Server, show};
use super::{Problem, runtime};
use crate::terminal;

/// Change access keys of a running server
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Rotate(RotateArguments),
}

/// Make a new key for a user, try it, and make the old one inactive
///
/// The new key is printed for a shell, its secret this once. The old one stays, inactive, until it is deleted, so that it
/// can be made active again where something still needs it. Keys of an account's root are in the data folder or in the
/// settings, and are changed there.
///
/// Exit codes: 0 done, 3 not; the old key then still works.
#[derive(Debug, clap::Args)]
struct RotateArguments {
    /// The user [default: whoever signs]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Delete an inactive key first, where the user has two
    #[arg(long)]
    delete_inactive: bool,
    #[command(flatten)]
    server: Server,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    let Command::Rotate(arguments) = &arguments.command;
    runtime()?.block_on(rotate(arguments))?;
    Ok(ExitCode::SUCCESS)
}

async fn rotate(arguments: &RotateArguments) -> Result<(), Problem> {
    let iam = arguments.server.iam()?;
    let user = match &arguments.user {
        Some(name) => name.clone(),
        None => user_of(&iam.caller_arn().await?)?,
    };
    let mut keys = iam.keys(&user).await?;
    make_room(&iam, &user, &mut keys, arguments.delete_inactive).await?;
    let new = iam.create_key(&user).await?;
    // Shown at once: whatever fails from here on, the key is not lost.
    show(&new);
    let arn = Iam(iam.0.with_key(&new.id, &new.secret)).caller_arn().await?;
    terminal::note(&format!("{} signs for {arn}", new.id));
    // With the old key, which may be the one that signs: its last deed.
    for old in keys.iter().filter(|key| key.is_active) {
        iam.deactivate_key(&user, &old.id).await?;
        terminal::note(&format!("{} is inactive; delete it when nothing needs it any more", old.id));
    }
    Ok(())
}

/// A user has two keys at most: one must go before the new one comes.
async fn make_room(iam: &Iam, user: &str, keys: &mut Vec<AccessKey>, may_delete: bool) -> Result<(), Problem> {
    const KEYS_MAX: usize = 2;
    if keys.len() < KEYS_MAX {
        return Ok(());
    }
    let Some(place) = keys.iter().position(|key| !key.is_active) else {
        return Err(format!("{user} has two active keys: make one of them inactive first").into());
    };
    if !may_delete {
        return Err(format!("{user} has two keys, one of them inactive: --delete-inactive deletes that first").into());
    }
    let inactive = keys.remove(place);
    iam.delete_key(user, &inactive.id).await?;
    terminal::note(&format!("{} is deleted", inactive.id));
    Ok(())
}

/// The name of the user whose ARN this is.
fn user_of(arn: &str) -> Result<String, Problem> {
    let user = arn.split_once(":user/").and_then(|(_, path)| path.rsplit('/').next());
    let reason =
        || format!("{arn} is no user, and only users have keys that can be rotated: name one with --user").into();
    user.map(str::to_owned).ok_or_else(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_users_have_keys_to_rotate() {
        assert_eq!(user_of("arn:aws:iam::123456789012:user/team/ann").unwrap(), "ann");
        for other in ["arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:assumed-role/a/b"] {
            assert!(user_of(other).unwrap_err().to_string().contains(other));
        }
    }
}
