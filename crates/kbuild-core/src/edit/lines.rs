//! The lines of a document, and where the pieces in them end.

/// The lines of the first document of a text.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    lines: Vec<Line>,
    first: usize,
    last: usize,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    start: usize,
    /// Behind the last byte that is not part of the line break.
    end: usize,
    /// The start of the next line.
    next: usize,
}

impl<'a> Lines<'a> {
    /// Splits a text. None where its first document begins on a `---` line.
    pub(super) fn of_document(text: &'a str) -> Option<Lines<'a>> {
        let mut position = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let mut lines = Vec::new();
        let mut first = position;
        let mut started = false;
        while position < text.len() {
            let next = memchr(b'\n', &text.as_bytes()[position..])
                .map_or(text.len(), |length| position + length + 1);
            let content = text[position..next].trim_end_matches('\n').trim_end_matches('\r');
            let end = position + content.len();
            let marker = content
                .get(..3)
                .filter(|_| matches!(content.as_bytes().get(3), None | Some(b' ' | b'\t')));
            if matches!(marker, Some("---" | "...")) && started || marker == Some("...") {
                break;
            }
            if marker == Some("---") {
                let behind = content[3..].trim_start();
                if !(behind.is_empty() || behind.starts_with('#')) {
                    return None;
                }
                started = true;
                lines.clear();
                first = next;
            } else if started || !content.starts_with('%') {
                let meaningful =
                    !content.trim().is_empty() && !content.trim_start().starts_with('#');
                started |= meaningful;
                lines.push(Line { start: position, end, next });
            }
            position = next;
        }
        if lines.is_empty() {
            return Some(Lines { text, lines, first, last: first });
        }
        Some(Lines { text, lines, first, last: position })
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Where the document begins.
    pub(super) fn first(&self) -> usize {
        self.first
    }

    /// Where a line begins; behind the last line, where the document ends.
    pub(super) fn start(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.last, |line| line.start)
    }

    /// Where the line's break begins.
    pub(super) fn end(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.last, |line| line.end)
    }

    /// Where the next line begins.
    pub(super) fn next(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.last, |line| line.next)
    }

    pub(super) fn content(&self, line: usize) -> &'a str {
        &self.text[self.start(line)..self.end(line)]
    }

    pub(super) fn is_blank(&self, line: usize) -> bool {
        self.content(line).trim().is_empty()
    }

    pub(super) fn is_comment(&self, line: usize) -> bool {
        self.content(line).trim_start().starts_with('#')
    }

    pub(super) fn indent(&self, line: usize) -> usize {
        let content = self.content(line);
        content.len() - content.trim_start_matches(' ').len()
    }

    /// The first line from `line` on that is neither blank nor a comment.
    pub(super) fn next_content(&self, line: usize) -> Option<usize> {
        (line..self.len()).find(|line| !self.is_blank(*line) && !self.is_comment(*line))
    }

    /// True when a list's dash stands at `position`.
    pub(super) fn is_dash(&self, position: usize, line: usize) -> bool {
        let content = self.text.get(position..self.end(line)).unwrap_or_default();
        content.starts_with('-') && matches!(content.as_bytes().get(1), None | Some(b' ' | b'\t'))
    }

    /// The first byte of a line from `position` on that is neither blank nor part of a comment.
    pub(super) fn skip_blanks(&self, position: usize, line: usize) -> Option<usize> {
        let content = &self.text[position..self.end(line)];
        let behind = content.trim_start_matches([' ', '\t']);
        let position = self.end(line) - behind.len();
        let comment = behind.starts_with('#');
        (!behind.is_empty() && !comment).then_some(position)
    }

    /// The line of `position`, looked for from `line` on.
    pub(super) fn line_of(&self, position: usize, line: usize) -> Option<usize> {
        (line..self.len()).find(|line| position <= self.end(*line))
    }

    /// Where the plain scalar ends that begins at `position`, and whether a comment follows it.
    pub(super) fn plain_end(&self, position: usize, line: usize) -> (usize, bool) {
        let content = &self.text[position..self.end(line)];
        let bytes = content.as_bytes();
        let comment = (1..bytes.len())
            .find(|index| bytes[*index] == b'#' && matches!(bytes[index - 1], b' ' | b'\t'));
        let scalar = content[..comment.unwrap_or(content.len())].trim_end_matches([' ', '\t']);
        (position + scalar.len(), comment.is_some())
    }
}

/// Behind the quoted scalar that begins at `position`.
pub(super) fn quoted_end(text: &str, position: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(position)?;
    let mut index = position + 1;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\\' if quote == b'"' => index += 1,
            byte if *byte == quote && quote == b'\'' && bytes.get(index + 1) == Some(&quote) => {
                index += 1
            }
            byte if *byte == quote => return Some(index + 1),
            _ => {}
        }
        index += 1;
    }
    None
}

/// Behind the flow mapping or list that begins at `position`.
pub(super) fn flow_end(text: &str, position: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut index = position;
    let mut depth = 0usize;
    let mut at_token_start = true;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(index + 1);
                }
            }
            b'"' | b'\'' if at_token_start => {
                index = quoted_end(text, index)?;
                at_token_start = false;
                continue;
            }
            b'#' if matches!(bytes[index - 1], b' ' | b'\t' | b'\n') => {
                index += memchr(b'\n', &bytes[index..])?;
                continue;
            }
            _ => {}
        }
        at_token_start = matches!(byte, b'[' | b'{' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n');
        index += 1;
    }
    None
}

fn memchr(wanted: u8, bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == wanted)
}
