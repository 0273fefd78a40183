//! Who wrote a value before its last writer: kept only where somebody asks for it.
//!
//! A node holds the place of whoever wrote it last. With a trail, that place may be a link: a number in the journal,
//! where the writer's place stands together with the place and the text that were there before. So a value's history
//! needs no tree of its own, follows the value wherever it is moved or copied, and costs nothing where nothing is written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kbuild_yaml::{
    Children, EcoString, NodeId, NodeRef, Place, ScalarRef, SourceId, Tree, ValueRef,
};

/// The source of places that are links into the journal; no file has this number.
const JOURNAL: SourceId = SourceId(u32::MAX);

/// A handle to the journal of a build; all of them write into the same one. Without a journal nothing is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail(Option<Arc<Mutex<Journal>>>);

/// What was written, in order.
#[derive(Debug, Default)]
struct Journal {
    steps: Vec<StepRecord>,
    changes: Vec<Change>,
    /// For the next change.
    nowhere: bool,
}

/// One step of a build: the loading of a file, a generator, a transformer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StepRecord {
    /// The field of the kustomization or the kind of the transformer.
    pub(crate) what: EcoString,
    /// The entry, where the step is one entry's.
    pub(crate) about: EcoString,
    /// The entry, or the kustomization file.
    pub(crate) place: Place,
    /// The kustomization file.
    pub(crate) layer: SourceId,
    /// How many values it made.
    pub(crate) made: u32,
    /// How many values it changed.
    pub(crate) changed: u32,
    /// How many resources it brought.
    pub(crate) resources: u32,
    /// How many resources it took away.
    pub(crate) removed: u32,
}

/// One value, written over another or where there was none.
#[derive(Clone, Debug)]
struct Change {
    step: u32,
    place: Place,
    /// The value was made by the build and nobody said where: it counts as if it had no place.
    nowhere: bool,
    /// The place and the text of the value before, if there was one. The place may be a link.
    before: Option<(Place, EcoString)>,
}

/// One entry of a value's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Writing {
    /// The step and its kustomization file, unless the value stands so in the file.
    pub(crate) step: Option<(EcoString, SourceId)>,
    pub(crate) place: Place,
    /// The text; none for the present value and for what is no scalar.
    pub(crate) text: Option<EcoString>,
}

