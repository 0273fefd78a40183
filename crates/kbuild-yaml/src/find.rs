//! Searches for bytes in a text.
//!
//! The general searches of `memchr` ask the processor first what it can do. In a virtual machine that takes as long as all
//! else that is done for a few small files, so what every processor of the architecture can do is made to do.

use search::{Pair, count, find_one, find_three, find_two, rfind_one};

/// What may stand between two documents.
const SEPARATOR: &[u8] = b"\n---";

/// True for two texts that are the same. Most keys and names are short, and compared here faster than by `==`, which makes a
/// call of it.
#[inline]
pub fn is_same_text(one: &str, other: &str) -> bool {
    is_same(one.as_bytes(), other.as_bytes())
}

/// The same for bytes.
#[inline(always)]
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    fn ends<const N: usize>(text: &[u8]) -> Option<([u8; N], [u8; N])> {
        Some((*text.first_chunk()?, *text.last_chunk()?))
    }
    // Which length it is, is known already where `other` is a constant.
    one.len() == other.len()
        && match other.len() {
            0..4 => one.iter().eq(other),
            4..8 => ends::<4>(one) == ends::<4>(other),
            8..=16 => ends::<8>(one) == ends::<8>(other),
            _ => one == other,
        }
}

/// The first line feed.
#[inline]
pub(crate) fn line_feed(bytes: &[u8]) -> Option<usize> {
    find_one(b'\n', bytes)
}

/// The last line feed.
#[inline]
pub(crate) fn last_line_feed(bytes: &[u8]) -> Option<usize> {
    rfind_one(b'\n', bytes)
}

/// The lines of a text, without the line feeds between them. Behind the last line feed is a line as well.
///
/// ```
/// assert!(kbuild_yaml::lines(b"a\n\nb\n").eq([&b"a"[..], b"", b"b", b""]));
/// ```
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, behind) = match line_feed(text).and_then(|end| text.split_at_checked(end)) {
            Some((line, behind)) => (line, behind.get(1..)),
            None => (text, None),
        };
        rest = behind;
        Some(line)
    })
}

/// How many line feeds there are.
pub(crate) fn count_line_feeds(bytes: &[u8]) -> usize {
    count(b'\n', bytes)
}

/// The first byte that is one of two.
#[inline]
pub(crate) fn one_of_two(wanted: [u8; 2], bytes: &[u8]) -> Option<usize> {
    find_two(wanted, bytes)
}

/// The first byte that is one of three.
#[inline]
pub(crate) fn one_of_three(wanted: [u8; 3], bytes: &[u8]) -> Option<usize> {
    find_three(wanted, bytes)
}

/// How many spaces stand at the start.
#[inline]
pub(crate) fn leading_spaces(bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some(chunk) = bytes[count..].first_chunk::<8>() {
        let others = u64::from_le_bytes(*chunk) ^ each(b' ');
        if others != 0 {
            return count + others.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
    count + bytes[count..].iter().take_while(|&&byte| byte == b' ').count()
}

/// The control character that is not below the blank.
const DELETE: u8 = 0x7F;

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// How many bytes stand before the first blank, the first control character or what is not ASCII, and that with all behind it.
/// The one control character that is not below the blank may be taken for a letter: no text of YAML holds it.
#[inline(always)]
pub(crate) fn split_word(bytes: &[u8]) -> (usize, &[u8]) {
    split(bytes, no_letters, |_| false)
}

/// The same, or before the first `:`.
#[inline(always)]
pub(crate) fn split_key(bytes: &[u8]) -> (usize, &[u8]) {
    split(bytes, |block| no_letters(block) | bytes_of(block, b':'), |byte| byte == b':')
}

/// The same, or before the first quote of this kind or `\\`.
#[inline(always)]
pub(crate) fn split_quoted_word(bytes: &[u8], quote: u8) -> (usize, &[u8]) {
    let ends = |block| no_letters(block) | bytes_of(block, quote) | bytes_of(block, b'\\');
    split(bytes, ends, |byte| byte == quote || byte == b'\\')
}

/// How many bytes stand before the first one that ends them, and that with all behind it. `ends` finds it among eight: it sets
/// its highest bit; what shows behind the first one may be wrong. `is_end` says which letters do.
#[inline(always)]
fn split(bytes: &[u8], ends: impl Fn(u64) -> u64, is_end: impl Fn(u8) -> bool) -> (usize, &[u8]) {
    let (mut rest, mut count) = (bytes, 0);
    while let Some((block, behind)) = rest.split_first_chunk() {
        let ends = ends(u64::from_le_bytes(*block)) & each(0x80);
        if ends != 0 {
            let length = ends.trailing_zeros() as usize / 8;
            return (count + length, &rest[length..]);
        }
        (rest, count) = (behind, count + 8);
    }
    let is_end = |&byte: &u8| !matches!(byte, b'!'..=DELETE) || is_end(byte);
    let length = rest.iter().position(is_end).unwrap_or(rest.len());
    (count + length, &rest[length..])
}

/// The highest bit of those of eight bytes that are blanks, control characters or no ASCII.
#[inline(always)]
fn no_letters(block: u64) -> u64 {
    block | block.wrapping_sub(each(b'!'))
}

/// The highest bit of those of eight bytes that are a certain one of ASCII, and of some that are no ASCII.
#[inline(always)]
fn bytes_of(block: u64, byte: u8) -> u64 {
    (block ^ each(byte)).wrapping_sub(each(1))
}

/// Where the first byte is from `start` on that is no part of a word: a blank, a control character, `:`, `#`, or what is not
/// ASCII. The length of the text where there is none.
#[inline]
pub(crate) fn word_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let block = u64::from_le_bytes(*block);
        // The highest bit of a byte shows that it ends a word; what shows behind the first one may be wrong.
        let signs = bytes_of(block, b':') | bytes_of(block, b'#') | bytes_of(block, DELETE);
        let ends = (no_letters(block) | signs) & each(0x80);
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&byte| ends_word(byte)).unwrap_or(rest.len())
}

