//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::affected::AffectedArguments;
use crate::boolean::boolean;
use crate::create::CreateArguments;
use crate::edit::EditArguments;
use crate::explain::ExplainArguments;
use crate::functions::FunctionArguments;
use crate::helm::HelmArguments;
use crate::inputs::InputsArguments;
use crate::localize::LocalizeArguments;
use crate::misuse::explained;
use crate::overrides::OverrideArguments;
use crate::report::ErrorFormat;
use crate::tree::TreeArguments;
use crate::version::VersionArguments;
use crate::warnings::WarningArguments;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use kbuild_core::{LoadRestrictor, Options, Reorder};

/// Renders a kustomization: its resources, with everything that it says applied, as `kustomize build` prints them.
#[derive(Debug, Parser)]
#[command(
    name = "kbuild",
    version,
    args_override_self = true,
    override_usage = "kbuild [OPTIONS] [DIR]\n       kbuild <COMMAND>"
)]
#[command(
    after_help = "A folder that is called like a command is written ./build. Results go to standard output, all else to standard error;\nthe exit status is 0 or 1, and 141 where nobody reads the results to their end."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) reporting: ReportingArguments,
    #[command(flatten)]
    pub(crate) build: BuildArguments,
}

/// What all commands may be told.
#[derive(Debug, Default, Args)]
pub(crate) struct ReportingArguments {
    /// How errors and warnings are written to standard error
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) error_format: ErrorFormat,
    /// Has no effect: kustomize shows where in its code an error comes from
    #[arg(long, global = true, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    stack_trace: Option<bool>,
}

impl Arguments {
    /// Reads the command line.
    ///
    /// # Errors
    /// It makes no sense, or asks for help.
    pub(crate) fn read() -> Result<Arguments, clap::Error> {
        if let Some(arguments) = Arguments::of_folder(std::env::args_os().skip(1)) {
            return Ok(arguments);
        }
        let matches = Arguments::command()
            .try_get_matches()
            .map_err(|error| explained(error, std::env::args_os().skip(1)))?;
        if let Some((command, _)) = matches.subcommand() {
            let build = BuildArguments::augment_args(clap::Command::new("build"));
            let is_given = |argument: &clap::Arg| {
                matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
            };
            let given: Vec<_> = build.get_arguments().filter(|it| is_given(it)).collect();
            if !given.is_empty() {
                let (names, known) = innermost(&matches);
                let is_known = |it: &&&clap::Arg| known.contains(it.get_id());
                let message = match given.iter().find(|it| !is_known(it)) {
                    Some(argument) => {
                        let flag = argument.get_long().map(|flag| format!("--{flag}"));
                        format!(
                            "\"{names}\" takes no {}",
                            flag.as_deref().unwrap_or("DIR before it")
                        )
                    }
                    None => format!("what is given before \"{command}\" belongs behind it"),
                };
                return Err(Arguments::command().error(ErrorKind::ArgumentConflict, message));
            }
        }
        Arguments::from_arg_matches(&matches)
    }

    /// The command line, where a path is all that it holds: then it names no command and no flag, and what there may be of
    /// these, which takes as long to put together as a small build, is left out. None where it is anything else.
    fn of_folder(mut words: impl Iterator<Item = OsString>) -> Option<Arguments> {
        let directory = words.next().unwrap_or_else(|| ".".into());
        let is_path = directory
            .to_str()
            .is_some_and(|word| word == "." || (word.contains('/') && !word.starts_with('-')));
        if !is_path || words.next().is_some() {
            return None;
        }
        let build = BuildArguments { directory: directory.into(), ..BuildArguments::default() };
        Some(Arguments { command: None, reporting: ReportingArguments::default(), build })
    }
}

