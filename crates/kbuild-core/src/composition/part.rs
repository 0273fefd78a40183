//! One part of a composition.

/// What a part does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// A folder with a kustomization.
    Kustomization,
    /// A folder with a component.
    Component,
    /// A file of resources.
    File,
    /// A ConfigMap or a Secret that is generated.
    Generator,
    /// A chart that is inflated.
    Chart,
    /// A patch.
    Patch,
    /// A field that changes resources: `images`, `labels`, `namespace`.
    Transformer,
    /// A configuration of a generator, transformer or validator.
    Plugin,
    /// A file that says how others are read: a schema, field specs.
    Configuration,
}

/// One part of a composition: a kustomization, or something that it names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Part {
    /// What it does.
    pub role: Role,
    /// The field of the kustomization that names it; empty for the kustomization that all begins with.
    pub field: &'static str,
    /// What it is called: a path or URL for what is read, a name for what is generated, a value for the fields that hold one.
    pub name: String,
    /// More about it: the behavior of a generator, the version of a chart.
    pub detail: String,
    /// The file that names it, as the user would write it; for kustomizations, their own file.
    pub file: Option<String>,
    /// The line in that file, from 1; none for a file as a whole.
    pub line: Option<u32>,
    /// The kinds of the resources that it brings itself, with their number.
    pub kinds: Vec<(String, usize)>,
    /// What a patch applies to, as `Kind/name`, as far as the patch says it.
    pub targets: Vec<String>,
    /// How many entries a field has.
    pub entries: usize,
    /// True for what is on another machine.
    pub is_remote: bool,
    /// Why it was not read.
    pub problem: Option<String>,
    /// The parts of a kustomization, in the order in which a build goes through them.
    pub parts: Vec<Part>,
}

impl Part {
    pub(super) fn new(role: Role, field: &'static str, name: impl Into<String>) -> Part {
        Part {
            role,
            field,
            name: name.into(),
            detail: String::new(),
            file: None,
            line: None,
            kinds: Vec::new(),
            targets: Vec::new(),
            entries: 1,
            is_remote: false,
            problem: None,
            parts: Vec::new(),
        }
    }

    /// True for folders: those that have parts.
    pub fn is_folder(&self) -> bool {
        matches!(self.role, Role::Kustomization | Role::Component)
    }

    /// How many resources this and the parts below it bring, without those that charts and plugins make.
    pub fn resources(&self) -> usize {
        let own: usize = self.kinds.iter().map(|(_, count)| count).sum();
        own + self.parts.iter().map(Part::resources).sum::<usize>()
    }

    pub(super) fn add_kind(&mut self, kind: &str) {
        match self.kinds.iter_mut().find(|(own, _)| own == kind) {
            Some((_, count)) => *count += 1,
            None => self.kinds.push((kind.to_owned(), 1)),
        }
    }
}
