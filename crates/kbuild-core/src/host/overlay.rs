//! A host whose files are those of another one, with changes in memory.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use super::resolved::resolved;
use super::{Fetched, Finished, Host, PathKind, Program, TemporaryFolder};

/// Another host's files with changes in memory: files added, replaced and removed.
///
/// Links of the other host are followed, so that a change shows at every path that leads to the file. Programs that the
/// other host runs do not see the changes.
///
/// ```
/// use kbuild_core::{MemoryHost, Options, OverlayHost, render};
///
/// let disk = MemoryHost::from_iter([
///     ("app/kustomization.yaml", "resources: [cm.yaml]\n"),
///     ("app/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
/// ]);
/// let mut host = OverlayHost::new(&disk);
/// host.insert("app/kustomization.yaml", "namePrefix: dev-\nresources: [cm.yaml]\n");
/// assert_eq!(render(&host, "app", &Options::default())?.resources()[0].name(), "dev-app");
/// assert_eq!(render(&disk, "app", &Options::default())?.resources()[0].name(), "app");
/// # Ok::<(), kbuild_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct OverlayHost<H> {
    host: H,
    /// By resolved path; what is removed has no content.
    files: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl<H: Host> OverlayHost<H> {
    /// The files of another host, without a change so far.
    pub fn new(host: H) -> OverlayHost<H> {
        OverlayHost { host, files: BTreeMap::new() }
    }

    /// Puts a file at `path`, in the place of what is there. The folders above it exist by that.
    pub fn insert(&mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) {
        let path = self.resolved(path.as_ref());
        self.files.retain(|other, _| !other.starts_with(&path));
        self.files.insert(path, Some(content.into()));
    }

    /// Takes away what is at `path`: a file, or a folder with all that is in it.
    pub fn remove(&mut self, path: impl AsRef<Path>) {
        let path = self.resolved(path.as_ref());
        self.files.retain(|other, _| !other.starts_with(&path));
        self.files.insert(path, None);
    }

    /// The host below.
    pub fn inner(&self) -> &H {
        &self.host
    }

    fn resolved(&self, path: &Path) -> PathBuf {
        resolved(&self.host, path)
    }

    /// What the changes say of a resolved path; none where they say nothing.
    fn changed(&self, path: &Path) -> Option<PathKind> {
        match self.files.get(path) {
            Some(Some(_)) => Some(PathKind::File),
            _ if self.added_below(path).next().is_some() => Some(PathKind::Directory),
            // What is below something that was taken away, or below a file, is not there.
            _ if path.ancestors().any(|path| self.files.contains_key(path)) => {
                Some(PathKind::Missing)
            }
            _ => None,
        }
    }

    fn added_below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
        self.files
            .range::<Path, _>((Bound::Excluded(folder), Bound::Unbounded))
            .take_while(move |(path, _)| path.starts_with(folder))
            .filter(|(_, content)| content.is_some())
            .map(|(path, _)| path.as_path())
    }
}

