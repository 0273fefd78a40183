//! What is said of a command line with several folders, or with a command that is misspelt.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Error};

use crate::arguments::{Arguments, BuildArguments, ReportingArguments};

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
