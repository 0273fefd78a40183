//! How much a build writes by copying what it holds: what is copied into itself a few times in a row has no end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the bytes that are copied in one build, in whatever thread, up to a limit.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    copied: Arc<AtomicU64>,
    limit: u64,
}

impl Default for Growth {
    /// Without a limit.
    fn default() -> Growth {
        Growth::up_to(u64::MAX)
    }
}

impl Growth {
    /// Nothing is copied yet.
    pub(crate) fn up_to(limit: u64) -> Growth {
        Growth { copied: Arc::default(), limit }
    }

    /// Counts so many bytes that are about to be copied.
    ///
    /// # Errors
    /// They are more than there may be: says so.
    pub(crate) fn add(&self, bytes: usize) -> Result<(), String> {
        let bytes = bytes as u64;
        let before = self.copied.fetch_add(bytes, Ordering::Relaxed);
        match before.saturating_add(bytes) > self.limit {
            true => Err(format!(
                "replacements, copies of JSON patches and vars write more than {} bytes, the limit of a build",
                self.limit
            )),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_share_it_count() {
        let growth = Growth::up_to(10);
        assert!(growth.add(4).is_ok() && growth.clone().add(6).is_ok());
        assert!(growth.add(1).unwrap_err().contains("more than 10 bytes"));
        assert!(Growth::default().add(usize::MAX).is_ok());
    }
}
