//! Regular expressions in the syntax of Go, which the reference takes, put into the syntax of the `regex` crate.
//!
//! The two look alike and differ at the edges: in Go a `{` that begins no repetition is a letter, `a**` is refused, and
//! classes know no `&&`. What comes out holds no flags and no groups that capture, and repeats greedily: it serves to
//! ask whether a text matches, and nothing else.

mod class;
mod escape;
mod repeat;

use escape::escape;
use repeat::Repeat;

/// Groups may stand within each other this deep.
const DEEPEST: usize = 1000;

/// Puts a regular expression of Go into the words of the `regex` crate.
///
/// # Errors
/// What Go would not take.
pub(super) fn translate(text: &str) -> Result<String, String> {
    let mut translator = Translator {
        rest: text,
        out: String::with_capacity(2 * text.len()),
        ..Translator::default()
    };
    while !translator.rest.is_empty() {
        translator.next()?;
    }
    match translator.groups.is_empty() {
        true => Ok(translator.out),
        false => Err("( is not closed".to_owned()),
    }
}

#[derive(Default)]
struct Translator<'a> {
    rest: &'a str,
    out: String,
    flags: Flags,
    /// Those that are open, the innermost last.
    groups: Vec<Group>,
    /// What a repetition would repeat.
    last: Option<Piece>,
    /// The repetition that stands right before, as it is written.
    repetition: Option<&'a str>,
    /// How often the pieces of the innermost group that is open repeat what is in them, at most; the last not included.
    times: u32,
}

/// Flags that may be set within an expression.
#[derive(Clone, Copy, Default)]
struct Flags {
    ignore_case: bool,
    /// `^` and `$` match at every line.
    lines: bool,
    /// A dot matches a line feed as well.
    dot_all: bool,
}

struct Group {
    /// Where it starts in what is written.
    start: usize,
    /// The flags that hold after it.
    flags: Flags,
    /// Those of the pieces before it.
    times: u32,
}

/// Something that can be repeated.
#[derive(Clone, Copy)]
struct Piece {
    /// Where it starts in what is written.
    start: usize,
    /// How often it repeats what is in it, at most.
    times: u32,
    /// It ends with a repetition.
    is_repeated: bool,
}

impl<'a> Translator<'a> {
    /// Translates the next part of the expression.
    fn next(&mut self) -> Result<(), String> {
        let before = self.repetition.take();
        let Some(first) = self.rest.chars().next() else { return Ok(()) };
        match first {
            '(' if self.rest.starts_with("(?") => self.special_group(),
            '(' => {
                self.skip(1);
                self.open(self.flags)
            }
            ')' => self.close(),
            '|' => {
                self.skip(1);
                self.settle();
                self.out.push('|');
                Ok(())
            }
            '^' => self.assertion(1, if self.flags.lines { "(?m:^)" } else { "^" }),
            '$' => self.assertion(1, if self.flags.lines { "(?m:$)" } else { "$" }),
            '.' => self.assertion(1, if self.flags.dot_all { "(?s:.)" } else { "." }),
            '[' => {
                let (class, rest) = class::bracketed(self.rest)?;
                self.rest = rest;
                self.class(&class);
                Ok(())
            }
            '*' | '+' | '?' | '{' => match Repeat::parse(self.rest) {
                Some(repeat) => self.repeat(&repeat, before),
                None => {
                    self.skip(1);
                    self.literal(u32::from(first));
                    Ok(())
                }
            },
            '\\' => self.escaped(),
            other => {
                self.skip(other.len_utf8());
                self.literal(u32::from(other));
                Ok(())
            }
        }
    }

    fn skip(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }

    /// Notes that something follows that can be repeated.
    fn piece(&mut self) {
        self.settle();
        self.last = Some(Piece { start: self.out.len(), times: 1, is_repeated: false });
    }

    /// Nothing will repeat the last piece any more.
    fn settle(&mut self) {
        if let Some(piece) = self.last.take() {
            self.times = self.times.max(piece.times);
        }
    }

    /// Something that has its own words, which stand for `count` bytes.
    fn assertion(&mut self, count: usize, words: &str) -> Result<(), String> {
        self.skip(count);
        self.piece();
        self.out.push_str(words);
        Ok(())
    }

    fn class(&mut self, class: &str) {
        self.piece();
        if self.flags.ignore_case {
            self.out.push_str("(?i:");
        }
        self.out.push_str(class);
        if self.flags.ignore_case {
            self.out.push(')');
        }
    }