/// The names of the command that was given and of those below it, and the arguments that the last of these takes.
fn innermost(mut matches: &ArgMatches) -> (String, Vec<clap::Id>) {
    let mut command = Arguments::command();
    let mut names = Vec::new();
    while let Some((name, below)) = matches.subcommand()
        && let Some(found) = command.find_subcommand(name).cloned()
    {
        (command, matches) = (found, below);
        names.push(name);
    }
    (names.join(" "), command.get_arguments().map(|argument| argument.get_id().clone()).collect())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Render a kustomization; the same as giving the folder alone
    Build(Box<BuildArguments>),
    /// Change a kustomization file
    Edit(EditArguments),
    /// Make a kustomization file
    #[command(alias = "init")]
    Create(CreateArguments),
    /// Copy a kustomization with all that it names on other machines
    Localize(LocalizeArguments),
    /// Say where values come from, or what the code of an error or warning means
    Explain(ExplainArguments),
    /// Show what a kustomization is composed of
    Tree(TreeArguments),
    /// List all that a build reads or looks for
    Inputs(InputsArguments),
    /// List the folders whose output could have changed since a revision
    Affected(AffectedArguments),
    /// Print the version
    Version(VersionArguments),
    /// Print a completion script for a shell
    Completion {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Default, Args)]
pub(crate) struct BuildArguments {
    /// The folder with the kustomization file
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) directory: PathBuf,
    /// Write to this file instead of standard output; if it is a folder, write a file per resource into it
    #[arg(short, long, value_name = "PATH", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) output: Option<PathBuf>,
    /// Say behind each value, in a comment, which file and line wrote it
    #[arg(long)]
    pub(crate) annotate_source: bool,
    #[command(flatten)]
    pub(crate) warnings: WarningArguments,
    #[command(flatten)]
    pub(crate) render: RenderArguments,
    #[command(flatten)]
    pub(crate) overrides: OverrideArguments,
    /// Print the kustomization that these flags amount to, and build nothing
    #[arg(long)]
    pub(crate) print_kustomization: bool,
}

/// What the commands that render may be told.
#[derive(Debug, Default, Args)]
pub(crate) struct RenderArguments {
    /// Whether files outside of a kustomization's own folder may be read
    #[arg(long, value_name = "RESTRICTOR", value_enum, default_value_t = Restrictor::RootOnly)]
    load_restrictor: Restrictor,
    /// The order of the resources: "legacy" sorts them, "none" leaves them as read (deprecated: use sortOptions)
    #[arg(long, value_name = "ORDER", value_enum)]
    pub(crate) reorder: Option<Order>,
    /// Add the label app.kubernetes.io/managed-by to all resources
    #[arg(long = "enable-managedby-label", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    pub(crate) managed_by_label: Option<bool>,
    #[command(flatten)]
    helm: HelmArguments,
    #[command(flatten)]
    functions: FunctionArguments,
}

/// The values of `--load-restrictor`, spelled as the reference spells them.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Restrictor {
    #[default]
    #[value(name = "LoadRestrictionsRootOnly", alias = "", help = "Only those in it and below")]
    RootOnly,
    #[value(name = "LoadRestrictionsNone", help = "All")]
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Order {
    Legacy,
    None,
}

/// Turns the label on where the flag is not given, as in the reference.
const MANAGED_BY_LABEL: &str = "KUSTOMIZE_ENABLE_MANAGEDBY_LABEL";

impl RenderArguments {
    /// The options of the library that the flags and the environment amount to.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        options.load_restrictor = match self.load_restrictor {
            Restrictor::RootOnly => LoadRestrictor::RootOnly,
            Restrictor::None => LoadRestrictor::None,
        };
        options.reorder = match self.reorder {
            None => Reorder::Unspecified,
            Some(Order::Legacy) => Reorder::Legacy,
            Some(Order::None) => Reorder::None,
        };
        options.managed_by_label = self.managed_by_label == Some(true)
            || std::env::var(MANAGED_BY_LABEL).as_deref() == Ok("on");
        options.helm = self.helm.options();
        self.functions.set(&mut options);
        options
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_alone_means_what_it_means_among_flags() {
        for words in [&[][..], &["."], &["a/b"], &["/a"], &["./build"]] {
            let own = Arguments::of_folder(words.iter().map(OsString::from)).unwrap();
            let all = Arguments::try_parse_from([&["kbuild"], words].concat()).unwrap();
            assert_eq!(format!("{own:?}"), format!("{all:?}"));
        }
        for words in [&["build"][..], &["-h/"], &["a/b", "c/d"], &["--strict", "a/b"], &["a"]] {
            assert!(Arguments::of_folder(words.iter().map(OsString::from)).is_none(), "{words:?}");
        }
    }
}
