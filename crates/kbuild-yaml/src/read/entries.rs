//! The entries of a mapping that is being read: unique keys, and merge keys (`<<`).

use std::collections::HashMap;

use ecow::EcoString;

use super::Options;
use super::composer::Built;
use super::error::{Fault, Mark, ReadErrorKind};
use super::tagged::key_text;
use crate::{Dialect, Entry, Key, Mapping, Node, ScalarType, Value};

/// The number of keys from which on they are looked up in an index.
const INDEXED_FROM: usize = 16;

/// Entries in document order.
#[derive(Default)]
pub(super) struct Entries {
    entries: Vec<Entry>,
    /// Where each key stands, once there are many.
    index: Option<HashMap<EcoString, usize>>,
    pending: Option<Pending>,
    /// The value of the merge key in a resource: the mappings to merge, in the order in which the reference adds them.
    merged: Option<Vec<Node>>,
    /// True once a key with the text `<<` has been seen.
    seen_merge_text: bool,
    /// True when a `:` may follow the pending key of a flow mapping.
    pub(super) expects_value: bool,
}

/// A key that waits for its value.
struct Pending {
    key: Key,
    fate: Fate,
}

/// What becomes of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    /// Its value is merged into the mapping.
    Merged,
    /// Its value is merged into the mapping, and it stays.
    MergedAndKept,
    /// It is left out.
    Dropped,
}

impl Entries {
    /// True between a key and its value.
    pub(super) fn waits_for_value(&self) -> bool {
        self.pending.is_some()
    }

    /// True before the first key.
    pub(super) fn is_untouched(&self) -> bool {
        self.pending.is_none()
            && self.entries.is_empty()
            && !self.seen_merge_text
            && self.merged.is_none()
    }

    /// Takes the next key or value.
    #[inline]
    pub(super) fn accept(&mut self, built: Built, options: Options) -> Result<(), Fault> {
        let dialect = options.dialect;
        match self.pending.take() {
            None => self.accept_key(built, options),
            Some(Pending { key, fate: Fate::Kept }) => {
                let before = match dialect {
                    // A key that stands twice has been refused, or is to stay so.
                    Dialect::Resource => None,
                    Dialect::Config => self.find(&key.text),
                };
                match before {
                    Some(at) => self.entries[at].value = built.node,
                    None => self.push(Entry { key, value: built.node }),
                }
                Ok(())
            }
            Some(Pending { fate: Fate::Dropped, .. }) => Ok(()),
            Some(Pending { key, fate }) => {
                let value = (fate == Fate::MergedAndKept).then(|| built.node.clone());
                self.merge(built, dialect)?;
                if let Some(value) = value {
                    self.push(Entry { key, value });
                }
                Ok(())
            }
        }
    }

    #[inline]
    fn accept_key(&mut self, built: Built, options: Options) -> Result<(), Fault> {
        let place = built.node.place;
        let Value::Scalar(mut scalar) = built.node.value else {
            return Err(Fault::new(
                built.mark,
                "a key must be a single value, not a list or a mapping",
            )
            .of(ReadErrorKind::BadKey));
        };
        if options.dialect == Dialect::Config {
            if scalar.kind != ScalarType::Str {
                scalar.text = key_text(&scalar).ok_or_else(|| null_key(built.mark))?;
                scalar.kind = ScalarType::Str;
            }
            let fate = if built.merge { Fate::Merged } else { Fate::Kept };
            self.seen_merge_text |= built.merge;
            let key = Key::typed(scalar.text, scalar.kind).at(place);
            self.pending = Some(Pending { key, fate });
            return Ok(());
        }
        if scalar.kind == ScalarType::Null && !scalar.text.is_empty() {
            return Err(null_key(built.mark));
        }
        let fate = self.resource_key_fate(&scalar.text, built.merge, built.mark)?;
        if matches!(fate, Fate::Kept | Fate::MergedAndKept)
            && !options.keeps_duplicates
            && let Some(at) = self.find(&scalar.text)
        {
            let before = self.entries[at].key.place().line;
            let message = if before == place.line {
                format!("the key `{}` stands twice on this line in the same mapping", scalar.text)
            } else {
                let text = &scalar.text;
                format!("the key `{text}` is already defined on line {before}")
            };
            let fault = Fault::new(built.mark, message).of(ReadErrorKind::DuplicateKey);
            return Err(if before == place.line { fault } else { fault.with_line(before) });
        }
        self.pending = Some(Pending { key: Key::typed(scalar.text, scalar.kind).at(place), fate });
        Ok(())
    }

