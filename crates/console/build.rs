//! Lists the built files of the console, packed as they are sent, for the library to embed. Without them it embeds none.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    // What a build leaves; the folder itself is always there, so that nothing is built again while it stays as it is.
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/dist");
    println!("cargo:rerun-if-changed={}", built.display());
    let mut files = Vec::new();
    if built.is_dir() {
        gather(&built, &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&built)?.to_str().ok_or("a file's name is not UTF-8")?.replace('\\', "/");
        let Some(name) = name.strip_suffix(".gz") else { continue };
        let file = file.canonicalize()?;
        writeln!(list, "    ({name:?}, include_bytes!({:?})),", file.display().to_string())?;
    }
    list.push(']');
    // Cargo says in this variable where a build script may write.
    #[expect(clippy::disallowed_methods, reason = "cargo's own variable, read while building")]
    let out = env::var_os("OUT_DIR").ok_or("cargo names no folder to write to")?;
    fs::write(PathBuf::from(out).join("files.rs"), list)?;
    Ok(())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
