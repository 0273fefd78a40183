//! `kbuild inputs`: everything that a build reads or looks for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use kbuild_core::{Input, InputKind, Settings};
use serde_json::{Value, json};

use crate::arguments::RenderArguments;
use crate::machine::Machine;
use crate::output;
use crate::overrides::OverrideArguments;
use crate::report::{ErrorFormat, Failure};

#[derive(Debug, Args)]
pub(crate) struct InputsArguments {
    /// The folder with the kustomization file
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// How to write them
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    output: Shape,
    /// What is made of the inputs, in a depfile: the output of the build
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new(), required_if_eq_any = [("output", "make"), ("output", "ninja")])]
    target: Option<String>,
    #[command(flatten)]
    render: RenderArguments,
    #[command(flatten)]
    overrides: OverrideArguments,
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Shape {
    /// A line for each: what it is, and its name
    #[default]
    Text,
    /// A JSON object, with digests
    Json,
    /// A rule for make, with a rule of its own for each input so that one may go away
    Make,
    /// A depfile for ninja
    Ninja,
}

pub(crate) fn run(arguments: &InputsArguments, format: ErrorFormat) -> Result<(), Failure> {
    let mut options = arguments.render.options();
    options.inputs = true;
    let host = Machine::new();
    let overrides = arguments.overrides.overrides()?;
    let rendered = overrides.render(&host, &arguments.directory, &options)?;
    format.report(rendered.warnings().iter());
    let target = arguments.target.as_deref().unwrap_or_default();
    let mut inputs = rendered.inputs().to_vec();
    inputs.extend(Settings::inputs(&host, &arguments.directory));
    inputs.iter_mut().for_each(shorten);
    inputs.sort();
    inputs.dedup();
    output::print(&match arguments.output {
        Shape::Text => lines(&inputs),
        Shape::Json => {
            format!("{:#}\n", json!({ "inputs": inputs.iter().map(data).collect::<Vec<_>>() }))
        }
        Shape::Make => depfile(target, &inputs, true)?,
        Shape::Ninja => depfile(target, &inputs, false)?,
    })
}

/// Names what is below the working directory as seen from there.
fn shorten(input: &mut Input) {
    if let (Some(here), InputKind::File | InputKind::Folder | InputKind::Missing) =
        (std::env::current_dir().ok(), input.kind)
        && let Ok(below) = std::path::Path::new(&input.name).strip_prefix(&here)
        && !below.as_os_str().is_empty()
    {
        input.name = below.display().to_string();
    }
}

fn lines(inputs: &[Input]) -> String {
    let lines = inputs.iter().map(|input| {
        let name: String = input.name.chars().flat_map(visible).collect();
        format!("{:8} {name}\n", word(input.kind))
    });
    lines.collect()
}

/// A name may hold anything; a line of text may not.
fn visible(character: char) -> Vec<char> {
    match character {
        _ if character.is_control() => character.escape_default().collect(),
        _ => vec![character],
    }
}

fn data(input: &Input) -> Value {
    let mut object = json!({ "kind": word(input.kind), "name": input.name });
    if let Some(digest) = &input.digest {
        object["sha256"] = digest.as_str().into();
    }
    object
}

/// What an input is, in a word.
pub(crate) fn word(kind: InputKind) -> &'static str {
    match kind {
        InputKind::File => "file",
        InputKind::Folder => "folder",
        InputKind::Missing => "missing",
        InputKind::Url => "url",
        InputKind::Program => "program",
        _ => "other",
    }
}

/// The files as dependencies of a target. What is missing, and what is elsewhere, no such tool can watch.
///
/// # Errors
/// A name holds the end of a line.
fn depfile(target: &str, inputs: &[Input], is_make: bool) -> Result<String, Failure> {
    let files: BTreeSet<&str> = inputs
        .iter()
        .filter(|input| input.kind == InputKind::File)
        .map(|input| input.name.as_str())
        .collect();
    // No quoting lets a name hold it.
    let is_broken = |name: &&str| name.contains(['\n', '\r']);
    if let Some(name) = std::iter::once(target).chain(files.iter().copied()).find(is_broken) {
        let name: String = name.chars().flat_map(visible).collect();
        return Err(format!(
            "error: a depfile cannot name \"{name}\", which holds the end of a line\nhelp: rename the file, or read the inputs with -o json"
        )
        .into());
    }
    let mut text = format!("{}:", escaped(target, is_make));
    for file in &files {
        text.push_str(" \\\n  ");
        text.push_str(&escaped(file, is_make));
    }
    text.push('\n');
    if is_make {
        for file in &files {
            text.push_str(&format!("\n{}:\n", escaped(file, is_make)));
        }
    }
    Ok(text)
}

/// The name as make reads it, or ninja.
fn escaped(name: &str, is_make: bool) -> String {
    let mut text = String::with_capacity(name.len());
    let mut backslashes = 0;
    for character in name.chars() {
        match character {
            ' ' | '\t' => {
                // Those before a space count twice.
                text.extend(std::iter::repeat_n('\\', backslashes + 1));
            }
            '#' | ':' => text.push('\\'),
            '%' if is_make => text.push('\\'),
            '$' => text.push('$'),
            _ => {}
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        for (name, expected) in [
            ("a b.yaml", "a\\ b.yaml"),
            ("a\\ b", "a\\\\\\ b"),
            ("a#b$c", "a\\#b$$c"),
            ("plain/file.yaml", "plain/file.yaml"),
        ] {
            assert_eq!(escaped(name, false), expected);
        }
        assert_eq!((escaped("50%", true), escaped("50%", false)), ("50\\%".into(), "50%".into()));
    }
}
