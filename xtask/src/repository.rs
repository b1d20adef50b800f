//! What the checks look at: the text of our files and what Cargo says about our packages, read once.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The repository as it lies on disk. All paths are relative to its root.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    /// Our Rust sources, Cargo manifests and the pages that rules refer to.
    pub(crate) files: BTreeMap<PathBuf, String>,
    /// Our packages, in the order of their names.
    pub(crate) packages: Vec<Package>,
}

/// One package of the workspace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its manifest.
    pub(crate) folder: PathBuf,
    pub(crate) license: Option<String>,
    /// The root file of each library, binary, test, bench, example and build script.
    pub(crate) roots: Vec<PathBuf>,
    /// Names of normal and build dependencies. Tests may look anywhere, so theirs are left out.
    pub(crate) dependencies: Vec<String>,
}

const FOLDERS: [&str; 2] = ["crates", "xtask"];
const PAGES: [&str; 3] = ["Cargo.toml", "LICENSE", "docs/dependencies.md"];

impl Package {
    pub(crate) fn manifest(&self) -> PathBuf {
        self.folder.join("Cargo.toml")
    }
}

impl Repository {
    /// Reads the repository around this crate.
    pub(crate) fn load() -> io::Result<Self> {
        let root = root()?;
        let mut files = BTreeMap::new();
        for folder in FOLDERS {
            read_folder(root, Path::new(folder), &mut files)?;
        }
        for page in PAGES {
            if let Ok(text) = fs::read_to_string(root.join(page)) {
                files.insert(PathBuf::from(page), text);
            }
        }
        Ok(Self { files, packages: read_packages(root)? })
    }

    /// The text of a file, empty when there is none.
    pub(crate) fn text(&self, path: impl AsRef<Path>) -> &str {
        self.files.get(path.as_ref()).map_or("", String::as_str)
    }

    pub(crate) fn rust_files(&self) -> impl Iterator<Item = (&Path, &str)> {
        let is_rust = |path: &&PathBuf| path.extension().is_some_and(|e| e == "rs");
        self.files.iter().filter(move |(path, _)| is_rust(path)).map(|(path, text)| (path.as_path(), text.as_str()))
    }
}

/// The folder that this crate's folder lies in.
pub(crate) fn root() -> io::Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or_else(|| io::Error::other("xtask has no parent"))
}

fn read_folder(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "target" {
                read_folder(root, &path, files)?;
            }
        } else if path.extension().is_some_and(|e| e == "rs" || e == "toml") {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

fn read_packages(root: &Path) -> io::Result<Vec<Package>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let mut packages: Vec<Package> = items(&metadata, "packages").map(|package| read_package(root, package)).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

fn read_package(root: &Path, package: &Value) -> Package {
    let below_root = |path: &str| Path::new(path).strip_prefix(root).unwrap_or(Path::new(path)).to_owned();
    let manifest = below_root(text(package, "manifest_path"));
    Package {
        name: text(package, "name").to_owned(),
        folder: manifest.parent().unwrap_or(Path::new("")).to_owned(),
        license: package.get("license").and_then(Value::as_str).map(str::to_owned),
        roots: items(package, "targets").map(|target| below_root(text(target, "src_path"))).collect(),
        dependencies: items(package, "dependencies")
            .filter(|dependency| text(dependency, "kind") != "dev")
            .map(|dependency| text(dependency, "name").to_owned())
            .collect(),
    }
}

fn items<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(member).and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}
