//! `cairn user`: the everyday of users, in one command each.

use std::process::ExitCode;

use cairn_environment::Environment;

use super::client::Client;
use super::iam::{AccessKey, Iam, NewKey, User};
use super::{Problem, runtime};
use crate::terminal;

/// Where AWS's managed policies are.
const MANAGED: &str = "arn:aws:iam::aws:policy/";

/// What keeps a disabled user, and the sessions it began, from everything.
const DISABLED: &str = "CairnDisabledUser";
const DENIAL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#;

/// Make, list and disable users of a running server
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Add(AddArguments),
    List(ListArguments),
    Disable(DisableArguments),
}

/// Make a user with an access key, and print the key for a shell
///
/// The secret is shown this once. Exit codes: 0 done, 3 not, or not all of it.
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
struct AddArguments {
    /// The user's name
    name: String,
    /// A managed policy that it gets: an ARN, or a name such as AWSCloudTrail_ReadOnlyAccess. Repeatable
    #[arg(long, value_name = "POLICY")]
    policy: Vec<String>,
    /// A group that it joins. Repeatable
    #[arg(long, value_name = "GROUP")]
    group: Vec<String>,
    /// Make no access key
    #[arg(long)]
    no_key: bool,
    #[command(flatten)]
    server: Server,
}

/// List users, their keys and when each was last used
#[derive(Debug, clap::Args)]
struct ListArguments {
    #[command(flatten)]
    server: Server,
}

/// End everything that a user can do: its keys, its password, the sessions it began
///
/// Its keys become inactive, its password is deleted, and a policy of its own, CairnDisabledUser, denies everything, also
/// to sessions that are under way. Nothing of its history is touched. To let it in again, delete that policy and make its
/// keys active.
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
struct DisableArguments {
    /// The user's name
    name: String,
    #[command(flatten)]
    server: Server,
}

/// Which server, and as whom: by the usual AWS variables
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
pub(super) struct Server {
    /// The server [default: AWS_ENDPOINT_URL, else http://127.0.0.1:4580]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl Server {
    pub(super) fn iam(&self) -> Result<Iam, Problem> {
        // iam is one for all Regions, and signed for this one.
        let region = Some("us-east-1".to_owned());
        Ok(Iam(Client::new(self.endpoint_url.clone(), region, &Environment::real())?))
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    runtime()?.block_on(async {
        match &arguments.command {
            Command::Add(arguments) => add(arguments).await,
            Command::List(arguments) => list(&arguments.server.iam()?).await,
            Command::Disable(arguments) => disable(&arguments.server.iam()?, &arguments.name).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(arguments: &AddArguments) -> Result<(), Problem> {
    let iam = arguments.server.iam()?;
    let user = iam.create_user(&arguments.name).await?;
    let after = |problem: Problem| format!("{problem}\nthe user {} is there now, without what follows", user.arn);
    for policy in &arguments.policy {
        iam.attach(&user.name, &policy_arn(policy)).await.map_err(after)?;
    }
    for group in &arguments.group {
        iam.join(&user.name, group).await.map_err(after)?;
    }
    terminal::note(&format!("made {}", user.arn));
    if !arguments.no_key {
        show(&iam.create_key(&user.name).await.map_err(after)?);
    }
    Ok(())
}

/// A key, as a shell reads it.
pub(super) fn show(key: &NewKey) {
    terminal::say(&format!("export AWS_ACCESS_KEY_ID={}", key.id));
    terminal::say(&format!("export AWS_SECRET_ACCESS_KEY={}", key.secret));
}

fn policy_arn(named: &str) -> String {
    if named.starts_with("arn:") { named.to_owned() } else { format!("{MANAGED}{named}") }
}

async fn list(iam: &Iam) -> Result<(), Problem> {
    for User { name, created, .. } in iam.users().await? {
        terminal::say(&format!("{name}  since {created}"));
        for AccessKey { id, is_active } in iam.keys(&name).await? {
            let used = iam.key_last_used(&id).await?;
            let used = used.map_or_else(|| "never used".to_owned(), |used| format!("last used {used}"));
            terminal::say(&format!("  {id}  {}  {used}", if is_active { "active" } else { "inactive" }));
        }
    }
    Ok(())
}

async fn disable(iam: &Iam, name: &str) -> Result<(), Problem> {
    iam.put_policy(name, DISABLED, DENIAL).await?;
    for key in iam.keys(name).await?.iter().filter(|key| key.is_active) {
        iam.deactivate_key(name, &key.id).await?;
        terminal::note(&format!("{} is inactive", key.id));
    }
    if iam.delete_login_profile(name).await? {
        terminal::note("its password is deleted");
    }
    terminal::note(&format!("{name} may do nothing any more: policy {DISABLED}"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_named_by_arn_or_by_name() {
        assert_eq!(policy_arn("ReadOnlyAccess"), "arn:aws:iam::aws:policy/ReadOnlyAccess");
        assert_eq!(policy_arn("arn:aws:iam::123456789012:policy/x"), "arn:aws:iam::123456789012:policy/x");
    }
}
