//! Rows of tables, found by a hash of what they are found by. The buckets are constants.

/// The numbers of rows, counted from 1, each in the bucket of its hash or in the next one that is free.
pub(super) type Buckets = [u8; 512];

/// The row that is wanted, and its number, counted from 1, by a hash of what it is found by.
pub(super) fn find<T>(
    rows: &'static [T],
    buckets: &Buckets,
    hash: usize,
    is_wanted: impl Fn(&T) -> bool,
) -> Option<(u8, &'static T)> {
    let mut bucket = hash % buckets.len();
    loop {
        let number = *buckets.get(bucket)?;
        let row = rows.get(usize::from(number).checked_sub(1)?)?;
        if is_wanted(row) {
            return Some((number, row));
        }
        bucket = (bucket + 1) % buckets.len();
    }
}

/// The buckets of rows with these hashes.
pub(super) const fn filled<const ROWS: usize>(hashes: [usize; ROWS]) -> Buckets {
    assert!(ROWS < 256);
    let mut buckets = [0; 512];
    let mut row = 0;
    while row < ROWS {
        let mut at = hashes[row] % buckets.len();
        while buckets[at] != 0 {
            at = (at + 1) % buckets.len();
        }
        row += 1;
        buckets[at] = row as u8;
    }
    buckets
}

/// What the length of a text and some of its letters amount to.
pub(super) const fn mix(sum: usize, text: &[u8]) -> usize {
    let length = text.len();
    if length == 0 {
        return sum;
    }
    let letters = text[0] as usize * 7 + text[length / 2] as usize * 31 + text[length - 1] as usize;
    sum * 5 + letters + length * 127
}
