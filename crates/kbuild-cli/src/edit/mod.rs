//! `kbuild edit`: changes a kustomization file and leaves alone what it has nothing to do with.

mod add;
mod fix;
mod generator;
mod patch;
mod remove;
mod session;
mod set;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::output;
use crate::report::Failure;
use session::Session;

/// The plugins that are part of the program.
const BUILT_IN: &[&str] = &[
    "AnnotationsTransformer",
    "ConfigMapGenerator",
    "HashTransformer",
    "HelmChartInflationGenerator",
    "IAMPolicyGenerator",
    "ImageTagTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PatchJson6902Transformer",
    "PatchStrategicMergeTransformer",
    "PatchTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "ReplacementTransformer",
    "ReplicaCountTransformer",
    "SecretGenerator",
    "SuffixTransformer",
    "ValueAddTransformer",
];

#[derive(Debug, Args)]
pub(crate) struct EditArguments {
    /// The folder with the kustomization file
    #[arg(
        id = "edited",
        short = 'C',
        long = "directory",
        value_name = "DIR",
        default_value = ".",
        global = true
    )]
    directory: PathBuf,
    #[command(subcommand)]
    command: EditCommand,
}

#[derive(Debug, Subcommand)]
enum EditCommand {
    /// Add an entry to a field
    #[command(subcommand)]
    Add(add::AddCommand),
    /// Set the value of a field
    #[command(subcommand)]
    Set(set::SetCommand),
    /// Remove an entry from a field
    #[command(subcommand)]
    Remove(remove::RemoveCommand),
    /// Replace deprecated fields by their successors, and add what is missing
    Fix(fix::FixArguments),
    /// List the generators and transformers that are built in
    #[command(name = "alpha-list-builtin-plugin", alias = "list-builtin-plugin")]
    ListBuiltinPlugin,
}

pub(crate) fn run(arguments: &EditArguments) -> Result<(), Failure> {
    let session = Session::new(&arguments.directory);
    match &arguments.command {
        EditCommand::Add(command) => command.run(&session),
        EditCommand::Set(command) => command.run(&session),
        EditCommand::Remove(command) => command.run(&session),
        EditCommand::Fix(fix) => fix.run(&session),
        EditCommand::ListBuiltinPlugin => {
            let names: String = BUILT_IN.iter().map(|name| format!(" * {name}\n")).collect();
            output::print(&format!("Builtin plugins:\n\n{names}"))
        }
    }
}
