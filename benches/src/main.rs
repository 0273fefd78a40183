//! What builds cost, beside the floor: reading their files, tokenising the YAML, and writing bytes of the output's size.
//!
//! `just bench` prints the table. `--others` runs `kustomize` and `kubectl` as well, where they are on the `PATH`, each at most
//! `--limit` seconds. Names of cases (`typical`, `synthetic-100` …) leave the others out. `count` counts instructions under
//! valgrind and compares them with `instructions.txt`; `count --bless` writes that file. `growth` prints how much longer ten times
//! the size takes. `functions` writes the list of those functions of the command that builds run.

mod build;
mod count;
mod floor;
mod functions;
mod growth;
mod inputs;
mod measure;
mod table;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use kbuild_core::Options;

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    others: bool,
    bless: bool,
    limit: Option<u64>,
    names: Vec<String>,
}

impl Arguments {
    /// How long another program may take; none where no other is run.
    fn limit(&self) -> Option<Duration> {
        self.others.then(|| Duration::from_secs(self.limit.unwrap_or(120)))
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let result = match words.first().map(String::as_str) {
        Some(build::CHILD) => build::as_child(&words[1..], &Options::default()),
        Some(build::CHILD_IN_ONE_THREAD) => build::as_child(&words[1..], &build::in_one_thread()),
        Some("count") => arguments(&words[1..]).and_then(|arguments| count::run(arguments.bless)),
        Some("functions") => functions::run(),
        Some("growth") => growth::print(&mut std::io::stdout()),
        Some(growth::TIMES) => growth::tell_times(&words[1..]),
        Some(table::ROW) => arguments(&words[1..])
            .and_then(|arguments| table::print_rows(&arguments.names, arguments.limit())),
        _ => arguments(&words)
            .and_then(|arguments| table::print(&arguments.names, arguments.limit())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            measure::say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn arguments(words: &[String]) -> Result<Arguments, Box<dyn Error>> {
    let mut arguments = Arguments::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--others" => arguments.others = true,
            "--bless" => arguments.bless = true,
            "--limit" => {
                let seconds = words.next().ok_or("--limit needs a number of seconds")?;
                arguments.limit = Some(seconds.parse()?);
            }
            name if inputs::CASES.iter().any(|case| case.name == name) => {
                arguments.names.push(name.to_owned());
            }
            other => {
                let names: Vec<&str> = inputs::CASES.iter().map(|case| case.name).collect();
                return Err(format!(
                    "no such option or case: {other} (cases: {})",
                    names.join(", ")
                )
                .into());
            }
        }
    }
    Ok(arguments)
}
