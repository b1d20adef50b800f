//! Organizations as rows: a document each.

use sqlx::{Row, SqliteConnection};

use crate::{CatalogError, Organization, Organizations};

/// Every organization, in the order of creation.
pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Organizations, CatalogError> {
    let rows = sqlx::query("SELECT id, document FROM organizations").fetch_all(connection).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        let (id, document): (String, String) = (row.try_get("id")?, row.try_get("document")?);
        all.push(serde_json::from_str::<Organization>(&document).map_err(|error| damaged(&id, &error))?);
    }
    all.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    Ok(Organizations { all })
}

/// Writes those that are not as in `before`. None ever goes away.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    before: &Organizations,
    after: &Organizations,
) -> Result<(), CatalogError> {
    for organization in after.all.iter().filter(|organization| !before.all.contains(organization)) {
        let id = &organization.id;
        let document = serde_json::to_string(organization).map_err(|error| damaged(id, &error))?;
        let text = "INSERT INTO organizations (id, document) VALUES ($1, $2) \
                    ON CONFLICT (id) DO UPDATE SET document = excluded.document";
        sqlx::query(text).bind(id).bind(document).execute(&mut *connection).await?;
    }
    Ok(())
}

fn damaged(id: &str, error: &serde_json::Error) -> CatalogError {
    CatalogError::DamagedOrganization { organization: id.to_owned(), reason: error.to_string() }
}
