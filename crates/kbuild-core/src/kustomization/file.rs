//! A kustomization file as a whole.

use kbuild_yaml::{EcoString, Node, Place};

use super::decode;
use super::fields::{Fields, Input};
use super::helm::{HelmChart, HelmGlobals, helm};
use super::openapi::{OpenApi, openapi};
use super::parts::{
    GeneratorArgs, GeneratorOptions, Image, Label, Pair, Patch, Replica, SortOptions, Text,
};
use super::replacement::{ReplacementField, replacement_field};
use super::var::{Var, var};
use crate::code::Code;
use crate::error::{Error, Errors};

/// What `buildMetadata` may hold.
pub(crate) const BUILD_METADATA: &[&str] =
    &["originAnnotations", "transformerAnnotations", "managedByLabel"];

/// What a `kustomization.yaml` says, with deprecated fields taken over into their successors.
#[derive(Clone, Debug, Default)]
pub struct Kustomization {
    /// Where it begins.
    pub place: Place,
    /// True for `kind: Component`.
    pub is_component: bool,
    /// Files and directories; `bases` are added at the end.
    pub resources: Vec<Text>,
    /// Directories of components.
    pub components: Vec<Text>,
    /// ConfigMaps to generate.
    pub config_map_generator: Vec<GeneratorArgs>,
    /// Secrets to generate.
    pub secret_generator: Vec<GeneratorArgs>,
    /// Options of all generators.
    pub generator_options: Option<GeneratorOptions>,
    /// The namespace of all resources.
    pub namespace: Text,
    /// What to put before all names.
    pub name_prefix: Text,
    /// What to put behind all names.
    pub name_suffix: Text,
    /// Labels for all resources, selectors and templates (deprecated).
    pub common_labels: Vec<Pair>,
    /// Labels, with a choice of where.
    pub labels: Vec<Label>,
    /// Annotations for all resources and templates.
    pub common_annotations: Vec<Pair>,
    /// Strategic merge patches, as text or as paths (deprecated).
    pub patches_strategic_merge: Vec<Text>,
    /// JSON patches (deprecated).
    pub patches_json6902: Vec<Patch>,
    /// Patches of both kinds.
    pub patches: Vec<Patch>,
    /// Image names, tags and digests; `imageTags` are added at the end.
    pub images: Vec<Image>,
    /// Replica counts.
    pub replicas: Vec<Replica>,
    /// Files of transformer configurations.
    pub configurations: Vec<Text>,
    /// Files of OpenAPI definitions of custom resources.
    pub crds: Vec<Text>,
    /// The schema that tells how lists merge.
    pub openapi: OpenApi,
    /// What holds for all charts.
    pub helm_globals: HelmGlobals,
    /// Charts to inflate; those of `helmChartInflationGenerator` are added at the end.
    pub helm_charts: Vec<HelmChart>,
    /// Configurations of generators, as text or as paths.
    pub generators: Vec<Text>,
    /// Configurations of transformers, as text or as paths.
    pub transformers: Vec<Text>,
    /// Configurations of validators, as text or as paths.
    pub validators: Vec<Text>,
    /// Values to copy from field to field.
    pub replacements: Vec<ReplacementField>,
    /// Names for values of fields (deprecated).
    pub vars: Vec<Var>,
    /// What to note in labels and annotations.
    pub build_metadata: Vec<Text>,
    /// The name of the file.
    pub file_name: EcoString,
    /// The order of the output.
    pub sort_options: Option<SortOptions>,
    /// The deprecated fields that were used, with their successors.
    pub deprecated: Vec<Deprecated>,
}

/// A deprecated field that a kustomization uses.
#[derive(Clone, Copy, Debug)]
pub struct Deprecated {
    /// Its name.
    pub field: &'static str,
    /// The field to use instead.
    pub successor: &'static str,
    /// Where it stands.
    pub place: Place,
}

pub(crate) const FIELDS: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
];

