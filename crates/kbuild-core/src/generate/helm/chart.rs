//! One chart: where it is, and the command lines that pull and inflate it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use kbuild_yaml::Place;

use super::command::Helm;
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::PathKind;
use crate::kustomization::{HelmChart, HelmGlobals, Text};
use crate::load::Location;
use crate::options::HelmOptions;
use crate::path::{clean, join};

/// Where charts are, unless `chartHome` says otherwise.
const CHART_HOME: &str = "charts";

/// A chart as a kustomization asks for it.
pub(super) struct Chart<'a> {
    pub(super) entry: &'a HelmChart,
    /// The file of values, relative to the kustomization.
    pub(super) values_file: Text,
    /// The folder that holds the chart's folder, absolute.
    home: PathBuf,
    /// More files of values, absolute.
    more_values: Vec<PathBuf>,
}

impl<'a> Chart<'a> {
    /// Looks at what the entry says, and at what it names.
    ///
    /// # Errors
    /// A file of values that must not be read, or a name that is none.
    pub(super) fn new(
        build: &Build,
        location: &Location,
        globals: &HelmGlobals,
        entry: &'a HelmChart,
    ) -> Result<Chart<'a>, Error> {
        let mut home = match globals.chart_home.is_empty() {
            true => PathBuf::from(CHART_HOME),
            false => PathBuf::from(&*globals.chart_home.text),
        };
        if !entry.version.is_empty() && !entry.repo.is_empty() {
            home = home.join(format!("{}-{}", entry.name.text, entry.version));
        }
        let values_file = match entry.values_file.is_empty() {
            true => {
                let path = clean(&home.join(relative(&entry.name)).join("values.yaml"));
                Text { text: path.display().to_string().into(), place: place_of(entry) }
            }
            false => entry.values_file.clone(),
        };
        let mut more_values = Vec::with_capacity(entry.additional_values_files.len());
        for file in &entry.additional_values_files {
            location.read(build, file)?;
            more_values.push(join(&location.root, relative(file)));
        }
        if entry.release_name.starts_with('-') {
            return Err(no_name(&entry.release_name, entry.place, "release"));
        }
        let home = clean(&location.root.join(home));
        let chart = Chart { entry, values_file, home, more_values };
        location
            .refuse_folder_outside_repository(build, &chart.folder())
            .map_err(|error| error.at(place_of(entry)))?;
        Ok(chart)
    }

    /// Pulls the chart into its home, unless it is there.
    ///
    /// # Errors
    /// Nobody said where from, or helm cannot do it.
    pub(super) fn pull_if_missing(&self, build: &Build, helm: &Helm) -> Result<(), Error> {
        let folder = self.folder();
        if build.host.kind(&folder) == PathKind::Directory {
            return Ok(());
        }
        if self.entry.repo.is_empty() {
            let message =
                format!("there is no chart at {}, and no repo to pull it from", folder.display());
            return Err(Error::new(Code::CHART_NOT_FOUND, message)
                .at(place_of(self.entry))
                .hint_with("give the chart a repo, or name the folder that holds its folder as helmGlobals.chartHome"));
        }
        if self.entry.name.starts_with('-') {
            return Err(no_name(&self.entry.name, self.entry.name.place, "chart"));
        }
        helm.run(build, self.pull_arguments()).map(drop)
    }

    fn folder(&self) -> PathBuf {
        join(&self.home, relative(&self.entry.name))
    }

    fn pull_arguments(&self) -> Vec<String> {
        let entry = self.entry;
        let mut arguments: Vec<String> =
            vec!["pull".into(), "--untar".into(), "--untardir".into(), shown(&self.home)];
        if entry.repo.starts_with("oci://") {
            let repo = entry.repo.strip_suffix('/').unwrap_or(&entry.repo);
            arguments.push(format!("{repo}/{}", entry.name.text));
        } else {
            arguments.extend(["--repo".to_owned(), entry.repo.to_string(), entry.name.to_string()]);
        }
        option(&mut arguments, "--version", &entry.version);
        flag(&mut arguments, "--devel", entry.devel);
        arguments
    }

    /// The command line that inflates the chart with these values.
    pub(super) fn template_arguments(&self, values: &Path, options: &HelmOptions) -> Vec<String> {
        let entry = self.entry;
        let mut arguments = vec!["template".to_owned()];
        match entry.release_name.is_empty() {
            true => arguments.push("--generate-name".to_owned()),
            false => arguments.push(entry.release_name.to_string()),
        }
        arguments.push(shown(&self.folder()));
        option(&mut arguments, "--namespace", &entry.namespace);
        option(&mut arguments, "--name-template", &entry.name_template);
        option(&mut arguments, "-f", &one_of_a_list(&shown(values)));
        self.more_values
            .iter()
            .for_each(|file| option(&mut arguments, "-f", &one_of_a_list(&shown(file))));
        match &entry.api_versions {
            Some(versions) => versions
                .iter()
                .for_each(|version| repeated(&mut arguments, "--api-versions", version)),
            None => options
                .api_versions
                .iter()
                .for_each(|version| repeated(&mut arguments, "--api-versions", version)),
        }
        option(
            &mut arguments,
            "--kube-version",
            entry.kube_version.as_deref().unwrap_or(&options.kube_version),
        );
        flag(&mut arguments, "--include-crds", entry.include_crds);
        flag(&mut arguments, "--skip-tests", entry.skip_tests);
        flag(&mut arguments, "--no-hooks", entry.skip_hooks);
        flag(&mut arguments, "--debug", entry.debug.unwrap_or(options.debug));
        flag(&mut arguments, "--devel", entry.devel);
        arguments
    }
}

/// Helm would take it for an option.
fn no_name(name: &str, place: Place, of: &str) -> Error {
    let message = format!("{name} is no name of a {of}");
    Error::new(Code::BAD_CHART, message).at(place).mark(name)
}

/// Helm takes a list of files with commas between them, in which one with a comma stands in quotes.
fn one_of_a_list(path: &str) -> Cow<'_, str> {
    match path.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", path.replace('"', "\"\"")).into(),
        false => path.into(),
    }
}

fn place_of(entry: &HelmChart) -> Place {
    entry.name.place
}

/// The reference takes even an absolute path for one below the folder that it joins it to.
fn relative(path: &str) -> &str {
    path.trim_start_matches('/')
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn flag(arguments: &mut Vec<String>, name: &str, is_set: bool) {
    if is_set {
        arguments.push(name.to_owned());
    }
}

/// Adds an option, unless its value is empty.
fn option(arguments: &mut Vec<String>, name: &str, value: &str) {
    if !value.is_empty() {
        repeated(arguments, name, value);
    }
}

fn repeated(arguments: &mut Vec<String>, name: &str, value: &str) {
    arguments.extend([name.to_owned(), value.to_owned()]);
}
