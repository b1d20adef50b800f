//! `ListAliases` shows the aliases of the account in the Region, or those of one key, in the order of their names.

use serde::{Deserialize, Serialize};

use super::requests::Page;
use crate::operation::Operation;
use crate::wire_time::WireTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAliases;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    limit: Option<u32>,
    marker: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    aliases: Vec<Listed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    alias_name: String,
    alias_arn: String,
    target_key_id: String,
    creation_date: WireTime,
    last_updated_date: WireTime,
}

impl Operation for ListAliases {
    const NAME: &'static str = "ListAliases";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidMarkerException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let place = cx.key_place();
        let mut aliases = cx.services.kms.list_aliases(&place);
        if let Some(id) = request.key_id.as_deref() {
            let key = cx.key(Some(id))?;
            aliases.retain(|alias| alias.key_id == key.id);
        }
        let page = Page::of(aliases, request.limit.unwrap_or(50), request.marker.as_deref(), |alias| &alias.name)?;
        let listed = page.items.iter().map(|alias| Listed {
            alias_name: alias.name.clone(),
            alias_arn: alias.arn(&place),
            target_key_id: alias.key_id.clone(),
            creation_date: WireTime(alias.created_at),
            last_updated_date: WireTime(alias.updated_at),
        });
        Ok(Response { aliases: listed.collect(), next_marker: page.next_marker, truncated: page.truncated })
    }
}
