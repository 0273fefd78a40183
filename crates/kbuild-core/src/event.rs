//! Progress: what a build tells an observer while it runs.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::path::without_password;

/// Hears of what a build does while it does it: see [`Options::observer`](crate::Options::observer). The default is nobody,
/// which costs nothing.
///
/// It is called where the work is done, and the build waits for it. All events of a build come from the thread that builds,
/// one after the other; only what a kustomization names on other machines is fetched by several threads at a time, so that
/// these fetches may overlap. Where several builds share an observer, their events mix:
/// [`Builder::observed`](crate::Builder::observed) gives each one of its own.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use kbuild_core::{MemoryHost, Observer, Options, render};
///
/// let host = MemoryHost::from_iter([
///     ("dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n"),
///     ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
///     ("base/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
/// ]);
/// let heard = Arc::new(Mutex::new(Vec::new()));
/// let notes = Arc::clone(&heard);
/// let mut options = Options::default();
/// options.observer = Observer::new(move |event| notes.lock().unwrap().push(event.to_string()));
/// render(&host, "dev", &options)?;
/// assert_eq!(*heard.lock().unwrap(), [
///     "build of dev",
///     "kustomization dev",
///     "read /dev/kustomization.yaml, 38 bytes",
///     "kustomization base",
///     "read /base/kustomization.yaml, 21 bytes",
///     "read /base/cm.yaml, 53 bytes",
///     "kustomization base: done, 1 resource",
///     "step namePrefix",
///     "kustomization dev: done, 1 resource",
///     "step content hash",
///     "step nameReference",
///     "step vars",
///     "build of dev: done, 1 resource",
/// ]);
/// # Ok::<(), kbuild_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<Listener>>);

type Listener = dyn Fn(&Event<'_>) + Send + Sync;

/// Something that happens in a build.
///
/// Tasks are nested: what a task begins has ended when it ends. All that begins ends, also in a build that fails: its tasks
/// fail from the innermost to the [`Task::Build`], which is always the last that is heard of. Only a panic, of a host say,
/// leaves tasks open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A task begins.
    Begun(Task<'a>),
    /// A task is done.
    Finished {
        /// The one that began last and has not ended.
        task: Task<'a>,
        /// How many resources it gives to whoever wanted it. Those of a component are all that are there when it is done, and
        /// a fetch gives none.
        resources: usize,
    },
    /// A task has failed. The build may go on for a while, to find what else is wrong.
    Failed(Task<'a>),
    /// A base is not built, as the builder has it from another build. Nothing is heard of what is below it.
    Reused {
        /// The folder, as the user would write it.
        folder: &'a Path,
        /// How many resources it gives.
        resources: usize,
    },
    /// The innermost kustomization or build begins a step, which lasts until its next one: a generator, a transformer, a
    /// validator, or one of the three that end a build. They are called as in [`Rendered::steps`](crate::Rendered::steps).
    Step {
        /// The field of the kustomization, or the kind of what it names there.
        field: &'a str,
        /// The name of what is generated, or of what the kustomization names; empty where there is none.
        name: &'a str,
    },
    /// A file was read: for the build, or to show the lines that a message is about.
    Read {
        /// The path, as the host was asked for it.
        path: &'a Path,
        /// How long it is.
        bytes: usize,
    },
}

/// Something that takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Task<'a> {
    /// All of a build.
    Build {
        /// What is built, as it was given.
        path: &'a Path,
    },
    /// The kustomization of a folder, with all that is below it. A base that comes with a schema of its own may be begun
    /// twice.
    Kustomization {
        /// The folder, as the user would write it.
        folder: &'a Path,
    },
    /// A component, on top of what is there.
    Component {
        /// The folder, as the user would write it.
        folder: &'a Path,
    },
    /// A file or repository is got from another machine. What another build of the same builder has got is not got again.
    Fetch {
        /// Its URL, without the password.
        url: &'a str,
    },
    /// A chart is pulled, unless it is there, and inflated.
    Chart {
        /// Its name.
        name: &'a str,
    },
    /// A function or plugin is run.
    Function {
        /// Its configuration: kind and name.
        name: &'a str,
    },
}

impl Observer {
    /// Has `listen` hear of everything. It must not wait for the build that it hears of.
    pub fn new(listen: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Observer {
        Observer(Some(Arc::new(listen)))
    }

    /// False if there is nobody to hear of anything.
    pub(crate) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Tells of an event.
    pub(crate) fn tell(&self, event: Event) {
        if let Some(listen) = &self.0 {
            listen(&event);
        }
    }

    /// Does the work of a task, and tells of its begin and its end. `resources` counts what it gives.
    ///
    /// # Errors
    /// Those of the work.
    pub(crate) fn during<T, E>(
        &self,
        task: Task,
        resources: impl FnOnce(&T) -> usize,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(listen) = &self.0 else { return work() };
        listen(&Event::Begun(task));
        let done = work();
        match &done {
            Ok(given) => listen(&Event::Finished { task, resources: resources(given) }),
            Err(_) => listen(&Event::Failed(task)),
        }
        done
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.is_there() { "Observer" } else { "nobody" })
    }
}

/// A line for a log.
impl fmt::Display for Event<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Begun(task) => task.fmt(out),
            Event::Finished { task: task @ Task::Fetch { .. }, .. } => write!(out, "{task}: done"),
            Event::Finished { task, resources } => {
                write!(out, "{task}: done, {}", counted(*resources, "resource"))
            }
            Event::Failed(task) => write!(out, "{task}: failed"),
            Event::Reused { folder, resources } => {
                let resources = counted(*resources, "resource");
                write!(out, "kustomization {}: built before, {resources}", folder.display())
            }
            Event::Step { field, name: "" } => write!(out, "step {field}"),
            Event::Step { field, name } => write!(out, "step {field} {name}"),
            Event::Read { path, bytes } => {
                write!(out, "read {}, {}", path.display(), counted(*bytes, "byte"))
            }
        }
    }
}

impl fmt::Display for Task<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Task::Build { path } => {
                write!(out, "build of {}", without_password(&path.to_string_lossy()))
            }
            Task::Kustomization { folder } => write!(out, "kustomization {}", folder.display()),
            Task::Component { folder } => write!(out, "component {}", folder.display()),
            Task::Fetch { url } => write!(out, "fetch of {url}"),
            Task::Chart { name } => write!(out, "chart {name}"),
            Task::Function { name } => write!(out, "function {name}"),
        }
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
