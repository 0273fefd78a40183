//! `kbuild version`: which version this is, in the forms that scripts ask for.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use crate::boolean::boolean;
use crate::output;
use crate::report::Failure;

/// The version as it is printed.
const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));

#[derive(Debug, Args)]
pub(crate) struct VersionArguments {
    /// Put the version in braces (deprecated)
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    short: Option<bool>,
    /// Print the system that it runs on as well
    #[arg(short, long, value_name = "FORMAT", value_enum)]
    output: Option<Format>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Yaml,
    Json,
}

pub(crate) fn run(arguments: &VersionArguments) -> Result<(), Failure> {
    let short = arguments.short == Some(true);
    if arguments.short.is_some() {
        // A warning that nobody can read is no reason to fail.
        let _ = io::stderr()
            .write_all(b"Flag --short has been deprecated, and will be removed in the future.\n");
    }
    let (os, arch) = (system(), architecture());
    let text = match arguments.output {
        Some(_) if short => {
            return Err("error: --short and --output do not go together".to_owned().into());
        }
        None if short => format!("{{{VERSION}  unknown   }}\n"),
        None => format!("{VERSION}\n"),
        Some(Format::Yaml) => format!(
            "buildDate: unknown\ngitCommit: unknown\ngoArch: {arch}\ngoOs: {os}\nversion: {VERSION}\n"
        ),
        Some(Format::Json) => format!(
            "{{\n  \"version\": \"{VERSION}\",\n  \"gitCommit\": \"unknown\",\n  \"buildDate\": \"unknown\",\n  \"goOs\": \"{os}\",\n  \"goArch\": \"{arch}\"\n}}\n"
        ),
    };
    output::print(&text)
}

/// The name of the system, as the reference spells it.
fn system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

/// The name of the architecture, as the reference spells it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    }
}
