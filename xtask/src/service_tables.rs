//! `xtask service-tables`: writes the tables of `crates/services` from the service models of an installed botocore.
//!
//! Only facts are taken: names, places, kinds. The form of the tables is described in
//! `docs/decisions/0008-service-tables.md`.

mod models;
mod text;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use models::Model;

/// Where the tables lie, below the repository's root.
const TABLES: &str = "crates/services/tables";
/// The highest level that zstd calls ordinary: the tables are written seldom and read often.
const LEVEL: i32 = 19;

/// The tables of all services, as they lie on disk.
pub(crate) struct Tables {
    /// A line for each service.
    pub(crate) index: String,
    /// For each service, in the order of the index, one zstd frame with its operations and shapes.
    pub(crate) frames: Vec<Vec<u8>>,
}

/// Writes the tables. `arguments` may name botocore's data folder: `--botocore DIR`.
pub(crate) fn run(root: &Path, arguments: &[String]) -> io::Result<String> {
    let data = match arguments {
        [] => installed(root).ok_or_else(|| io::Error::other("no botocore in .venv: name its data folder"))?,
        [option, folder] if option == "--botocore" => PathBuf::from(folder),
        _ => return Err(io::Error::other("usage: xtask service-tables [--botocore DIR]")),
    };
    let tables = build(&data)?;
    let folder = root.join(TABLES);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("services.txt"), &tables.index)?;
    let mut pack = fs::File::create(folder.join("operations.zst"))?;
    for frame in &tables.frames {
        pack.write_all(frame)?;
    }
    let bytes: usize = tables.frames.iter().map(Vec::len).sum();
    Ok(format!("{} services, {} KiB", tables.frames.len(), (bytes + tables.index.len()) / 1024))
}

/// The data folder of the botocore in the repository's `.venv`.
pub(crate) fn installed(root: &Path) -> Option<PathBuf> {
    let pythons = fs::read_dir(root.join(".venv/lib")).ok()?;
    let mut found: Vec<PathBuf> = pythons
        .filter_map(|entry| Some(entry.ok()?.path().join("site-packages/botocore/data")))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found.pop()
}

/// The tables of every service below botocore's data folder.
pub(crate) fn build(data: &Path) -> io::Result<Tables> {
    let mut index = format!("botocore {}\n", version(data)?);
    let mut frames = Vec::new();
    for (name, path) in models::newest(data)? {
        let model = Model::read(&path)?;
        let frame = zstd::bulk::compress(text::service(&model).as_bytes(), LEVEL)?;
        index.push_str(&text::index_line(&name, &model, frame.len()));
        frames.push(frame);
    }
    Ok(Tables { index, frames })
}

fn version(data: &Path) -> io::Result<String> {
    let source = fs::read_to_string(data.join("../__init__.py"))?;
    let version = source.lines().find_map(|line| line.strip_prefix("__version__ = "));
    version
        .map(|quoted| quoted.trim_matches(['\'', '"']).to_owned())
        .ok_or_else(|| io::Error::other("botocore says no version"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    /// Without the lengths of the frames, which may change with the release of zstd.
    fn facts(index: &str) -> Vec<&str> {
        index.lines().map(|line| line.rsplit_once('\t').map_or(line, |(facts, _)| facts)).collect()
    }

    fn plain(frame: &[u8]) -> String {
        String::from_utf8(zstd::stream::decode_all(frame).unwrap()).unwrap()
    }

    #[test]
    fn a_fresh_run_gives_the_tables_that_are_checked_in() {
        let Some(data) = installed(root()) else {
            println!("skipped: no .venv with botocore");
            return;
        };
        let fresh = build(&data).unwrap();
        let index = fs::read_to_string(root().join(TABLES).join("services.txt")).unwrap();
        assert!(
            facts(&index) == facts(&fresh.index),
            "the index differs from {}: run `cargo run -p xtask -- service-tables`",
            data.display()
        );
        let pack = fs::read(root().join(TABLES).join("operations.zst")).unwrap();
        let mut rest = pack.as_slice();
        for (line, frame) in index.lines().skip(1).zip(&fresh.frames) {
            let (name, length) = (line.split('\t').next().unwrap(), line.rsplit_once('\t').unwrap().1);
            let (kept, behind) = rest.split_at(length.parse().unwrap());
            assert!(kept == frame || plain(kept) == plain(frame), "{name} differs: run `xtask service-tables`");
            rest = behind;
        }
        assert!(rest.is_empty());
    }
}
