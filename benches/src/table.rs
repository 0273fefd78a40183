//! The table: every case beside its floor, and beside other implementations where that is asked for.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kbuild_core::Options;

use crate::build::{CHILD, build, build_all, build_with, in_one_thread};
use crate::floor;
use crate::growth;
use crate::inputs::{CASES, Case, Folder, HELLO_OUTPUT};
use crate::measure::{
    beside_me, best, best_of_both, in_turns, peak_memory, process, say, spread, told_peak_memory,
};

/// How long a case is repeated: machines that others use as well are quiet now and then.
const BUDGET: Duration = Duration::from_secs(12);

/// How long what is measured besides is repeated.
const BESIDES: Duration = Duration::from_secs(4);

/// How often a process of its own is started.
const STARTS: usize = 200;

/// Programs that do the same, and what stands before the directory.
const OTHERS: &[(&str, &[&str])] = &[("kustomize", &["build"]), ("kubectl", &["kustomize"])];

/// A row.
struct Row {
    input: u64,
    output: usize,
    ours: Duration,
    floor: Duration,
    /// The ratio in each turn.
    ratios: Vec<f64>,
    peak: Option<u64>,
    others: Vec<Option<Duration>>,
}

/// The argument that makes this program print the row of one case.
pub const ROW: &str = "--row";

/// Measures the cases in `names`, or all, and prints them. Each is measured in a process of its own, so that none meets the memory
/// that another one has left behind.
pub fn print(names: &[String], others: Option<Duration>) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout();
    write!(
        out,
        "{:16} {:>9} {:>9} {:>10} {:>10} {:>8} {:>9} {:>10}",
        "", "input", "output", "build", "floor", "ratio", "peak", "÷ in+out"
    )?;
    for (program, _) in found(others) {
        write!(out, " {program:>10}")?;
    }
    writeln!(out)?;
    for case in
        CASES.iter().filter(|case| names.is_empty() || names.iter().any(|name| name == case.name))
    {
        let mut row = Command::new(std::env::current_exe()?);
        row.args([ROW, case.name]);
        if let Some(limit) = others {
            row.args(["--others", "--limit", &limit.as_secs().to_string()]);
        }
        if !row.status()?.success() {
            return Err(format!("{} cannot be measured", case.name).into());
        }
    }
    let is_measured = |name: &&str| names.is_empty() || names.iter().any(|one| one == name);
    if growth::CASES_IN_TURNS.iter().all(is_measured) {
        growth::print(&mut out)?;
    }
    writeln!(
        out,
        "\nbuild: the library, from reading to the printed text, best of several runs in one process that take turns with the floor. Several directories: one builder."
    )?;
    writeln!(
        out,
        "floor: reading the files, tokenising them, copying the output. peak: memory of the command, the most of several runs; of a process of this library where there are several directories."
    )?;
    Ok(())
}

/// Measures the cases in `names`, and prints their rows.
pub fn print_rows(names: &[String], others: Option<Duration>) -> Result<(), Box<dyn Error>> {
    let (mut out, found, limit) = (io::stdout(), found(others), others.unwrap_or_default());
    for case in CASES.iter().filter(|case| names.iter().any(|name| name == case.name)) {
        let temporary = tempfile::tempdir()?;
        let folder = Folder::new(temporary.path());
        let directories: Vec<PathBuf> =
            (case.make)(&folder)?.iter().map(|directory| folder.path(directory)).collect();
        let row = measure(&folder, &directories, &found, limit)
            .map_err(|error| format!("{}: {error}", case.name))?;
        print_row(&mut out, case, &row)?;
        writeln!(out, "  ratio of each turn: {}", spread(row.ratios))?;
        match case.name {
            "hello" => print_hello(&mut out, &folder)?,
            "overlays" => print_separate(&mut out, &directories, row.ours)?,
            "typical" | "synthetic-100" | "synthetic-1000" | "crds" => {
                print_one_thread(&mut out, &directories)?;
                print_events(&mut out, &folder, row.ours)?;
            }
            _ => {}
        }
        if let [directory] = directories.as_slice()
            && case.name != "hello"
        {
            print_process(&mut out, directory)?;
        }
    }
    Ok(())
}

