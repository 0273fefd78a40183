//! From bytes to text: the encodings that YAML allows, and the characters that it refuses.

use std::borrow::Cow;

use super::error::{Fault, Mark, ReadErrorKind};

/// A text that may be scanned.
pub(super) struct Input<'a> {
    /// The text, without a byte order mark.
    pub(super) text: Cow<'a, str>,
    /// True when the bytes were UTF-16.
    pub(super) utf16: bool,
    /// True when a line may end with something else than a line feed.
    pub(super) unusual_breaks: bool,
}

/// Decodes `bytes` as UTF-8, or as UTF-16 when a byte order mark says so, and refuses control characters.
///
/// A fault comes with the text before it, so that its position can be counted.
pub(super) fn decode(bytes: &[u8]) -> Result<Input<'_>, (Fault, String)> {
    let (text, utf16) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (Cow::Owned(decode_utf16(rest, u16::from_le_bytes)?), true),
        [0xFE, 0xFF, rest @ ..] => (Cow::Owned(decode_utf16(rest, u16::from_be_bytes)?), true),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                fault_after(
                    String::from_utf8_lossy(good).into_owned(),
                    "these bytes are not UTF-8, the encoding of YAML files",
                )
            })?;
            (Cow::Borrowed(text), false)
        }
    };
    if u32::try_from(text.len()).is_err() {
        return Err(fault_after(String::new(), "the text is larger than 4 GiB"));
    }
    match check(&text) {
        Ok(unusual_breaks) => Ok(Input { text, utf16, unusual_breaks }),
        Err((at, refused)) => Err(fault_after(
            text[..at].to_owned(),
            &format!("the control character U+{:04X} is not allowed in YAML", u32::from(refused)),
        )),
    }
}

/// A fault right after `before`.
fn fault_after(before: String, message: &str) -> (Fault, String) {
    let line = 1 + before.bytes().filter(|&byte| byte == b'\n').count() as u32;
    (Fault::new(Mark { at: before.len() as u32, line }, message).of(ReadErrorKind::NotText), before)
}

fn decode_utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<String, (Fault, String)> {
    let mut text = String::with_capacity(bytes.len());
    let pairs = bytes.chunks_exact(2);
    let odd = !pairs.remainder().is_empty();
    let units = pairs.map(|pair| match *pair {
        [first, second] => read([first, second]),
        _ => 0,
    });
    for unit in char::decode_utf16(units) {
        match unit {
            Ok(character) => text.push(character),
            Err(_) => {
                return Err(fault_after(
                    text,
                    "these bytes are not UTF-16, though the file starts as UTF-16",
                ));
            }
        }
    }
    if odd {
        return Err(fault_after(text, "the file is UTF-16, and its last character is cut off"));
    }
    Ok(text)
}

/// Whether a line of `text` may end with something else than a line feed; or the first character that no YAML text may
/// hold, and its position.
fn check(text: &str) -> Result<bool, (usize, char)> {
    /// Long enough for the check to run on many bytes at once, short enough to find the character again soon.
    const BLOCK: usize = 1024;
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut unusual_breaks = false;
    while start < bytes.len() {
        let mut end = (start + BLOCK).min(bytes.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        // Both without a way out, so that many bytes are looked at at once.
        let block = &bytes[start..end];
        let usual = block.iter().fold(true, |all, &byte| all & (is_sign(byte) | (byte == b'\n')));
        let is_suspicious = || {
            block.iter().fold(false, |any, &byte| {
                any | !(is_sign(byte) | (byte == b'\n') | (byte == b'\t'))
            })
        };
        if !usual && is_suspicious() {
            for (at, character) in text[start..end].char_indices() {
                if is_refused(character) {
                    return Err((start + at, character));
                }
                unusual_breaks |= is_unusual_break(character);
            }
        }
        start = end;
    }
    Ok(unusual_breaks)
}

/// True for what is printed in ASCII, and the blank. Beyond it, bytes are negative.
#[inline]
fn is_sign(byte: u8) -> bool {
    byte.wrapping_add(1).cast_signed() > b' '.cast_signed()
}

/// True when a line of `text` may end with something else than a line feed.
pub(super) fn has_unusual_breaks(text: &str) -> bool {
    text.contains(is_unusual_break)
}

fn is_unusual_break(character: char) -> bool {
    matches!(character, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_refused(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\0'..'\u{20}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_becomes_text() {
        let bytes: Vec<u8> = [0xFEFF_u16]
            .into_iter()
            .chain("é𝄞".encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(decode(&bytes).ok().map(|input| input.text.into_owned()).as_deref(), Some("é𝄞"));
        assert!(decode(&bytes[..3]).is_err());
        assert!(decode(b"\xFF\xFE\x00\xD8a\0").is_err());
    }

    #[test]
    fn control_characters_are_refused_where_they_stand() {
        for (text, line, column) in
            [("a: \u{7f}", 1, 3), ("é\nb\u{80}", 2, 1), ("\0", 1, 0), ("a\n\u{FFFE}", 2, 0)]
        {
            let (fault, before) = decode(text.as_bytes()).err().expect("refused");
            let error = fault.into_error(&before, crate::SourceId(0));
            assert_eq!((error.line, error.column), (line, column + 1), "{text:?}");
        }
        for text in ["\t\r\n", "\u{85}\u{a0}\u{2028}\u{FEFF}x", "😀"] {
            assert!(decode(text.as_bytes()).is_ok(), "{text:?}");
        }
    }
}
