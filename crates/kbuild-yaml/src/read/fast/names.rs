//! Texts that were read lately, so that long keys that come again and again share their memory.

use ecow::EcoString;

/// The length up to which a text needs no memory of its own.
const INLINE: usize = 15;

/// The number of texts that are remembered.
const SLOTS: usize = 32;

/// Long texts that were read lately.
#[derive(Default)]
pub(super) struct Names {
    slots: Vec<EcoString>,
}

impl Names {
    /// `text` as a string of its own, or as a copy of one that is remembered.
    #[inline]
    pub(super) fn get(&mut self, text: &str) -> EcoString {
        if text.len() <= INLINE { EcoString::from(text) } else { self.get_long(text) }
    }

    fn get_long(&mut self, text: &str) -> EcoString {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, EcoString::new());
        }
        let bytes = text.as_bytes();
        // Names of fields differ in their length, and at their ends.
        let mixed = bytes.len() * 31
            + usize::from(bytes[0]) * 7
            + usize::from(bytes[bytes.len() - 1]) * 3
            + usize::from(bytes[bytes.len() / 2]);
        let slot = &mut self.slots[mixed % SLOTS];
        if slot != text {
            *slot = EcoString::from(text);
        }
        slot.clone()
    }
}