    /// The reference merges the values of keys that are tagged as merge keys, and then removes the first key with the
    /// text `<<`, be it one of those or a text in quotes.
    fn resource_key_fate(&mut self, text: &str, merge: bool, mark: Mark) -> Result<Fate, Fault> {
        let is_merge_text = text == "<<";
        let first = is_merge_text && !self.seen_merge_text;
        self.seen_merge_text |= is_merge_text;
        if !merge {
            return Ok(if first { Fate::Dropped } else { Fate::Kept });
        }
        if self.merged.is_some() {
            return Err(Fault::new(
                mark,
                "a mapping can have only one merge key (`<<`): merge a list instead",
            ));
        }
        Ok(if is_merge_text { Fate::Merged } else { Fate::MergedAndKept })
    }

    /// Takes the value of a merge key.
    fn merge(&mut self, built: Built, dialect: Dialect) -> Result<(), Fault> {
        let wrong = || {
            Fault::new(
                built.mark,
                "the value of a merge key (`<<`) must be a mapping or a list of mappings",
            )
        };
        let mut sources = match built.node.value {
            Value::Mapping(_) => vec![built.node],
            Value::Sequence(items) if !built.alias => items,
            _ => return Err(wrong()),
        };
        if sources.iter().any(|source| source.as_mapping().is_none()) {
            return Err(wrong());
        }
        // The first mapping of a list wins, so it comes last.
        sources.reverse();
        if dialect == Dialect::Resource {
            self.merged = Some(sources);
            return Ok(());
        }
        // In a kustomization file, what is merged replaces what stands above it, and is replaced by what comes below.
        for entry in mappings(sources).flatten() {
            self.set(entry);
        }
        Ok(())
    }

    /// The mapping, with what a merge key adds to it: keys that it does not have itself. `adapt` changes each value that
    /// is added.
    pub(super) fn finish(mut self, adapt: fn(&mut Node)) -> Mapping {
        if let Some(sources) = self.merged.take() {
            let own = self.entries.len();
            for mut entry in mappings(sources).flatten() {
                adapt(&mut entry.value);
                match self.find(&entry.key.text) {
                    Some(at) if at < own => {}
                    Some(at) => self.entries[at] = entry,
                    None => self.push(entry),
                }
            }
        }
        self.entries.into_iter().collect()
    }

    fn set(&mut self, entry: Entry) {
        match self.find(&entry.key.text) {
            Some(at) => self.entries[at] = entry,
            None => self.push(entry),
        }
    }

    #[inline]
    fn push(&mut self, entry: Entry) {
        if self.entries.len() >= INDEXED_FROM {
            let entries = &self.entries;
            let index = self.index.get_or_insert_with(|| {
                entries.iter().enumerate().map(|(at, entry)| (entry.key.text.clone(), at)).collect()
            });
            index.insert(entry.key.text.clone(), self.entries.len());
        }
        self.entries.push(entry);
    }

    #[inline]
    fn find(&self, text: &str) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|entry| entry.key.text == text),
            Some(index) => index.get(text).copied(),
        }
    }
}

/// The mappings among `nodes`.
fn mappings(nodes: Vec<Node>) -> impl Iterator<Item = Mapping> {
    nodes.into_iter().filter_map(|node| match node.value {
        Value::Mapping(mapping) => Some(mapping),
        _ => None,
    })
}

#[cold]
fn null_key(mark: Mark) -> Fault {
    Fault::new(mark, "null cannot be a key: put it in quotes if it is meant as text")
        .of(ReadErrorKind::NonStringKey)
}
