//! What says which resource it is.

use kbuild_yaml::{NodeId, Tree, key_mark};

use crate::identity::group_version_kind::split_api_version;
use crate::tables::schema::row_of_kind;

/// Where the values are that say which resource it is, and its annotations; nowhere, where they are missing. And what is known
/// of its type.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Head {
    pub(crate) api_version: NodeId,
    pub(crate) kind: NodeId,
    pub(crate) metadata: NodeId,
    pub(crate) name: NodeId,
    pub(crate) namespace: NodeId,
    pub(crate) annotations: NodeId,
    /// How often the tree had changed when they were looked for.
    pub(super) changes: u32,
    /// Where the slash of the API version stands.
    slash: u16,
    /// The number of a kind of Kubernetes, see [`row_of_kind`]; 0 for another one.
    pub(super) row: u8,
    /// True for a kind of Kubernetes that lives in no namespace.
    pub(crate) is_cluster_scoped: bool,
}

/// The keys that are looked for, with their marks.
const ROOT: [(u8, &str); 3] = [marked("apiVersion"), marked("kind"), marked("metadata")];
const METADATA: [(u8, &str); 3] = [marked("name"), marked("namespace"), marked("annotations")];

const fn marked(key: &str) -> (u8, &str) {
    (key_mark(key.as_bytes()), key)
}

/// Says that an API version has no slash, and that it has to be looked for.
const NO_SLASH: u16 = u16::MAX;
const FAR_SLASH: u16 = u16::MAX - 1;

impl Head {
    /// Looks for it.
    pub(super) fn new(tree: &Tree) -> Head {
        Head::of(tree).with_type(tree)
    }

    /// Looks for it anew in a tree that watches the type. Also says whether that is certainly the same.
    pub(super) fn found_again(&self, tree: &Tree) -> (Head, bool) {
        let found = Head::of(tree);
        let is_same = |before, found| before == found && tree.is_watched(found);
        if is_same(self.api_version, found.api_version) && is_same(self.kind, found.kind) {
            let Head { slash, row, is_cluster_scoped, .. } = *self;
            return (Head { slash, row, is_cluster_scoped, ..found }, true);
        }
        (found.with_type(tree), false)
    }

    /// Looks for it, and for nothing else.
    fn of(tree: &Tree) -> Head {
        let [api_version, kind, metadata] = tree.find_each(Tree::ROOT, &ROOT);
        let [name, namespace, annotations] = tree.find_each(metadata, &METADATA);
        let changes = tree.changes();
        Head {
            api_version,
            kind,
            metadata,
            name,
            namespace,
            annotations,
            changes,
            ..Head::default()
        }
    }

    /// The same with what is known of the type.
    fn with_type(self, tree: &Tree) -> Head {
        let (api_version, kind) = (text_of(tree, self.api_version), text_of(tree, self.kind));
        let slash = match api_version.bytes().position(|byte| byte == b'/') {
            Some(at) => u16::try_from(at).unwrap_or(FAR_SLASH).min(FAR_SLASH),
            None => NO_SLASH,
        };
        let (row, is_cluster_scoped) = row_of_kind(api_version, kind);
        Head { slash, row, is_cluster_scoped, ..self }
    }

    /// Takes note of a field that the metadata have got, which had none of its key. Nothing else has changed.
    pub(super) fn has_got(&mut self, field: NodeId, tree: &Tree) {
        let node = tree.at(field);
        for ((mark, key), own) in
            METADATA.iter().zip([&mut self.name, &mut self.namespace, &mut self.annotations])
        {
            if node.has_marked_key(*mark, key) {
                *own = field;
            }
        }
        self.changes = tree.changes();
    }

    /// The group and the version in the API version.
    #[inline]
    pub(crate) fn split<'a>(&self, api_version: &'a str) -> (&'a str, &'a str) {
        match self.slash {
            NO_SLASH => ("", api_version),
            FAR_SLASH => split_api_version(api_version),
            slash => {
                let (group, rest) = api_version.split_at_checked(slash.into()).unwrap_or_default();
                (group, rest.get(1..).unwrap_or_default())
            }
        }
    }
}

/// The text of a scalar, or nothing.
#[inline]
pub(super) fn text_of(tree: &Tree, node: NodeId) -> &str {
    tree.at(node).text().unwrap_or_default()
}
