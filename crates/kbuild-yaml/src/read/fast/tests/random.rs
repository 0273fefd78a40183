//! Random texts for the comparison: pieces of real manifests, texts from a grammar, and both with mistakes.

use std::path::Path;

/// A small generator of random numbers (xorshift), so that a run can be repeated.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// The texts to start from.
pub(super) struct Seeds {
    texts: Vec<Vec<u8>>,
}

pub(super) const TEXTS: &[&str] = &[
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: {app: a, tier: \"1\"}\nspec:\n  ports:\n  - port: 80\n    targetPort: http\n  selector:\n    app: a\n",
    "a: plain over\n  several\n\n  lines\nb: 'single\n  ''quoted''\n\n  text'\nc: \"double \\\n  joined \\x41\\u00e9\n  text\"\n",
    "data:\n  script: |\n    if true\n      then # no comment\n\n    fi\n  folded: >-\n    one\n    two\n\n    three\n      more\n    four\n  keep: |+\n    text\n\n\nnext: v\n",
    "- - - a\n    - b\n  -\n  - c: d\n    e:\n    - f\n    -\n",
    "base: &base {x: 1}\nuse: [*base, *base]\nmerged:\n  <<: *base\n  y: !!str 1\n",
    "a: >2\n   b\n  c\nd: |1-\n  e\n  f\ng: >+\n\n  h\n\n\n",
    "{\"a\": {\"b\": [1, 2.5, null, true, \"x\\ny\"]}, \"c\": \"\"}\n",
    "é: ü\nλ:\n- 😀\n- \u{a0}x\nurl: http://host:80/path#part # comment\n",
    "empty:\n'quoted key': v\n\"k k\": v\nlist:\n- {a: b}\n- [c, d]\n- ''\n-   - deep\n    - e : f\n",
];

/// Pieces that mean something to YAML.
const PIECES: &[&str] = &[
    "a",
    "key",
    "1",
    "true",
    "~",
    "null",
    "é",
    "2001-01-01",
    "12:30",
    ":",
    ": ",
    ":\n",
    "- ",
    "-",
    "? ",
    ", ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "''",
    "\\",
    "\\n",
    "|",
    ">",
    "|-",
    "|2",
    ">+",
    "+",
    "\n",
    "\n\n",
    "\n  ",
    "\n    ",
    "\n ",
    "\n---\n",
    "---",
    "--- ",
    "...",
    " ",
    "  ",
    "\t",
    "#",
    " #",
    " # c\n",
    "&x ",
    "*x",
    "!",
    "!!str ",
    "%YAML 1.1\n",
    "<<: ",
    "<<",
    "\u{FEFF}",
    "@",
    "`",
    "=",
    "\u{a0}",
    " :",
    "'a': ",
    "\"a\": ",
    "\n- ",
    "\n  - ",
    "\n# c\n",
    "{}",
    "[]",
    "a: b\n",
    "- a\n",
];

impl Seeds {
    /// The texts above, and the manifests of `testdata` where they are there.
    pub(super) fn read() -> Seeds {
        let mut texts: Vec<Vec<u8>> = TEXTS.iter().map(|text| text.as_bytes().to_vec()).collect();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
            paths.sort();
            for path in paths {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "yaml") {
                    texts.extend(std::fs::read(path));
                }
            }
        }
        Seeds { texts }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.texts.iter().map(Vec::as_slice)
    }

    /// A random text.
    pub(super) fn text(&self, random: &mut Random) -> Vec<u8> {
        let mut text = match random.below(8) {
            0..=3 => self.some_lines(random),
            4..=6 => {
                let mut out = String::new();
                let flat = random.one_in(3);
                collection(random, &mut out, 0, if flat { 1 } else { 4 });
                out.into_bytes()
            }
            _ => {
                (0..random.below(20)).map(|_| random.pick(PIECES)).collect::<String>().into_bytes()
            }
        };
        for _ in 0..random.below(4) {
            self.change(&mut text, random);
        }
        text
    }

    /// Up to 20 lines of a seed that follow each other.
    fn some_lines(&self, random: &mut Random) -> Vec<u8> {
        let seed = &self.texts[random.below(self.texts.len())];
        let mut start = random.below(seed.len());
        if random.one_in(2) {
            start = 0;
        }
        while start > 0 && seed[start - 1] != b'\n' {
            start -= 1;
        }
        let lines = 1 + random.below(20);
        let end = seed[start..]
            .iter()
            .enumerate()
            .filter(|&(_, &byte)| byte == b'\n')
            .nth(lines)
            .map_or(seed.len(), |(at, _)| start + at + 1);
        seed[start..end].to_vec()
    }

    /// A mistake, or what may be one.
    fn change(&self, text: &mut Vec<u8>, random: &mut Random) {
        let at = random.below(text.len() + 1);
        match random.below(9) {
            0 | 1 => drop(text.splice(at..at, random.pick(PIECES).bytes())),
            2 => {
                let end = (at + random.below(6)).min(text.len());
                drop(text.splice(at..end, random.pick(PIECES).bytes()));
            }
            3 => {
                let end = (at + 1 + random.below(3)).min(text.len());
                text.drain(at..end);
            }
            4 => text.truncate(at),
            // Other indentation.
            5 | 6 => {
                let line =
                    text[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
                if random.one_in(2) {
                    let spaces = 1 + random.below(2);
                    drop(text.splice(line..line, std::iter::repeat_n(b' ', spaces)));
                } else if text.get(line) == Some(&b' ') {
                    text.remove(line);
                }
            }
            // A line twice.
            7 => {
                let line =
                    text[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
                let end = text[at..]
                    .iter()
                    .position(|&byte| byte == b'\n')
                    .map_or(text.len(), |end| at + end + 1);
                let copy = text[line..end].to_vec();
                drop(text.splice(line..line, copy));
            }
            _ => {
                let lines = self.some_lines(random);
                let end = lines.len().min(40);
                drop(text.splice(at..at, lines[..end].iter().copied()));
            }
        }
    }
}

/// A block collection whose entries stand in column `indent`. The text ends in the middle of an indented line.
fn collection(random: &mut Random, out: &mut String, indent: usize, depth: usize) {
    let sequence = random.one_in(3);
    for entry in 0..1 + random.below(4) {
        if entry > 0 || indent == 0 {
            separate(random, out);
            (0..indent).for_each(|_| out.push(' '));
        }
        if sequence {
            out.push('-');
            if depth > 0 && random.one_in(3) {
                let spaces = 1 + random.below(2);
                (0..spaces).for_each(|_| out.push(' '));
                collection(random, out, indent + 1 + spaces, depth - 1);
                continue;
            }
        } else {
            out.push_str(random.pick(KEYS));
            // Mostly different keys.
            if !random.one_in(8) {
                out.push((b'a' + entry as u8) as char);
            }
            out.push_str(random.pick(&[":", ":", ":", ":", " :"]));
        }
        value(random, out, indent, depth, sequence);
    }
}

const KEYS: &[&str] = &[
    "a",
    "name",
    "x-a-long-key-that-is-not-inline",
    "1",
    "é",
    "a b",
    "-x",
    "tru",
    "nul",
    "<",
    "k#",
];

fn value(random: &mut Random, out: &mut String, indent: usize, depth: usize, sequence: bool) {
    match random.below(12) {
        0 => {}
        1..=3 if depth > 0 => {
            // A list may stand in the column of its key.
            let deeper = if sequence { 1 } else { 0 } + random.below(3);
            separate(random, out);
            (0..indent + deeper).for_each(|_| out.push(' '));
            collection(random, out, indent + deeper, depth - 1);
        }
        4 => {
            out.push(' ');
            out.push_str(
                random.pick(&["|", "|-", "|+", ">", ">-", ">+", "|2", ">1-", "|+1 # c", ">-2"]),
            );
            for _ in 0..random.below(5) {
                out.push('\n');
                let spaces = indent + 1 + random.below(3);
                if random.one_in(5) {
                    continue;
                }
                (0..spaces).for_each(|_| out.push(' '));
                out.push_str(random.pick(&[
                    "text",
                    "more: text",
                    "# no comment",
                    "- x",
                    "a ",
                    "\ttab",
                    "",
                ]));
            }
        }
        5 | 6 => {
            out.push(' ');
            flow(random, out, 2);
        }
        7 => {
            out.push(' ');
            let quote = random.pick(&["'", "\""]);
            out.push_str(quote);
            for _ in 0..random.below(5) {
                out.push_str(random.pick(&[
                    "word", " ", "\n", "\n  ", "\n\n    ", "''", "\\n", "\\\n ", "\\\"", ": ",
                    " # ", "é",
                ]));
            }
            out.push_str(quote);
        }
        8 => {
            out.push(' ');
            for _ in 0..1 + random.below(4) {
                out.push_str(random.pick(SCALARS));
                out.push_str(random.pick(&[" ", "\n", "\n\n", "\n# c\n", " # c\n"]));
                (0..indent + random.below(3)).for_each(|_| out.push(' '));
            }
        }
        _ => {
            (0..1 + random.below(2)).for_each(|_| out.push(' '));
            out.push_str(random.pick(SCALARS));
        }
    }
}

const SCALARS: &[&str] = &[
    "a",
    "text",
    "two words",
    "1",
    "-1",
    "1.5",
    "0x1F",
    "1_000",
    "100m",
    "true",
    "null",
    "~",
    "2001-01-01",
    "2001-1-4T1:2:3Z",
    "a:b",
    "a#b",
    "-a",
    "http://a:80/#b",
    "\"q\"",
    "''",
    "'it''s'",
    "\"a\\nb\"",
    "*",
    "yes",
    "=",
    ".5",
    "é",
    "0.0.0.0:80",
    "a,b",
    "a]",
    "k: v",
    "\u{2003}x",
    ":a",
];

fn flow(random: &mut Random, out: &mut String, depth: usize) {
    let mapping = random.one_in(2);
    out.push(if mapping { '{' } else { '[' });
    for entry in 0..random.below(4) {
        out.push_str(random.pick(&["", "", " ", "\n   "]));
        if mapping {
            out.push_str(random.pick(&["a", "\"b", "'c", "1", "d d", "k:"]));
            out.push((b'a' + entry as u8) as char);
            if random.one_in(2) {
                out.push_str(random.pick(&["\"", "'"]));
            }
            out.push_str(random.pick(&[": ", ": ", ": ", ":", " : ", ":\n  ", ""]));
        }
        if depth > 0 && random.one_in(4) {
            flow(random, out, depth - 1);
        } else {
            out.push_str(random.pick(SCALARS));
        }
        out.push_str(random.pick(&[",", ",", ", ", ", ", " ,", "\n,", ""]));
    }
    out.push_str(random.pick(&["", "", " ", "\n", "\n  "]));
    out.push(if mapping { '}' } else { ']' });
}

/// The end of a line, with what may follow it.
fn separate(random: &mut Random, out: &mut String) {
    if out.is_empty() {
        return;
    }
    if random.one_in(12) {
        out.push_str(random.pick(&[" # c", " ", "#", "  #"]));
    }
    out.push('\n');
    if random.one_in(12) {
        out.push_str(random.pick(&["\n", "# c\n", "   # c\n", "  \n", "\n\n"]));
    }
}
