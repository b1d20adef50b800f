//! `userIdentity`: who called.

use crate::call::Call;
use crate::principal::Kind;
use crate::rng::{Rng, wide};
use crate::services::REGIONS;
use crate::text::{hex, moment, put};
use crate::world::Session;

/// Writes `userIdentity`; returns its user name (as a lookup by user name finds it) and its access key.
pub(crate) fn identity(
    call: &Call<'_>,
    session: &Session,
    rng: &mut Rng,
    out: &mut String,
) -> (Option<String>, Option<String>) {
    let p = call.caller;
    match p.kind {
        // A sign-in has no access key, and neither has what AWS does by itself.
        Kind::User if call.service == "signin" => {
            user_at_sign_in(call, out);
            (Some(p.name.clone()), None)
        }
        Kind::User => {
            let key = user(call, session, out);
            (Some(p.name.clone()), Some(key))
        }
        Kind::Root => {
            root(call, session, out);
            (Some("root".into()), Some(session.key.clone()))
        }
        Kind::Service => {
            put!(*out, "{{\"type\":\"AWSService\",\"invokedBy\":\"{}.amazonaws.com\"}}", p.name);
            (None, None)
        }
        Kind::Foreign => {
            let home = &call.world.accounts[p.account].id;
            put!(
                *out,
                "{{\"type\":\"AWSAccount\",\"principalId\":\"{}:{}\",\"accountId\":\"{home}\"}}",
                p.id,
                session.name
            );
            (None, None)
        }
        Kind::WebIdentity | Kind::SamlUser | Kind::Sso if call.event.starts_with("AssumeRoleWith") => {
            (Some(federated(call, out)), None)
        }
        Kind::Role | Kind::Sso | Kind::Chained | Kind::SamlUser | Kind::WebIdentity => {
            assumed_role(call, session, rng, out);
            // LookupEvents calls the session's name the user name.
            (Some(session.name.clone()), Some(session.key.clone()))
        }
    }
}

fn user_at_sign_in(call: &Call<'_>, out: &mut String) {
    let p = call.caller;
    let home = &call.world.accounts[p.account].id;
    put!(
        *out,
        "{{\"type\":\"IAMUser\",\"principalId\":\"{}\",\"arn\":\"arn:aws:iam::{home}:user/{}\",\"accountId\":\"{home}\",\"userName\":\"{}\"}}",
        p.id,
        p.name,
        p.name
    );
}

fn user(call: &Call<'_>, session: &Session, out: &mut String) -> String {
    let p = call.caller;
    let home = &call.world.accounts[p.account].id;
    let created = moment(session.begun);
    let key = if p.mfa { session.key.clone() } else { p.access_key.clone() };
    put!(
        *out,
        "{{\"type\":\"IAMUser\",\"principalId\":\"{}\",\"arn\":\"arn:aws:iam::{home}:user/{}\",\"accountId\":\"{home}\",\"accessKeyId\":\"{key}\",\"userName\":\"{}\"",
        p.id,
        p.name,
        p.name
    );
    if p.mfa {
        put!(
            *out,
            ",\"sessionContext\":{{\"attributes\":{{\"creationDate\":\"{created}\",\"mfaAuthenticated\":\"true\"}}}}"
        );
    }
    out.push('}');
    key
}

fn root(call: &Call<'_>, session: &Session, out: &mut String) {
    let p = call.caller;
    let home = &call.world.accounts[p.account].id;
    let created = moment(session.begun);
    put!(
        *out,
        "{{\"type\":\"Root\",\"principalId\":\"{home}\",\"arn\":\"arn:aws:iam::{home}:root\",\"accountId\":\"{home}\",\"accessKeyId\":\"{}\",\
        \"sessionContext\":{{\"attributes\":{{\"creationDate\":\"{created}\",\"mfaAuthenticated\":\"{}\"}}}}}}",
        session.key,
        p.mfa
    );
}

/// Someone whom another provider vouches for; gives the user's name.
fn federated(call: &Call<'_>, out: &mut String) -> String {
    let p = call.caller;
    let home = &call.world.accounts[p.account].id;
    let (kind, provider, user) = if p.kind == Kind::WebIdentity {
        (
            "WebIdentityUser",
            format!("arn:aws:iam::{home}:oidc-provider/token.actions.githubusercontent.com"),
            format!("repo:example-org/{}:ref:refs/heads/main", p.name),
        )
    } else {
        ("SAMLUser", format!("arn:aws:iam::{home}:saml-provider/idp.example.com"), p.name.clone())
    };
    put!(
        *out,
        "{{\"type\":\"{kind}\",\"principalId\":\"{provider}:sts.amazonaws.com:{user}\",\"userName\":\"{user}\",\"identityProvider\":\"{provider}\"}}"
    );
    user
}

fn assumed_role(call: &Call<'_>, session: &Session, rng: &mut Rng, out: &mut String) {
    let p = call.caller;
    let home = &call.world.accounts[p.account].id;
    let created = moment(session.begun);
    let (path, role) = match p.kind {
        Kind::Sso => {
            let set =
                ["AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "DatabaseAdministrator"][p.name.len() % 4];
            (
                format!("aws-reserved/sso.amazonaws.com/{}/", REGIONS[1]),
                format!("AWSReservedSSO_{set}_{}", hex(&mut Rng::keyed(call.world.seed, wide(p.account)), 16)),
            )
        }
        Kind::User
        | Kind::Role
        | Kind::Chained
        | Kind::SamlUser
        | Kind::WebIdentity
        | Kind::Service
        | Kind::Root
        | Kind::Foreign => (String::new(), p.name.clone()),
    };
    put!(
        *out,
        "{{\"type\":\"AssumedRole\",\"principalId\":\"{}:{}\",\"arn\":\"arn:aws:sts::{home}:assumed-role/{role}/{}\",\"accountId\":\"{home}\",\"accessKeyId\":\"{}\",\
        \"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\",\"principalId\":\"{}\",\"arn\":\"arn:aws:iam::{home}:role/{path}{role}\",\"accountId\":\"{home}\",\"userName\":\"{role}\"}},",
        p.id,
        session.name,
        session.name,
        session.key,
        p.id
    );
    if p.kind == Kind::WebIdentity {
        put!(
            *out,
            "\"webIdFederationData\":{{\"federatedProvider\":\"arn:aws:iam::{home}:oidc-provider/token.actions.githubusercontent.com\",\"attributes\":{{}}}},"
        );
    }
    put!(*out, "\"attributes\":{{\"creationDate\":\"{created}\",\"mfaAuthenticated\":\"{}\"}}", p.kind == Kind::Sso);
    if session.name.starts_with("i-0") {
        out.push_str(",\"ec2RoleDelivery\":\"2.0\"");
    }
    out.push('}');
    if p.kind == Kind::Role && rng.chance(0.05) {
        out.push_str(",\"inScopeOf\":{\"issuerType\":\"AWS::Lambda::Function\"}");
    }
    out.push('}');
}
