//! A git process that hands out the contents of objects.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::git::{FOREIGN_VARIABLES, Git, VARIABLES};

/// The largest file that is read: far more than anybody writes, less than what fills the memory.
const SIZE_LIMIT: u64 = 1 << 30;

/// How long the line before a content may be.
const LINE_LIMIT: u64 = 1000;

/// Reads objects of a repository with `git cat-file --batch`, which is started when it is first needed and is gone with
/// this value.
pub(super) struct Batch {
    git: Git,
    process: Option<Process>,
}

struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Batch {
    pub(super) fn new(git: Git) -> Batch {
        Batch { git, process: None }
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// It is not there or too large, or git fails.
    pub(super) fn read(&mut self, object: &str) -> io::Result<Vec<u8>> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(&self.git)?,
        };
        let content = process.read(object)?;
        // After an error nobody knows what comes next; the process is stopped then.
        self.process = Some(process);
        content.ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, format!("the repository lacks {object}"))
        })
    }

    /// The process, if one runs.
    #[cfg(test)]
    pub(super) fn process(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.child.id())
    }
}

impl Process {
    #[expect(clippy::disallowed_methods, reason = "this host reads what only git can read")]
    fn start(git: &Git) -> io::Result<Process> {
        let mut command = Command::new("git");
        for name in FOREIGN_VARIABLES {
            command.env_remove(name);
        }
        let mut child = command
            .args(["cat-file", "--batch"])
            .current_dir(&git.repository)
            .envs(VARIABLES)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(answers)) => {
                Ok(Process { child, requests, answers: BufReader::new(answers) })
            }
            _ => Err(lost()),
        }
    }

    fn read(&mut self, object: &str) -> io::Result<Option<Vec<u8>>> {
        writeln!(self.requests, "{object}")?;
        self.requests.flush()?;
        let mut line = String::new();
        (&mut self.answers).take(LINE_LIMIT).read_line(&mut line)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let size = match words.as_slice() {
            [_, "missing"] => return Ok(None),
            [_, "blob", size] => size.parse().map_err(|_| lost())?,
            _ => return Err(lost()),
        };
        if size > SIZE_LIMIT {
            let message = format!("it is longer than {SIZE_LIMIT} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let mut content = Vec::new();
        (&mut self.answers).take(size).read_to_end(&mut content)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        if content.len() as u64 == size && end == *b"\n" { Ok(Some(content)) } else { Err(lost()) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lost() -> io::Error {
    io::Error::other("git does not answer as it should")
}
