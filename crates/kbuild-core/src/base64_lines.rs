//! Base64 as the reference writes it: in lines of 70 once it is that long.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const LINE: usize = 70;

/// Encodes bytes; text of 70 characters or more is broken into lines, each with a line feed.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_data_is_broken_into_lines() {
        assert_eq!(encode(b"hello"), "aGVsbG8=");
        let lines = encode(&[0; 60]);
        assert_eq!(lines.lines().map(str::len).collect::<Vec<_>>(), [70, 10]);
        assert!(lines.ends_with('\n'));
    }
}
