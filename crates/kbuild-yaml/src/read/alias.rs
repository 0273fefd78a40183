//! Anchors, and how much their aliases may copy.

use crate::{Node, Value};

/// The most nodes that the aliases of a file may make, and that its anchors may hold.
const MOST_COPIED: usize = 4_000_000;

/// The number of nodes that the aliases of a file may always make.
const ALWAYS_COPIED: usize = 100_000;

/// What an anchor names.
pub(super) enum Anchor {
    /// A collection that is still being read.
    Open,
    /// A value.
    Complete { node: Node, merge: bool, nodes: usize, depth: usize },
}

impl Anchor {
    pub(super) fn scalar(node: Node, merge: bool) -> Anchor {
        Anchor::Complete { node, merge, nodes: 1, depth: 0 }
    }

    pub(super) fn collection(node: &Node) -> Anchor {
        let (nodes, depth) = measure(node);
        Anchor::Complete { node: node.clone(), merge: false, nodes, depth }
    }

    /// How many nodes the anchor holds.
    pub(super) fn nodes(&self) -> usize {
        match self {
            Anchor::Open => 0,
            Anchor::Complete { nodes, .. } => *nodes,
        }
    }
}

/// How many nodes there are at and below `node`, and how many collections stand within each other.
fn measure(node: &Node) -> (usize, usize) {
    let join = |(nodes, depth): (usize, usize), child: &Node| {
        let (more, below) = measure(child);
        (nodes + more, depth.max(below))
    };
    let (nodes, depth) = match &node.value {
        Value::Scalar(_) => return (1, 0),
        Value::Sequence(items) => items.iter().fold((1, 0), join),
        Value::Mapping(mapping) => {
            mapping.iter().map(|entry| &entry.value).fold((1 + mapping.len(), 0), join)
        }
    };
    (nodes, depth + 1)
}

/// Counts the nodes of a file, to stop documents whose aliases multiply each other.
///
/// Once there are more than 100,000 of them, at most 99 % of the nodes may come from aliases, and less in files of more
/// than 400,000 nodes, down to 10 %, as the YAML library of the reference has it for the documents that it decodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Budget {
    all: usize,
    copied: usize,
    kept: usize,
}

impl Budget {
    /// Counts a node that stands in the text.
    #[inline]
    pub(super) fn written(&mut self) {
        self.all += 1;
    }

    /// Counts `nodes` that stand in the text.
    pub(super) fn written_all(&mut self, nodes: usize) {
        self.all += nodes;
    }

    /// True where no anchor kept anything, and no alias made anything.
    pub(super) fn has_no_anchors(&self) -> bool {
        self.kept == 0 && self.copied == 0
    }

    /// Counts `nodes` that an anchor keeps; false where that is too many.
    pub(super) fn kept(&mut self, nodes: usize) -> bool {
        self.kept += nodes;
        self.kept <= MOST_COPIED
    }

    /// Counts `nodes` that an alias makes; false where that is too many.
    pub(super) fn copied(&mut self, nodes: usize) -> bool {
        const FEW: f64 = 400_000.0;
        const MANY: f64 = 4_000_000.0;
        self.all += nodes;
        self.copied += nodes;
        let all = self.all as f64;
        let share = 0.99 - 0.89 * ((all - FEW) / (MANY - FEW)).clamp(0.0, 1.0);
        self.copied <= ALWAYS_COPIED
            || (self.copied <= MOST_COPIED && self.copied as f64 <= share * all)
    }
}
