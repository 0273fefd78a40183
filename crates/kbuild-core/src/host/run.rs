//! Runs programs on this machine, with a limit on their time and their output.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::process::{Finished, Program, cancelled};
use crate::options::Cancelled;

/// How often a running program is looked at.
const PAUSE: Duration = Duration::from_millis(2);

/// Runs a program to its end.
///
/// # Errors
/// It cannot be started, takes too long, or prints too much; it is stopped then, and nothing of it is left behind.
#[expect(
    clippy::disallowed_methods,
    reason = "the host that runs programs is where the library starts them"
)]
pub(super) fn run(program: &Program) -> io::Result<Finished> {
    let mut command = Command::new(&program.path);
    // It is there as long as this function runs.
    let file = program.file.as_deref().map(temporary_file).transpose()?;
    if let Some(file) = &file {
        command.arg(file.path());
    }
    for name in &program.removed {
        command.env_remove(name);
    }
    command
        .args(&program.arguments)
        .envs(program.environment.iter().map(|(name, value)| (name, value)));
    if let Some(directory) = &program.directory {
        command.current_dir(directory);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let overflow = Arc::new(AtomicBool::new(false));
    let watch = Watch { program, start: Instant::now(), overflow: &overflow };
    let pipes = Pipes::of(&mut child, program, &overflow);
    let finished = pipes.and_then(|pipes| {
        watch.until_ended(&mut child)?;
        // What it started may go on without it, with its output in hand.
        let (output, errors) = (watch.received(&pipes.output)?, watch.received(&pipes.errors)?);
        // A program may end by itself when nobody reads on.
        watch.check_output()?;
        Ok((output, errors))
    });
    if finished.is_err() || !program.leaves_daemons {
        stop(&mut child);
    }
    // Up to here its number is its own, so that none but those of its group were stopped.
    let status = child.wait();
    let (output, errors) = finished?;
    Ok(Finished { status: status?.code(), output, errors })
}

type Stream = Receiver<io::Result<Vec<u8>>>;

/// What a program prints, as it comes in.
struct Pipes {
    output: Stream,
    errors: Stream,
}

impl Pipes {
    /// Nobody waits for the threads that this starts: what left the process group may hold the pipes for as long as it likes.
    fn of(child: &mut Child, program: &Program, overflow: &Arc<AtomicBool>) -> io::Result<Pipes> {
        if let Some(mut stdin) = child.stdin.take().filter(|_| !program.input.is_empty()) {
            let input = program.input.clone();
            // A program that does not read its input to the end has its reasons.
            thread::Builder::new().spawn(move || stdin.write_all(&input))?;
        }
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        Ok(Pipes {
            output: received(output, program.output_limit, overflow)?,
            errors: received(errors, program.output_limit, overflow)?,
        })
    }
}

fn received(
    stream: Option<impl Read + Send + 'static>,
    limit: usize,
    overflow: &Arc<AtomicBool>,
) -> io::Result<Stream> {
    let (sender, receiver) = channel();
    let overflow = Arc::clone(overflow);
    thread::Builder::new().spawn(move || sender.send(read_all(stream, limit, &overflow)))?;
    Ok(receiver)
}

/// What keeps an eye on a program while it runs.
struct Watch<'a> {
    program: &'a Program,
    start: Instant,
    overflow: &'a AtomicBool,
}

impl Watch<'_> {
    fn until_ended(&self, child: &mut Child) -> io::Result<()> {
        while !has_ended(child)? {
            self.check_output()?;
            self.check_time()?;
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn received(&self, stream: &Stream) -> io::Result<Vec<u8>> {
        loop {
            match stream.recv_timeout(PAUSE) {
                Ok(output) => return output,
                Err(RecvTimeoutError::Timeout) => self.check_time()?,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::Error::other("its output is lost"));
                }
            }
        }
    }

    fn check_output(&self) -> io::Result<()> {
        if self.overflow.load(Ordering::Relaxed) {
            return Err(io::Error::other("it prints too much"));
        }
        Ok(())
    }

    fn check_time(&self) -> io::Result<()> {
        if self.program.cancelled.as_ref().is_some_and(Cancelled::is_cancelled) {
            return Err(cancelled());
        }
        let limit = self.program.time_limit;
        if self.start.elapsed() > limit {
            let message = format!("it takes longer than {} seconds", limit.as_secs_f64());
            return Err(io::Error::new(io::ErrorKind::TimedOut, message));
        }
        Ok(())
    }
}

