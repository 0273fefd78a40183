//! What a build gives back.

use std::collections::HashMap;
use std::io;

use kbuild_yaml::{NodeRef, Printer, WriteError};

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::host::Input;
use crate::resource::{Resource, look_ahead};
use crate::source::Sources;
use crate::threads::Threads;
use crate::write::file_name;

/// About how many bytes are written at a time.
const WRITTEN_BYTES: usize = 64 * 1024;

/// Why an output cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// A resource cannot be printed. Nothing was written.
    #[error(transparent)]
    Resource(#[from] Error),
    /// It cannot be written to where it was to go. Some of it may have been.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The resources of a build in the order of the output, with what there is to say about them.
#[derive(Clone, Debug)]
pub struct Rendered {
    resources: Vec<Resource>,
    warnings: Vec<Diagnostic>,
    sources: Sources,
    inputs: Vec<Input>,
    /// In how many threads it is printed.
    threads: Threads,
    /// About how long the output is, in bytes.
    length: usize,
}

impl Rendered {
    pub(crate) fn new(
        resources: Vec<Resource>,
        warnings: Vec<Diagnostic>,
        sources: Sources,
        threads: Threads,
        length: usize,
    ) -> Rendered {
        Rendered { resources, warnings, sources, inputs: Vec::new(), threads, length }
    }

    pub(crate) fn with_inputs(self, inputs: Vec<Input>) -> Rendered {
        Rendered { inputs, ..self }
    }

    /// All that the build read or looked for, where [`Options::inputs`](crate::Options::inputs) asks for that: each once, in
    /// order of kind and name.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The resources.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The warnings, in the order in which they came up.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The files that were read; the places of nodes refer to them.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// All resources as one stream of YAML documents, byte for byte as `kustomize build` prints them.
    ///
    /// # Errors
    /// A resource holds something that cannot be printed, such as a number that is infinite.
    ///
    /// [`documents`](Rendered::documents) writes them one by one, [`write_yaml`](Rendered::write_yaml) to a file or a pipe.
    pub fn to_yaml(&self) -> Result<String, Error> {
        let mut text = String::with_capacity(self.room());
        // What was just printed is taken for text sooner than all of it in the end.
        let mut out = self.printer();
        self.print::<Error>(&mut out, |printed| {
            if printed.as_bytes().len() >= WRITTEN_BYTES {
                text.push_str(&printed.text());
                printed.clear();
            }
            Ok(())
        })?;
        text.push_str(&out.text());
        Ok(text)
    }

    /// Writes what [`to_yaml`](Rendered::to_yaml) returns, piece by piece, so that hardly any of it is in memory at a time.
    ///
    /// ```
    /// use kbuild_core::{MemoryHost, Options, render};
    ///
    /// let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";
    /// let host = MemoryHost::from_iter([("kustomization.yaml", "resources: [map.yaml]\n"), ("map.yaml", map)]);
    /// let mut out = Vec::new();
    /// render(&host, ".", &Options::default())?.write_yaml(&mut out)?;
    /// assert_eq!(out, map.as_bytes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`to_yaml`](Rendered::to_yaml), and nothing is written then; or `out` fails.
    pub fn write_yaml(&self, mut out: impl io::Write) -> Result<(), OutputError> {
        let is_certain = |resource: &Resource| resource.content.is_certainly_printable();
        if !self.resources.iter().all(is_certain) {
            out.write_all(self.to_yaml()?.as_bytes())?;
            return Ok(out.flush()?);
        }
        let mut text = self.printer();
        self.print::<OutputError>(&mut text, |text| {
            if text.as_bytes().len() >= WRITTEN_BYTES {
                out.write_all(text.as_bytes())?;
                text.clear();
            }
            Ok(())
        })?;
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// About how long the output is at most, in bytes.
    fn room(&self) -> usize {
        self.length + self.length / 8
    }

    /// A printer with room for what is printed before it is taken away.
    fn printer(&self) -> Printer {
        Printer::with_capacity(self.room().min(2 * WRITTEN_BYTES))
    }

    /// Prints all resources. From time to time `printed` gets what there is, and may take it away.
    fn print<E: From<Error> + Send>(
        &self,
        out: &mut Printer,
        printed: impl FnMut(&mut Printer) -> Result<(), E>,
    ) -> Result<(), E> {
        let print = |index, resource: &Resource, out: &mut Printer| {
            look_ahead(&self.resources, index, true);
            if index > 0 {
                out.push_str("---\n");
            }
            out.print(resource.node()).map_err(|error| self.unwritable(resource, error).into())
        };
        self.threads.write(&self.resources, self.length, out, print, printed)
    }

    /// The documents of the output, each written when it is asked for; `---` stands between two of them.
    ///
    /// # Errors
    /// As [`to_yaml`](Rendered::to_yaml), for each.
    pub fn documents(&self) -> impl Iterator<Item = Result<String, Error>> {
        self.resources.iter().map(|resource| {
            let mut text = String::new();
            self.write(resource, resource.node(), &mut text)?;
            Ok(text)
        })
    }

    /// Every resource on its own: the name of a file, as `kustomize build -o DIR` chooses it, and its content. The
    /// namespace is part of the name when resources of more than one are there. A name leads to no other folder. Folded blocks
    /// (`>`) have the lines that they were written with, as there.
    ///
    /// # Errors
    /// As [`to_yaml`](Rendered::to_yaml). A resource whose name holds what file names cannot hold, such as a slash, and two
    /// resources that differ in upper and lower case alone: the reference writes the one outside of the folder, and of the
    /// others only the last.
    pub fn to_files(&self) -> Result<Vec<(String, String)>, Error> {
        self.files_with(Rendered::write)
    }

    pub(crate) fn files_with(
        &self,
        write: impl Fn(&Rendered, &Resource, NodeRef<'_>, &mut String) -> Result<(), Error>,
    ) -> Result<Vec<(String, String)>, Error> {
        let namespace = |resource: &&Resource| {
            Some(resource.id()).filter(|id| !id.is_cluster_scoped()).map(|id| id.namespace)
        };
        let mut namespaces = self.resources.iter().filter_map(|resource| namespace(&resource));
        let first = namespaces.next();
        let several = namespaces.any(|other| Some(&other) != first.as_ref());
        let mut files = Vec::with_capacity(self.resources.len());
        let mut named: HashMap<String, &Resource> = HashMap::with_capacity(self.resources.len());
        for resource in &self.resources {
            let name = file_name(resource, several);
            if name.contains(|character: char| {
                character.is_control() || matches!(character, '/' | '\\')
            }) {
                let message = format!("a file cannot be called {name:?}");
                return Err(self.without_file(resource, message));
            }
            if let Some(other) = named.insert(name.clone(), resource) {
                let message = format!("{} has a file of the same name, {name}", other.describe());
                return Err(self.without_file(resource, message));
            }
            let mut content = String::new();
            write(self, resource, resource.content.unfolded().root(), &mut content)?;
            files.push((name, content));
        }
        Ok(files)
    }

    fn without_file(&self, resource: &Resource, message: String) -> Error {
        let error = Error::new(Code::NO_FILE_NAME, message)
            .at(resource.name_place())
            .in_resource(resource.describe())
            .hint_with("print all resources into one file");
        let source = self.sources.resolve(resource.name_place()).source;
        self.sources.chain(source).fold(error, Error::through).locate(&self.sources, None)
    }

    fn write(&self, resource: &Resource, node: NodeRef<'_>, out: &mut String) -> Result<(), Error> {
        node.write(out).map_err(|error| self.unwritable(resource, error))
    }

    pub(crate) fn unwritable(&self, resource: &Resource, error: WriteError) -> Error {
        let source = self.sources.resolve(error.place).source;
        let error = Error::from(error).in_resource(resource.describe());
        self.sources.chain(source).fold(error, Error::through).locate(&self.sources, None)
    }
}
