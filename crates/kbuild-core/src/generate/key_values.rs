//! The sources of data: literals, files, and files of `key=value` lines.

use indexmap::IndexMap;
use kbuild_yaml::Place;

use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::kustomization::{GeneratorArgs, Text};
use crate::load::Location;

/// A line longer than this ends an env file early, without an error, in the reference.
const MAX_ENV_LINE: usize = 64 * 1024;

/// A value and where it comes from.
pub(super) struct Datum {
    pub(super) value: Vec<u8>,
    pub(super) place: Place,
}

pub(super) type Data = IndexMap<String, Datum, foldhash::fast::RandomState>;

/// Reads all sources of a generator.
///
/// # Errors
/// A source that cannot be read, or a key that is there twice.
pub(super) fn collect(
    build: &mut Build,
    location: &Location,
    args: &GeneratorArgs,
) -> Result<Data, Error> {
    let mut data = Data::default();
    for entry in &args.envs {
        env_file(build, location, entry, &mut data)?;
    }
    for entry in &args.literals {
        let (key, value) = literal(entry)?;
        add(&mut data, key, value.as_bytes().to_vec(), entry.place)?;
    }
    for entry in &args.files {
        let (key, path) = file_source(entry)?;
        let content = location.read(build, &path)?;
        add(&mut data, &key, content, entry.place)?;
    }
    Ok(data)
}

fn add(data: &mut Data, key: &str, value: Vec<u8>, place: Place) -> Result<(), Error> {
    if let Some(first) = data.get(key) {
        return Err(Error::new(Code::KEY_TWICE, format!("the key \"{key}\" is given twice"))
            .at(place)
            .mark(key)
            .related("the first one", first.place));
    }
    data.insert(key.to_owned(), Datum { value, place });
    Ok(())
}

/// `key=value`; one pair of quotes around the value is taken off.
fn literal(entry: &Text) -> Result<(&str, &str), Error> {
    match entry.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, unquote(value))),
        _ => Err(Error::new(
            Code::BAD_LITERAL,
            format!("the literal \"{}\" is not of the form key=value", entry.text),
        )
        .at(entry.place)
        .mark(&*entry.text)),
    }
}

fn unquote(text: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

/// `path` or `key=path`; the key of a path is the name of the file.
pub(crate) fn file_source(entry: &Text) -> Result<(String, Text), Error> {
    let refuse = |what: &str| {
        Err(Error::new(Code::BAD_FILE_SOURCE, format!("the file source \"{}\" {what}", entry.text))
            .at(entry.place))
    };
    let at = |path: &str| Text { text: path.into(), place: entry.place };
    match entry.split_once('=') {
        None => Ok((base_name(entry).to_owned(), at(entry))),
        Some((_, path)) if path.contains('=') => refuse("has more than one \"=\""),
        Some(("", _)) => refuse("has no key before the \"=\""),
        Some((_, "")) => refuse("has no path behind the \"=\""),
        Some((key, path)) => Ok((key.to_owned(), at(path))),
    }
}

fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    trimmed.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("/")
}

fn env_file(
    build: &mut Build,
    location: &Location,
    entry: &Text,
    data: &mut Data,
) -> Result<(), Error> {
    let (content, source) = location.read_source(build, entry)?;
    let mut rest = content.as_slice();
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (line, after) = match end {
            Some(end) => (&rest[..end], &rest[end + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        let place = Place { source, line: number };
        if line.len() >= MAX_ENV_LINE {
            let message = "a line of 64 KiB or more ends the file: it and what follows is left out";
            build.warn(Diagnostic::warning(Code::IGNORED, message).at(place));
            break;
        }
        rest = after;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Ok(line) = std::str::from_utf8(line) else {
            return Err(Error::new(Code::BAD_ENV_LINE, "the line is not UTF-8").at(place));
        };
        let line = if number == 1 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        if !key.is_empty() {
            add(data, key, value.as_bytes().to_vec(), place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text { text: text.into(), place: Place::default() }
    }

    #[test]
    fn one_pair_of_quotes_comes_off() {
        for (entry, value) in [
            ("a=b", "b"),
            ("a='b'", "b"),
            ("a=\"b=c\"", "b=c"),
            ("a='b\"", "'b\""),
            ("a='", "'"),
            ("a=", ""),
        ] {
            assert_eq!(literal(&text(entry)).unwrap(), ("a", value), "{entry}");
        }
        assert!(literal(&text("=b")).is_err());
        assert!(literal(&text("b")).is_err());
    }

    #[test]
    fn file_sources_have_a_key_or_take_the_name() {
        let parts =
            |entry: &str| file_source(&text(entry)).map(|(key, path)| (key, path.text.to_string()));
        assert_eq!(parts("dir/app.ini").unwrap(), ("app.ini".into(), "dir/app.ini".into()));
        assert_eq!(parts("key=dir/app.ini").unwrap(), ("key".into(), "dir/app.ini".into()));
        for bad in ["=x", "x=", "a=b=c"] {
            assert!(parts(bad).is_err(), "{bad}");
        }
    }
}
