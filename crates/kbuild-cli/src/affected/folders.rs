//! Finds kustomizations.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The names that a kustomization file may have.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// All folders with a kustomization in the current one and below, in order. Links and what belongs to git are left out.
///
/// # Errors
/// A folder cannot be read.
pub(super) fn all() -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(".")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            // Without the dot in front, where there is one.
            let path = folder.strip_prefix(".").unwrap_or(&folder).join(&name);
            if entry.file_type()?.is_dir() {
                if name != ".git" {
                    folders.push(path);
                }
            } else if FILE_NAMES.iter().any(|known| name == *known) && path.is_file() {
                found.push(Path::new(&folder).to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}
