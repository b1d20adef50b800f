//! Conditions on columns, decided on a file: as sets of rows, by its index where that has the column.

use std::pin::Pin;

use roaring::RoaringBitmap;

use crate::StoreError;
use crate::event_column::EventColumn;
use crate::filter::Filter;
use crate::number::narrow;
use crate::postings::Rows;
use crate::predicate::Predicate;
use crate::stored_file::StoredFile;

type Found<'f> = Pin<Box<dyn Future<Output = Result<Rows, StoreError>> + Send + 'f>>;

/// The rows of `file` that fit, whatever their times.
pub(crate) fn rows_that_fit<'f>(file: &'f StoredFile, filter: &'f Filter) -> Found<'f> {
    Box::pin(async move {
        match filter {
            Filter::Has(column, predicate) => rows_with(file, *column, predicate).await,
            Filter::Not(inner) => {
                let fit = rows_that_fit(file, inner).await?;
                let mut others = every_row(file).await?;
                others -= fit.into_bitmap();
                Ok(Rows::Many(others))
            }
            Filter::Any(any) => {
                let mut rows = Rows::none();
                for one in any {
                    rows = rows.or(rows_that_fit(file, one).await?);
                }
                Ok(rows)
            }
            Filter::All(all) => {
                let mut rows: Option<Rows> = None;
                // What the index answers comes first: often nothing is left to ask of columns.
                for is_indexed in [true, false] {
                    for one in all.iter().filter(|one| is_answered_by_index(one) == is_indexed) {
                        if rows.as_ref().is_some_and(Rows::is_empty) {
                            return Ok(Rows::none());
                        }
                        let fit = rows_that_fit(file, one).await?;
                        rows = Some(match rows {
                            Some(rows) => rows.and(fit),
                            None => fit,
                        });
                    }
                }
                match rows {
                    Some(rows) => Ok(rows),
                    None => Ok(Rows::Many(every_row(file).await?)),
                }
            }
        }
    })
}

fn is_answered_by_index(filter: &Filter) -> bool {
    match filter {
        Filter::Has(column, _) => column.indexed().is_some(),
        Filter::Not(inner) => is_answered_by_index(inner),
        Filter::All(several) | Filter::Any(several) => several.iter().all(is_answered_by_index),
    }
}

async fn every_row(file: &StoredFile) -> Result<RoaringBitmap, StoreError> {
    let mut rows = RoaringBitmap::new();
    rows.insert_range(0..file.rows().await?);
    Ok(rows)
}

async fn rows_with(file: &StoredFile, column: EventColumn, predicate: &Predicate) -> Result<Rows, StoreError> {
    match (column.indexed(), predicate.only_texts()) {
        (Some(indexed), Some(texts)) => {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            file.rows_with(indexed, &texts, None).await
        }
        (Some(indexed), None) => file.rows_fitting(indexed, |text| predicate.fits_bytes(text)).await,
        (None, _) => {
            let column = file.column(column).await?;
            let marks: Vec<bool> = column.texts().iter().map(|text| predicate.fits_bytes(text)).collect();
            let fits = |number: u32| {
                let mark = number.checked_sub(1).and_then(|at| marks.get(usize::try_from(at).ok()?));
                mark.copied().unwrap_or_default()
            };
            let rows = column.numbers().enumerate().filter(|(_, number)| fits(*number));
            let rows = RoaringBitmap::from_sorted_iter(rows.map(|(row, _)| narrow(row)));
            Ok(Rows::Many(rows.unwrap_or_default()))
        }
    }
}
