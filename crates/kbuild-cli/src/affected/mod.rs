//! `kbuild affected`: the kustomizations whose output could have changed since a revision.

mod changes;
mod folders;
mod then;

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Args, ValueEnum};
use kbuild_core::{
    Builder, Error, GitTreeHost, Host, Input, InputKind, Options, PathKind, render_with_inputs,
};
use serde_json::json;

use crate::arguments::RenderArguments;
use crate::machine::Machine;
use crate::output;
use crate::report::{ErrorFormat, Failure};
use changes::{Changes, git};
use then::Then;

#[derive(Debug, Args)]
#[command(
    after_help = "What is compared is the working tree with the revision, files that git does not track included."
)]
pub(crate) struct AffectedArguments {
    /// The revision to compare with: a commit, a tag, a branch …
    #[arg(long, value_name = "REV")]
    since: String,
    /// Folders with kustomization files; without any, all that are below the current one
    #[arg(value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// How to write them
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    output: Shape,
    #[command(flatten)]
    render: RenderArguments,
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Shape {
    /// A folder on a line
    #[default]
    Text,
    /// A JSON object, with what has changed for each
    Json,
}

pub(crate) fn run(arguments: &AffectedArguments, format: ErrorFormat) -> Result<(), Failure> {
    let disk = Machine::new();
    let top = git(&disk, Path::new("."), &["rev-parse", "--show-toplevel"])?;
    let top = PathBuf::from(top.trim_end_matches(['\n', '\r']));
    let top = top.canonicalize().map_err(|error| said(format!("{}: {error}", top.display())))?;
    let tree =
        GitTreeHost::open(&top, &arguments.since).map_err(|error| said(error.to_string()))?;
    let commit = tree.commit().to_owned();
    let changes = Changes::since(&disk, &top, &commit)?;
    let folders = match arguments.folders.as_slice() {
        [] => folders::all().map_err(|error| said(error.to_string()))?,
        folders => folders.to_vec(),
    };
    let mut options = arguments.render.options();
    options.inputs = true;
    let history = History {
        now: Builder::new(disk).with_options(options.clone()),
        then: Builder::new(Then::new(tree, disk)).with_options(options),
        top,
        changes,
    };
    let mut affected = Vec::new();
    for (folder, verdict) in folders.iter().zip(history.verdicts(&folders)) {
        let verdict = verdict?;
        if verdict.causes.is_empty() {
            continue;
        }
        for (when, error) in verdict.failures {
            let first = error.first().message().lines().next().unwrap_or_default().to_owned();
            let folder = folder.display();
            format.warn(&format!(
                "{folder} cannot be built as it {when}, and counts as affected: {first}"
            ));
        }
        affected.push((folder, verdict.causes));
    }
    output::print(&match arguments.output {
        Shape::Text => {
            affected.iter().map(|(folder, _)| format!("{}\n", folder.display())).collect()
        }
        Shape::Json => {
            let affected = affected.iter().map(|(folder, causes)| {
                json!({ "folder": folder.display().to_string(), "changed": causes })
            });
            let affected: Vec<_> = affected.collect();
            format!("{:#}\n", json!({ "since": commit, "affected": affected }))
        }
    })
}

/// The working tree and a revision.
struct History {
    now: Builder,
    then: Builder,
    /// The topmost folder of the working tree, links resolved.
    top: PathBuf,
    changes: Changes,
}

/// What became of a kustomization.
#[derive(Default)]
struct Verdict {
    /// What has changed that it depends on.
    causes: BTreeSet<String>,
    /// Whether "is" or "was" cannot be built, and why.
    failures: Vec<(&'static str, Error)>,
}

/// What a build asked for, by path from the top of the repository, and why it failed if it did.
struct Asked {
    inputs: BTreeSet<(PathBuf, InputKind, Option<String>)>,
    /// Whether programs ran, which read what they like: charts, say.
    runs_programs: bool,
    failure: Option<Error>,
}

impl History {
    /// A verdict for each folder, in as many threads as there are processors.
    fn verdicts(&self, folders: &[PathBuf]) -> Vec<Result<Verdict, Failure>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let next = AtomicUsize::new(0);
        let verdicts = Mutex::new(Vec::with_capacity(folders.len()));
        std::thread::scope(|scope| {
            for _ in 0..threads.min(folders.len()) {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(folder) = folders.get(index) else { return };
                        let verdict = self.verdict(folder);
                        if let Ok(mut verdicts) = verdicts.lock() {
                            verdicts.push((index, verdict));
                        }
                    }
                });
            }
        });
        let mut verdicts = verdicts.into_inner().unwrap_or_default();
        verdicts.sort_by_key(|(index, _)| *index);
        verdicts.into_iter().map(|(_, verdict)| verdict).collect()
    }

    fn verdict(&self, folder: &Path) -> Result<Verdict, Failure> {
        let real = folder.canonicalize();
        let real = real.map_err(|error| said(format!("{}: {error}", folder.display())))?;
        let Ok(below) = real.strip_prefix(&self.top) else {
            let top = self.top.display();
            return Err(said(format!("{} is not in the repository {top}", folder.display())));
        };
        let now = asked(&self.now, folder, &self.top);
        let then = asked(&self.then, &Path::new("/").join(below), Path::new("/"));
        let mut causes: BTreeSet<&Path> = BTreeSet::new();
        for (path, kind, _) in now.inputs.iter().chain(&then.inputs) {
            causes.extend(self.changes.about(path, *kind, |path| self.has_come_or_gone(path)));
            if *kind == InputKind::Missing && self.has_come_or_gone(path) {
                causes.insert(path);
            }
        }
        if now.runs_programs {
            let files = now.inputs.iter().filter(|(_, kind, _)| *kind == InputKind::File);
            for folder in files.filter_map(|(path, ..)| path.parent()) {
                causes.extend(self.changes.about(folder, InputKind::File, |_| true));
            }
        }
        if now.failure.is_none() && then.failure.is_none() {
            let differ = now.inputs.symmetric_difference(&then.inputs);
            causes.extend(differ.map(|(path, ..)| path.as_path()));
        }
        let causes = causes.into_iter().map(|path| path.display().to_string()).collect();
        let is_new = self.then.host().kind(&Path::new("/").join(below)) == PathKind::Missing;
        let then = then.failure.filter(|_| !is_new).map(|error| ("was", error));
        let failures = now.failure.map(|error| ("is", error)).into_iter().chain(then).collect();
        Ok(Verdict { causes, failures })
    }

    /// True for what is there now and was not then, or the other way round.
    fn has_come_or_gone(&self, path: &Path) -> bool {
        let now = self.now.host().kind(&self.top.join(path));
        let then = self.then.host().kind(&Path::new("/").join(path));
        (now == PathKind::Missing) != (then == PathKind::Missing)
    }
}

/// Builds a folder to see what that asks for.
fn asked(builder: &Builder, folder: &Path, top: &Path) -> Asked {
    let (inputs, failure) = match builder.build(folder) {
        Ok(rendered) => (rendered.inputs().to_vec(), None),
        // What a build has asked for until it failed is known to itself alone.
        Err(error) => (known(builder.host(), folder, builder.options()), Some(error)),
    };
    let runs_programs =
        inputs.iter().any(|input| input.kind == InputKind::Program && input.name != "git");
    let inputs = inputs.into_iter().filter_map(|input| {
        // What is not in the repository is the same for both.
        let path = clean(Path::new(&input.name)).strip_prefix(top).ok()?.to_owned();
        let is_here = !matches!(input.kind, InputKind::Url) && !path.as_os_str().is_empty();
        is_here.then_some((path, input.kind, input.digest))
    });
    Asked { inputs: inputs.collect(), runs_programs, failure }
}

fn known(host: &dyn Host, folder: &Path, options: &Options) -> Vec<Input> {
    render_with_inputs(host, folder, options).1
}

/// The path without `.` and `..`.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}

fn said(message: String) -> Failure {
    format!("error: {message}").into()
}
