//! Times and peak memory, of code in this process and of other processes.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Writes a line to standard error.
pub fn say(line: &str) {
    // Where standard error is closed, there is nobody to tell.
    let _ = writeln!(io::stderr(), "{line}");
}

/// The shortest time of several runs of two things that take turns, so that both meet the same conditions.
pub fn best_of_both<T, U, E>(
    budget: Duration,
    one: impl FnMut() -> Result<T, E>,
    other: impl FnMut() -> Result<U, E>,
) -> Result<(Duration, Duration), E> {
    Ok(best(&in_turns(budget, one, other)?))
}

/// The shortest times of all turns, each by itself.
pub fn best(turns: &[(Duration, Duration)]) -> (Duration, Duration) {
    let best = |(one, other): (Duration, Duration), (first, second): &(Duration, Duration)| {
        (one.min(*first), other.min(*second))
    };
    turns.iter().fold((Duration::MAX, Duration::MAX), best)
}

/// The times of several runs of two things that take turns.
pub fn in_turns<T, U, E>(
    budget: Duration,
    mut one: impl FnMut() -> Result<T, E>,
    mut other: impl FnMut() -> Result<U, E>,
) -> Result<Vec<(Duration, Duration)>, E> {
    let (start, mut turns) = (Instant::now(), Vec::new());
    while turns.len() < 3 || start.elapsed() <= budget {
        turns.push((timed(&mut one)?, timed(&mut other)?));
    }
    Ok(turns)
}

/// The median of some ratios, and what half of them are within.
pub fn spread(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    let share = |of_four: usize| ratios.get(ratios.len() * of_four / 4).copied();
    match (share(1), share(2), share(3)) {
        (Some(low), Some(median), Some(high)) => {
            format!("{median:.1} (half of them {low:.1} to {high:.1})")
        }
        _ => String::new(),
    }
}

/// The time of one run. What it returns is cleared up outside of that time.
fn timed<T, E>(run: &mut impl FnMut() -> Result<T, E>) -> Result<Duration, E> {
    let start = Instant::now();
    let value = run()?;
    let elapsed = start.elapsed();
    drop(value);
    Ok(elapsed)
}

/// A program that is built into the same folder as this one.
pub fn beside_me(name: &str) -> io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// A process with its output thrown away; none when it does not end within `limit`.
pub fn process(command: &mut Command, limit: Duration) -> io::Result<Option<Duration>> {
    let start = Instant::now();
    let mut child = quiet(command).spawn()?;
    // Waiting wakes up at once; the short ones are those whose time is wanted to the microsecond.
    if limit == Duration::MAX {
        let status = child.wait()?;
        let elapsed = start.elapsed();
        return if status.success() { Ok(Some(elapsed)) } else { Err(failed(command)) };
    }
    loop {
        if let Some(status) = child.try_wait()? {
            let elapsed = start.elapsed();
            return if status.success() { Ok(Some(elapsed)) } else { Err(failed(command)) };
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Runs valgrind's callgrind, and returns what it says.
pub fn callgrind(valgrind: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = valgrind
        .stdout(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(format!("the build under valgrind failed: {messages}").into());
    }
    Ok(messages)
}

/// The peak memory that a process tells on standard error when it ends, as one of [`own_peak_memory`] does.
pub fn told_peak_memory(command: &mut Command) -> io::Result<Option<u64>> {
    let output = quiet(command).stderr(Stdio::piped()).output()?;
    if !output.status.success() {
        return Err(failed(command));
    }
    Ok(String::from_utf8_lossy(&output.stderr).trim().parse().ok())
}

/// The peak memory of this process in bytes; none where the system does not tell.
pub fn own_peak_memory() -> Option<u64> {
    resident("self")
}

/// The peak memory of another program in bytes; none where the system does not tell.
///
/// It is looked up again and again while the process runs, as it is gone when the process is: with pauses, as each look takes a
/// processor from it.
pub fn peak_memory(command: &mut Command) -> io::Result<Option<u64>> {
    let start = Instant::now();
    let mut child = quiet(command).spawn()?;
    let mut peak = None;
    loop {
        // Before the first look, too: the memory of what is just starting may still be that of this program.
        std::thread::sleep((start.elapsed() / 10).max(Duration::from_micros(50)));
        if child.try_wait()?.is_some() {
            break;
        }
        peak = peak.max(resident(&child.id().to_string()));
    }
    if child.wait()?.success() { Ok(peak) } else { Err(failed(command)) }
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

fn failed(command: &Command) -> io::Error {
    io::Error::other(format!("this failed: {command:?}"))
}

fn resident(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