/// True for a text of nothing but letters, digits and signs of ASCII.
#[inline]
pub(crate) fn is_without_blanks(bytes: &[u8]) -> bool {
    let odd = |block: [u8; 8]| {
        let block = u64::from_le_bytes(block);
        // Where something is carried into the next byte, this one is odd itself.
        (block | block.wrapping_sub(each(b'!')) | block.wrapping_add(each(1))) & each(0x80)
    };
    let mut rest = bytes;
    while let Some((block, behind)) = rest.split_first_chunk() {
        if odd(*block) != 0 {
            return false;
        }
        rest = behind;
    }
    match bytes.last_chunk() {
        // What has been looked at may be looked at again.
        Some(block) => odd(*block) == 0,
        None => rest.iter().all(|byte| matches!(byte, b'!'..=b'~')),
    }
}

fn ends_word(byte: u8) -> bool {
    !matches!(byte, b'!'..=b'~') || matches!(byte, b':' | b'#')
}

/// Finds line feeds with `---` behind them.
pub(crate) struct Separator(Pair);

impl Separator {
    pub(crate) fn new() -> Separator {
        Separator(Pair::new(SEPARATOR))
    }

    /// Where the first one starts.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<usize> {
        self.0.find(bytes, SEPARATOR)
    }
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod search {
    use memchr::arch::x86_64::sse2::{memchr as bytes, packedpair};

    #[inline]
    pub(super) fn find_one(wanted: u8, text: &[u8]) -> Option<usize> {
        bytes::One::new(wanted)?.find(text)
    }

    #[inline]
    pub(super) fn rfind_one(wanted: u8, text: &[u8]) -> Option<usize> {
        bytes::One::new(wanted)?.rfind(text)
    }

    #[inline]
    pub(super) fn find_two([one, two]: [u8; 2], text: &[u8]) -> Option<usize> {
        bytes::Two::new(one, two)?.find(text)
    }

    #[inline]
    pub(super) fn find_three([one, two, three]: [u8; 3], text: &[u8]) -> Option<usize> {
        bytes::Three::new(one, two, three)?.find(text)
    }

    pub(super) fn count(wanted: u8, text: &[u8]) -> usize {
        bytes::One::new(wanted).map_or(0, |one| one.count(text))
    }

    pub(super) struct Pair(Option<packedpair::Finder>);

    impl Pair {
        pub(super) fn new(wanted: &[u8]) -> Pair {
            Pair(packedpair::Finder::new(wanted))
        }

        pub(super) fn find(&self, text: &[u8], wanted: &[u8]) -> Option<usize> {
            match &self.0 {
                Some(finder) if text.len() >= finder.min_haystack_len() => {
                    finder.find(text, wanted)
                }
                _ => text.windows(wanted.len()).position(|window| window == wanted),
            }
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
mod search {
    use memchr::memmem;

    pub(super) use memchr::{memchr as find_one, memrchr as rfind_one};

    #[inline]
    pub(super) fn find_two([one, two]: [u8; 2], text: &[u8]) -> Option<usize> {
        memchr::memchr2(one, two, text)
    }

    #[inline]
    pub(super) fn find_three([one, two, three]: [u8; 3], text: &[u8]) -> Option<usize> {
        memchr::memchr3(one, two, three, text)
    }

    pub(super) fn count(wanted: u8, text: &[u8]) -> usize {
        memchr::memchr_iter(wanted, text).count()
    }

    pub(super) struct Pair(memmem::Finder<'static>);

    impl Pair {
        pub(super) fn new(wanted: &'static [u8]) -> Pair {
            Pair(memmem::Finder::new(wanted))
        }

        pub(super) fn find(&self, text: &[u8], _: &[u8]) -> Option<usize> {
            self.0.find(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_line_feeds_are_found_in_texts_of_any_length() {
        let separator = Separator::new();
        for before in 0..200 {
            for behind in [0, 1, 15, 16, 17, 40] {
                let text = ["-".repeat(before), "\n---".to_owned(), "x".repeat(behind)].concat();
                let bytes = text.as_bytes();
                assert_eq!(separator.find(bytes), Some(before));
                assert_eq!(line_feed(bytes), Some(before));
                assert_eq!(last_line_feed(bytes), Some(before));
                assert_eq!(one_of_two([b'\n', b'x'], bytes), Some(before));
                assert_eq!(one_of_three([b'x', b'y', b'\n'], bytes), Some(before));
                assert_eq!(separator.find(&bytes[before + 1..]), None);
                assert_eq!(count_line_feeds(bytes), 1);
            }
            assert_eq!(separator.find("\n--".repeat(before).as_bytes()), None);
            assert_eq!(count_line_feeds("\n--".repeat(before).as_bytes()), before);
        }
    }

    #[test]
    fn words_end_where_something_else_stands() {
        for length in 0..50 {
            for end in 0..=255_u8 {
                let mut text = vec![b'x'; length];
                text.push(end);
                text.extend_from_slice(b"y z");
                assert_eq!(ends_word(end), !end.is_ascii_graphic() || b":#".contains(&end));
                let expected = if ends_word(end) { length } else { length + 2 };
                assert_eq!(word_end(&text, 0), expected, "{length} {end}");
                assert_eq!(word_end(&text[..length], 0), length);
            }
        }
    }

    #[test]
    fn lengths_are_those_up_to_the_first_end() {
        let ends = |text: &[u8], signs: &[u8]| {
            let is_end = |byte: &u8| !byte.is_ascii_graphic() || signs.contains(byte);
            text.iter().position(is_end).unwrap_or(text.len())
        };
        for length in 0..40 {
            for byte in (0..=255).filter(|&byte| byte != DELETE) {
                for behind in ["y z:              ", "", " \u{e4}:"] {
                    let text = [&vec![b'x'; length], &[byte][..], behind.as_bytes()].concat();
                    let check = |(length, behind), expected| {
                        assert_eq!((length, behind), (expected, &text[expected..]));
                    };
                    check(split_word(&text), ends(&text, b""));
                    check(split_key(&text), ends(&text, b":"));
                    check(split_quoted_word(&text, b'z'), ends(&text, b"z\\"));
                }
            }
        }
    }

    #[test]
    fn blanks_are_found_anywhere() {
        for length in 0..40 {
            for at in 0..length {
                let signs = [(b'!', true), (b'~', true)];
                let others = [b' ', 0x7F, 0x80, 0xFF].map(|byte| (byte, false));
                for (byte, is_sign) in signs.into_iter().chain(others) {
                    let mut text = vec![b'x'; length];
                    text[at] = byte;
                    assert_eq!(is_without_blanks(&text), is_sign, "{length} {at} {byte}");
                }
            }
        }
        assert!(is_without_blanks(b""));
    }

    #[test]
    fn leading_spaces_are_counted() {
        for spaces in 0..40 {
            for behind in ["", "a", "\n", "a  b c", "\t        ", "!       0"] {
                let text = [&" ".repeat(spaces), behind].concat();
                assert_eq!(leading_spaces(text.as_bytes()), spaces, "{text:?}");
            }
        }
    }
}
