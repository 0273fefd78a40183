//! Where values come from that edits have put in.

use std::collections::HashMap;

use kbuild_yaml::{Mapping, Node, Place};

use super::KustomizationFile;
use super::tree;
use crate::inline::relocate;

impl KustomizationFile {
    /// Gives a place to entries of a list, by what tells one from the others, and to what has none within them.
    pub(crate) fn claim_items(
        &mut self,
        field: &str,
        key: impl Fn(&Node) -> &str,
        places: &HashMap<&str, Place>,
    ) {
        let items = tree::field_mut(&mut self.new, field).and_then(Node::as_sequence_mut);
        for item in items.into_iter().flatten() {
            if let Some(&place) = places.get(key(item)) {
                claim(item, place);
                if item.as_mapping().is_some() {
                    item.place = place;
                }
            }
        }
    }

    /// Gives a place to what has none in `commonAnnotations`, by its key.
    pub(crate) fn claim_annotations(&mut self, places: &HashMap<&str, Place>) {
        let pairs = tree::field_mut(&mut self.new, "commonAnnotations");
        pairs.into_iter().for_each(|pairs| claim_pairs(pairs, places));
    }

    /// Gives a place to what has none in the pairs of `labels`, by its key.
    pub(crate) fn claim_labels(&mut self, places: &HashMap<&str, Place>) {
        let labels = tree::field_mut(&mut self.new, "labels").and_then(Node::as_sequence_mut);
        let pairs = labels.into_iter().flatten().filter_map(|it| tree::field_mut(it, "pairs"));
        pairs.for_each(|pairs| claim_pairs(pairs, places));
    }

    /// Gives a place to what has none in a field, and to its name.
    pub(crate) fn claim(&mut self, field: &str, place: Place) {
        let root = self.new.as_mapping_mut().into_iter().flat_map(Mapping::iter_mut);
        for entry in root.filter(|entry| entry.key.text.eq_ignore_ascii_case(field)) {
            entry.key.set_place(known_or(entry.key.place(), place));
            claim(&mut entry.value, place);
        }
    }

    /// The content after the edits; what has no place gets this one.
    pub(crate) fn into_content(mut self, place: Place) -> Node {
        claim(&mut self.new, place);
        self.new
    }
}

fn claim_pairs(pairs: &mut Node, places: &HashMap<&str, Place>) {
    for entry in pairs.as_mapping_mut().into_iter().flat_map(Mapping::iter_mut) {
        if let Some(&place) = places.get(&*entry.key.text) {
            entry.key.set_place(known_or(entry.key.place(), place));
            claim(&mut entry.value, place);
        }
    }
}

fn claim(node: &mut Node, place: Place) {
    relocate(node, &|known| known_or(known, place));
}

fn known_or(known: Place, place: Place) -> Place {
    if known == Place::default() { place } else { known }
}
