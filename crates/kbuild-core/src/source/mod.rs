//! The files that a build reads, by the number that nodes carry.

mod trail;

use kbuild_yaml::{Place, SourceId};

pub(crate) use trail::Trail;

/// The texts that nodes of a build came from, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The names, as the user would write them, one behind the other.
    names: String,
    all: Vec<Source>,
    trail: Trail,
}

/// A text that nodes came from.
#[derive(Debug, Clone)]
struct Source {
    /// Where its name ends.
    end: usize,
    /// The entry of a kustomization that names it; unknown for the one that the build starts from.
    named_at: Place,
}

impl Sources {
    /// The name of a source, as the user would write it: a path relative to where the build was started, or a URL.
    pub fn name(&self, source: SourceId) -> Option<&str> {
        self.name_at(usize::try_from(source.0).ok()?.checked_sub(1)?)
    }

    /// All names, in the order in which the build read them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        (0..self.all.len()).filter_map(|index| self.name_at(index))
    }

    fn name_at(&self, index: usize) -> Option<&str> {
        self.names.get(self.end_of(index)..self.all.get(index)?.end)
    }

    /// Where the names of so many sources end.
    fn end_of(&self, count: usize) -> usize {
        count.checked_sub(1).and_then(|last| self.all.get(last)).map_or(0, |last| last.end)
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
        Sources { trail, ..Sources::default() }
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// How many bytes of memory the names and what is known of them take, about.
    pub(crate) fn weight(&self) -> usize {
        self.names.len() + self.all.len() * size_of::<Source>()
    }

    /// The names, and the entries that name the sources.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Place)> {
        self.iter_from(0)
    }

    fn iter_from(&self, from: usize) -> impl Iterator<Item = (&str, Place)> {
        let at = |index| Some((self.name_at(index)?, self.all.get(index)?.named_at));
        (from..self.all.len()).filter_map(at)
    }

    /// A copy of the sources from a number on, which does not keep track of changes.
    pub(crate) fn from(&self, from: usize) -> Sources {
        let mut later = Sources::default();
        for (name, named_at) in self.iter_from(from) {
            later.add_named(name, named_at);
        }
        later
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.names.truncate(self.end_of(len.min(self.all.len())));
        self.all.truncate(len);
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.trail
    }

    /// Adds a source that no kustomization names.
    pub(crate) fn add(&mut self, name: impl AsRef<str>) -> SourceId {
        self.add_named(name, Place::default())
    }

    /// Adds a source that an entry of a kustomization names.
    pub(crate) fn add_named(&mut self, name: impl AsRef<str>, named_at: Place) -> SourceId {
        self.add_joined([name.as_ref()], named_at)
    }

    /// The same for a name in parts.
    pub(crate) fn add_joined<const N: usize>(
        &mut self,
        name: [&str; N],
        named_at: Place,
    ) -> SourceId {
        self.names.extend(name);
        self.all.push(Source { end: self.names.len(), named_at });
        SourceId(u32::try_from(self.all.len()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let mut sources = Sources::default();
        let place = |line| Place { source: SourceId(1), line };
        assert_eq!(sources.add("a"), SourceId(1));
        sources.add_joined(["dir/", "b"], place(3));
        sources.add_named("", place(4));
        sources.add_named("c", place(5));
        let name = |sources: &Sources, id| sources.name(SourceId(id)).map(str::to_owned);
        let names = [1, 2, 3, 4].map(|id| name(&sources, id).unwrap());
        assert_eq!(names, ["a", "dir/b", "", "c"]);
        assert_eq!((name(&sources, 0), name(&sources, 5)), (None, None));
        let later = sources.from(1);
        assert!(later.iter().eq([("dir/b", place(3)), ("", place(4)), ("c", place(5))]));
        sources.truncate(9);
        sources.truncate(2);
        assert_eq!(sources.add("d"), SourceId(3));
        assert!(sources.names().eq(["a", "dir/b", "d"]));
    }
}
