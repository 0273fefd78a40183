//! A host that shows one folder of another host, and nothing else.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::resolved::resolved;
use super::{Fetched, Finished, Folder, Host, PathKind, Program, TemporaryFolder};

/// One folder of another host with all that is below it. What is elsewhere cannot be read, listed or told from what is
/// missing, whatever a kustomization or the options say; links count as what they lead to.
///
/// The folder may lie above the kustomization that is built. With
/// [`LoadRestrictor::None`](crate::LoadRestrictor::None), files anywhere in it may be shared:
///
/// ```
/// use kbuild_core::{JailHost, LoadRestrictor, MemoryHost, Options, render};
///
/// let disk = MemoryHost::from_iter([
///     ("repo/app/kustomization.yaml", "resources: [../shared/cm.yaml]\n"),
///     ("repo/shared/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
///     ("repo/bad/kustomization.yaml", "resources: [../../secret.yaml]\n"),
///     ("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: another}\n"),
/// ]);
/// let host = JailHost::new(disk, "repo")?;
/// let mut options = Options::default();
/// options.load_restrictor = LoadRestrictor::None;
/// assert!(render(&host, "repo/app", &options).is_ok());
/// let error = render(&host, "repo/bad", &options).unwrap_err();
/// assert!(error.message().contains("/secret.yaml is outside of /repo"), "{error}");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Temporary folders that a build makes, for repositories that it clones, may be read as well. Programs are not confined,
/// `git` with a URL of this machine among them: whether one runs is up to the other host, and to
/// [`Options::local_only`](crate::Options::local_only).
#[derive(Debug)]
pub struct JailHost<H> {
    host: H,
    root: PathBuf,
    temporary: Mutex<Vec<PathBuf>>,
}

impl<H: Host> JailHost<H> {
    /// Shows what is in the folder `root` of another host.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn new(host: H, root: impl AsRef<Path>) -> io::Result<JailHost<H>> {
        let root = host.canonicalize(root.as_ref())?;
        if host.kind(&root) != PathKind::Directory {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(JailHost { host, root, temporary: Mutex::default() })
    }

    /// The folder, links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The host that the folder is on.
    pub fn inner(&self) -> &H {
        &self.host
    }

    /// The path with links resolved, where that is in the folder.
    fn inside(&self, path: &Path) -> io::Result<PathBuf> {
        let real = resolved(&self.host, path);
        if real.starts_with(&self.root)
            || self.temporary().iter().any(|folder| real.starts_with(folder))
        {
            return Ok(real);
        }
        let (real, root) = (real.display(), self.root.display());
        let message = format!("{real} is outside of {root}, and nothing outside of it may be read");
        Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
    }

    fn temporary(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.temporary.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<H: Host> Host for JailHost<H> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.host.read(&self.inside(path)?)
    }

    fn kind(&self, path: &Path) -> PathKind {
        self.inside(path).map_or(PathKind::Missing, |path| self.host.kind(&path))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.host.canonicalize(&self.inside(path)?)
    }

    fn locate(&self, root: &Path, entry: &str) -> (PathKind, Option<PathBuf>) {
        match self.host.locate(root, entry) {
            (kind, Some(path)) if path.starts_with(&self.root) => (kind, Some(path)),
            _ => (self.kind(&root.join(entry)), None),
        }
    }

    fn open(&self, root: &Path) -> Option<Folder> {
        if root.starts_with(&self.root) { self.host.open(root) } else { None }
    }

    fn list(&self, path: &Path) -> Vec<String> {
        self.inside(path).map_or(Vec::new(), |path| self.host.list(&path))
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        self.host.run(program)
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        let folder = self.host.temporary_folder()?;
        let path = self.host.canonicalize(folder.path())?;
        let mut temporary = self.temporary();
        // Those of earlier builds are gone by now.
        temporary.retain(|folder| self.host.kind(folder) == PathKind::Directory);
        temporary.push(path);
        Ok(folder)
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        self.host.fetch(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{DiskHost, MemoryHost};

    #[test]
    fn nothing_outside_is_seen() {
        let files = [("jail/a/file", "x"), ("jailer/file", "y"), ("file", "z")];
        let host = JailHost::new(MemoryHost::from_iter(files), "jail").unwrap();
        assert_eq!(host.read(Path::new("jail/a/../a/file")).unwrap(), b"x");
        for outside in ["file", "/file", "jail/../file", "jailer/file", "jail/none/../../file"] {
            let path = Path::new(outside);
            assert_eq!(host.kind(path), PathKind::Missing, "{outside}");
            let error = host.read(path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{outside}: {error}");
            assert!(host.canonicalize(path).unwrap_err().to_string().contains("outside of /jail"));
        }
        assert!(host.list(Path::new("/")).is_empty());
        // That something is there cannot be told from that nothing is.
        assert!(host.canonicalize(Path::new("/no")).unwrap_err().to_string().contains("outside"));
        assert!(JailHost::new(MemoryHost::new(), "jail").is_err());
        assert!(JailHost::new(MemoryHost::from_iter(files), "jail/a/file").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_count_as_what_they_lead_to() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(path("jail/b")).unwrap();
        std::fs::write(path("secret"), "secret").unwrap();
        std::fs::write(path("jail/b/file"), "x").unwrap();
        std::os::unix::fs::symlink(path("secret"), path("jail/out")).unwrap();
        std::os::unix::fs::symlink("..", path("jail/up")).unwrap();
        std::os::unix::fs::symlink("b/file", path("jail/in")).unwrap();
        std::os::unix::fs::symlink("around", path("jail/around")).unwrap();
        std::os::unix::fs::symlink(path("jail"), path("door")).unwrap();
        let host = JailHost::new(DiskHost::new(), path("door")).unwrap();
        assert_eq!(host.read(&path("jail/in")).unwrap(), b"x");
        assert_eq!(host.read(&path("door/up/jail/in")).unwrap(), b"x");
        for outside in ["jail/out", "jail/up/secret", "door/../secret"] {
            let error = host.read(&path(outside)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{outside}: {error}");
        }
        assert!(host.read(&path("jail/around")).is_err());
        let real = host.root().to_owned();
        assert_eq!(host.locate(&real, "b/file").0, PathKind::File);
        for outside in ["out", "up/secret", "../secret"] {
            assert_eq!(host.locate(&real, outside), (PathKind::Missing, None), "{outside}");
        }
        let above = real.parent().unwrap();
        assert_eq!(host.locate(above, "secret"), (PathKind::Missing, None));
    }

    #[test]
    fn temporary_folders_are_open() {
        let folder = tempfile::TempDir::new().unwrap();
        let host = JailHost::new(DiskHost::new().with_programs(), folder.path()).unwrap();
        let temporary = host.temporary_folder().unwrap();
        let file = temporary.write("file", b"x").unwrap();
        assert_eq!(host.read(&file).unwrap(), b"x");
    }
}
