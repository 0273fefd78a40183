//! Runs the program of a function or plugin.

use std::io;

use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::{Finished, Program};

/// How many bytes a function may print.
const OUTPUT_LIMIT: usize = 256 << 20;

/// The program with the limits that hold for functions.
pub(super) fn limited(build: &Build, mut program: Program) -> Program {
    program.time_limit = build.options.functions.time_limit;
    program.output_limit = OUTPUT_LIMIT;
    program
}

/// Runs the first of the programs that is there. `name` is that of the function, for messages.
///
/// # Errors
/// None is there or may be run, or it went over its limits.
pub(super) fn run(
    build: &Build,
    name: &str,
    programs: &[Program],
    input: Vec<u8>,
) -> Result<Finished, Error> {
    let mut input = Some(input);
    for (index, program) in programs.iter().enumerate() {
        let is_last = index + 1 == programs.len();
        let mut program = program.clone();
        program.input = if is_last { input.take() } else { input.clone() }.unwrap_or_default();
        match build.host.run(&program) {
            Ok(finished) => return Ok(finished),
            Err(error) if error.kind() == io::ErrorKind::NotFound && programs.len() > 1 => {}
            Err(error) => return Err(not_run(name, &program, &error)),
        }
    }
    let tried: Vec<_> = programs.iter().map(|program| program.path.display().to_string()).collect();
    Err(Error::new(
        Code::NO_CONTAINER_ENGINE,
        format!(
            "the function {name} runs in a container, and neither {} is there",
            tried.join(" nor ")
        ),
    )
    .hint_with("install one of them"))
}

fn not_run(name: &str, program: &Program, error: &io::Error) -> Error {
    let path = program.path.display();
    match error.kind() {
        io::ErrorKind::TimedOut => Error::new(Code::TIME_LIMIT, format!("{name} is stopped: {error}"))
            .hint_with("a function reads standard input to its end, prints, and exits; --function-timeout gives it more time"),
        io::ErrorKind::NotFound => Error::new(Code::FUNCTION_FAILED, format!("{path}, which {name} runs, cannot be started: {error}"))
            .hint_with("if it is a script, the interpreter that its first line names may be missing"),
        // The system says so with a number, a host that runs nothing without one.
        io::ErrorKind::PermissionDenied if error.raw_os_error().is_some() => {
            Error::new(Code::FUNCTION_FAILED, format!("{path}, which {name} runs, cannot be started: {error}"))
                .hint_with("make it executable: chmod +x")
        }
        _ => Error::new(Code::FUNCTION_FAILED, format!("{path}, which {name} runs, fails: {error}")),
    }
}