/// Deprecated fields and their successors, in the order of the reference's warnings.
const DEPRECATED: &[(&str, &str)] = &[
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

const METADATA: &[&str] = &["name", "namespace", "labels", "annotations"];

impl Kustomization {
    /// True when `buildMetadata` asks for this.
    pub(crate) fn notes(&self, option: &str) -> bool {
        self.build_metadata.iter().any(|text| text.text == option)
    }

    /// Reads a kustomization from its document.
    ///
    /// # Errors
    /// An unknown field, a value of the wrong type, a wrong `kind` or `apiVersion`, or nothing at all.
    pub(crate) fn from_node(node: &Node) -> Result<Kustomization, Error> {
        let mut errors = Errors::default();
        let input = Input::kustomization(node);
        let fields = Fields::matched(input, "a kustomization", FIELDS, &mut errors)?;
        let (kind, api_version) = (fields.text("kind")?, fields.text("apiVersion")?);
        if let Some(metadata) = fields.get("metadata") {
            let metadata = Fields::new(metadata, "the metadata of a kustomization", METADATA)?;
            for text in ["name", "namespace"] {
                metadata.text(text)?;
            }
            for pairs in ["labels", "annotations"] {
                metadata.pairs(pairs)?;
            }
        }
        let mut resources = errors.or_default(fields.texts("resources"));
        resources.extend(errors.or_default(fields.texts("bases")));
        let mut images = errors.or_default(fields.items("images", decode::image));
        images.extend(errors.or_default(fields.items("imageTags", decode::image)));
        let (helm_globals, helm_charts) = errors.or_default(helm(&fields));
        let kustomization = Kustomization {
            place: node.place,
            is_component: kind.text == "Component",
            resources,
            components: errors.or_default(fields.texts("components")),
            config_map_generator: errors
                .or_default(fields.items("configMapGenerator", decode::config_map)),
            secret_generator: errors.or_default(fields.items("secretGenerator", decode::secret)),
            generator_options: errors.or_default(
                fields.get("generatorOptions").map(decode::generator_options).transpose(),
            ),
            namespace: errors.or_default(fields.text("namespace")),
            name_prefix: errors.or_default(fields.text("namePrefix")),
            name_suffix: errors.or_default(fields.text("nameSuffix")),
            common_labels: errors.or_default(fields.pairs("commonLabels")),
            labels: errors.or_default(fields.items("labels", decode::label)),
            common_annotations: errors.or_default(fields.pairs("commonAnnotations")),
            patches_strategic_merge: errors.or_default(fields.texts("patchesStrategicMerge")),
            patches_json6902: errors.or_default(fields.items("patchesJson6902", decode::patch)),
            patches: errors.or_default(fields.items("patches", decode::patch)),
            images,
            replicas: errors.or_default(fields.items("replicas", decode::replica)),
            configurations: errors.or_default(fields.texts("configurations")),
            crds: errors.or_default(fields.texts("crds")),
            openapi: errors.or_default(openapi(&fields)),
            helm_globals,
            helm_charts,
            generators: errors.or_default(fields.texts("generators")),
            transformers: errors.or_default(fields.texts("transformers")),
            validators: errors.or_default(fields.texts("validators")),
            replacements: errors.or_default(fields.items("replacements", replacement_field)),
            vars: errors.or_default(fields.items("vars", var)),
            build_metadata: errors.or_default(fields.texts("buildMetadata")),
            file_name: EcoString::new(),
            sort_options: errors
                .or_default(fields.get("sortOptions").map(decode::sort_options).transpose()),
            deprecated: deprecated(&fields),
        };
        errors.finish()?;
        if is_empty(&fields) {
            return Err(Error::new(Code::EMPTY_KUSTOMIZATION, "the kustomization is empty")
                .at(Place { line: 0, ..node.place })
                .hint_with("name at least one file under resources"));
        }
        check_type(&kind, &api_version)?;
        Ok(kustomization)
    }
}

fn deprecated(fields: &Fields) -> Vec<Deprecated> {
    DEPRECATED
        .iter()
        .filter(|(field, _)| fields.has(field))
        .map(|(field, successor)| Deprecated { field, successor, place: fields.place_of(field) })
        .collect()
}

/// True when no field but the type is given. An empty list counts as given, an empty string or `false` does not.
fn is_empty(fields: &Fields) -> bool {
    FIELDS
        .iter()
        .filter(|field| !matches!(**field, "apiVersion" | "kind"))
        .all(|field| fields.get(field).is_none_or(|node| node.text().is_some_and(str::is_empty)))
}

fn check_type(kind: &Text, api_version: &Text) -> Result<(), Error> {
    let wanted = match kind.text.as_str() {
        "" | "Kustomization" => "kustomize.config.k8s.io/v1beta1",
        "Component" => "kustomize.config.k8s.io/v1alpha1",
        other => {
            return Err(Error::new(
                Code::WRONG_KIND,
                format!("the kind of a kustomization is Kustomization or Component, not {other}"),
            )
            .at(kind.place)
            .mark(other)
            .hint_with(
                "a resource has a file of its own, which a kustomization names under resources",
            ));
        }
    };
    if !api_version.is_empty() && api_version.text != wanted {
        let kind: EcoString =
            if kind.is_empty() { "Kustomization".into() } else { kind.text.clone() };
        return Err(Error::new(
            Code::WRONG_API_VERSION,
            format!("the apiVersion of a {kind} is {wanted}, not {}", api_version.text),
        )
        .at(api_version.place));
    }
    Ok(())
}
