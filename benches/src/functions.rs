//! Finds the functions that builds run, for the command's `functions.txt`: the linker lays them side by side.

use std::collections::{BTreeSet, HashSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::inputs::{CASES, Folder};
use crate::measure::{beside_me, callgrind};

/// What is built to see what runs, the smallest first: what it runs comes first.
const BUILT: &[&str] = &["hello", "typical", "synthetic-1000", "crds"];

/// Left out: there is one of them for each type, few run, and all together are a fifth of what does.
const STABLE_SORTS: &str = "_ZN4core5slice4sort6stable";

const HEADER: &str = "\
# The functions that builds run, which the linker lays side by side (build.rs): those of a small build first. A star stands for what another
# compiler names otherwise. Written by `just functions`; names that are not there any more do no harm, those that are missing cost memory.
";

/// Writes the list.
///
/// # Errors
/// The command stands not beside this program, or its functions have no names; valgrind is not there; a build fails.
pub fn run() -> Result<(), Box<dyn Error>> {
    let command = beside_me("kbuild")?;
    let (mut text, mut known) = (HEADER.to_owned(), HashSet::new());
    for name in BUILT {
        let case = CASES.iter().find(|case| case.name == *name).ok_or("no such case")?;
        let temporary = tempfile::tempdir()?;
        let folder = Folder::new(temporary.path());
        let directories = (case.make)(&folder)?;
        let found = directories.iter().try_fold(BTreeSet::new(), |mut found, directory| {
            let counts = temporary.path().join("callgrind.out");
            found.extend(run_by(&command, &folder.path(directory), &counts)?);
            Ok::<_, Box<dyn Error>>(found)
        })?;
        for function in found {
            if known.insert(function.clone()) {
                text.push_str(&function);
                text.push('\n');
            }
        }
    }
    if known.is_empty() {
        return Err(
            "the command's functions have no names: `just functions` builds it with them".into()
        );
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/kbuild-cli/functions.txt");
    fs::write(file, text)?;
    Ok(())
}

/// The functions that the command runs to build a directory.
fn run_by(command: &Path, directory: &Path, counts: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    callgrind(
        Command::new("valgrind")
            .args(["--tool=callgrind", "--demangle=no"])
            .arg(format!("--callgrind-out-file={}", counts.display()))
            .arg(command)
            .arg(directory),
    )?;
    Ok(fs::read_to_string(counts)?.lines().filter_map(function).collect())
}

/// The function that a line of callgrind's file names first, as a pattern for the linker: without what differs between
/// compilers.
fn function(line: &str) -> Option<String> {
    let (kind, named) = line.split_once("=(")?;
    let name = named.split_once(") ")?.1;
    if !matches!(kind, "fn" | "cfn") {
        return None;
    }
    // What calls itself is told apart by the depth.
    let name = name.split('\'').next().unwrap_or(name);
    if name.starts_with(STABLE_SORTS) {
        return None;
    }
    if name == "main" {
        return Some(name.to_owned());
    }
    if name.starts_with("_ZN") {
        return Some(format!("{}17h*", name.rsplit_once("17h")?.0));
    }
    let mut pieces = name.strip_prefix("_R")?.split("Cs");
    let mut pattern = format!("_R{}", pieces.next()?);
    for piece in pieces {
        // A crate: a hash, and its name after it.
        let (_, rest) = piece.split_once('_')?;
        pattern.push_str("Cs*_");
        pattern.push_str(rest);
    }
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_between_compilers_is_left_out() {
        let named = |line| function(line).unwrap_or_default();
        assert_eq!(named("fn=(1) _ZN3one3two17h0123456789abcdefE"), "_ZN3one3two17h*");
        assert_eq!(named("cfn=(2) _ZN3one3two17h0123456789abcdefE.llvm.7'2"), "_ZN3one3two17h*");
        assert_eq!(named("fn=(3) _RNvNtCs1a2B_3one3two4main"), "_RNvNtCs*_3one3two4main");
        assert_eq!(named("fn=(4) main"), "main");
        for other in ["fn=(1)", "ob=(1) _ZN3one17h0E", "fn=(5) malloc", "calls=1 0"] {
            assert_eq!(function(other), None, "{other}");
        }
    }
}
