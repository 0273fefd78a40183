//! Scanning of what stands before a value: tags, anchors and aliases; and of directives.

use ecow::EcoString;

use super::error::{Fault, Mark};
use super::scanner::Scanner;
use super::token::{TagParts, TokenKind};

impl<'a> Scanner<'a> {
    /// `%YAML 1.1` or `%TAG ! prefix`, with the rest of the line.
    pub(super) fn scan_directive(&mut self) -> Result<TokenKind<'a>, Fault> {
        let start = self.mark();
        self.at += 1;
        let name = self.scan_word();
        if !self.is_blank_or_end(0) {
            return Err(Fault::new(start, "a `%` directive must be `%YAML` or `%TAG`"));
        }
        self.skip_blanks();
        let kind = match name {
            "YAML" => TokenKind::VersionDirective(self.scan_version(start)?),
            "TAG" => TokenKind::TagDirective(Box::new(self.scan_tag_directive(start)?)),
            _ => return Err(Fault::new(start, "a `%` directive must be `%YAML` or `%TAG`")),
        };
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.skip_line();
        }
        if self.at < self.bytes.len() && self.break_length(0) == 0 {
            return Err(Fault::new(
                self.mark(),
                "nothing but a comment may follow a directive on its line",
            ));
        }
        self.skip_break();
        Ok(kind)
    }

    fn scan_version(&mut self, start: Mark) -> Result<bool, Fault> {
        let rest = &self.bytes[self.at..];
        let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let major = digits(rest);
        let minor = rest.get(major + 1..).map_or(0, digits);
        if !(1..=2).contains(&major) || !(1..=2).contains(&minor) || rest.get(major) != Some(&b'.')
        {
            return Err(Fault::new(start, "`%YAML` must be followed by a version such as 1.1"));
        }
        let is_one = |bytes: &[u8]| matches!(bytes, b"1" | b"01");
        let supported = is_one(&rest[..major]) && is_one(&rest[major + 1..major + 1 + minor]);
        self.at += major + 1 + minor;
        Ok(supported)
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Result<TagParts, Fault> {
        let handle = self.scan_handle();
        let complete = handle.starts_with('!') && handle.ends_with('!');
        if !complete || !matches!(self.byte(0), b' ' | b'\t') {
            return Err(Fault::new(
                start,
                "`%TAG` must be followed by a handle such as `!e!` and a prefix",
            ));
        }
        self.skip_blanks();
        let mut prefix = Vec::new();
        self.scan_uri(&mut prefix, start)?;
        if prefix.is_empty() || !self.is_blank_or_end(0) {
            return Err(Fault::new(
                start,
                "`%TAG` must be followed by a handle such as `!e!` and a prefix",
            ));
        }
        Ok(TagParts { handle: handle.into(), rest: into_text(prefix) })
    }

    /// `*name` or `&name`.
    pub(super) fn scan_anchor(&mut self) -> Result<TokenKind<'a>, Fault> {
        let start = self.mark();
        let alias = self.byte(0) == b'*';
        self.at += 1;
        let name = self.scan_word();
        let ends = self.is_blank_or_end(0)
            || matches!(self.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ends {
            let message = match alias {
                true => {
                    "a `*` starts an alias, whose name is of letters, digits, `-` and `_`: quote other values"
                }
                false => {
                    "a `&` starts an anchor, whose name is of letters, digits, `-` and `_`: quote other values"
                }
            };
            return Err(Fault::new(start, message));
        }
        Ok(if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) })
    }

    /// `!<uri>`, `!suffix`, `!!suffix`, `!handle!suffix` or `!`.
    pub(super) fn scan_tag(&mut self) -> Result<TokenKind<'a>, Fault> {
        let start = self.mark();
        let mut uri = Vec::new();
        let handle;
        if self.byte(1) == b'<' {
            self.at += 2;
            handle = "";
            self.scan_uri(&mut uri, start)?;
            if uri.is_empty() || self.byte(0) != b'>' {
                return Err(Fault::new(start, "a tag that starts with `!<` must end with `>`"));
            }
            self.at += 1;
        } else {
            let scanned = self.scan_handle();
            if scanned.len() > 1 && scanned.ends_with('!') {
                handle = scanned;
                self.scan_uri(&mut uri, start)?;
                if uri.is_empty() {
                    return Err(Fault::new(start, "the tag has no name behind its last `!`"));
                }
            } else {
                uri.extend_from_slice(&scanned.as_bytes()[1..]);
                self.scan_uri(&mut uri, start)?;
                handle = if uri.is_empty() { "" } else { "!" };
                if uri.is_empty() {
                    uri.push(b'!');
                }
            }
        }
        if !self.is_blank_or_end(0) {
            return Err(Fault::new(
                self.mark(),
                "a blank must follow a tag; a value that starts with `!` needs quotes",
            ));
        }
        Ok(TokenKind::Tag(Box::new(TagParts { handle: handle.into(), rest: into_text(uri) })))
    }

    /// `!`, and what can be a handle behind it.
    fn scan_handle(&mut self) -> &'a str {
        let start = self.at;
        if self.byte(0) == b'!' {
            self.at += 1;
            self.scan_word();
            if self.byte(0) == b'!' {
                self.at += 1;
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Letters, digits, `-` and `_`.
    fn scan_word(&mut self) -> &'a str {
        let start = self.at;
        while matches!(self.byte(0), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-') {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The characters of a URI; `%` and two digits stand for a byte.
    fn scan_uri(&mut self, uri: &mut Vec<u8>, start: Mark) -> Result<(), Fault> {
        loop {
            match self.byte(0) {
                b'%' => self.scan_escapes(uri, start)?,
                byte @ (b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z') => {
                    uri.push(byte);
                    self.at += 1;
                }
                byte if b"_-;/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    uri.push(byte);
                    self.at += 1;
                }
                _ => return Ok(()),
            }
        }
    }

    /// The escaped bytes of one character.
    fn scan_escapes(&mut self, uri: &mut Vec<u8>, start: Mark) -> Result<(), Fault> {
        let mut left = 1;
        let mut first = true;
        while left > 0 {
            let octet = match (self.byte(0), hex(self.byte(1)), hex(self.byte(2))) {
                (b'%', Some(high), Some(low)) => (high * 16 + low) as u8,
                _ => {
                    return Err(Fault::new(
                        start,
                        "a `%` in a tag must be followed by two hexadecimal digits",
                    ));
                }
            };
            if first {
                left = match octet {
                    0x00..=0x7F => 1,
                    0xC0..=0xDF => 2,
                    0xE0..=0xEF => 3,
                    0xF0..=0xF7 => 4,
                    _ => {
                        return Err(Fault::new(
                            start,
                            "the escaped bytes in the tag are not UTF-8",
                        ));
                    }
                };
                first = false;
            } else if octet & 0xC0 != 0x80 {
                return Err(Fault::new(start, "the escaped bytes in the tag are not UTF-8"));
            }
            uri.push(octet);
            self.at += 3;
            left -= 1;
        }
        Ok(())
    }
}

/// The value of a hexadecimal digit.
pub(super) fn hex(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

fn into_text(bytes: Vec<u8>) -> EcoString {
    String::from_utf8_lossy(&bytes).as_ref().into()
}
