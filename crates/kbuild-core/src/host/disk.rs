//! The host that reads the machine's disk.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::process::{Finished, Program, refused};
#[cfg(feature = "process")]
use super::run::run;
use super::{Fetched, Folder, Host, PathKind, TemporaryFolder};

/// How long a file may be. Files with holes take no room on the disk, and all of it in memory.
const FILE_LIMIT: u64 = 1 << 30;

/// Files of fewer bytes are read by one call of the system, and not by another one that finds their end.
const READ_AT_ONCE: usize = 1 << 16;

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

fn too_large() -> io::Error {
    let message = format!("it is longer than {FILE_LIMIT} bytes");
    io::Error::new(io::ErrorKind::FileTooLarge, message)
}

/// What is at a plain path below a folder, where no link is on the way: then the path needs no resolving. Systems that do
/// not tell upper from lower case have several names for one file, so there this knows nothing.
#[expect(clippy::disallowed_methods, reason = "this host is where the library reaches the disk")]
fn locate_below(root: &Path, entry: &str) -> Option<(PathKind, Option<PathBuf>)> {
    if cfg!(any(not(unix), target_vendor = "apple")) || !root.is_absolute() {
        return None;
    }
    let mut path = root.to_path_buf();
    let mut steps = entry.strip_prefix("./").unwrap_or(entry).split('/').peekable();
    while let Some(step) = steps.next() {
        if matches!(step, "" | "." | "..") {
            return None;
        }
        path.push(step);
        let metadata = std::fs::symlink_metadata(&path).ok()?;
        let kind = match (metadata.is_symlink(), metadata.is_dir()) {
            (true, _) => return None,
            (false, true) => PathKind::Directory,
            (false, false) if metadata.is_file() => PathKind::File,
            (false, false) => return None,
        };
        if steps.peek().is_none() {
            return Some((kind, Some(path)));
        }
        if kind == PathKind::File {
            return None;
        }
    }
    None
}

#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this host is where the library reaches the disk"
)]
impl Host for DiskHost {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(path)?;
        let length = file.metadata()?.len();
        if length > FILE_LIMIT {
            return Err(too_large());
        }
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let mut content = Vec::new();
        if length < READ_AT_ONCE {
            content.resize(length + 1, 0);
            let read = match file.read(&mut content) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
                read => read?,
            };
            content.truncate(read);
            // All that it was said to hold, though there was room for more: that is its end.
            if read == length && length > 0 {
                return Ok(content);
            }
        } else {
            content.try_reserve_exact(length)?;
        }
        // It may grow while it is read.
        file.take(FILE_LIMIT + 1).read_to_end(&mut content)?;
        if content.len() as u64 > FILE_LIMIT { Err(too_large()) } else { Ok(content) }
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

    fn locate(&self, root: &Path, entry: &str) -> (PathKind, Option<PathBuf>) {
        locate_below(root, entry).unwrap_or_else(|| (self.kind(&root.join(entry)), None))
    }

    fn open(&self, root: &Path) -> Option<Folder> {
        Folder::new(root).ok()
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
