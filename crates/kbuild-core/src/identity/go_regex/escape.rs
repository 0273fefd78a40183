//! Characters written with a backslash.

/// Reads the character that a backslash begins: its code, and what follows.
///
/// # Errors
/// The backslash stands before something that has no meaning then.
pub(super) fn escape(text: &str) -> Result<(u32, &str), String> {
    let after = text.strip_prefix('\\').unwrap_or(text);
    let mut rest = after.chars();
    let Some(letter) = rest.next() else { return Err("a \\ stands at the end".to_owned()) };
    let rest = rest.as_str();
    let found = match letter {
        '0' => Some(octal(after)),
        '1'..='7' if rest.starts_with(|next| matches!(next, '0'..='7')) => Some(octal(after)),
        'x' => hexadecimal(rest),
        'a' => Some((0x07, rest)),
        't' => Some((0x09, rest)),
        'n' => Some((0x0A, rest)),
        'v' => Some((0x0B, rest)),
        'f' => Some((0x0C, rest)),
        'r' => Some((0x0D, rest)),
        _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => {
            Some((u32::from(letter), rest))
        }
        _ => None,
    };
    found.ok_or_else(|| format!("\\{letter} stands for nothing"))
}

/// Up to three octal digits.
fn octal(text: &str) -> (u32, &str) {
    let count = text.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let (digits, rest) = text.split_at(count);
    (u32::from_str_radix(digits, 8).unwrap_or_default(), rest)
}

/// What follows `\x`: two digits, or any number of them in braces.
fn hexadecimal(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = match text.strip_prefix('{') {
        Some(inner) => inner.split_once('}')?,
        None => text.split_at_checked(2)?,
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let code = if digits.is_empty() { 0 } else { u32::from_str_radix(digits, 16).ok()? };
    (code <= u32::from(char::MAX)).then_some((code, rest))
}