impl<H: Host> Host for OverlayHost<H> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let resolved = self.resolved(path);
        if let Some(Some(content)) = self.files.get(&resolved) {
            return Ok(content.clone());
        }
        match self.changed(&resolved) {
            Some(PathKind::Directory) => Err(io::ErrorKind::IsADirectory.into()),
            Some(_) => Err(io::ErrorKind::NotFound.into()),
            None => self.host.read(path),
        }
    }

    fn kind(&self, path: &Path) -> PathKind {
        self.changed(&self.resolved(path)).unwrap_or_else(|| self.host.kind(path))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let resolved = self.resolved(path);
        match self.changed(&resolved) {
            Some(PathKind::Missing) => Err(io::ErrorKind::NotFound.into()),
            Some(_) => Ok(resolved),
            None => self.host.canonicalize(path),
        }
    }

    fn locate(&self, root: &Path, entry: &str) -> (PathKind, Option<PathBuf>) {
        match self.host.locate(root, entry) {
            (kind, Some(path)) => match self.changed(&path) {
                Some(PathKind::Missing) => (PathKind::Missing, None),
                changed => (changed.unwrap_or(kind), Some(path)),
            },
            _ => (self.kind(&root.join(entry)), None),
        }
    }

    fn list(&self, path: &Path) -> Vec<String> {
        let folder = self.resolved(path);
        let mut names = match self.changed(&folder) {
            Some(PathKind::File | PathKind::Missing) => return Vec::new(),
            _ => self.host.list(path),
        };
        names.retain(|name| self.changed(&folder.join(name)) != Some(PathKind::Missing));
        let added = self.added_below(&folder).filter_map(|file| {
            let name = file.strip_prefix(&folder).ok()?.components().next()?;
            name.as_os_str().to_str().map(str::to_owned)
        });
        names.extend(added);
        names.sort();
        names.dedup();
        names
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        self.host.run(program)
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        self.host.temporary_folder()
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        self.host.fetch(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::MemoryHost;

    fn below() -> MemoryHost {
        MemoryHost::from_iter([("a/one", "1"), ("a/two", "2"), ("a/b/three", "3")])
    }

    fn text(host: &impl Host, path: &str) -> Result<String, io::ErrorKind> {
        let content = host.read(Path::new(path)).map_err(|error| error.kind())?;
        Ok(String::from_utf8(content).unwrap())
    }

    #[test]
    fn files_are_added_replaced_and_removed() {
        let mut host = OverlayHost::new(below());
        host.insert("a/one", "other");
        host.insert("a/new/file", "new");
        host.remove("a/two");
        assert_eq!(text(&host, "a/./b/../one"), Ok("other".to_owned()));
        assert_eq!(text(&host, "/a/new/../new/file"), Ok("new".to_owned()));
        assert_eq!(text(&host, "a/two"), Err(io::ErrorKind::NotFound));
        assert_eq!(text(&host, "a/new"), Err(io::ErrorKind::IsADirectory));
        assert_eq!(text(&host, "a/b/three"), Ok("3".to_owned()));
        assert_eq!(host.list(Path::new("a")), ["b", "new", "one"]);
        assert_eq!(host.kind(Path::new("a/new")), PathKind::Directory);
        assert_eq!(host.kind(Path::new("a/two")), PathKind::Missing);
        assert_eq!(host.canonicalize(Path::new("a/new/.")).unwrap(), Path::new("/a/new"));
        assert!(host.canonicalize(Path::new("a/two")).is_err());
        assert_eq!(text(host.inner(), "a/one"), Ok("1".to_owned()));
    }

    #[test]
    fn a_folder_goes_with_all_that_is_in_it() {
        let mut host = OverlayHost::new(below());
        host.insert("a/b/four", "4");
        host.remove("a/b");
        assert_eq!(host.kind(Path::new("a/b")), PathKind::Missing);
        assert_eq!(text(&host, "a/b/three"), Err(io::ErrorKind::NotFound));
        assert_eq!(text(&host, "a/b/four"), Err(io::ErrorKind::NotFound));
        host.insert("a/b/five", "5");
        assert_eq!(host.kind(Path::new("a/b")), PathKind::Directory);
        assert_eq!(host.list(Path::new("a/b")), ["five"]);
        host.insert("a", "a file now");
        assert_eq!(host.kind(Path::new("a/one")), PathKind::Missing);
        assert_eq!(host.list(Path::new("/")), ["a"]);
    }

    #[test]
    fn an_empty_host_can_be_laid_over() {
        let mut host = OverlayHost::new(MemoryHost::new());
        host.insert("a/file", "x");
        assert_eq!(text(&host, "/a/file"), Ok("x".to_owned()));
        assert_eq!(host.list(Path::new(".")), ["a"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_change_shows_at_every_path_that_leads_to_the_file() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("real")).unwrap();
        std::fs::write(path("real/file"), "disk").unwrap();
        std::os::unix::fs::symlink("real", path("link")).unwrap();
        let mut host = OverlayHost::new(crate::host::DiskHost::new());
        host.insert(path("link/file"), "memory");
        host.insert(path("link/new"), "new");
        assert_eq!(host.read(&path("real/file")).unwrap(), b"memory");
        assert_eq!(host.read(&path("link/file")).unwrap(), b"memory");
        assert_eq!(host.read(&path("real/new")).unwrap(), b"new");
        assert_eq!(host.list(&path("link")), ["file", "new"]);
        assert_eq!(std::fs::read(path("real/file")).unwrap(), b"disk");
        let root = host.canonicalize(&path("real")).unwrap();
        assert_eq!(host.locate(&root, "file").0, PathKind::File);
        assert_eq!(host.locate(&root, "new").0, PathKind::File);
        host.remove(path("link/file"));
        assert_eq!(host.locate(&root, "file"), (PathKind::Missing, None));
    }
}
