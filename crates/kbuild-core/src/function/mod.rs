//! Functions and plugins: programs besides this one that generate, change and check resources.
//!
//! A KRM function names its program or its container image in an annotation of its configuration; it reads a
//! `ResourceList` and prints one. A legacy plugin is a program in the plugin home, found by the type of its
//! configuration; it reads and prints resources.

mod annotated;
mod container;
mod exec;
mod legacy;
mod outcome;
mod resource_list;
mod results;
mod run;
mod spec;
mod update;

use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::event::Task;
use crate::host::Program;
use crate::load::{Location, parse_resources};
use crate::resource::{Resource, ResourceSet};
use spec::{Kind, Spec};

/// A function or plugin that is ready to run.
pub(crate) struct Function {
    /// Its configuration.
    config: Resource,
    runner: Runner,
}

enum Runner {
    /// A KRM function: the programs of which the first one that is there runs it.
    Krm(Vec<Program>),
    /// A plugin in the plugin home.
    Legacy(Program),
}

impl Function {
    /// Finds the program that a configuration asks for, if it may be run.
    ///
    /// # Errors
    /// The options do not allow it, it is not there, or the configuration cannot be understood.
    pub(crate) fn new(
        build: &Build,
        location: &Location,
        config: &Resource,
    ) -> Result<Function, Error> {
        let runner = runner(build, location, config).map_err(|error| describe(error, config))?;
        Ok(Function { config: config.clone(), runner })
    }

    /// Runs it as a generator.
    ///
    /// # Errors
    /// It fails, or prints what is not resources.
    pub(crate) fn generate(&self, build: &mut Build) -> Result<Vec<Resource>, Error> {
        let generated = self.run(build, None).and_then(update::generated);
        generated.map_err(|error| describe(error, &self.config))
    }

    /// Runs it on the resources and takes over what it prints: what has the id of one that is there takes its place,
    /// the rest is added, and what is not printed is gone.
    ///
    /// # Errors
    /// It fails, or prints what is not resources.
    pub(crate) fn transform(
        &self,
        build: &mut Build,
        resources: &mut ResourceSet,
    ) -> Result<(), Error> {
        let updated = self
            .run(build, Some(resources))
            .and_then(|output| update::update(resources, output, self.config.place()));
        updated.map_err(|error| describe(error, &self.config))
    }

    /// Runs it, and tells of that.
    fn run(
        &self,
        build: &mut Build,
        resources: Option<&ResourceSet>,
    ) -> Result<Vec<Resource>, Error> {
        let name = self.config.describe();
        let task = Task::Function { name: &name };
        build.options.observer.during(task, Vec::len, || self.output(build, &name, resources))
    }

    /// Runs it and reads what it prints. Without any resources a KRM function gets its own configuration as an item.
    fn output(
        &self,
        build: &mut Build,
        name: &str,
        resources: Option<&ResourceSet>,
    ) -> Result<Vec<Resource>, Error> {
        // Nobody knows what a program looks at.
        build.is_pure = false;
        let mut input: Vec<Resource> = Vec::new();
        for resource in resources.into_iter().flat_map(ResourceSet::iter) {
            input.push(annotated::with_id(resource)?);
        }
        let mut output = match &self.runner {
            Runner::Krm(programs) => {
                let config = annotated::local(&self.config);
                if input.is_empty() {
                    input.push(config.clone());
                }
                let input = resource_list::write_items(input, &config)?;
                let finished = run::run(build, name, programs, input)?;
                let source = build.sources.add(format!("output of the function {name}"));
                let read = resource_list::read(&finished.output, source);
                let outcome = outcome::outcome(name, &finished, read)?;
                for warning in outcome.warnings {
                    build.warn(
                        Diagnostic::warning(Code::FUNCTION_WARNING, warning)
                            .at(self.config.place()),
                    );
                }
                outcome.resources
            }
            Runner::Legacy(program) => {
                let mut text = String::new();
                for (index, resource) in input.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { "---\n" });
                    resource.node().write(&mut text)?;
                }
                let finished =
                    run::run(build, name, std::slice::from_ref(program), text.into_bytes())?;
                if finished.status != Some(0) {
                    return Err(outcome::failed(name, &finished));
                }
                let source = build.sources.add(format!("output of the plugin {name}"));
                parse_resources(&finished.output, source)
                    .map_err(|error| outcome::unusable(&format!("the plugin {name}"), &error))?
            }
        };
        output.iter_mut().for_each(annotated::take_back);
        Ok(output)
    }
}

fn runner(build: &Build, location: &Location, config: &Resource) -> Result<Runner, Error> {
    let name = config.describe();
    if !build.options.enable_alpha_plugins {
        return Err(Error::new(Code::FUNCTION_NOT_ALLOWED, format!("{name} is not built in, and only what is built in may be run")).hint_with(
            "a built-in one has apiVersion: builtin; functions and plugins run with --enable-alpha-plugins, which is for kustomizations that you trust",
        ));
    }
    let Some(Spec { kind, place }) = spec::read(config)? else {
        return legacy::program(build, location, config).map(Runner::Legacy);
    };
    let programs = match kind {
        Kind::Container(spec) => container::programs(build, location, &name, &spec),
        Kind::Exec(spec) => {
            exec::program(build, location, &name, &spec).map(|program| vec![program])
        }
    };
    programs.map(Runner::Krm).map_err(|error| error.at(place))
}

fn describe(error: Error, config: &Resource) -> Error {
    let error = error.at(config.place()).in_resource(config.describe());
    error.through(config.place())
}
