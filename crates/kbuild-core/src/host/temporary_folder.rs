//! A folder that lives as long as the value that names it.

use std::any::Any;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that is removed, with all that is in it, when this value is dropped.
pub struct TemporaryFolder {
    path: PathBuf,
    _owner: Box<dyn Any + Send + Sync>,
}

impl TemporaryFolder {
    /// The folder at `path`. Dropping `owner` removes it.
    pub fn new(path: impl Into<PathBuf>, owner: impl Any + Send + Sync) -> TemporaryFolder {
        TemporaryFolder { path: path.into(), _owner: Box::new(owner) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file into it, for a program to read, and says where that is.
    ///
    /// # Errors
    /// The name is none of a file in this folder, or the file cannot be written.
    #[expect(
        clippy::disallowed_methods,
        reason = "programs want files, and these go with the folder"
    )]
    pub fn write(&self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        if name.contains(['/', '\\']) || matches!(name, "" | "." | "..") {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{name} is not the name of a file"),
            ));
        }
        let path = self.path.join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }
}

impl fmt::Debug for TemporaryFolder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("TemporaryFolder").field(&self.path).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::host::{DiskHost, Host};

    #[test]
    fn folders_go_with_all_that_is_in_them() {
        assert!(DiskHost::new().temporary_folder().is_err());
        let folder = DiskHost::new().with_programs().temporary_folder().unwrap();
        let path = folder.write("a.yaml", b"a: 1\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"a: 1\n");
        assert!(folder.write("../a.yaml", b"").is_err());
        drop(folder);
        assert!(!path.exists());
    }
}
