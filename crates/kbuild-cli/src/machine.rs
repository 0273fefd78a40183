//! The machine that the command runs on. Its programs end with the command, also where a signal ends that, and files that
//! are half written go.

use std::io;
use std::path::{Path, PathBuf};

use kbuild_core::{DiskHost, Fetched, Finished, Folder, Host, PathKind, Program, TemporaryFolder};

/// Disk, programs and network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine(DiskHost);

impl Machine {
    pub(crate) fn new() -> Machine {
        Machine(DiskHost::new().with_programs().with_http())
    }
}

impl Host for Machine {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn kind(&self, path: &Path) -> PathKind {
        self.0.kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.canonicalize(path)
    }

    fn locate(&self, root: &Path, entry: &str) -> (PathKind, Option<PathBuf>) {
        self.0.locate(root, entry)
    }

    fn open(&self, root: &Path) -> Option<Folder> {
        self.0.open(root)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        self.0.list(path)
    }

    #[cfg(unix)]
    fn run(&self, program: &Program) -> io::Result<Finished> {
        watch_signals();
        let mut program = program.clone();
        program.cancelled = Some(kbuild_core::Cancelled::when(|| signals::came().is_some()));
        self.0.run(&program)
    }

    #[cfg(not(unix))]
    fn run(&self, program: &Program) -> io::Result<Finished> {
        self.0.run(program)
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        watch_signals();
        self.0.temporary_folder()
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        self.0.fetch(url)
    }
}

/// Has signals that ask the command to end wait for what is to be tidied up.
pub(crate) fn watch_signals() {
    #[cfg(unix)]
    signals::watch();
}

/// Refuses to go on where such a signal came.
pub(crate) fn go_on() -> io::Result<()> {
    #[cfg(unix)]
    if signals::came().is_some() {
        return Err(io::ErrorKind::Interrupted.into());
    }
    Ok(())
}

/// Where a signal came while programs ran or files were written: ends the command as that signal does. Programs, temporary
/// folders and files that are half written are gone by then.
pub(crate) fn end_by_signal() {
    #[cfg(unix)]
    if let Some(signal) = signals::came() {
        // If it does not, the command ends as it would have.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

/// Signals that ask the command to end. Nobody minds them before there is something to tidy up.
#[cfg(unix)]
mod signals {
    use std::sync::Once;
    use std::sync::atomic::{AtomicI32, Ordering};
    use std::thread;
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    /// How long tidying up may take.
    const GRACE: Duration = Duration::from_secs(2);

    static CAME: AtomicI32 = AtomicI32::new(0);
    static WATCH: Once = Once::new();

    /// The signal that came, if one did.
    pub(super) fn came() -> Option<i32> {
        Some(CAME.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    pub(super) fn watch() {
        WATCH.call_once(|| {
            let ignored = ignored();
            let wanted = [SIGHUP, SIGINT, SIGTERM];
            let wanted = wanted.into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
            // Without it, signals do what they always do.
            let Ok(mut signals) = Signals::new(wanted) else { return };
            let _ = thread::Builder::new().spawn(move || {
                for signal in signals.forever() {
                    CAME.store(signal, Ordering::Relaxed);
                    thread::sleep(GRACE);
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            });
        });
    }

    /// The signals that whoever started the command wants it to ignore, as `nohup` does, a bit for each; none where the
    /// system does not tell.
    fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    }
}
