//! Counts instructions, which repeat where times do not, and compares them with those of the last time.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use crate::build::CHILD_IN_ONE_THREAD;
use crate::inputs::{CASES, Case, Folder};
use crate::measure::callgrind;

/// What is counted.
const COUNTED: &[&str] = &["typical", "synthetic-100", "synthetic-1000", "synthetic-10000"];

/// Of these, what is ten times as large as what stands before it.
const TEN_TIMES: &[(&str, &str)] =
    &[("synthetic-100", "synthetic-1000"), ("synthetic-1000", "synthetic-10000")];

/// The most that ten times the size may take: a build is linear.
const MOST_FOR_TEN_TIMES: f64 = 11.0;

/// The most that a count may grow, in percent.
const MOST_GROWTH: f64 = 3.0;

const HEADER: &str = "\
# Instructions of a build in one thread, as `cargo run --release -p kbuild-benches -- count` counts them under valgrind. A count that grows by
# more than 3 % fails, and so does one that is more than 11 times that of a tenth of the size. After a change that is worth it, or
# with another compiler: `count --bless`.
";

/// Counts, and compares with the file; or writes it.
pub fn run(bless: bool) -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let before = fs::read_to_string(&file).unwrap_or_default();
    let mut out = io::stdout();
    let (mut text, mut grown, mut counts) = (HEADER.to_owned(), Vec::new(), HashMap::new());
    for case in CASES.iter().filter(|case| COUNTED.contains(&case.name)) {
        let count = count(case)?;
        counts.insert(case.name, count);
        text.push_str(&format!("{} {count}\n", case.name));
        let known = before
            .lines()
            .find_map(|line| line.strip_prefix(case.name)?.trim().parse::<u64>().ok());
        let Some(known) = known else {
            writeln!(out, "{:16} {count:>14} instructions", case.name)?;
            continue;
        };
        let growth = (count as f64 / known as f64 - 1.0) * 100.0;
        writeln!(out, "{:16} {count:>14} instructions, {growth:+.2} % to {known}", case.name)?;
        if growth > MOST_GROWTH {
            grown.push(case.name);
        }
    }
    for (tenth, whole) in TEN_TIMES {
        let (Some(tenth_count), Some(count)) = (counts.get(tenth), counts.get(whole)) else {
            continue;
        };
        let times = *count as f64 / *tenth_count as f64;
        writeln!(out, "{whole} takes {times:.2} times the instructions of {tenth}")?;
        if times > MOST_FOR_TEN_TIMES {
            return Err(format!("that is more than {MOST_FOR_TEN_TIMES} times").into());
        }
    }
    if bless {
        fs::write(&file, text)?;
        return Ok(());
    }
    if before.is_empty() {
        return Err(
            "there is no instructions.txt to compare with: write it with `count --bless`".into()
        );
    }
    if grown.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "more than {MOST_GROWTH} % more instructions than before: {}",
            grown.join(", ")
        )
        .into())
    }
}

fn count(case: &Case) -> Result<u64, Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let folder = Folder::new(temporary.path());
    let directories = (case.make)(&folder)?;
    let messages = callgrind(
        Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe()?)
            .arg(CHILD_IN_ONE_THREAD)
            .args(directories.iter().map(|directory| folder.path(directory)))
            // The variables of the environment are copied at the start, and there are more on one machine than on another.
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path))),
    )?;
    let collected = messages.lines().find_map(|line| line.split_once("Collected :"));
    let (_, number) = collected.ok_or("valgrind has not said how many instructions it counted")?;
    Ok(number.trim().parse()?)
}