    /// A character; surrogates are none, and match nothing.
    fn literal(&mut self, code: u32) {
        let Some(letter) = char::from_u32(code) else { return self.class(class::NOTHING) };
        let escaped = regex::escape(letter.encode_utf8(&mut [0; 4]));
        if self.flags.ignore_case && letter.is_alphabetic() {
            return self.class(&escaped);
        }
        self.piece();
        self.out.push_str(&escaped);
    }

    /// What a backslash begins.
    fn escaped(&mut self) -> Result<(), String> {
        match self.rest.as_bytes().get(1) {
            Some(b'A') => return self.assertion(2, r"\A"),
            Some(b'z') => return self.assertion(2, r"\z"),
            Some(b'b') => return self.assertion(2, r"(?-u:\b)"),
            Some(b'B') => return self.assertion(2, r"(?-u:\B)"),
            Some(b'Q') => {
                self.skip(2);
                let (quoted, rest) = self.rest.split_once(r"\E").unwrap_or((self.rest, ""));
                self.rest = rest;
                quoted.chars().for_each(|letter| self.literal(u32::from(letter)));
                return Ok(());
            }
            _ => {}
        }
        if let Some((class, rest)) = class::escaped(self.rest)? {
            self.rest = rest;
            self.class(&format!("[{class}]"));
            return Ok(());
        }
        let (code, rest) = escape(self.rest)?;
        self.rest = rest;
        self.literal(code);
        Ok(())
    }

    /// Opens a group; `flags` hold after it.
    fn open(&mut self, flags: Flags) -> Result<(), String> {
        if self.groups.len() == DEEPEST {
            return Err(format!("more than {DEEPEST} groups stand within each other"));
        }
        self.settle();
        self.groups.push(Group { start: self.out.len(), flags, times: self.times });
        self.times = 1;
        self.out.push_str("(?:");
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        self.skip(1);
        self.settle();
        let Some(group) = self.groups.pop() else { return Err(") closes nothing".to_owned()) };
        self.out.push(')');
        self.last = Some(Piece { start: group.start, times: self.times, is_repeated: false });
        self.times = group.times;
        self.flags = group.flags;
        Ok(())
    }

    /// `(?:`, `(?i)`, `(?i:`, `(?P<name>` and `(?<name>`.
    fn special_group(&mut self) -> Result<(), String> {
        let inner = &self.rest[2..];
        if let Some(named) = inner.strip_prefix("P<").or_else(|| inner.strip_prefix('<')) {
            let is_name = |name: &str| {
                !name.is_empty()
                    && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
            };
            let Some((_, rest)) = named.split_once('>').filter(|(name, _)| is_name(name)) else {
                return Err("a group has no proper name".to_owned());
            };
            self.rest = rest;
            return self.open(self.flags);
        }
        let mut flags = self.flags;
        // Whether flags are set or, after a minus, cleared; and whether one of these has been named.
        let (mut set, mut named) = (true, true);
        for (index, flag) in inner.char_indices() {
            match flag {
                'i' => flags.ignore_case = set,
                'm' => flags.lines = set,
                's' => flags.dot_all = set,
                'U' => {}
                '-' if set => {
                    (set, named) = (false, false);
                    continue;
                }
                ':' | ')' if named => {
                    self.rest = &inner[index + 1..];
                    let outside = std::mem::replace(&mut self.flags, flags);
                    return if flag == ':' { self.open(outside) } else { Ok(()) };
                }
                _ => break,
            }
            named = true;
        }
        let end = inner.find([':', ')']).map_or(self.rest.len(), |index| index + 3);
        Err(format!("{} begins no group", &self.rest[..end]))
    }

    /// Repeats the last piece; `before` is the repetition that stands right before.
    fn repeat(&mut self, repeat: &Repeat<'a>, before: Option<&str>) -> Result<(), String> {
        if let Some(before) = before {
            return Err(format!("{before}{} repeats a repetition", repeat.text));
        }
        let Some(piece) = self.last else {
            return Err(format!("there is nothing before {} that it could repeat", repeat.text));
        };
        let times = repeat.times(piece.times)?;
        if piece.is_repeated {
            self.out.insert_str(piece.start, "(?:");
            self.out.push(')');
        }
        self.out.push_str(repeat.without_greed());
        self.skip(repeat.text.len());
        self.repetition = Some(repeat.text);
        self.last = Some(Piece { times, is_repeated: true, ..piece });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
