//! What the schema says of the value that a merge stands at.

use std::borrow::Cow;

use kbuild_yaml::Node;

use crate::tables::schema::{MergeKeys, Schema, TypeRef};

/// The value that a merge stands at, as the schema sees it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    schema: Schema<'a>,
    known: Option<TypeRef<'a>>,
    merge_keys: Option<MergeKeys<'a>>,
}

impl<'a> Spot<'a> {
    /// A whole resource.
    pub(super) fn root(schema: Schema<'a>) -> Spot<'a> {
        Spot { schema, known: None, merge_keys: None }
    }

    /// The same value, once the nodes there are at hand: whatever carries `apiVersion` and `kind`, on whatever level,
    /// is of that type, unless the schema knows better.
    pub(super) fn of(mut self, target: Option<&Node>, patch: Option<&Node>) -> Spot<'a> {
        if self.known.is_none() {
            self.known = target.and_then(|node| self.look_up(node));
        }
        if self.known.is_none() {
            self.known = patch.and_then(|node| self.look_up(node));
        }
        self
    }

    fn look_up(&self, node: &Node) -> Option<TypeRef<'a>> {
        let mapping = node.as_mapping()?;
        let api_version = mapping.get("apiVersion")?.text()?;
        self.schema.resource(api_version, mapping.get("kind")?.text()?)
    }

    /// The value of a field.
    pub(super) fn field(&self, name: &str) -> Spot<'a> {
        let unknown = Spot { known: None, merge_keys: None, ..*self };
        let Some(known) = self.known else { return unknown };
        if known.is_opaque() {
            return unknown;
        }
        match known.field(name) {
            Some(field) => Spot { known: Some(field.value), merge_keys: field.merge_keys, ..*self },
            None if known.is_complete() => unknown,
            None => Spot { known: Some(known.opaque()), ..unknown },
        }
    }

    /// An element of a list.
    pub(super) fn element(&self) -> Spot<'a> {
        Spot { merge_keys: None, ..*self }
    }

    /// Set for a list that merges: the fields that tell its elements apart; none for a list of plain values.
    pub(super) fn merge_keys(&self) -> Option<Cow<'a, [&'a str]>> {
        self.merge_keys.map(MergeKeys::texts)
    }
}