/// The other programs that are there, if they are asked for.
fn found(others: Option<Duration>) -> Vec<&'static (&'static str, &'static [&'static str])> {
    let all = OTHERS.iter().filter(|_| others.is_some());
    all.filter(|(program, _)| is_on_path(program)).collect()
}

fn measure(
    folder: &Folder,
    directories: &[PathBuf],
    others: &[&(&str, &[&str])],
    limit: Duration,
) -> Result<Row, Box<dyn Error>> {
    let files = folder.files()?;
    let mut input = 0;
    for file in &files {
        input += std::fs::metadata(file)?.len();
    }
    let mut output = String::new();
    for directory in directories {
        output.push_str(&build(directory)?.1);
    }
    let turns = in_turns(
        BUDGET,
        || match directories {
            [directory] => Ok(vec![build(directory)?]),
            several => build_all(several),
        },
        || Ok::<_, Box<dyn Error>>(floor::run(&files, &output)?),
    )?;
    let (ours, floor) = best(&turns);
    let ratios = turns.iter().map(|(ours, floor)| ours.as_secs_f64() / floor.as_secs_f64());
    let ratios = ratios.collect();
    let peak = peak_of_build(directories)?;
    let others = others.iter().map(|(program, arguments)| {
        directories.iter().try_fold(Some(Duration::ZERO), |sum, directory| {
            let Some(left) = sum.and_then(|sum| limit.checked_sub(sum)) else { return Ok(None) };
            let took = process(Command::new(program).args(*arguments).arg(directory), left)?;
            Ok::<_, io::Error>(took.zip(sum).map(|(took, sum)| took + sum))
        })
    });
    let others = others.collect::<Result<_, _>>()?;
    Ok(Row { input, output: output.len(), ours, floor, ratios, peak, others })
}

/// The peak memory of the command; of the library, where there are several directories or the command is not there.
fn peak_of_build(directories: &[PathBuf]) -> io::Result<Option<u64>> {
    let command = beside_me("kbuild")?;
    match directories {
        [directory] if command.is_file() => peak_of_command(&command, directory),
        _ => told_peak_memory(Command::new(std::env::current_exe()?).arg(CHILD).args(directories)),
    }
}

/// The most of several runs.
fn peak_of_command(command: &Path, directory: &Path) -> io::Result<Option<u64>> {
    let runs = (0..20).map(|_| peak_memory(Command::new(command).arg(directory)));
    runs.reduce(|one, other| Ok(one?.max(other?))).transpose().map(Option::flatten)
}

fn print_row(out: &mut impl Write, case: &Case, row: &Row) -> io::Result<()> {
    let ratio = row.ours.as_secs_f64() / row.floor.as_secs_f64();
    let peak = row.peak.map_or(String::new(), |peak| megabytes(peak as f64));
    let share = row.peak.map_or(String::new(), |peak| {
        format!("{:.1}", peak as f64 / (row.input as f64 + row.output as f64))
    });
    write!(
        out,
        "{:16} {:>9} {:>9} {:>10} {:>10} {ratio:>8.1} {peak:>9} {share:>10}",
        case.name,
        megabytes(row.input as f64),
        megabytes(row.output as f64),
        milliseconds(row.ours),
        milliseconds(row.floor),
    )?;
    for other in &row.others {
        write!(out, " {:>10}", other.map_or("too long".to_owned(), milliseconds))?;
    }
    writeln!(out, "  {}", case.what)
}

/// The command against the smallest program that reads the same files and prints the same output, each from its start to
/// its end: as copies, which installed programs are, and as the linker leaves them in memory, where they start slower.
fn print_hello(out: &mut impl Write, folder: &Folder) -> Result<(), Box<dyn Error>> {
    let built = (beside_me("kbuild")?, beside_me("smallest_hello")?);
    if !built.0.is_file() || !built.1.is_file() {
        say(
            "the command is not there: `cargo build --release -p kbuild-cli -p kbuild-benches` builds it",
        );
        return Ok(());
    }
    let printed = Command::new(&built.0).arg(folder.path(".")).output()?.stdout;
    if printed != HELLO_OUTPUT.as_bytes() {
        return Err("the command does not print what is expected for `hello`".into());
    }
    let installed = tempfile::tempdir()?;
    let install = |program: &Path, name| {
        let copy = installed.path().join(name);
        std::fs::copy(program, &copy).map(|_| copy)
    };
    let copied = (install(&built.0, "kbuild")?, install(&built.1, "smallest_hello")?);
    print_starts(out, "whole process", folder, &copied)?;
    print_starts(out, "as the linker leaves it", folder, &built)
}

