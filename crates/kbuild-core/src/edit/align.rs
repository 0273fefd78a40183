//! Which items of a list were kept, changed, taken out and put in.

use kbuild_yaml::Node;

use super::tree::same;

/// What becomes of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An old item, unchanged.
    Keep(usize),
    /// An old item that turns into a new one.
    Change(usize, usize),
    /// An old item that is not there any more.
    Delete(usize),
    /// A new item.
    Insert(usize),
}

/// Lists that differ in more than this many pairs of items are not compared item by item.
const MOST_PAIRS: usize = 1 << 22;

/// The steps that lead from one list to the other, in order.
pub(super) fn align(old: &[Node], new: &[Node]) -> Vec<Step> {
    let prefix = old.iter().zip(new).take_while(|(old, new)| same(old, new)).count();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(old, new)| same(old, new))
        .count();
    let old_middle = &old_rest[..old_rest.len() - suffix];
    let new_middle = &new_rest[..new_rest.len() - suffix];
    let mut steps: Vec<Step> = (0..prefix).map(Step::Keep).collect();
    let mut run = Run { old: prefix..prefix, new: prefix..prefix };
    for (old_index, new_index) in common(old_middle, new_middle) {
        run.old.end = prefix + old_index;
        run.new.end = prefix + new_index;
        run.finish(old, new, &mut steps);
        steps.push(Step::Keep(prefix + old_index));
        run = Run { old: run.old.end + 1..run.old.end + 1, new: run.new.end + 1..run.new.end + 1 };
    }
    run.old.end = prefix + old_middle.len();
    run.new.end = prefix + new_middle.len();
    run.finish(old, new, &mut steps);
    steps.extend((old.len() - suffix..old.len()).map(Step::Keep));
    steps
}

/// Items between two that are the same in both lists.
struct Run {
    old: std::ops::Range<usize>,
    new: std::ops::Range<usize>,
}

impl Run {
    fn finish(&self, old: &[Node], new: &[Node], steps: &mut Vec<Step>) {
        let mut inserted = self.new.start;
        for old_index in self.old.clone() {
            let alone = self.old.len() == 1 && self.new.len() == 1;
            let partner = (inserted..self.new.end)
                .find(|index| alone || same_name(&old[old_index], &new[*index]));
            match partner {
                Some(partner) => {
                    steps.extend((inserted..partner).map(Step::Insert));
                    steps.push(Step::Change(old_index, partner));
                    inserted = partner + 1;
                }
                None => steps.push(Step::Delete(old_index)),
            }
        }
        steps.extend((inserted..self.new.end).map(Step::Insert));
    }
}

fn same_name(one: &Node, other: &Node) -> bool {
    let name = |node: &Node| node.get("name").and_then(Node::text).map(str::to_owned);
    name(one).is_some_and(|one| Some(one) == name(other))
}

/// The longest common subsequence, as pairs of indices.
fn common(old: &[Node], new: &[Node]) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() || old.len().saturating_mul(new.len()) > MOST_PAIRS {
        return Vec::new();
    }
    let width = new.len() + 1;
    let mut lengths = vec![0u32; (old.len() + 1) * width];
    for (row, old) in old.iter().enumerate().rev() {
        for (column, new) in new.iter().enumerate().rev() {
            lengths[row * width + column] = if same(old, new) {
                lengths[(row + 1) * width + column + 1] + 1
            } else {
                lengths[(row + 1) * width + column].max(lengths[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::new();
    while row < old.len() && column < new.len() {
        if same(&old[row], &new[column]) {
            pairs.push((row, column));
            row += 1;
            column += 1;
        } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::Step::{Delete, Insert, Keep};
    use super::*;

    fn steps(old: &str, new: &str) -> Vec<Step> {
        let nodes = |text: &str| {
            text.chars().map(|letter| Node::string(letter.to_string())).collect::<Vec<_>>()
        };
        align(&nodes(old), &nodes(new))
    }

    #[test]
    fn what_is_the_same_stays() {
        assert_eq!(steps("abc", "abc"), [Keep(0), Keep(1), Keep(2)]);
        assert_eq!(steps("ab", "abc"), [Keep(0), Keep(1), Insert(2)]);
        assert_eq!(steps("abc", "ac"), [Keep(0), Delete(1), Keep(2)]);
        assert_eq!(steps("abc", "aXbYc"), [Keep(0), Insert(1), Keep(1), Insert(3), Keep(2)]);
        assert_eq!(steps("abc", "aXc"), [Keep(0), Step::Change(1, 1), Keep(2)]);
        assert_eq!(steps("", "a"), [Insert(0)]);
        assert_eq!(steps("ab", ""), [Delete(0), Delete(1)]);
    }
}
