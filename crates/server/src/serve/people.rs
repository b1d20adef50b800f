//! Sign-in of people, from the settings.

use cairn_environment::Environment;
use cairn_iam::Iam;
use cairn_identity::Directory;
use cairn_model::AccountId;
use cairn_recorder::Recorder;
use cairn_signin::{BreakGlass, SignIn, SignInSettings};
use zeroize::Zeroizing;

use crate::commands::Problem;
use crate::settings::Settings;

/// What signs people in.
pub(super) fn sign_in(
    settings: &Settings,
    (iam, directory, recorder): (&Iam, &Directory, &Recorder),
    environment: &Environment,
) -> SignIn {
    let break_glass = settings.words("sign_in.break_glass").into_iter().map(str::to_owned);
    let of_sign_in = SignInSettings {
        session: settings.seconds("sign_in.session_seconds"),
        accounts: settings.accounts.iter().map(|account| account.id).collect(),
        break_glass: BreakGlass::new(break_glass),
    };
    SignIn::new(iam.clone(), directory.clone(), recorder.clone(), of_sign_in, environment)
}

/// The one-time password of the default account's root, where it has none yet and is to have one.
pub(super) async fn bootstrap(settings: &Settings, iam: &Iam) -> Result<Option<Zeroizing<String>>, Problem> {
    if settings.text("sign_in.root_password") != "true" {
        return Ok(None);
    }
    Ok(iam.bootstrap_root(AccountId::DEFAULT).await?)
}
