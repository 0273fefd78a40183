//! Searches for line feeds and separators.
//!
//! The general searches of `memchr` ask the processor first what it can do. In a virtual machine that takes as long as all
//! else that is done for a few small files, so what every processor of the architecture can do is made to do.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use memchr::arch::x86_64::sse2::{memchr::One, packedpair};
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
use memchr::{memchr as search, memchr_iter, memmem};

/// What may stand between two documents.
const SEPARATOR: &[u8] = b"\n---";

/// The first line feed.
#[inline]
pub(super) fn line_feed(bytes: &[u8]) -> Option<usize> {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    return One::new(b'\n').and_then(|one| one.find(bytes));
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    search(b'\n', bytes)
}

/// How many line feeds there are.
pub(super) fn count_line_feeds(bytes: &[u8]) -> usize {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    return One::new(b'\n').map_or(0, |one| one.count(bytes));
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    memchr_iter(b'\n', bytes).count()
}

/// Finds line feeds with `---` behind them.
pub(super) struct Separator {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    finder: Option<packedpair::Finder>,
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    finder: memmem::Finder<'static>,
}

impl Separator {
    pub(super) fn new() -> Separator {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        let finder = packedpair::Finder::new(SEPARATOR);
        #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
        let finder = memmem::Finder::new(SEPARATOR);
        Separator { finder }
    }

    /// Where the first one starts.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        return match &self.finder {
            Some(finder) if bytes.len() >= finder.min_haystack_len() => {
                finder.find(bytes, SEPARATOR)
            }
            _ => bytes.windows(SEPARATOR.len()).position(|window| window == SEPARATOR),
        };
        #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
        self.finder.find(bytes)
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
                assert_eq!(separator.find(text.as_bytes()), Some(before));
                assert_eq!(line_feed(text.as_bytes()), Some(before));
                assert_eq!(separator.find(&text.as_bytes()[before + 1..]), None);
                assert_eq!(count_line_feeds(text.as_bytes()), 1);
            }
            assert_eq!(separator.find("\n--".repeat(before).as_bytes()), None);
            assert_eq!(count_line_feeds("\n--".repeat(before).as_bytes()), before);
        }
    }
}
