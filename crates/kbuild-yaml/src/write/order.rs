//! The order of keys in print: natural order, in which `a2` comes before `a10`.

use crate::{Entry, Mapping};

/// The number of entries up to which an order needs no memory of its own.
const FEW: usize = 12;

/// The entries of a mapping in the order in which they are printed.
pub(super) enum Order<'a> {
    /// The first so many of these.
    Few([&'a Entry; FEW], usize),
    Many(Vec<&'a Entry>),
}

impl<'a> Order<'a> {
    pub(super) fn of(mapping: &'a Mapping) -> Order<'a> {
        let Some(first) = mapping.iter().next().filter(|_| mapping.len() <= FEW) else {
            return Order::Many(sort_many(mapping));
        };
        let mut few = [first; FEW];
        for (at, entry) in mapping.iter().enumerate().skip(1) {
            let before = few[..at].iter().rev();
            let start = at - before.take_while(|other| comes_before(entry, other)).count();
            few.copy_within(start..at, start + 1);
            few[start] = entry;
        }
        Order::Few(few, mapping.len())
    }

    pub(super) fn entries(&self) -> &[&'a Entry] {
        match self {
            Order::Few(few, count) => &few[..*count],
            Order::Many(entries) => entries,
        }
    }
}

fn sort_many(mapping: &Mapping) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = mapping.iter().collect();
    if !entries.is_sorted_by(|left, right| !comes_before(right, left)) {
        let mut spare = entries.clone();
        merge_sort(&mut entries, &mut spare);
    }
    entries
}

impl Mapping {
    /// The entries in the order in which they are printed.
    pub fn in_order(&self) -> Vec<&Entry> {
        Order::of(self).entries().to_vec()
    }
}

/// A merge sort of our own: natural order is no total order in some corners, and the standard sort may panic then.
fn merge_sort<'a>(entries: &mut [&'a Entry], spare: &mut [&'a Entry]) {
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
            *slot = first;
            *side = rest;
        }
    }
}

/// True when the key of `one` is printed before that of `other`.
///
/// The first character that differs decides: letters come after anything else and among themselves in the order of their
/// code points; else runs of digits that start there are compared as numbers.
#[inline]
fn comes_before(one: &Entry, other: &Entry) -> bool {
    let (a, b) = (one.key.text.as_str(), other.key.text.as_str());
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
    use crate::Node;

    #[track_caller]
    fn check(keys: &str) {
        let expected: Vec<&str> = keys.split(',').collect();
        for rotation in 0..expected.len() {
            let mut mapping = Mapping::new();
            for at in 0..expected.len() {
                mapping.insert(expected[(at + rotation) % expected.len()], Node::null());
            }
            let order = mapping.in_order();
            let order: Vec<&str> = order.iter().map(|entry| entry.key.text.as_str()).collect();
            let many = sort_many(&mapping);
            assert!(many.iter().map(|entry| entry.key.text.as_str()).eq(order.iter().copied()));
            assert_eq!(order, expected);
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
    fn ranges_are_sorted() {
        for ranges in [
            &super::super::letters::ALPHABETIC_BUT_NO_LETTERS[..],
            &super::super::letters::DIGITS[..],
        ] {
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
