//! `ListAccessKeys` names a user's access keys.

use serde::{Deserialize, Serialize};

use super::requests::{Page, user_or_caller};
use super::shapes::KeyMetadataShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAccessKeys;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    access_key_metadata: Option<Vec<KeyMetadataShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListAccessKeys {
    const NAME: &'static str = "ListAccessKeys";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = user_or_caller(cx, request.user_name)?;
        let absent = || ApiError::new(ErrorCode::NoSuchEntity, format!("The user with name {name} cannot be found."));
        let user = cx.services.iam.user(cx.caller.account, &name).ok_or_else(absent)?;
        let mut keys: Vec<_> = user.keys.iter().collect();
        keys.sort_by(|one, other| one.id.cmp(&other.id));
        let page = Page::of(keys, request.max_items, request.marker.as_deref(), |key| key.id.clone())?;
        let keys = page.items.iter().map(|key| KeyMetadataShape::of(&user.name, key)).collect();
        Ok(Response { access_key_metadata: Some(keys), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
