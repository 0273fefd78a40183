//! Who wrote a value of a rendered resource: the files and steps that made it what it is.

use kbuild_yaml::{NodeRef, Place};

use crate::rendered::Rendered;

/// One writer of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Writer {
    /// What wrote it: the field of a kustomization (`images`, `patches`), the kind of a transformer, or `nameReference`,
    /// `vars`, `content hash`. None for a value that stands like this in a file.
    pub step: Option<String>,
    /// The file that says so, as the user would name it. None where nobody wrote it down: the build made it.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// The kustomization file whose step it was.
    pub layer: Option<String>,
    /// What the value was then; a mapping or a list is only named as such.
    pub value: String,
}

/// One step of a build, in the order in which they were taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The field of a kustomization, or the kind of a transformer.
    pub what: String,
    /// The entry of the field, where a step is one entry's: a path, the name of a chart.
    pub about: Option<String>,
    /// The kustomization file of the layer.
    pub layer: Option<String>,
    /// The kustomization or the configuration that asks for it.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// How many resources it brought.
    pub resources: u32,
    /// How many resources it took away.
    pub removed: u32,
    /// How many values it made.
    pub made: u32,
    /// How many values it changed.
    pub changed: u32,
}

impl Rendered {
    /// Who wrote a value of one of the resources, from the first to the last.
    ///
    /// With [`Options::provenance`](crate::Options::provenance) that is everybody; without it, the last one alone.
    ///
    /// ```
    /// use kbuild_core::{MemoryHost, Options, render};
    ///
    /// let host = MemoryHost::from_iter([
    ///     ("kustomization.yaml", "resources: [cm.yaml]\nnamePrefix: dev-\n"),
    ///     ("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n"),
    /// ]);
    /// let mut options = Options::default();
    /// options.provenance = true;
    /// let rendered = render(&host, ".", &options)?;
    /// let name = rendered.resources()[0].node().get("metadata").unwrap().get("name").unwrap();
    /// let writers = rendered.provenance(name);
    /// assert_eq!((writers[0].value.as_str(), writers[0].line), ("app", Some(4)));
    /// assert_eq!((writers[1].value.as_str(), writers[1].line), ("dev-app", Some(2)));
    /// assert_eq!(writers[1].step.as_deref(), Some("namePrefix"));
    /// # Ok::<(), kbuild_core::Error>(())
    /// ```
    pub fn provenance(&self, node: NodeRef<'_>) -> Vec<Writer> {
        let mut writers: Vec<Writer> = self
            .sources()
            .trail()
            .history(node.place())
            .into_iter()
            .map(|writing| {
                let (file, line) = self.named(writing.place);
                let value = writing.text.map_or_else(|| shown(node), |text| text.to_string());
                let layer = writing.step.as_ref().map(|(_, layer)| *layer);
                let layer = layer.and_then(|layer| self.sources().name(layer)).map(str::to_owned);
                let step = writing.step.map(|(step, _)| step.to_string());
                Writer { step, file, line, layer, value }
            })
            .collect();
        writers.reverse();
        writers
    }

    /// What the build did, in order; nothing without [`Options::provenance`](crate::Options::provenance).
    pub fn steps(&self) -> Vec<Step> {
        let steps = self.sources().trail().steps().into_iter();
        steps
            .map(|step| {
                let (file, line) = self.named(step.place);
                Step {
                    what: step.what.to_string(),
                    about: Some(step.about.to_string()).filter(|about| !about.is_empty()),
                    layer: self.sources().name(step.layer).map(str::to_owned),
                    file,
                    line,
                    resources: step.resources,
                    removed: step.removed,
                    made: step.made,
                    changed: step.changed,
                }
            })
            .collect()
    }

    fn named(&self, place: Place) -> (Option<String>, Option<u32>) {
        let place = self.sources().resolve(place);
        let file = self.sources().name(place.source).map(str::to_owned);
        let line = file.is_some().then_some(place.line).filter(|line| *line > 0);
        (file, line)
    }
}

fn shown(node: NodeRef<'_>) -> String {
    node.as_scalar().map_or_else(|| node.describe(), |scalar| scalar.text).to_owned()
}
