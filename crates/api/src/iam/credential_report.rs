//! The credential report: a line of CSV for the root and for each user, in AWS's columns.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html#id_credentials_understanding_the_report_format>

use std::time::Duration;

use cairn_iam::{KeyStatus, User};
use cairn_model::Timestamp;

use crate::Context;

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                       password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                       access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                       access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                       access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
                       cert_2_active,cert_2_last_rotated";
const NONE: &str = "N/A";
/// The columns of certificates, of which there are none.
const CERTIFICATES: [&str; 4] = ["false", NONE, "false", NONE];

/// The report of an account as it is now.
pub(super) fn report(cx: &Context) -> String {
    let account = cx.caller.account;
    let max_age = cx.services.iam.password_policy(account).and_then(|policy| policy.max_age_days);
    let users = cx.services.iam.list_users(account);
    let lines = users.iter().map(|user| line(&of_user(cx, user, max_age)));
    [COLUMNS.to_owned(), line(&of_root(cx))].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn line(cells: &[String]) -> String {
    cells.join(",")
}

/// What is known of a root: its keys stand in the settings, so that it may always have one.
fn of_root(cx: &Context) -> Vec<String> {
    let account = cx.caller.account;
    let last_used = cx.services.iam.account(account).root_password_last_used;
    let has_device = !cx.services.iam.mfa_devices_of_root(account).is_empty();
    let cells = [
        "<root_account>",
        &format!("arn:aws:iam::{account}:root"),
        &time(Timestamp::from_unix_seconds(0)),
        "not_supported",
        &last_used.map_or_else(|| "no_information".to_owned(), time),
        "not_supported",
        "not_supported",
        &has_device.to_string(),
        "true",
        NONE,
        NONE,
        NONE,
        NONE,
        "false",
        NONE,
        NONE,
        NONE,
        NONE,
    ]
    .map(str::to_owned);
    cells.into_iter().chain(CERTIFICATES.map(str::to_owned)).collect()
}

fn of_user(cx: &Context, user: &User, max_age_days: Option<u32>) -> Vec<String> {
    let mut cells = vec![user.name.clone(), user.arn(), time(user.created_at)];
    match &user.login {
        None => cells.extend(["false", NONE, NONE, NONE].map(str::to_owned)),
        Some(login) => {
            let rotation =
                max_age_days.map(|days| time(login.changed_at.plus(Duration::from_secs(u64::from(days) * 86_400))));
            let last_used = user.password_last_used.map_or_else(|| "no_information".to_owned(), time);
            cells.extend(["true".to_owned(), last_used, time(login.changed_at)]);
            cells.push(rotation.unwrap_or_else(|| NONE.to_owned()));
        }
    }
    cells.push((!cx.services.iam.mfa_devices_of_user(&user.id).is_empty()).to_string());
    for place in 0..2 {
        cells.extend(of_key(cx, user, place));
    }
    cells.extend(CERTIFICATES.map(str::to_owned));
    cells
}

/// The five columns of a user's first or second key.
fn of_key(cx: &Context, user: &User, place: usize) -> [String; 5] {
    let Some(key) = user.keys.get(place) else { return ["false", NONE, NONE, NONE, NONE].map(str::to_owned) };
    let is_active = (key.status == KeyStatus::Active).to_string();
    let (at, region, service) = match cx.services.iam.key_last_used(&key.id).and_then(|(_, last)| last) {
        None => (NONE.to_owned(), NONE.to_owned(), NONE.to_owned()),
        Some(last) => (time(last.at), last.region, last.service),
    };
    [is_active, time(key.created_at), at, region, service]
}

/// `2026-11-22T16:00:00+00:00`
fn time(at: Timestamp) -> String {
    at.iso_seconds().replace('Z', "+00:00")
}
