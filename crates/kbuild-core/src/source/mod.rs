//! The files that a build reads, by the number that nodes carry.

mod trail;

use kbuild_yaml::{Place, SourceId};

pub(crate) use trail::Trail;

/// The texts that nodes of a build came from, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
    trail: Trail,
}

/// A text that nodes came from.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its name, as the user would write it.
    pub(crate) name: String,
    /// The entry of a kustomization that names it; unknown for the one that the build starts from.
    pub(crate) named_at: Place,
}

impl Sources {
    /// The name of a source, as the user would write it: a path relative to where the build was started, or a URL.
    pub fn name(&self, source: SourceId) -> Option<&str> {
        let index = usize::try_from(source.0).ok()?.checked_sub(1)?;
        self.all.get(index).map(|source| &*source.name)
    }

    /// All names, in the order in which the build read them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|source| &*source.name)
    }

    /// The entries of kustomizations that led to a source, the innermost first.
    pub(crate) fn chain(&self, source: SourceId) -> impl Iterator<Item = Place> {
        let named_at = |source: SourceId| {
            let index = usize::try_from(source.0).ok()?.checked_sub(1)?;
            // Who names a source was read before it.
            let place = self.all.get(index)?.named_at;
            (place.source.0 < source.0 && place != Place::default()).then_some(place)
        };
        std::iter::successors(named_at(source), move |place| named_at(place.source))
    }

    /// The place in a file that `place` stands for: nodes of a build that keeps track of changes hold links to their history.
    pub fn resolve(&self, place: Place) -> Place {
        self.trail.resolve(place)
    }

    /// Sources whose nodes keep track of who wrote them.
    pub(crate) fn with_trail(trail: Trail) -> Sources {
        Sources { all: Vec::new(), trail }
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The sources from a number on.
    pub(crate) fn from(&self, from: usize) -> &[Source] {
        self.all.get(from..).unwrap_or_default()
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.all.truncate(len);
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Adds a source that no kustomization names.
    pub(crate) fn add(&mut self, name: String) -> SourceId {
        self.add_named(name, Place::default())
    }

    /// Adds a source that an entry of a kustomization names.
    pub(crate) fn add_named(&mut self, name: String, named_at: Place) -> SourceId {
        self.all.push(Source { name, named_at });
        SourceId(u32::try_from(self.all.len()).unwrap_or(0))
    }
}
