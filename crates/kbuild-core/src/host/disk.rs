//! The host that reads the machine's disk.

use std::io;
use std::path::{Path, PathBuf};

use super::process::{Finished, Program, refused};
#[cfg(feature = "process")]
use super::run::run;
use super::{Fetched, Host, PathKind, TemporaryFolder};

/// Reads files from disk. Relative paths are relative to the process's working directory.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiskHost {
    runs_programs: bool,
    fetches: bool,
}

impl DiskHost {
    /// A host that reads files and runs nothing.
    pub fn new() -> DiskHost {
        DiskHost::default()
    }

    /// The same host, which also runs the programs that a build asks for: `git`, `helm` and functions. What a build asks
    /// for is limited by its [`Options`](crate::Options).
    #[cfg(feature = "process")]
    #[must_use]
    pub fn with_programs(self) -> DiskHost {
        DiskHost { runs_programs: true, ..self }
    }

    /// The same host, which also gets files over HTTP and HTTPS. Repositories are cloned by a program, `git`.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn with_http(self) -> DiskHost {
        DiskHost { fetches: true, ..self }
    }
}

#[expect(clippy::disallowed_methods, reason = "this host is where the library reaches the disk")]
impl Host for DiskHost {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn kind(&self, path: &Path) -> PathKind {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => PathKind::Directory,
            Ok(metadata) if metadata.is_file() => PathKind::File,
            // A pipe or a device would keep the build waiting, or never end.
            Ok(_) | Err(_) => PathKind::Missing,
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        #[cfg(feature = "process")]
        if self.runs_programs {
            return run(program);
        }
        let _ = program;
        Err(refused())
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        if !self.runs_programs {
            return Err(refused());
        }
        #[cfg(feature = "process")]
        {
            let folder = tempfile::Builder::new().prefix("kbuild-").tempdir()?;
            Ok(TemporaryFolder::new(folder.path().to_path_buf(), folder))
        }
        #[cfg(not(feature = "process"))]
        Err(refused())
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        if !self.fetches {
            return Err(super::fetched::refused());
        }
        #[cfg(feature = "http")]
        return super::http::fetch(url);
        #[cfg(not(feature = "http"))]
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            format!("{url} needs the feature \"http\" of this library"),
        ))
    }
}
