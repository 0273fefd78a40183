//! The order of keys in print: natural order, in which `a2` comes before `a10`.

use crate::tree::{Children, NodeRef, Slot, Tree};
use crate::{Entry, Mapping};

/// The number of entries up to which an order needs no memory of its own.
const FEW: usize = 12;

/// The entries of a small mapping in the order in which they are printed.
pub(super) struct Few<'a> {
    entries: [&'a Slot; FEW],
    count: usize,
}

impl Default for Few<'_> {
    fn default() -> Self {
        Few { entries: [&Slot::NOTHING; FEW], count: 0 }
    }
}

impl<'a> Few<'a> {
    /// Takes in the entries of a mapping; false where there are too many.
    #[inline]
    pub(super) fn fill(&mut self, tree: &'a Tree, mapping: &Slot) -> bool {
        let (entries, mut starts, mut count) = (&mut self.entries, [0; FEW], 0);
        let mut next = mapping.first_child();
        while let Some(entry) = tree.slot_at(next) {
            if count == FEW {
                return false;
            }
            let start = start_of(tree, entry);
            let mut to = count;
            while to > 0 && goes_before(tree, (start, entry), (starts[to - 1], entries[to - 1])) {
                (starts[to], entries[to]) = (starts[to - 1], entries[to - 1]);
                to -= 1;
            }
            (starts[to], entries[to]) = (start, entry);
            count += 1;
            next = entry.next;
        }
        self.count = count;
        true
    }

    pub(super) fn entries(&self) -> &[&'a Slot] {
        self.entries.get(..self.count).unwrap_or_default()
    }
}

/// The first eight bytes of a key as a number, the first byte in front, and zeros for what is not there.
#[inline]
fn start_of(tree: &Tree, entry: &Slot) -> u64 {
    let (at, length) = (entry.key.at as usize, entry.key.length as usize);
    match tree.texts().get(at..at + 8).and_then(<[u8]>::first_chunk) {
        Some(chunk) => u64::from_be_bytes(*chunk) & STARTS[length.min(8)],
        None => start_of_text(tree.str(entry.key).as_bytes()),
    }
}

/// The bits of so many bytes in front.
static STARTS: [u64; 9] = {
    let mut starts = [u64::MAX; 9];
    let mut length = 0;
    while length < 8 {
        starts[length] = !(u64::MAX >> (8 * length));
        length += 1;
    }
    starts
};

fn start_of_text(text: &[u8]) -> u64 {
    text.iter().chain(&[0; 8]).take(8).fold(0, |start, byte| start << 8 | u64::from(*byte))
}

/// As [`comes_before`], with the starts of both texts: mostly the first byte that differs decides.
#[inline]
fn goes_before(
    tree: &Tree,
    (start, one): (u64, &Slot),
    (other_start, other): (u64, &Slot),
) -> bool {
    match is_decided(start, other_start) {
        true => start < other_start,
        false => text_comes_before(tree.str(one.key), tree.str(other.key)),
    }
}

/// True where two texts are in the order of their starts: in the first place where these differ, each has a letter or ends.
#[inline]
fn is_decided(one: u64, other: u64) -> bool {
    let differing = (one ^ other).leading_zeros() & !7;
    let byte = |start: u64| usize::from((start << (differing & 63) >> 56) as u8);
    one != other && IS_LETTER_OR_END[byte(one)] && IS_LETTER_OR_END[byte(other)]
}

/// By byte; a zero is the end of a text.
static IS_LETTER_OR_END: [bool; 256] = {
    let mut is_letter_or_end = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        is_letter_or_end[byte] = byte == 0 || (byte as u8).is_ascii_alphabetic();
        byte += 1;
    }
    is_letter_or_end
};

/// What has the text of a key.
trait Keyed: Copy {
    fn text(&self) -> &str;
}

impl Keyed for NodeRef<'_> {
    #[inline]
    fn text(&self) -> &str {
        self.key()
    }
}

impl Keyed for &Entry {
    fn text(&self) -> &str {
        &self.key.text
    }
}

fn sort<T: Keyed>(mut entries: Vec<T>) -> Vec<T> {
    if !entries.is_sorted_by(|left, right| !comes_before(right, left)) {
        let mut spare = entries.clone();
        merge_sort(&mut entries, &mut spare);
    }
    entries
}

impl Mapping {
    /// The entries in the order in which they are printed.
    pub fn in_order(&self) -> Vec<&Entry> {
        sort(self.iter().collect())
    }
}

impl<'a> Children<'a> {
    /// The values of a mapping in the order in which they are printed.
    pub fn in_order(self) -> Vec<NodeRef<'a>> {
        sort(self.collect())
    }
}

/// A merge sort of our own: natural order is no total order in some corners, and the standard sort may panic then.
fn merge_sort<T: Keyed>(entries: &mut [T], spare: &mut [T]) {
    let middle = entries.len() / 2;
    if middle == 0 {
        return;
    }
    merge_sort(&mut entries[..middle], &mut spare[..middle]);
    merge_sort(&mut entries[middle..], &mut spare[middle..]);
    spare.copy_from_slice(entries);
    let (mut left, mut right) = spare.split_at(middle);
    for slot in entries {
        let side = match (left.first(), right.first()) {
            (Some(l), Some(r)) if comes_before(r, l) => &mut right,
            (Some(_), _) => &mut left,
            (None, _) => &mut right,
        };
        if let Some((first, rest)) = side.split_first() {
            *slot = *first;
            *side = rest;
        }
    }
}

