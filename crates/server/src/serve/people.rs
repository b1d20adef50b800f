//! Sign-in of people, from the settings.

use cairn_environment::Environment;
use cairn_iam::Iam;
use cairn_identity::Directory;
use cairn_model::AccountId;
use cairn_outbound::{AddressPolicy, Outbound};
use cairn_recorder::Recorder;
use cairn_signin::{BreakGlass, OidcProvider, SignIn, SignInSettings};
use zeroize::Zeroizing;

use crate::commands::Problem;
use crate::settings::{ConsoleClientTable, OidcProviderTable, Settings};

/// What signs people in.
pub(super) fn sign_in(
    settings: &Settings,
    (iam, directory, recorder): (&Iam, &Directory, &Recorder),
    environment: &Environment,
) -> Result<SignIn, Problem> {
    let break_glass = settings.words("sign_in.break_glass").into_iter().map(str::to_owned);
    let providers: Result<Vec<OidcProvider>, Problem> =
        settings.oidc_providers.iter().map(|table| provider(table, environment)).collect();
    let may_be_local = settings.text("sign_in.allow_local_providers") == "true";
    let to_made = if may_be_local { AddressPolicy::Anywhere } else { AddressPolicy::Guarded };
    let of_sign_in = SignInSettings {
        session: settings.seconds("sign_in.session_seconds"),
        renewable: settings.seconds("sign_in.renewable_seconds"),
        accounts: settings.accounts.iter().map(|account| account.id).collect(),
        break_glass: BreakGlass::new(break_glass),
        providers: providers?,
        way_to_made_providers: Some(Outbound::new(to_made, environment)?),
    };
    Ok(SignIn::new(iam.clone(), directory.clone(), recorder.clone(), of_sign_in, environment))
}

fn provider(table: &OidcProviderTable, environment: &Environment) -> Result<OidcProvider, Problem> {
    let policy = AddressPolicy::of_setting(&table.issuer, table.allow_local);
    let console = table.sign_in.as_ref().map(ConsoleClientTable::client).transpose()?;
    Ok(OidcProvider {
        account: table.account,
        issuer: table.issuer.clone(),
        client_ids: table.client_ids.clone(),
        outbound: Outbound::new(policy, environment)?,
        console,
    })
}

/// The one-time password of the default account's root, where it has none yet and is to have one, or is to have another.
pub(super) async fn bootstrap(settings: &Settings, iam: &Iam) -> Result<Option<Zeroizing<String>>, Problem> {
    if settings.reset_root {
        return Ok(Some(iam.reset_root(AccountId::DEFAULT).await?));
    }
    if settings.text("sign_in.root_password") != "true" {
        return Ok(None);
    }
    Ok(iam.bootstrap_root(AccountId::DEFAULT).await?)
}
