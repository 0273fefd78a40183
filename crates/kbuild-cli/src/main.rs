//! The `kbuild` command: renders Kustomize overlays as `kustomize build` does.

mod affected;
mod arguments;
mod boolean;
mod build;
mod create;
mod edit;
mod explain;
mod functions;
mod helm;
mod history;
mod inputs;
mod localize;
mod machine;
mod misuse;
mod output;
mod overrides;
mod report;
mod tree;
mod version;
mod warnings;

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::arguments::{Arguments, Command};
use crate::report::{ErrorFormat, Failure};

/// What shells say of a program that a closed pipe ends.
const UNREAD: u8 = 128 + 13;

fn main() -> ExitCode {
    let result = run();
    machine::end_by_signal();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err((failure, format)) => {
            format.report_failure(&failure);
            match failure {
                Failure::Unread => ExitCode::from(UNREAD),
                Failure::Error(_) | Failure::Said { .. } => ExitCode::FAILURE,
            }
        }
    }
}

fn run() -> Result<(), (Failure, ErrorFormat)> {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            let result = match error.use_stderr() {
                true => Err(misuse::failure(&error)),
                false => output::print(&error.to_string()),
            };
            let format = misuse::error_format(std::env::args_os().skip(1));
            return result.map_err(|failure| (failure, format));
        }
    };
    let format = arguments.reporting.error_format;
    obey(arguments, format).map_err(|failure| (failure, format))
}

fn obey(arguments: Arguments, format: ErrorFormat) -> Result<(), Failure> {
    match arguments.command {
        None => build::run(&arguments.build, format)
            .map_err(|failure| misuse::not_a_command(failure, &arguments.build.directory)),
        Some(command) => obey_command(command, format),
    }
}

/// Does what a command says. It stays by itself: with all that the commands do, it is larger than what a build runs of the rest.
#[inline(never)]
fn obey_command(command: Command, format: ErrorFormat) -> Result<(), Failure> {
    match command {
        Command::Build(build) => build::run(&build, format),
        Command::Edit(arguments) => edit::run(&arguments),
        Command::Create(arguments) => create::run(&arguments),
        Command::Localize(arguments) => localize::run(&arguments, format),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Tree(arguments) => tree::run(&arguments),
        Command::Inputs(arguments) => inputs::run(&arguments, format),
        Command::Affected(arguments) => affected::run(&arguments, format),
        Command::Version(arguments) => version::run(&arguments),
        Command::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), name(), &mut script);
            output::print(&String::from_utf8_lossy(&script))
        }
    }
}

/// The name that the command was called by: the one of the program that it may stand in for, or its own.
fn name() -> &'static str {
    let path = std::env::args_os().next().unwrap_or_default();
    let is_stand_in = Path::new(&path).file_stem().is_some_and(|name| name == "kustomize");
    if is_stand_in { "kustomize" } else { "kbuild" }
}
