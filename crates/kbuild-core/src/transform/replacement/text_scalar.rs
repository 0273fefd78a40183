//! Writes the scalars of YAML that stands within a text.

use kbuild_yaml::{Dialect, Scalar, ScalarType, double_quoted, is_printable, resolve};

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// Writes the type of a scalar whose text looks like another one.
pub(super) fn write_tag(scalar: &Scalar, out: &mut String) {
    if scalar.kind != ScalarType::Str && resolve(&scalar.text, Dialect::Resource) != scalar.kind {
        out.push_str(match scalar.kind {
            ScalarType::Null => "!!null ",
            ScalarType::Bool => "!!bool ",
            ScalarType::Int => "!!int ",
            ScalarType::Float => "!!float ",
            ScalarType::Timestamp => "!!timestamp ",
            ScalarType::Binary | ScalarType::Str => "!!binary ",
        });
    }
}

/// Writes a scalar on one line; in quotes it may take more.
pub(super) fn write_scalar(
    scalar: &Scalar,
    style: Style,
    indent: usize,
    in_flow: bool,
    out: &mut String,
) {
    write_tag(scalar, out);
    let text = scalar.text.as_str();
    let is_odd_string =
        || scalar.kind == ScalarType::Str && resolve(text, Dialect::Resource) != ScalarType::Str;
    match style {
        Style::Plain if is_odd_string() => out.push_str(&double_quoted(text)),
        Style::Plain
            if is_plain_in_block(text)
                && !(in_flow && text.contains([',', '[', ']', '{', '}'])) =>
        {
            out.push_str(text);
        }
        Style::Plain | Style::Single if fits_single_quotes(text) => {
            single_quoted(text, indent, out);
        }
        Style::Plain | Style::Single | Style::Double | Style::Literal => {
            out.push_str(&double_quoted(text));
        }
    }
}

/// Line breaks stand there once more than they are meant, as a single one would be read as a blank.
fn single_quoted(text: &str, indent: usize, out: &mut String) {
    out.push('\'');
    let mut is_break = false;
    for character in text.chars() {
        match character {
            '\n' if is_break => out.push('\n'),
            '\n' => out.push_str("\n\n"),
            _ => {
                out.extend(std::iter::repeat_n(' ', if is_break { indent } else { 0 }));
                out.push_str(if character == '\'' { "''" } else { "" });
                out.extend((character != '\'').then_some(character));
            }
        }
        is_break = character == '\n';
    }
    out.push('\'');
}

/// Writes the header of a block.
pub(super) fn write_block_header(text: &str, out: &mut String) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    match text.strip_suffix('\n') {
        None => out.push('-'),
        Some(rest) if rest.ends_with('\n') || rest.is_empty() => out.push('+'),
        Some(_) => {}
    }
}

/// Writes the lines of a block.
pub(super) fn write_block_lines(text: &str, indent: usize, out: &mut String) {
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
}

/// True for a text of which nothing has to be escaped.
fn is_printed_as_it_is(text: &str) -> bool {
    text.chars().all(|character| character == '\t' || is_printable(character))
}

/// True for a text that can be a block.
pub(super) fn fits_block(text: &str) -> bool {
    is_printed_as_it_is(text) && !text.contains(" \n") && !text.ends_with(' ')
}

/// True for a text that can stand in single quotes.
fn fits_single_quotes(text: &str) -> bool {
    let breaks = ["\n ", " \n", "\t"];
    is_printed_as_it_is(text) && !breaks.iter().any(|odd| text.contains(odd))
}

/// True for a text that a reader takes for itself when it stands without quotes.
fn is_plain_in_block(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return true };
    let starts_well = match first {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' => false,
        '-' | '?' | ':' => characters.next().is_some_and(|second| second != ' '),
        _ => true,
    };
    starts_well
        && !text.starts_with([' ', '\t'])
        && !text.ends_with([' ', '\t', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['\t', '\n'])
        && is_printed_as_it_is(text)
        && !text.starts_with("---")
        && !text.starts_with("...")
}
