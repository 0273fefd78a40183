//! What ends a plain scalar on its line.

use crate::find::{leading_spaces, line_feed, one_of_three, word_end};

/// A plain scalar on its first line.
#[derive(Clone, Copy)]
pub(super) struct Plain {
    /// Where it ends on this line.
    pub(super) end: usize,
    /// Where what ends it stands; blanks may stand between.
    pub(super) at: usize,
    pub(super) stop: Stop,
    /// True for nothing but letters, digits and signs of ASCII.
    pub(super) is_word: bool,
}

/// What ends a plain scalar on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A `:` with a blank behind it.
    Colon,
    /// A comment.
    Comment,
    /// The end of the line or of the text.
    Line,
    /// One of `,`, `[`, `]`, `{`, `}` and `?` in a flow collection.
    Indicator,
}

/// The class of bytes that may end a plain scalar outside of flow collections.
pub(super) const IN_BLOCK: u8 = 1;
/// The same in flow collections.
pub(super) const IN_FLOW: u8 = 2;
/// The class of bytes that no plain scalar starts with, and `-`.
const NO_START: u8 = 4;
/// The class of bytes that no word in a flow collection holds: what may end it, control characters and what is not ASCII.
const NO_FLOW_WORD: u8 = 8;

/// The classes of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    mark(&mut classes, b" \t\n:", IN_BLOCK | IN_FLOW);
    mark(&mut classes, b",?[]{}", IN_FLOW);
    mark(&mut classes, b" \t\n-?:,[]{}#&*!|>'\"%@`", NO_START);
    mark(&mut classes, b":,?[]{}", NO_FLOW_WORD);
    let mut byte = 0;
    while byte < classes.len() {
        if byte <= b' ' as usize || byte > b'~' as usize {
            classes[byte] |= NO_FLOW_WORD;
        }
        byte += 1;
    }
    classes
};

const fn mark(classes: &mut [u8; 256], bytes: &[u8], class: u8) {
    let mut at = 0;
    while at < bytes.len() {
        classes[bytes[at] as usize] |= class;
        at += 1;
    }
}

/// The word that a text in a flow collection starts with, and what stands behind it.
#[inline(always)]
pub(super) fn split_flow_word(text: &[u8]) -> (&[u8], &[u8]) {
    let is_end = |&byte: &u8| CLASSES[usize::from(byte)] & NO_FLOW_WORD != 0;
    text.split_at(text.iter().position(is_end).unwrap_or(text.len()))
}

impl Plain {
    /// The plain scalar that starts at `start`. None where none does; a tab, which may be a part of one, is left to the
    /// full path, too.
    #[inline(always)]
    pub(super) fn scan<const STOPS: u8>(bytes: &[u8], start: usize) -> Option<Plain> {
        let starts = match bytes.get(start..)? {
            [b'-', next, ..] => !matches!(next, b' ' | b'\n' | b'\t'),
            [first, ..] => CLASSES[usize::from(*first)] & NO_START == 0,
            [] => false,
        };
        if !starts {
            return None;
        }
        if STOPS == IN_FLOW {
            return Plain::scan_in_flow(bytes, start);
        }
        let (mut at, mut is_word) = (start, true);
        loop {
            at = word_end(bytes, at);
            let stop = match bytes.get(at) {
                Some(b'\n') | None => Stop::Line,
                Some(b':') => match bytes.get(at + 1) {
                    Some(b' ' | b'\n') | None => Stop::Colon,
                    Some(b'\t') => return None,
                    Some(_) => {
                        at += 1;
                        continue;
                    }
                },
                // It takes a look at the rest of the line at once.
                Some(b' ') => return Plain::scan_words(bytes, at),
                Some(b'\t') => return None,
                Some(byte) => {
                    is_word &= *byte == b'#';
                    at += 1;
                    continue;
                }
            };
            return Some(Plain { end: at, at, stop, is_word });
        }
    }

    /// The same in a flow collection, for what may be the start of one.
    fn scan_in_flow(bytes: &[u8], start: usize) -> Option<Plain> {
        let mut at = start;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let run = rest.iter().position(|&byte| CLASSES[usize::from(byte)] & IN_FLOW != 0);
            at += run.unwrap_or(rest.len());
            let end = at;
            if bytes.get(at) == Some(&b' ') {
                at += leading_spaces(&bytes[at..]);
                if bytes.get(at) == Some(&b'#') {
                    return Some(Plain { end, at, stop: Stop::Comment, is_word: false });
                }
            }
            let stop = match bytes.get(at) {
                Some(b':') => match bytes.get(at + 1) {
                    Some(b' ' | b'\n') | None => Stop::Colon,
                    Some(b'\t') => return None,
                    Some(_) => {
                        at += 1;
                        continue;
                    }
                },
                Some(b'\n') | None => Stop::Line,
                Some(b'\t') => return None,
                Some(&byte) if CLASSES[usize::from(byte)] & IN_FLOW != 0 => Stop::Indicator,
                // A space within the scalar.
                Some(_) => continue,
            };
            return Some(Plain { end, at, stop, is_word: false });
        }
    }

    /// What ends the plain scalar outside of flow collections that stands before `from`, or starts there on a further line.
    /// None where it is left to the full path.
    #[inline(never)]
    pub(super) fn scan_words(bytes: &[u8], from: usize) -> Option<Plain> {
        let rest = bytes.get(from..)?;
        let line = &rest[..line_feed(rest).unwrap_or(rest.len())];
        let (mut length, mut stop, mut looked) = (line.len(), Stop::Line, 0);
        while let Some(found) = one_of_three([b':', b'#', b'\t'], &line[looked..]) {
            let found = looked + found;
            match line[found] {
                b':' if matches!(line.get(found + 1), Some(b' ') | None) => stop = Stop::Colon,
                b'#' if found > 0 && line[found - 1] == b' ' => stop = Stop::Comment,
                b'\t' => return None,
                _ => {
                    looked = found + 1;
                    continue;
                }
            }
            length = found;
            break;
        }
        let spaces = line[..length].iter().rev().take_while(|&&byte| byte == b' ').count();
        Some(Plain { end: from + length - spaces, at: from + length, stop, is_word: false })
    }
}
