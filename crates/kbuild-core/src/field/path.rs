//! Splits field paths with dots, as replacements and vars write them, into their parts.

use kbuild_yaml::{MAX_DEPTH, Place};

use crate::code::Code;
use crate::error::Error;

/// Refuses a path of more steps than a document has levels: whoever made what it leads to would make a resource that
/// nobody can read.
///
/// # Errors
/// There are too many.
pub(crate) fn check_length(steps: usize, place: Place) -> Result<(), Error> {
    const MOST: usize = MAX_DEPTH - 1;
    if steps <= MOST {
        return Ok(());
    }
    let message = format!("the path has {steps} steps; more than {MOST} lead nowhere");
    Err(Error::new(Code::BAD_FIELD_PATH, message).at(place))
}

/// Splits a path at its dots, except those after a backslash and those within brackets.
pub(crate) fn split(path: &str) -> Vec<String> {
    let pieces = split_escaped(path);
    let mut parts = Vec::with_capacity(pieces.len());
    let mut pieces = pieces.into_iter();
    while let Some(piece) = pieces.next() {
        if !piece.starts_with('[') || piece.ends_with(']') {
            parts.push(piece);
            continue;
        }
        let mut bracketed = piece;
        for next in pieces.by_ref() {
            bracketed.push('.');
            bracketed.push_str(&next);
            if next.ends_with(']') {
                break;
            }
        }
        if bracketed.contains('=') {
            parts.push(bracketed);
        } else {
            parts.push(bracketed.trim_matches(['[', ']']).to_owned());
        }
    }
    parts
}

/// Splits a path at its dots, except those after a backslash. A dot in front is passed over.
fn split_escaped(path: &str) -> Vec<String> {
    let mut pieces: Vec<&str> = path.split('.').collect();
    if pieces.len() > 1 && pieces.first().is_some_and(|first| first.is_empty()) {
        pieces.remove(0);
    }
    let mut parts: Vec<String> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('.');
                last.push_str(piece);
            }
            _ => parts.push(piece.to_owned()),
        }
    }
    parts
}
