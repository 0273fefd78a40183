//! The files that a build reads, by the number that nodes carry.

mod trail;

use kbuild_yaml::{Place, SourceId};

pub(crate) use trail::Trail;

/// The texts that nodes of a build came from, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    names: Vec<String>,
    trail: Trail,
}

impl Sources {
    /// The name of a source, as the user would write it: a path relative to where the build was started, or a URL.
    pub fn name(&self, source: SourceId) -> Option<&str> {
        let index = usize::try_from(source.0).ok()?.checked_sub(1)?;
        self.names.get(index).map(String::as_str)
    }

    /// All names, in the order in which the build read them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The place in a file that `place` stands for: nodes of a build that keeps track of changes hold links to their history.
    pub fn resolve(&self, place: Place) -> Place {
        self.trail.resolve(place)
    }

    /// Sources whose nodes keep track of who wrote them.
    pub(crate) fn with_trail(trail: Trail) -> Sources {
        Sources { names: Vec::new(), trail }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The names from a number on.
    pub(crate) fn names_from(&self, from: usize) -> &[String] {
        self.names.get(from..).unwrap_or_default()
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.names.truncate(len);
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.trail
    }

    pub(crate) fn add(&mut self, name: String) -> SourceId {
        self.names.push(name);
        SourceId(u32::try_from(self.names.len()).unwrap_or(0))
    }
}
