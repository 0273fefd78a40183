//! What a build may be told besides the kustomization.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::code::Code;
use crate::event::Observer;

/// Options of a build; the default is what `kustomize build` does without flags.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Which files may be read.
    pub load_restrictor: LoadRestrictor,
    /// Refuses all URLs, also where the host could get what is behind them.
    pub local_only: bool,
    /// The order of the output, where the kustomization says nothing of it.
    pub reorder: Reorder,
    /// Adds the label `app.kubernetes.io/managed-by` to all resources.
    pub managed_by_label: bool,
    /// Keeps, for every value, who wrote it last and who wrote it before: see [`Rendered::provenance`](crate::Rendered::provenance).
    ///
    /// The line of a node's [`Place`](kbuild_yaml::Place) is a number in a journal then, and no line of a file:
    /// [`Sources::resolve`](crate::Sources::resolve) gives that.
    pub provenance: bool,
    /// Whether charts may be inflated, and by what.
    pub helm: HelmOptions,
    /// Allows functions in containers, and plugins in the plugin home.
    pub enable_alpha_plugins: bool,
    /// Allows functions that are programs on this machine, where plugins are allowed.
    pub enable_exec: bool,
    /// What functions and plugins get.
    pub functions: FunctionOptions,
    /// Which warnings are given.
    pub warnings: WarningOptions,
    /// Makes errors of all warnings.
    pub strict: bool,
    /// Keeps what was read, with digests: see [`Rendered::inputs`](crate::Rendered::inputs).
    pub inputs: bool,
    /// How much a build may take.
    pub limits: Limits,
    /// Says whether the build is to be given up: it is asked wherever something is read, and between two steps. A deadline
    /// is a closure that looks at a clock.
    pub cancelled: Option<Cancelled>,
    /// Hears of what the build does while it does it.
    pub observer: Observer,
    /// In how many threads the build reads, changes and prints resources, however few they are; with one, in the calling
    /// thread alone, which suits who builds many at a time. None: in as many as there are processors, where there is enough to
    /// do (sixteen at most; 256 where a number is given). The result is the same.
    ///
    /// Resources change in one thread where their [`provenance`](Options::provenance) is kept or an
    /// [`observer`](Options::observer) hears of each step, and an observer hears of one file after the other.
    pub threads: Option<NonZeroUsize>,
}

impl Options {
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.as_ref().is_some_and(Cancelled::is_cancelled)
    }
}

/// How much a build may take before it is refused, and how much a builder keeps.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// The bytes of all files, answers of servers and outputs of programs: 4 GiB, unless said otherwise.
    pub input_bytes: u64,
    /// The resources: a million, unless said otherwise.
    pub resources: usize,
    /// The bytes that replacements, copies of JSON patches and vars write: 128 MiB, unless said otherwise, eighty of the
    /// largest objects that Kubernetes stores. Each can double what it finds, so that a few lines would take all memory.
    pub copied_bytes: u64,
    /// How often kustomizations are built that were built before in the same build: 10,000, unless said otherwise, a thousand
    /// overlays of a base of ten folders. Bases that each name another one twice would take all time.
    pub repeated_bases: usize,
    /// How much memory a [`Builder`](crate::Builder) takes, about, to keep the bases that it has built: 256 MiB, unless said
    /// otherwise, and as much for files from other machines. What was used longest ago goes first, and is built or got
    /// again when somebody wants it.
    pub kept_bytes: u64,
    /// How many repositories from other machines a [`Builder`](crate::Builder) keeps in temporary folders: 100, unless said
    /// otherwise. Those that a build uses stay until its end.
    pub kept_repositories: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            input_bytes: 4 << 30,
            resources: 1_000_000,
            copied_bytes: 128 << 20,
            repeated_bases: 10_000,
            kept_bytes: 256 << 20,
            kept_repositories: 100,
        }
    }
}

/// Says whether a build is to be given up.
#[derive(Clone)]
pub struct Cancelled(Arc<dyn Fn() -> bool + Send + Sync>);

impl Cancelled {
    /// Gives the build up as soon as `is_cancelled` says so.
    pub fn when(is_cancelled: impl Fn() -> bool + Send + Sync + 'static) -> Cancelled {
        Cancelled(Arc::new(is_cancelled))
    }

    /// True once the build is to be given up. Several threads may ask at a time.
    pub fn is_cancelled(&self) -> bool {
        (self.0)()
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Cancelled")
    }
}

/// Which warnings are given.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct WarningOptions {
    /// The codes of warnings that nobody wants to hear of.
    pub allow: Vec<Code>,
    /// Looks for YAML files in the folders of kustomizations that none of them names.
    pub unnamed_files: bool,
}

/// What functions and plugins get, where they are allowed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionOptions {
    /// Where plugins are: `<group>/<version>/<kind in lower case>/<Kind>` below this directory.
    pub plugin_home: Option<PathBuf>,
    /// Gives the network to functions in containers that ask for it.
    pub network: bool,
    /// What containers get to see besides what their functions ask for, as `type=bind,src=…,dst=…,rw=true`.
    pub mounts: Vec<String>,
    /// Variables: `NAME=value`, or, for containers, `NAME` to hand on one of the host's.
    pub env: Vec<String>,
    /// The user that containers run as, as `uid:gid`; `nobody` where none is given.
    pub user: Option<String>,
    /// After how long a function or plugin is stopped: five minutes, unless said otherwise.
    pub time_limit: Duration,
}

impl Default for FunctionOptions {
    fn default() -> FunctionOptions {
        FunctionOptions {
            plugin_home: None,
            network: false,
            mounts: Vec::new(),
            env: Vec::new(),
            user: None,
            time_limit: Duration::from_secs(300),
        }
    }
}

/// Which files a kustomization may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadRestrictor {
    /// Only those in its own directory and below, links resolved.
    #[default]
    RootOnly,
    /// All.
    None,
}

/// The order of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reorder {
    /// Not given: legacy order, unless the kustomization has `sortOptions`.
    #[default]
    Unspecified,
    /// Kinds that others depend on first, webhooks last, the rest by type and name.
    Legacy,
    /// As read.
    None,
}

/// What inflates charts, and for which cluster.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HelmOptions {
    /// Allows to run helm. The host has to allow it too.
    pub enabled: bool,
    /// The helm program: a path, or a name that is looked up in the `PATH`.
    pub command: String,
    /// The version of Kubernetes that charts find, unless the kustomization says so.
    pub kube_version: String,
    /// The API versions that charts find in the cluster, unless the kustomization says so.
    pub api_versions: Vec<String>,
    /// Has helm say more where it fails.
    pub debug: bool,
}

impl Default for HelmOptions {
    fn default() -> HelmOptions {
        HelmOptions {
            enabled: false,
            command: "helm".to_owned(),
            kube_version: String::new(),
            api_versions: Vec::new(),
            debug: false,
        }
    }
}
