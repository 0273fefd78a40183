//! The `kbuild` command: renders Kustomize overlays as `kustomize build` does.

mod arguments;
mod build;
mod create;
mod edit;
mod functions;
mod helm;
mod output;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // If standard error is gone there is nobody left to tell.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return Err(error.to_string().trim_end().to_owned()),
        Err(help) => return output::print(&help.to_string()),
    };
    match arguments.command {
        None => build::run(&arguments.build),
        Some(Command::Build(build)) => build::run(&build),
        Some(Command::Edit(arguments)) => edit::run(&arguments),
        Some(Command::Create(arguments)) => create::run(&arguments),
        Some(Command::Version) => output::print(concat!("v", env!("CARGO_PKG_VERSION"), "\n")),
        Some(Command::Completion { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "kbuild", &mut script);
            output::print(&String::from_utf8_lossy(&script))
        }
    }
}
