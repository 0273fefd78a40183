//! What is said of a command line that makes no sense: what clap says, in the form that was asked for, and more of several
//! folders and of a command that is misspelt.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Error, ValueEnum};
use kbuild_core::Code;

use crate::arguments::{Arguments, BuildArguments, ReportingArguments};
use crate::report::{ErrorFormat, Failure};

/// How many of the folders are named.
const NAMED: usize = 3;

/// The error for a command line that clap refuses: clap's own, or a better one where several folders are given to build.
pub(crate) fn explained(error: Error, words: impl Iterator<Item = OsString>) -> Error {
    if !matches!(error.kind(), ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument) {
        return error;
    }
    let mut folders = folders(words);
    if folders.first().is_some_and(|first| first == Path::new("build")) {
        folders.remove(0);
    } else if let Some(first) = folders.first().and_then(|first| first.to_str())
        && !Path::new(first).exists()
        && let Some(command) = meant(first)
    {
        let message = format!("there is no command '{first}'; did you mean '{command}'?");
        return Arguments::command().error(ErrorKind::InvalidSubcommand, message);
    }
    let is_command = |word: &PathBuf| {
        let mut all = Arguments::command();
        // Has it add "help".
        all.build();
        word.to_str().is_some_and(|word| all.find_subcommand_mut(word).is_some())
    };
    match folders.as_slice() {
        [first, _, ..] if !is_command(first) => {
            Arguments::command().error(ErrorKind::TooManyValues, several(&folders))
        }
        _ => error,
    }
}

fn several(folders: &[PathBuf]) -> String {
    let named: Vec<String> =
        folders.iter().take(NAMED).map(|folder| folder.display().to_string()).collect();
    let more = if folders.len() > NAMED { ", …" } else { "" };
    format!(
        "one folder is built at a time, and {} are given: {}{more}\n\n  tip: build one after the other, or name them under resources of one more kustomization",
        folders.len(),
        named.join(", "),
    )
}

/// All words that stand where the folder to build may stand; none where there is anything else that is wrong.
fn folders(words: impl Iterator<Item = OsString>) -> Vec<PathBuf> {
    let command = clap::Command::new("kbuild").args_override_self(true);
    let command = BuildArguments::augment_args(ReportingArguments::augment_args(command))
        .mut_arg("directory", |directory| directory.num_args(0..).action(clap::ArgAction::Append));
    let matches = command.try_get_matches_from([OsString::from("kbuild")].into_iter().chain(words));
    let Ok(mut matches) = matches else { return Vec::new() };
    matches.remove_many("directory").map(Iterator::collect).unwrap_or_default()
}

/// The command that a word may have been meant for.
fn meant(word: &str) -> Option<String> {
    let commands = Arguments::command();
    let commands = clap::Command::new("kbuild").subcommands(commands.get_subcommands().cloned());
    let error = commands.try_get_matches_from(["kbuild", word]).err()?;
    let Some(ContextValue::Strings(near)) = error.get(ContextKind::SuggestedSubcommand) else {
        return None;
    };
    // The nearest comes last. One that is much longer is meant by nobody.
    near.iter().rev().find(|near| near.len().abs_diff(word.len()) <= 2).cloned()
}

/// What clap says as a failure of the command.
pub(crate) fn failure(error: &Error) -> Failure {
    let text = error.to_string().trim_end().to_owned();
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let message = match error.kind() {
        // Its text is the help.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "the command lacks a subcommand",
        _ => paragraphs.next().unwrap_or_default(),
    };
    let lines: Vec<&str> = message.lines().map(str::trim).collect();
    let message = lines.join("\n");
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let tips: Vec<&str> = paragraphs.filter_map(|text| text.strip_prefix("tip: ")).collect();
    let said = kbuild_core::Error::new(Code::BAD_COMMAND_LINE, message);
    let hint =
        if tips.is_empty() { "--help lists what there is".to_owned() } else { tips.join("\n") };
    Failure::Said { text, error: said.hint_with(hint) }
}

/// The form of errors that a command line asks for which cannot be understood as a whole.
pub(crate) fn error_format(words: impl Iterator<Item = OsString>) -> ErrorFormat {
    let words = words.map(|word| word.to_string_lossy().into_owned());
    let words: Vec<String> = words.take_while(|word| word != "--").collect();
    let values = words.iter().enumerate().filter_map(|(index, word)| {
        match word.strip_prefix("--error-format")? {
            "" => words.get(index + 1).map(String::as_str),
            value => value.strip_prefix('='),
        }
    });
    let mut formats = values.filter_map(|value| ErrorFormat::from_str(value, false).ok());
    formats.next_back().unwrap_or_default()
}

/// The failure to build what may have been meant for a command: a word that names no folder.
pub(crate) fn not_a_command(failure: Failure, folder: &Path) -> Failure {
    let Failure::Error(error) = &failure else { return failure };
    let is_it = error.code() == Code::NOT_FOUND && error.file().is_none();
    let word = folder.to_str().filter(|word| is_it && !word.contains('/'));
    let Some(command) = word.and_then(meant) else { return failure };
    let meant = match error.hint().filter(|hint| hint.starts_with("did you mean")) {
        Some(hint) => format!("{hint} Or the command {command}?"),
        None => format!("did you mean the command {command}?"),
    };
    kbuild_core::Error::new(error.code(), error.message()).hint_with(meant).into()
}
