//! A host that notes what a build asks of another one, and stops it where it asks for too much.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::{Fetched, Finished, Folder, Host, PathKind, Program, TemporaryFolder};
use crate::code::Code;
use crate::event::Event;
use crate::options::Options;

/// Something that a build read or looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Input {
    /// What it is.
    pub kind: InputKind,
    /// The path, as the build asked for it (links not followed), or the URL.
    pub name: String,
    /// The SHA-256 of the content, in hexadecimal, where there is a content.
    pub digest: Option<String>,
}

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum InputKind {
    /// A file that was read.
    File,
    /// A folder whose entries were listed.
    Folder,
    /// A path at which nothing was found. If something were there, the build might be another.
    Missing,
    /// A URL.
    Url,
    /// A program that was run.
    Program,
}

/// Notes what is asked of a host.
pub(crate) struct Recorder<'a> {
    host: &'a dyn Host,
    options: &'a Options,
    inputs: Mutex<Vec<Input>>,
    bytes: AtomicU64,
    /// True once a program was stopped or something not read because the build was cancelled.
    saw_cancellation: AtomicBool,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(host: &'a dyn Host, options: &'a Options) -> Recorder<'a> {
        Recorder {
            host,
            options,
            inputs: Mutex::default(),
            bytes: AtomicU64::new(0),
            saw_cancellation: AtomicBool::new(false),
        }
    }

    /// The host itself: what is read to draw a message is no input of the build.
    pub(crate) fn host(&self) -> &'a dyn Host {
        self.host
    }

    /// Why the build could not read on, if that is so: all other errors follow from it.
    pub(crate) fn stopped(&self) -> Option<(Code, String)> {
        let limit = self.options.limits.input_bytes;
        if self.saw_cancellation.load(Ordering::Relaxed) {
            return Some((Code::CANCELLED, "the build was cancelled".to_owned()));
        }
        (self.bytes.load(Ordering::Relaxed) > limit).then(|| (Code::LIMIT, too_much(limit)))
    }

    /// What was noted from a number on.
    pub(crate) fn inputs_from(&self, from: usize) -> Vec<Input> {
        self.inputs().get(from..).map(<[Input]>::to_vec).unwrap_or_default()
    }

    /// How many bytes were read.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// How much was noted.
    pub(crate) fn len(&self) -> usize {
        self.inputs().len()
    }

    /// Notes what was read at another time.
    pub(crate) fn replay(&self, inputs: &[Input]) {
        self.inputs().extend_from_slice(inputs);
    }

    /// All that was noted, each once, in order of kind and name.
    pub(crate) fn into_inputs(self) -> Vec<Input> {
        let mut inputs = self.inputs.into_inner().unwrap_or_else(PoisonError::into_inner);
        inputs.sort();
        inputs.dedup();
        inputs
    }

    fn inputs(&self) -> MutexGuard<'_, Vec<Input>> {
        self.inputs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a file of a folder that the host has opened; `path` is where it is. `content` is what it holds then. None where
    /// that does not go so.
    pub(crate) fn read_in(
        &self,
        folder: &Folder,
        entry: &str,
        path: &dyn Fn() -> PathBuf,
        content: &mut Vec<u8>,
    ) -> Option<()> {
        folder.read(entry, content).ok()?;
        self.count(content.len()).ok()?;
        self.note(InputKind::File, || path().display().to_string(), Some(content));
        let observer = &self.options.observer;
        if observer.is_there() {
            observer.tell(Event::Read { path: &path(), bytes: content.len() });
        }
        Some(())
    }

    fn note(&self, kind: InputKind, name: impl FnOnce() -> String, content: Option<&[u8]>) {
        if self.options.inputs {
            let digest = content.map(|content| hex(&Sha256::digest(content)));
            self.inputs().push(Input { kind, name: name(), digest });
        }
    }

    /// Counts what was read.
    fn count(&self, bytes: usize) -> io::Result<()> {
        if self.options.is_cancelled() {
            self.saw_cancellation.store(true, Ordering::Relaxed);
            return Err(super::process::cancelled());
        }
        let bytes = bytes as u64;
        let limit = self.options.limits.input_bytes;
        if self.bytes.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, too_much(limit)));
        }
        Ok(())
    }
}

impl Host for Recorder<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let content = self.host.read(path)?;
        self.count(content.len())?;
        self.note(InputKind::File, || path.display().to_string(), Some(&content));
        self.options.observer.tell(Event::Read { path, bytes: content.len() });
        Ok(content)
    }

    fn kind(&self, path: &Path) -> PathKind {
        let kind = self.host.kind(path);
        if kind == PathKind::Missing {
            self.note(InputKind::Missing, || path.display().to_string(), None);
        }
        kind
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.host.canonicalize(path)
    }

    fn locate(&self, root: &Path, entry: &str) -> (PathKind, Option<PathBuf>) {
        let found = self.host.locate(root, entry);
        if found.0 == PathKind::Missing {
            self.note(InputKind::Missing, || root.join(entry).display().to_string(), None);
        }
        found
    }

    fn open(&self, root: &Path) -> Option<Folder> {
        self.host.open(root)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        let names = self.host.list(path);
        self.note(InputKind::Folder, || path.display().to_string(), None);
        names
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        self.count(0)?;
        let finished = match &self.options.cancelled {
            None => self.host.run(program)?,
            Some(cancelled) => {
                let cancelled = Some(cancelled.clone());
                self.host.run(&Program { cancelled, ..program.clone() })?
            }
        };
        self.count(finished.output.len())?;
        self.note(InputKind::Program, || program.path.display().to_string(), None);
        Ok(finished)
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        self.host.temporary_folder()
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        self.count(0)?;
        let fetched = self.host.fetch(url)?;
        self.count(fetched.content.len())?;
        self.note(InputKind::Url, || crate::path::without_password(url), Some(&fetched.content));
        Ok(fetched)
    }
}

fn too_much(limit: u64) -> String {
    format!("the build has read more than {limit} bytes, its limit")
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