/// How long the command and the smallest program take.
fn print_starts(
    out: &mut impl Write,
    what: &str,
    folder: &Folder,
    (command, smallest): &(PathBuf, PathBuf),
) -> Result<(), Box<dyn Error>> {
    let (directory, files) = (folder.path("."), folder.files()?);
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..STARTS {
        let start = |command: &mut Command| {
            process(command, Duration::MAX).map(|took| took.unwrap_or(Duration::MAX))
        };
        best.0 = best.0.min(start(Command::new(command).arg(&directory))?);
        best.1 = best.1.min(start(Command::new(smallest).args(&files))?);
    }
    let peak = peak_of_command(command, &directory)?;
    writeln!(
        out,
        "  {what}: {}, the smallest program {}, ratio {:.2}, peak {}",
        milliseconds(best.0),
        milliseconds(best.1),
        best.0.as_secs_f64() / best.1.as_secs_f64(),
        peak.map_or(String::new(), |peak| megabytes(peak as f64)),
    )?;
    Ok(())
}

/// How long the command takes from its start to its end.
fn print_process(out: &mut impl Write, directory: &Path) -> Result<(), Box<dyn Error>> {
    let command = beside_me("kbuild")?;
    if !command.is_file() {
        return Ok(());
    }
    let run = || process(Command::new(&command).arg(directory), Duration::MAX);
    let (start, mut best) = (Instant::now(), Duration::MAX);
    while start.elapsed() < BESIDES {
        best = best.min(run()?.unwrap_or(Duration::MAX));
    }
    writeln!(out, "  whole process: {}", milliseconds(best))?;
    Ok(())
}

/// All overlays in this process against a process for each.
fn print_separate(
    out: &mut impl Write,
    directories: &[PathBuf],
    ours: Duration,
) -> Result<(), Box<dyn Error>> {
    let command = beside_me("kbuild")?;
    if !command.is_file() {
        return Ok(());
    }
    let mut sum = Duration::ZERO;
    for directory in directories {
        sum += process(Command::new(&command).arg(directory), Duration::MAX)?.unwrap_or_default();
    }
    writeln!(
        out,
        "  a process for each: {}; all in one take {:.2} of that",
        milliseconds(sum),
        ours.as_secs_f64() / sum.as_secs_f64(),
    )?;
    Ok(())
}

/// Builds in one thread, and such that keep track of who wrote each value, in turns.
fn print_one_thread(out: &mut impl Write, directories: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let without = in_one_thread();
    let mut with = in_one_thread();
    with.provenance = true;
    let run = |options: &Options| {
        directories.iter().try_for_each(|directory| build_with(directory, options).map(drop))
    };
    let (with, without) = best_of_both(BESIDES, || run(&with), || run(&without))?;
    writeln!(
        out,
        "  in one thread: {}, with provenance: {}, ratio {:.2}",
        milliseconds(without),
        milliseconds(with),
        with.as_secs_f64() / without.as_secs_f64(),
    )?;
    Ok(())
}

/// How long a parser of YAML that makes no tree takes for the files.
fn print_events(
    out: &mut impl Write,
    folder: &Folder,
    ours: Duration,
) -> Result<(), Box<dyn Error>> {
    let files = folder.files()?;
    let (events, _) = best_of_both(BESIDES, || floor::events(&files), || Ok(()))?;
    writeln!(
        out,
        "  the files alone, through the parser granit-parser, which makes no tree: {}; the build takes {:.2} of that",
        milliseconds(events),
        ours.as_secs_f64() / events.as_secs_f64(),
    )?;
    Ok(())
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    if milliseconds < 100.0 {
        format!("{milliseconds:.2} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

fn megabytes(bytes: f64) -> String {
    format!("{:.2} MB", bytes / 1e6)
}
