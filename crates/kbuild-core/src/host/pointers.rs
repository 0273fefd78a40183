//! What points to a host is a host.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Fetched, Finished, Folder, Host, PathKind, Program, TemporaryFolder};

macro_rules! passes_on {
    ($pointer:ty) => {
        impl<H: Host + ?Sized> Host for $pointer {
            fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
                (**self).read(path)
            }

            fn kind(&self, path: &Path) -> PathKind {
                (**self).kind(path)
            }

            fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
                (**self).canonicalize(path)
            }

            fn locate(&self, root: &Path, entry: &str) -> (PathKind, Option<PathBuf>) {
                (**self).locate(root, entry)
            }

            fn open(&self, root: &Path) -> Option<Folder> {
                (**self).open(root)
            }

            fn list(&self, path: &Path) -> Vec<String> {
                (**self).list(path)
            }

            fn run(&self, program: &Program) -> io::Result<Finished> {
                (**self).run(program)
            }

            fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
                (**self).temporary_folder()
            }

            fn fetch(&self, url: &str) -> io::Result<Fetched> {
                (**self).fetch(url)
            }
        }
    };
}

passes_on!(&H);
passes_on!(Box<H>);
passes_on!(Arc<H>);
