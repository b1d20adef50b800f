//! The shape of a handshake in answers.

use cairn_catalog::{Handshake, HandshakeState, Organization};
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::account_shape::{arn, feature_set};
use crate::wire_time::WireTime;

/// `Handshake` of the service model.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct HandshakeShape {
    id: String,
    arn: String,
    parties: Vec<PartyShape>,
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_timestamp: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_timestamp: Option<WireTime>,
    action: String,
    resources: Vec<ResourceShape>,
}

/// `HandshakeParty` of the service model.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PartyShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) r#type: Option<String>,
}

/// `HandshakeResource` of the service model.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ResourceShape {
    value: String,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Vec<ResourceShape>>,
}

/// The answer of an operation about one handshake.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OneHandshake {
    pub(crate) handshake: HandshakeShape,
}

impl HandshakeShape {
    /// A handshake of `organization` as it is at a moment.
    pub(crate) fn of(organization: &Organization, handshake: &Handshake, now: Timestamp) -> Self {
        let state = match handshake.state_at(now) {
            HandshakeState::Open => "OPEN",
            HandshakeState::Canceled => "CANCELED",
            HandshakeState::Accepted => "ACCEPTED",
            HandshakeState::Declined => "DECLINED",
            HandshakeState::Expired => "EXPIRED",
        };
        let party = |id: String, kind: &str| PartyShape { id: Some(id), r#type: Some(kind.to_owned()) };
        Self {
            id: handshake.id.clone(),
            arn: arn(organization, "handshake", &format!("/invite/{}", handshake.id)),
            parties: vec![
                party(organization.id.clone(), "ORGANIZATION"),
                party(handshake.account.to_string(), "ACCOUNT"),
            ],
            state: state.to_owned(),
            requested_timestamp: Some(WireTime(handshake.requested_at)),
            expiration_timestamp: Some(WireTime(handshake.expires_at)),
            action: "INVITE".to_owned(),
            resources: resources(organization, handshake),
        }
    }
}

fn resources(organization: &Organization, handshake: &Handshake) -> Vec<ResourceShape> {
    let plain =
        |kind: &str, value: String| ResourceShape { value, r#type: kind.to_owned(), ..ResourceShape::default() };
    let management = organization.member(organization.management_account);
    let of_management = management
        .into_iter()
        .flat_map(|member| [plain("MASTER_EMAIL", member.email.clone()), plain("MASTER_NAME", member.name.clone())]);
    let features = plain("ORGANIZATION_FEATURE_SET", feature_set(organization).to_owned());
    let inner = of_management.chain([features]).collect();
    let whole = ResourceShape { resources: Some(inner), ..plain("ORGANIZATION", organization.id.clone()) };
    let account = plain("ACCOUNT", handshake.account.to_string());
    let notes = handshake.notes.clone().map(|notes| plain("NOTES", notes));
    [whole, account].into_iter().chain(notes).collect()
}
