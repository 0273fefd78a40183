//! Runs programs on this machine, with a limit on their time and their output.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::process::{Finished, Program};

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
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let overflow = AtomicBool::new(false);
    thread::scope(|scope| {
        let limit = program.output_limit;
        let overflow = &overflow;
        let (output_sender, output) = channel();
        let (errors_sender, errors) = channel();
        scope.spawn(move || {
            // A program that does not read its input to the end has its reasons.
            let _ = stdin.map(|mut stdin| stdin.write_all(&program.input));
        });
        scope.spawn(move || output_sender.send(read_all(stdout, limit, overflow)));
        scope.spawn(move || errors_sender.send(read_all(stderr, limit, overflow)));
        let start = Instant::now();
        let finished = wait(&mut child, start, program.time_limit, overflow).and_then(|status| {
            // What it started may go on without it, with its output in hand.
            let received = |stream| received(stream, start, program.time_limit);
            let finished =
                Finished { status, output: received(&output)?, errors: received(&errors)? };
            // A program may end by itself when nobody reads on.
            if overflow.load(Ordering::Relaxed) { Err(prints_too_much()) } else { Ok(finished) }
        });
        if finished.is_err() {
            stop(&mut child);
        }
        finished
    })
}

fn prints_too_much() -> io::Error {
    io::Error::other("it prints too much")
}

fn temporary_file(content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("kbuild-").tempfile()?;
    file.write_all(content)?;
    Ok(file)
}

fn wait(
    child: &mut Child,
    start: Instant,
    limit: Duration,
    overflow: &AtomicBool,
) -> io::Result<Option<i32>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if overflow.load(Ordering::Relaxed) {
            return Err(prints_too_much());
        }
        if start.elapsed() > limit {
            return Err(too_long(limit));
        }
        thread::sleep(PAUSE);
    }
}

/// Stops a program and what it started, as far as that is in its process group.
fn stop(child: &mut Child) {
    #[cfg(unix)]
    if let Ok(group) = i32::try_from(child.id()) {
        let group = rustix::process::Pid::from_raw(group);
        // It may be gone by now.
        let _ = group
            .map(|group| rustix::process::kill_process_group(group, rustix::process::Signal::KILL));
    }
    let _ = child.kill();
    let _ = child.wait();
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

fn received(
    stream: &Receiver<io::Result<Vec<u8>>>,
    start: Instant,
    limit: Duration,
) -> io::Result<Vec<u8>> {
    match stream.recv_timeout(limit.saturating_sub(start.elapsed())) {
        Ok(output) => output,
        Err(RecvTimeoutError::Timeout) => Err(too_long(limit)),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("its output is lost")),
    }
}

fn too_long(limit: Duration) -> io::Error {
    io::Error::new(
        io::ErrorKind::TimedOut,
        format!("it takes longer than {} seconds", limit.as_secs_f64()),
    )
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
        let mut loud = shell("yes");
        loud.output_limit = 1000;
        assert!(run(&loud).unwrap_err().to_string().contains("too much"));
        assert_eq!(
            run(&Program::new("/no/such/program")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