/// Whether a program has come to its end. Its number stays its own until somebody waits for it.
#[cfg(unix)]
fn has_ended(child: &Child) -> io::Result<bool> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or(io::ErrorKind::NotFound)?;
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    Ok(waitid(WaitId::Pid(pid), look)?.is_some())
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> io::Result<bool> {
    child.try_wait().map(|status| status.is_some())
}

fn temporary_file(content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("kbuild-").tempfile()?;
    file.write_all(content)?;
    Ok(file)
}

/// Stops a program, if it runs, and what it started, as far as that is in its process group.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child.id()) {
        let group = rustix::process::Pid::from_raw(group);
        // It may be gone by now.
        let _ = group
            .map(|group| rustix::process::kill_process_group(group, rustix::process::Signal::KILL));
    }
    let _ = child.kill();
}

fn read_all(stream: Option<impl Read>, limit: usize, overflow: &AtomicBool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        stream.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
            overflow.store(true, Ordering::Relaxed);
        }
    }
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Program {
        Program::new("/bin/sh").argument("-c").argument(script)
    }

    #[test]
    fn programs_read_and_print() {
        let mut program = shell("cat; echo $NAME >&2; exit 3");
        program.input = b"hello".to_vec();
        program.environment.push(("NAME".into(), "value".into()));
        let finished = run(&program).unwrap();
        assert_eq!(
            (finished.status, &*finished.output, &*finished.errors),
            (Some(3), &b"hello"[..], &b"value\n"[..])
        );
    }

    #[test]
    fn files_are_there_while_a_program_runs() {
        let mut program = Program::new("/bin/cat");
        program.file = Some(b"hello".to_vec());
        assert_eq!(run(&program).unwrap().output, b"hello");
        let mut program = Program::new("/bin/echo");
        program.file = Some(Vec::new());
        let path = String::from_utf8(run(&program).unwrap().output).unwrap();
        assert!(!std::path::Path::new(path.trim()).exists(), "{path}");
    }

    #[test]
    fn programs_are_stopped_at_their_limits() {
        let mut slow = shell("sleep 60 & sleep 60");
        slow.time_limit = Duration::from_millis(50);
        assert_eq!(run(&slow).unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut left = shell("sleep 60 & exit 0");
        left.time_limit = Duration::from_millis(200);
        assert_eq!(run(&left).unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut given_up = shell("sleep 60");
        given_up.cancelled = Some(Cancelled::when(|| true));
        assert_eq!(run(&given_up).unwrap_err().kind(), io::ErrorKind::Interrupted);
        // Out of its group, with the pipes in hand.
        let mut gone = shell("setsid sleep 5 & exit 0");
        gone.time_limit = Duration::from_millis(200);
        gone.input = vec![0; 1 << 20];
        let start = Instant::now();
        let _ = run(&gone);
        assert!(start.elapsed() < Duration::from_secs(4));
        let mut loud = shell("yes");
        loud.output_limit = 1000;
        assert!(run(&loud).unwrap_err().to_string().contains("too much"));
        assert_eq!(
            run(&Program::new("/no/such/program")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    /// Whether a program with this number still works.
    fn is_alive(number: &str) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        !matches!(state.rsplit(") ").next().and_then(|rest| rest.chars().next()), None | Some('Z'))
    }

    #[test]
    fn what_a_program_leaves_behind_is_stopped() {
        let mut program = shell("sleep 60 > /dev/null 2>&1 & echo $!; exit 2");
        for leaves_daemons in [false, true] {
            program.leaves_daemons = leaves_daemons;
            let finished = run(&program).unwrap();
            assert_eq!(finished.status, Some(2));
            let number = String::from_utf8(finished.output).unwrap();
            if !std::path::Path::new("/proc/self/stat").exists() {
                continue;
            }
            thread::sleep(Duration::from_millis(50));
            assert_eq!(is_alive(number.trim()), leaves_daemons);
            if leaves_daemons {
                Command::new("kill").arg(number.trim()).status().unwrap();
            }
        }
    }
}
