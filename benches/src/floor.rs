//! The floor: what no build can do without. It reads the files, finds the tokens of their YAML without making anything of
//! them, and puts bytes of the output's size into memory.

use std::hint::black_box;
use std::io;
use std::path::PathBuf;

/// Reads and tokenises `files`, and copies `output` line by line.
pub fn run(files: &[PathBuf], output: &str) -> io::Result<()> {
    let mut tokens = 0;
    for file in files {
        let bytes = std::fs::read(file)?;
        std::str::from_utf8(&bytes).map_err(io::Error::other)?;
        tokens += tokenise(&bytes);
    }
    black_box(tokens);
    let mut written = Vec::with_capacity(output.len());
    let mut rest = output.as_bytes();
    while let Some(end) = memchr::memchr(b'\n', rest) {
        written.extend_from_slice(&rest[..=end]);
        rest = &rest[end + 1..];
    }
    written.extend_from_slice(rest);
    black_box(&written);
    Ok(())
}

/// Reads `files`, and has a parser of YAML find all that is in them: what it costs to tokenise them in full.
pub fn events(files: &[PathBuf]) -> io::Result<()> {
    let mut events = 0;
    for file in files {
        let text = std::fs::read_to_string(file)?;
        for event in granit_parser::Parser::new_from_str(&text) {
            black_box(event.map_err(io::Error::other)?);
            events += 1;
        }
    }
    black_box(events);
    Ok(())
}

/// Counts indentations, `-`, keys, values and comments, line by line.
fn tokenise(bytes: &[u8]) -> usize {
    let mut tokens = 0;
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        tokens += tokenise_line(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    tokens
}

fn tokenise_line(line: &[u8]) -> usize {
    let indentation = line.iter().take_while(|&&byte| byte == b' ').count();
    let mut rest = &line[indentation..];
    let mut tokens = indentation;
    while let [b'-', b' ', more @ ..] = rest {
        tokens += 1;
        rest = more;
    }
    if rest.first() == Some(&b'#') {
        return tokens + 1;
    }
    // The end of the key, and the places where the value may end.
    let mut from = 0;
    while let Some(at) = memchr::memchr(b':', &rest[from..]).map(|at| from + at) {
        from = at + 1;
        if matches!(rest.get(from), Some(b' ') | None) {
            tokens += at;
            rest = &rest[from..];
            break;
        }
    }
    let value = rest.iter().take_while(|&&byte| byte == b' ').count();
    tokens + memchr::memchr(b'#', &rest[value..]).unwrap_or(rest.len())
}
