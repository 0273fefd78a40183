//! How much longer a build of ten times the size takes. Both sizes take turns, each time in a process of its own: what else the
//! machine does changes from minute to minute, and what one build leaves in memory is not for the other.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::build::build;
use crate::floor;
use crate::inputs::{CASES, Folder};
use crate::measure::{beside_me, best_of_both, process, spread};

/// The sizes that are compared.
pub const CASES_IN_TURNS: [&str; 2] = ["synthetic-1000", "synthetic-10000"];

/// The argument that makes this program tell how long one directory takes in its process.
pub const TIMES: &str = "--times";

/// How often the sizes take turns.
const TURNS: usize = 15;

/// How long a size is repeated in one turn.
const TURN: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1200)];

/// What takes longer with size.
const MEASURED: [&str; 3] = ["in one process", "as whole processes", "the floor"];

/// Prints how much longer the larger size takes: the median of all turns, and what half of them are within.
pub fn print(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let mut directories = Vec::new();
    for name in CASES_IN_TURNS {
        let case = CASES.iter().find(|case| case.name == name).ok_or("a size is missing")?;
        let folder = Folder::new(&temporary.path().join(name));
        let made = (case.make)(&folder)?;
        let directory = folder.path(made.first().ok_or("nothing is built")?);
        directories.push((temporary.path().join(name), directory));
    }
    let mut growths = [const { Vec::new() }; MEASURED.len()];
    for _ in 0..TURNS {
        let mut times = Vec::new();
        for ((root, directory), turn) in directories.iter().zip(TURN) {
            times.push(times_of(root, directory, turn)?);
        }
        if let [small, large] = times.as_slice() {
            for (growths, (small, large)) in growths.iter_mut().zip(small.iter().zip(large)) {
                growths.extend(small.zip(*large).map(|(small, large)| large / small));
            }
        }
    }
    let [small, large] = CASES_IN_TURNS;
    write!(out, "{large} over {small}, in turns:")?;
    let all = MEASURED.into_iter().zip(growths);
    let all = all.filter(|(_, growths)| !growths.is_empty());
    let all = all.map(|(what, growths)| format!("{what} {}", spread(growths)));
    writeln!(out, " {}", all.collect::<Vec<_>>().join(", "))?;
    Ok(())
}

/// The best times of a directory in a folder of files, in seconds, for each of [`MEASURED`].
fn times_of(
    root: &Path,
    directory: &Path,
    turn: Duration,
) -> Result<[Option<f64>; MEASURED.len()], Box<dyn Error>> {
    let mut child = Command::new(std::env::current_exe()?);
    let milliseconds = turn.as_millis().to_string();
    let told = child.args([TIMES, &milliseconds]).arg(root).arg(directory).output()?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).into());
    }
    let told = String::from_utf8(told.stdout)?;
    let mut times = told.split_whitespace().map(str::parse);
    let (ours, floor) = (times.next().transpose()?, times.next().transpose()?);
    let command = beside_me("kbuild")?;
    let mut whole = None;
    let start = Instant::now();
    while command.is_file() && start.elapsed() < turn {
        let took = process(Command::new(&command).arg(directory), Duration::MAX)?;
        whole = took.into_iter().chain(whole).min();
    }
    Ok([ours, whole.map(|took: Duration| took.as_secs_f64()), floor])
}

/// Tells the best time of builds of a directory, and of the floor of the files in a folder, in seconds.
pub fn tell_times(words: &[String]) -> Result<(), Box<dyn Error>> {
    let [milliseconds, root, directory] = words else { return Err("no directory".into()) };
    let files = Folder::new(Path::new(root)).files()?;
    let output = build(Path::new(directory))?.1;
    let (ours, floor) = best_of_both(
        Duration::from_millis(milliseconds.parse()?),
        || build(Path::new(directory)),
        || Ok(floor::run(&files, &output)?),
    )?;
    writeln!(io::stdout(), "{} {}", ours.as_secs_f64(), floor.as_secs_f64())?;
    Ok(())
}