impl Trail {
    /// A trail that is kept.
    pub(crate) fn kept() -> Trail {
        Trail(Some(Arc::default()))
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    fn journal(&self) -> Option<MutexGuard<'_, Journal>> {
        let journal = self.0.as_ref()?;
        Some(journal.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is written from now on is written by this step of the kustomization `layer`. The same step again, of one more
    /// entry, is still that step.
    pub(crate) fn begin(&self, what: &str, about: &str, place: Place, layer: Place) {
        if let Some(mut journal) = self.journal() {
            let is_same = |last: &StepRecord| {
                last.what == what
                    && last.about == about
                    && last.place == place
                    && last.layer == layer.source
            };
            if journal.steps.last().is_some_and(is_same) {
                return;
            }
            journal.steps.push(StepRecord {
                what: what.into(),
                about: about.into(),
                place,
                layer: layer.source,
                made: 0,
                changed: 0,
                resources: 0,
                removed: 0,
            });
        }
    }

    /// The present step brought resources.
    pub(crate) fn brought(&self, resources: usize) {
        if let Some(mut journal) = self.journal()
            && let Some(step) = journal.steps.last_mut()
        {
            step.resources =
                step.resources.saturating_add(u32::try_from(resources).unwrap_or(u32::MAX));
        }
    }

    /// The present step took resources away.
    pub(crate) fn removed(&self, resources: usize) {
        if let Some(mut journal) = self.journal()
            && let Some(step) = journal.steps.last_mut()
        {
            step.removed =
                step.removed.saturating_add(u32::try_from(resources).unwrap_or(u32::MAX));
        }
    }

    /// Says that whoever is at `place` is about to write into `node`.
    pub(crate) fn mark(&self, tree: &mut Tree, node: NodeId, place: Place) {
        let place = match self.journal() {
            None => place,
            Some(mut journal) => {
                let node = tree.at(node);
                let before =
                    (node.place() != Place::default()).then(|| (node.place(), text_of(node)));
                journal.add(place, before)
            }
        };
        tree.set_place(node, place);
    }

    /// As [`mark`](Trail::mark), where the place of the last writer is of interest to nobody but the journal.
    pub(crate) fn mark_if_kept(&self, tree: &mut Tree, node: NodeId, place: Place) {
        if self.is_kept() {
            self.mark(tree, node, place);
        }
    }

    /// Notes what has become of `before`, if there was something, in `after`, leaf by leaf. Values that have not changed keep
    /// their history; those that say nothing of where they come from get `place`.
    pub(crate) fn compare(&self, before: Option<NodeRef<'_>>, after: &mut Tree, place: Place) {
        if let Some(mut journal) = self.journal() {
            journal.compare(before, after, Tree::ROOT, place);
        }
    }

    /// Notes what became of `before` in a text that was read anew: values that are the same keep their history, those that
    /// are not were written by what is at `place`.
    pub(crate) fn compare_values(&self, before: NodeRef<'_>, after: &mut Tree, place: Place) {
        if let Some(mut journal) = self.journal() {
            keep_places(Some(before), after, Tree::ROOT);
            journal.compare(Some(before), after, Tree::ROOT, place);
        }
    }

    /// True for the place of a value that was made during the build without saying where it comes from.
    pub(crate) fn is_nowhere(&self, place: Place) -> bool {
        match self.journal() {
            None => place.line == 0,
            Some(journal) => journal.change(place).map_or(place.line == 0, |change| change.nowhere),
        }
    }

    /// The place that a link stands for.
    pub(crate) fn resolve(&self, place: Place) -> Place {
        if place.source != JOURNAL {
            return place;
        }
        self.journal()
            .and_then(|journal| journal.change(place).map(|change| change.place))
            .unwrap_or_default()
    }

    /// Who wrote a value, the last one first.
    pub(crate) fn history(&self, place: Place) -> Vec<Writing> {
        let mut history = Vec::new();
        let journal = self.journal();
        let (mut place, mut text) = (place, None);
        loop {
            let change = journal.as_ref().and_then(|journal| journal.change(place));
            let Some(change) = change else {
                history.push(Writing { step: None, place, text });
                return history;
            };
            let step = journal.as_ref().and_then(|journal| journal.steps.get(change.step as usize));
            let step = step.map(|step| (step.what.clone(), step.layer));
            history.push(Writing { step, place: change.place, text });
            let Some((before, old)) = change.before.clone() else { return history };
            (place, text) = (before, Some(old));
        }
    }

    /// What the build did, in order.
    pub(crate) fn steps(&self) -> Vec<StepRecord> {
        self.journal().map(|journal| journal.steps.clone()).unwrap_or_default()
    }
}

impl Journal {
    fn change(&self, place: Place) -> Option<&Change> {
        if place.source != JOURNAL {
            return None;
        }
        self.changes.get(usize::try_from(place.line).ok()?.checked_sub(1)?)
    }

    /// Adds a change, and gives the link to it. A link that leads nowhere but to an older link is left out of the chain
    /// when nothing changed in between.
    fn add(&mut self, place: Place, before: Option<(Place, EcoString)>) -> Place {
        if let Some(step) = self.steps.last_mut() {
            *(if before.is_some() { &mut step.changed } else { &mut step.made }) += 1;
        }
        let place = self.change(place).map_or(place, |change| change.place);
        let step = u32::try_from(self.steps.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let nowhere = std::mem::take(&mut self.nowhere);
        self.changes.push(Change { step, place, nowhere, before });
        Place { source: JOURNAL, line: u32::try_from(self.changes.len()).unwrap_or(u32::MAX) }
    }

    fn compare(
        &mut self,
        before: Option<NodeRef<'_>>,
        after: &mut Tree,
        node: NodeId,
        place: Place,
    ) {
        let here = after.at(node);
        let Some(new) = here.as_scalar() else {
            each_with_counterpart(before, after, node, &mut |before, after, child| {
                self.compare(before, after, child, place);
            });
            return;
        };
        let own = here.place();
        if let Some(old) = before
            && old.as_scalar().is_some_and(|old| is_same(old, new))
            && (old.place() == own || own == Place::default())
        {
            after.set_place(node, old.place());
            return;
        }
        let old = before.filter(|old| old.place() != Place::default());
        let unchanged = old.is_some_and(|old| old.place() == own);
        let writer = if unchanged || own == Place::default() { place } else { own };
        let was_nowhere = |place| self.change(place).is_some_and(|change| change.nowhere);
        self.nowhere = own == Place::default() || (unchanged && was_nowhere(own));
        let place = self.add(writer, old.map(|old| (old.place(), text_of(old))));
        after.set_place(node, place);
    }
}

/// True for values that differ in nothing but, at most, how they are written: quotes alone make nobody a writer.
fn is_same(one: ScalarRef<'_>, other: ScalarRef<'_>) -> bool {
    one.kind == other.kind && one.text == other.text
}

/// Gives values that are the same the places that they had, and takes the places of all others away.
fn keep_places(before: Option<NodeRef<'_>>, after: &mut Tree, node: NodeId) {
    let Some(new) = after.at(node).as_scalar() else {
        each_with_counterpart(before, after, node, &mut keep_places);
        return;
    };
    let same = before.filter(|old| old.as_scalar().is_some_and(|old| old.text == new.text));
    after.set_place(node, same.map(NodeRef::place).unwrap_or_default());
}

/// Calls `each` with what there was before, the tree, and a child of a collection in it, for all of its children.
fn each_with_counterpart(
    before: Option<NodeRef<'_>>,
    after: &mut Tree,
    collection: NodeId,
    each: &mut dyn FnMut(Option<NodeRef<'_>>, &mut Tree, NodeId),
) {
    let is_mapping = after.at(collection).is_mapping();
    let before = before.filter(|before| before.is_mapping() == is_mapping);
    let mut old = Counterparts::new(before.map(NodeRef::value));
    let mut next = after.first_child(collection);
    while let Some(child) = next {
        let same = old.of(after.at(child));
        each(same, after, child);
        next = after.next_sibling(child);
    }
}

/// The children of a collection as it was before, in the order in which one is asked for after the other.
enum Counterparts<'a> {
    None,
    /// Most keys follow each other as they did: the next one is expected first.
    Entries {
        all: Children<'a>,
        next: Children<'a>,
    },
    Items {
        all: Children<'a>,
        next: Children<'a>,
        /// The first item of each name, from when one is missed at its place.
        names: Option<Names<'a>>,
    },
}

type Names<'a> = HashMap<&'a str, NodeRef<'a>, foldhash::fast::RandomState>;

impl<'a> Counterparts<'a> {
    fn new(before: Option<ValueRef<'a>>) -> Counterparts<'a> {
        match before {
            Some(ValueRef::Mapping(all)) => Counterparts::Entries { all, next: all },
            Some(ValueRef::Sequence(all)) => Counterparts::Items { all, next: all, names: None },
            Some(ValueRef::Scalar(_)) | None => Counterparts::None,
        }
    }

    /// What a child was before: the value of the same key; the item of the same name, where items have names, else the one
    /// at the same index.
    fn of(&mut self, child: NodeRef<'_>) -> Option<NodeRef<'a>> {
        match self {
            Counterparts::None => None,
            Counterparts::Entries { all, next } => {
                let key = child.key();
                let expected = next.clone().next().filter(|entry| entry.key() == key);
                let mut from = if expected.is_some() { *next } else { *all };
                let found = from.find(|entry| entry.key() == key)?;
                *next = from;
                Some(found)
            }
            Counterparts::Items { all, next, names } => {
                let same = next.next();
                let Some(name) = name_of(child) else { return same };
                if let Some(same) = same.filter(|same| name_of(*same) == Some(name)) {
                    return Some(same);
                }
                let names = names.get_or_insert_with(|| {
                    let mut names = Names::default();
                    for item in *all {
                        if let Some(name) = name_of(item) {
                            names.entry(name).or_insert(item);
                        }
                    }
                    names
                });
                names.get(name).copied()
            }
        }
    }
}

fn name_of(item: NodeRef<'_>) -> Option<&str> {
    item.get("name").and_then(NodeRef::text)
}

fn text_of(node: NodeRef<'_>) -> EcoString {
    node.as_scalar().map_or_else(|| node.describe(), |scalar| scalar.text).into()
}

#[cfg(test)]
mod tests {
    use kbuild_yaml::Node;

    use super::*;

    fn place(line: u32) -> Place {
        Place { source: SourceId(1), line }
    }

    #[test]
    fn writers_are_listed_from_the_last_to_the_first() {
        let trail = Trail::kept();
        let mut tree = Tree::from(&Node::string("web").at(place(3)));
        trail.begin("namePrefix", "", place(1), place(1));
        trail.mark(&mut tree, Tree::ROOT, place(7));
        tree.set_string(Tree::ROOT, "a-web");
        trail.begin("nameSuffix", "", place(1), place(1));
        trail.mark(&mut tree, Tree::ROOT, place(8));
        let node = tree.root();
        let steps = |place| {
            let history = trail.history(place);
            let shown = |writing: &Writing| {
                (
                    writing.step.clone().unwrap_or_default().0.to_string(),
                    writing.place.line,
                    writing.text.clone().unwrap_or_default().to_string(),
                )
            };
            history.iter().map(shown).collect::<Vec<_>>()
        };
        let expect = [("nameSuffix", 8, ""), ("namePrefix", 7, "a-web"), ("", 3, "web")];
        assert_eq!(
            steps(node.place()),
            expect.map(|(step, line, text)| (step.to_owned(), line, text.to_owned()))
        );
        assert_eq!(trail.resolve(node.place()), place(8));
        assert_eq!(trail.steps()[0].changed, 1);
    }

    #[test]
    fn without_a_journal_the_last_writer_is_all_there_is() {
        let trail = Trail::default();
        let mut tree = Tree::from(&Node::string("web").at(place(3)));
        trail.mark(&mut tree, Tree::ROOT, place(7));
        assert_eq!(tree.root().place(), place(7));
        assert_eq!(trail.history(tree.root().place()).len(), 1);
    }
}
