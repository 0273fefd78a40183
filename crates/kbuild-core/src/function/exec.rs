//! Functions that are programs on this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::run::limited;
use super::spec::ExecSpec;
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::{PathKind, Program};
use crate::load::Location;

/// The program of a function. A path with a slash is relative to the kustomization's directory, in which it runs; a name
/// is one in the `PATH`.
///
/// # Errors
/// It is not allowed, or not there.
pub(super) fn program(
    build: &Build,
    location: &Location,
    name: &str,
    spec: &ExecSpec,
) -> Result<Program, Error> {
    let path = Path::new(spec.path.as_str());
    if !build.options.enable_exec {
        return Err(Error::new(
            Code::FUNCTION_NOT_ALLOWED,
            format!("the function {name} runs {} on this machine, which is not allowed", spec.path),
        )
        .hint_with("--enable-exec allows it; that is for kustomizations that you trust"));
    }
    if location.root.parent().is_none() {
        return Err(Error::new(
            Code::BAD_FUNCTION,
            format!("the function {name} would run in the root of the file system"),
        )
        .hint_with("put the kustomization into a folder"));
    }
    let mut program = if spec.path.contains('/') {
        // Without the dots that say nothing.
        let path: PathBuf = location.root.join(path).components().collect();
        match build.host.kind(&path) {
            PathKind::File => limited(build, Program::new(path)),
            PathKind::Directory => {
                return Err(Error::new(
                    Code::BAD_FUNCTION,
                    format!("{}, which the function {name} runs, is a folder", spec.path),
                ));
            }
            PathKind::Missing => {
                return Err(Error::new(Code::FUNCTION_NOT_FOUND, format!("{}, which the function {name} runs, is not there", spec.path))
                    .hint_with("the path is relative to the folder of the kustomization that names the function"));
            }
        }
    } else {
        limited(build, Program::new(path))
    };
    program.arguments = spec.arguments.iter().map(|argument| argument.to_string()).collect();
    program.directory = Some(location.root.clone());
    program.environment = environment(
        spec.environment.iter().map(|entry| entry.as_str()),
        &build.options.functions.env,
    );
    Ok(program)
}

/// The variables of the function, then those of the build, which win. As in the reference, an entry counts only if it has
/// one `=`.
fn environment<'a>(
    declared: impl Iterator<Item = &'a str>,
    given: &'a [String],
) -> Vec<(String, String)> {
    let mut merged: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in declared.chain(given.iter().map(String::as_str)) {
        match entry.split_once('=') {
            Some((key, value)) if !value.contains('=') => merged.insert(key, value),
            _ => continue,
        };
    }
    // A name that is empty cannot be set.
    let named = merged.into_iter().filter(|(key, _)| !key.is_empty());
    named.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_build_gives_wins() {
        let merged = environment(["B=1", "A=1", "C", "D=x=y"].into_iter(), &["B=2".to_owned()]);
        assert_eq!(merged, [("A".to_owned(), "1".to_owned()), ("B".to_owned(), "2".to_owned())]);
    }
}
