//! A folder that stays open while many of its files are read.

use std::io;

/// The most bytes of a file that is read through its folder: larger ones gain nothing.
#[cfg(target_os = "linux")]
const FILE_LIMIT: usize = 1 << 20;

/// Where paths may lead: to what is below the folder, and over no link.
#[cfg(target_os = "linux")]
const WITHIN: rustix::fs::ResolveFlags =
    rustix::fs::ResolveFlags::BENEATH.union(rustix::fs::ResolveFlags::NO_SYMLINKS);

/// A folder that stays open, so that the system need not find it again for each of its files. See
/// [`Host::open`](super::Host::open).
#[derive(Debug)]
pub struct Folder {
    #[cfg(target_os = "linux")]
    open: std::os::fd::OwnedFd,
    #[cfg(not(target_os = "linux"))]
    open: std::convert::Infallible,
}

impl Folder {
    /// Opens a folder of this machine, where the system can keep what is asked for below it from leading elsewhere.
    #[cfg(target_os = "linux")]
    pub(super) fn new(path: &std::path::Path) -> io::Result<Folder> {
        use rustix::fs::{Mode, OFlags};
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = rustix::fs::open(path, flags, Mode::empty())?;
        // Not every system lets this be asked for.
        rustix::fs::openat2(&open, ".", OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), WITHIN)?;
        Ok(Folder { open })
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn new(_: &std::path::Path) -> io::Result<Folder> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Reads the file at a relative path without `.` and `..`. No link may be on the way there. `content` is what it holds then,
    /// and nothing of what that was before.
    ///
    /// # Errors
    /// Whatever keeps the file from being read so. It may still be there, and be read in another way.
    #[cfg(target_os = "linux")]
    pub(super) fn read(&self, path: &str, content: &mut Vec<u8>) -> io::Result<()> {
        use rustix::fs::{FileType, Mode, OFlags};
        // A pipe is opened too, as the reference opens it, but without waiting for who writes into it, and nothing is read
        // from it. To look at the path first would take as long as reading does.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        // A name by itself leads nowhere else unless it is a link, and is found sooner so.
        let file = match path.contains('/') || path == ".." {
            true => rustix::fs::openat2(&self.open, path, flags, Mode::empty(), WITHIN)?,
            false => rustix::fs::openat(&self.open, path, flags | OFlags::NOFOLLOW, Mode::empty())?,
        };
        let status = rustix::fs::fstat(&file)?;
        let length = usize::try_from(status.st_size).unwrap_or(usize::MAX);
        if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile || length > FILE_LIMIT {
            return Err(io::ErrorKind::Unsupported.into());
        }
        // There is room for more than it holds: what is read is all of it, or else it is growing.
        content.clear();
        content.reserve(length + 1);
        let read = rustix::io::read(&file, rustix::buffer::spare_capacity(content))?;
        if read != length {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn read(&self, _: &str, _: &mut Vec<u8>) -> io::Result<()> {
        match self.open {}
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_plainly_is_a_file_is_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(path("in/below")).unwrap();
        for name in ["in/file", "in/below/file", "out"] {
            std::fs::write(path(name), name).unwrap();
        }
        std::fs::write(path("in/empty"), "").unwrap();
        std::os::unix::fs::symlink("file", path("in/link")).unwrap();
        std::os::unix::fs::symlink("below", path("in/door")).unwrap();
        std::os::unix::net::UnixListener::bind(path("in/socket")).unwrap();
        let open = Folder::new(&path("in")).unwrap();
        let mut content = b"before".to_vec();
        for (name, holds) in [("below/file", "in/below/file"), ("file", "in/file"), ("empty", "")] {
            open.read(name, &mut content).unwrap();
            assert_eq!(content, holds.as_bytes());
        }
        for name in
            ["link", "door/file", "../out", "..", ".", "below", "none", "socket", "/dev/null", ""]
        {
            assert!(open.read(name, &mut content).is_err(), "{name}");
        }
        assert!(Folder::new(&path("in/door")).is_err() && Folder::new(&path("out")).is_err());
    }
}
