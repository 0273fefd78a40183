//! Where the lists of containers of a resource are, whose images are changed wherever they are.

use kbuild_yaml::{NodeId, NodeRef, key_mark};

use crate::field::spec::Segment;
use crate::field::{FieldSpec, Reached};

/// Finds everything below a root that is called `containers` or `initContainers`, what is in it before itself, and how often
/// each entry is applied there. False where there is none.
pub(super) fn find_container_lists(
    root: NodeRef<'_>,
    reached: &[Reached<'_, FieldSpec>],
    lists: &mut Vec<(NodeId, usize)>,
) -> bool {
    lists.clear();
    let marked = root.tree().key_marks().filter(|mark| is_mark(*mark)).count();
    if marked > 0 && !find_usual(root, reached, marked, lists) {
        lists.clear();
        Search { reached, lists, marked }.search(root, Way::default());
    }
    !lists.is_empty()
}

/// Finds them where the first field spec for images of containers leads to: mostly there are no others. False where there may
/// be.
fn find_usual(
    root: NodeRef<'_>,
    reached: &[Reached<'_, FieldSpec>],
    marked: usize,
    lists: &mut Vec<(NodeId, usize)>,
) -> bool {
    let mut specs = reached.iter().filter_map(|reached| ImagesOf::new(reached.spec));
    let Some(usual) = specs.find(|it| is_container_list(&it.list.name)) else { return false };
    let mut holder = root;
    for segment in usual.holder {
        match holder.get(&segment.name).filter(|next| next.is_mapping()) {
            Some(next) => holder = next,
            None => return false,
        }
    }
    for child in holder.children().collections() {
        if is_mark(child.key_mark()) && is_container_list(child.key()) {
            let mut specs = reached.iter().filter_map(|reached| ImagesOf::new(reached.spec));
            let is_of_a_spec =
                specs.any(|it| child.has_key(&it.list.name) && it.has_holder_of(usual));
            lists.push((child.id(), if is_of_a_spec { 2 } else { 1 }));
        }
    }
    lists.len() == marked
}

/// A field spec that leads to the images of a list.
#[derive(Clone, Copy)]
struct ImagesOf<'a> {
    /// The way to what holds the list.
    holder: &'a [Segment],
    list: &'a Segment,
}

impl<'a> ImagesOf<'a> {
    fn new(spec: &'a FieldSpec) -> Option<ImagesOf<'a>> {
        match spec.path.as_slice() {
            [holder @ .., list, image] if image.name == "image" => Some(ImagesOf { holder, list }),
            _ => None,
        }
    }

    /// True where the lists of both are in the same mapping.
    fn has_holder_of(self, other: ImagesOf<'_>) -> bool {
        let (own, other) = (self.holder.iter(), other.holder.iter());
        own.len() == other.len() && own.zip(other).all(|(own, other)| own.name == other.name)
    }
}

/// A search for lists of containers.
struct Search<'a> {
    reached: &'a [Reached<'a, FieldSpec>],
    lists: &'a mut Vec<(NodeId, usize)>,
    /// How many nodes may be such lists that it has not come to.
    marked: usize,
}

impl Search<'_> {
    fn search(&mut self, node: NodeRef<'_>, way: Way<'_>) {
        let is_mapping = node.is_mapping();
        for child in node.children().collections() {
            if self.marked == 0 {
                return;
            }
            if !is_mapping {
                self.search(child, way);
                continue;
            }
            let is_marked = is_mark(child.key_mark());
            self.marked -= usize::from(is_marked);
            let way = Way { name: child.key(), before: Some(&way) };
            self.search(child, way);
            if is_marked && is_container_list(way.name) {
                let mut specs = self.reached.iter().map(|reached| reached.spec);
                let is_of_a_spec = specs.any(|spec| leads_to_images_of(spec, way));
                self.lists.push((child.id(), if is_of_a_spec { 2 } else { 1 }));
            }
        }
    }
}

/// True when the field spec leads to the images of the list at `path`.
fn leads_to_images_of(spec: &FieldSpec, way: Way<'_>) -> bool {
    let Some(ImagesOf { holder, list }) = ImagesOf::new(spec) else { return false };
    let steps = [list].into_iter().chain(holder.iter().rev());
    steps.map(|segment| &*segment.name).eq(way.names())
}

/// The keys on the way to a node.
#[derive(Clone, Copy, Default)]
struct Way<'a> {
    name: &'a str,
    /// None for the root.
    before: Option<&'a Way<'a>>,
}

impl<'a> Way<'a> {
    /// The keys from the node to the root.
    fn names(self) -> impl Iterator<Item = &'a str> {
        let steps = std::iter::successors(Some(self), |way| way.before.copied());
        steps.filter(|way| way.before.is_some()).map(|way| way.name)
    }
}

pub(super) fn is_container_list(key: &str) -> bool {
    matches!(key, "containers" | "initContainers")
}

/// True for the marks of the keys of such lists, and for those of a few others.
fn is_mark(mark: u8) -> bool {
    const CONTAINERS: u8 = key_mark(b"containers");
    const INIT_CONTAINERS: u8 = key_mark(b"initContainers");
    matches!(mark, CONTAINERS | INIT_CONTAINERS)
}