/// True when the key of `one` is printed before that of `other`.
///
/// The first character that differs decides: letters come after anything else and among themselves in the order of their
/// code points; else runs of digits that start there are compared as numbers.
fn comes_before<T: Keyed>(one: &T, other: &T) -> bool {
    let (a, b) = (one.text(), other.text());
    match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(x @ b'a'..=b'z'), Some(y @ b'a'..=b'z')) if x != y => x < y,
        _ => text_comes_before(a, b),
    }
}

fn text_comes_before(a: &str, b: &str) -> bool {
    let common = a.bytes().zip(b.bytes()).take_while(|(left, right)| left == right).count();
    let (Some(&left), Some(&right)) = (a.as_bytes().get(common), b.as_bytes().get(common)) else {
        return a.len() < b.len();
    };
    if left.is_ascii_lowercase() && right.is_ascii_lowercase() {
        return left < right;
    }
    let start = (0..=common).rev().find(|&at| a.is_char_boundary(at)).unwrap_or(0);
    let (prefix, a, b) = (&a[..start], &a[start..], &b[start..]);
    let (Some(left), Some(right)) = (a.chars().next(), b.chars().next()) else {
        return a.len() < b.len();
    };
    match (is_letter(left), is_letter(right)) {
        (true, true) => return left < right,
        (false, false) => {}
        (_, right_is_letter) => return right_is_letter,
    }
    // A zero within a number counts as a digit of it, not as a leading zero.
    let within_number = (left == '0' || right == '0')
        && prefix.chars().rev().take_while(|&digit| is_digit(digit)).any(|digit| digit != '0');
    let start = i64::from(within_number);
    let (left_number, left_digits) = number(a, start);
    let (right_number, right_digits) = number(b, start);
    (left_number, left_digits, left) < (right_number, right_digits, right)
}

/// The value of the digits at the start of `text`, put behind `start`, and how many there are.
fn number(text: &str, start: i64) -> (i64, usize) {
    text.chars().take_while(|&digit| is_digit(digit)).fold((start, 0), |(value, digits), digit| {
        let digit = i64::from(u32::from(digit)) - i64::from(u32::from('0'));
        (value.wrapping_mul(10).wrapping_add(digit), digits + 1)
    })
}

fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphabetic();
    }
    character.is_alphabetic() && !in_ranges(character, &super::letters::ALPHABETIC_BUT_NO_LETTERS)
}

fn is_digit(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_digit();
    }
    in_ranges(character, &super::letters::DIGITS)
}

fn in_ranges(character: char, ranges: &[(u32, u32)]) -> bool {
    let code = u32::from(character);
    let at = ranges.partition_point(|&(_, last)| last < code);
    ranges.get(at).is_some_and(|&(first, _)| first <= code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Node, Tree};

    #[track_caller]
    fn check(keys: &str) {
        let expected: Vec<&str> = keys.split(',').collect();
        for rotation in 0..expected.len() {
            let mut mapping = Mapping::new();
            for at in 0..expected.len() {
                mapping.insert(expected[(at + rotation) % expected.len()], Node::null());
            }
            let many = mapping.in_order();
            assert!(many.iter().map(|entry| entry.key.text.as_str()).eq(expected.iter().copied()));
            let tree = Tree::from(&Node::from(mapping));
            let order = tree.root().children().in_order();
            assert!(order.iter().map(|entry| entry.key()).eq(expected.iter().copied()));
            let mut few = Few::default();
            assert!(few.fill(&tree, tree.root().slot()));
            let few = few.entries().iter().map(|entry| tree.str(entry.key));
            assert!(few.eq(expected.iter().copied()));
        }
    }

    #[test]
    fn numbers_by_value() {
        check("a2,a10");
        check("a1,a01,a2");
        check("a,a0,a00,a1,a10,a100");
        check("1,2,10,20,100");
    }

    #[test]
    fn letters_after_everything_else() {
        check("-,.,_,0,1,A,Z,a,z,é");
        check("a,a-b,a.b,a_b,a1,ab");
    }

    #[test]
    fn letters_of_other_scripts() {
        check("١,é,β,я,中");
    }

    #[test]
    fn starts_are_in_order() {
        let texts = [
            "",
            "a",
            "A",
            "z",
            "Z",
            "ab",
            "aB",
            "abc",
            "abcd",
            "abcde",
            "abcdefg",
            "abcdefgh",
            "abcdefghi",
            "abcdefgi",
            "abcdefg1",
            "ab1",
            "a-b",
            "@",
            "[",
            "`",
            "{",
            "é",
            "aé",
            "Zebra",
            "containerPort",
            "containers",
            "name",
            "namespace",
        ];
        for one in texts {
            for other in texts {
                let (start, other_start) =
                    (start_of_text(one.as_bytes()), start_of_text(other.as_bytes()));
                if is_decided(start, other_start) {
                    assert_eq!(start < other_start, text_comes_before(one, other), "{one} {other}");
                }
            }
        }
        let decided = |one: &str, other: &str| {
            is_decided(start_of_text(one.as_bytes()), start_of_text(other.as_bytes()))
        };
        assert!(decided("a", "z") && decided("name", "namespace") && decided("a-b", "a-c"));
        assert!(!decided("a1", "ab") && !decided("same", "same"));
    }

    #[test]
    fn ranges_are_sorted() {
        for ranges in [
            &super::super::letters::ALPHABETIC_BUT_NO_LETTERS[..],
            &super::super::letters::DIGITS[..],
        ] {
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
