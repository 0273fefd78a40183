//! `helmCharts`, `helmGlobals` and the deprecated `helmChartInflationGenerator`: which charts to inflate, and how.

use kbuild_yaml::{
    Dialect, EcoString, Entry, Node, Place, Scalar, ScalarType, Value, read_documents, write,
    write_json,
};

use super::fields::{Fields, Input, wrong_type};
use super::parts::Text;
use crate::error::Error;

/// `helmGlobals`: what holds for all charts of a kustomization.
#[derive(Clone, Debug, Default)]
pub struct HelmGlobals {
    /// The folder that holds a folder for each chart; `charts` where nothing is given.
    pub chart_home: Text,
    /// The folder that helm gets as its configuration home; a temporary one where nothing is given.
    pub config_home: EcoString,
}

/// An entry of `helmCharts`.
#[derive(Clone, Debug, Default)]
pub struct HelmChart {
    /// The name of the chart.
    pub name: Text,
    /// The version to pull.
    pub version: EcoString,
    /// Where to pull it from if it is not there: a repository, or a registry as `oci://…`.
    pub repo: EcoString,
    /// The name of the release; helm makes one up where nothing is given.
    pub release_name: EcoString,
    /// The namespace of the release.
    pub namespace: EcoString,
    /// A template for the name of the release.
    pub name_template: EcoString,
    /// The file of values to use instead of the chart's own.
    pub values_file: Text,
    /// More files of values.
    pub additional_values_files: Vec<Text>,
    /// Values that stand in the kustomization.
    pub values_inline: Option<Node>,
    /// How they go together with those of the file: `override`, `merge` or `replace`.
    pub values_merge: Text,
    /// Whether to include the chart's custom resource definitions.
    pub include_crds: bool,
    /// Whether to leave hooks out.
    pub skip_hooks: bool,
    /// Whether to leave tests out.
    pub skip_tests: bool,
    /// The API versions that the chart finds in the cluster, where the entry says so.
    pub api_versions: Option<Vec<EcoString>>,
    /// The version of Kubernetes that the chart finds, where the entry says so.
    pub kube_version: Option<EcoString>,
    /// Whether helm is to say more, where the entry says so.
    pub debug: Option<bool>,
    /// Whether versions under development may be pulled.
    pub devel: bool,
    /// Where the entry stands.
    pub place: Place,
}

const GLOBALS: &[&str] = &["chartHome", "configHome"];

const CHART: &[&str] = &[
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "additionalValuesFiles",
    "valuesFile",
    "valuesInline",
    "valuesMerge",
    "includeCRDs",
    "skipHooks",
    "apiVersions",
    "kubeVersion",
    "nameTemplate",
    "skipTests",
    "debug",
    "devel",
];

/// The fields of an entry of `helmChartInflationGenerator`. The reference reads some of them and does nothing with them.
const OLD_CHART: &[&str] = &[
    "chartName",
    "chartVersion",
    "chartRepoUrl",
    "chartHome",
    "chartRepoName",
    "helmBin",
    "helmHome",
    "values",
    "valuesLocal",
    "valuesMerge",
    "releaseName",
    "releaseNamespace",
    "extraArgs",
];

/// Reads the three fields of a kustomization, the deprecated one taken over into the others.
///
/// # Errors
/// An unknown field, or a value of the wrong type.
pub(super) fn helm(fields: &Fields) -> Result<(HelmGlobals, Vec<HelmChart>), Error> {
    let mut charts = fields.items("helmCharts", chart)?;
    let old = fields.items("helmChartInflationGenerator", old_chart)?;
    let globals = match fields.get("helmGlobals") {
        Some(node) => globals(&Fields::new(node, "helmGlobals", GLOBALS)?)?,
        // Of the old entries, the last one that says something counts.
        None => old.iter().fold(HelmGlobals::default(), |globals, (own, _)| HelmGlobals {
            chart_home: Some(&own.chart_home)
                .filter(|home| !home.is_empty())
                .cloned()
                .unwrap_or(globals.chart_home),
            config_home: Some(&own.config_home)
                .filter(|home| !home.is_empty())
                .cloned()
                .unwrap_or(globals.config_home),
        }),
    };
    charts.extend(old.into_iter().map(|(_, chart)| chart));
    Ok((globals, charts))
}

const PLUGIN: &[&str] = &[
    "chartHome",
    "configHome",
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "additionalValuesFiles",
    "valuesFile",
    "valuesInline",
    "valuesMerge",
    "includeCRDs",
    "skipHooks",
    "apiVersions",
    "kubeVersion",
    "nameTemplate",
    "skipTests",
    "debug",
    "devel",
];

/// Reads the configuration of a `HelmChartInflationGenerator`, which is one chart and its globals in one.
///
/// # Errors
/// A value of the wrong type.
pub(crate) fn helm_plugin(config: &Node) -> Result<(HelmGlobals, HelmChart), Error> {
    let fields = Fields::new(Input::generator(config), "a HelmChartInflationGenerator", PLUGIN)?;
    let mut chart = chart_of(&fields)?;
    // What is given here counts even if it is empty.
    if fields.has("apiVersions") {
        chart.api_versions = Some(fields.strings("apiVersions")?);
    }
    if fields.has("kubeVersion") {
        chart.kube_version = Some(fields.string("kubeVersion")?);
    }
    if fields.has("debug") {
        chart.debug = Some(fields.bool("debug")?);
    }
    if let Some(values) = fields.get("valuesInline") {
        // The reference passes the configuration through JSON.
        let mut json = String::new();
        write_json(&values, &mut json)?;
        let source = values.place.source;
        let documents = read_documents(json.as_bytes(), source, Dialect::Resource)
            .map_err(|error| Error::read(&error, source))?;
        chart.values_inline = documents.first().map(|values| with_texts(as_json(values)));
    }
    Ok((globals(&fields)?, chart))
}

/// The values under these keys become texts, as the reference takes those of `valuesInline` for fields of the entry.
const TEXTS: [&str; 9] = [
    "name",
    "version",
    "repo",
    "releaseName",
    "namespace",
    "valuesFile",
    "valuesMerge",
    "kubeVersion",
    "nameTemplate",
];

/// The same for the items of these lists.
const LISTS_OF_TEXTS: [&str; 2] = ["apiVersions", "additionalValuesFiles"];

/// Makes texts of the numbers and booleans among values that are called like fields of an entry which are texts.
fn with_texts(mut values: Node) -> Node {
    let Value::Mapping(mapping) = &mut values.value else { return values };
    for entry in mapping.iter_mut() {
        let is_one_of =
            |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(&entry.key.text));
        let (is_text, is_list) = (is_one_of(&TEXTS), is_one_of(&LISTS_OF_TEXTS));
        match &mut entry.value.value {
            Value::Sequence(items) if is_list => items.iter_mut().for_each(make_text),
            Value::Scalar(_) if is_text => make_text(&mut entry.value),
            _ => {}
        }
    }
    values
}

fn make_text(node: &mut Node) {
    let Some(scalar) = node.as_scalar() else { return };
    let mut text = String::new();
    if matches!(scalar.kind, ScalarType::Int | ScalarType::Float | ScalarType::Bool)
        && write(node, &mut text).is_ok()
    {
        node.value = Value::Scalar(Scalar::string(text.trim_end()));
    }
}

fn globals(fields: &Fields) -> Result<HelmGlobals, Error> {
    Ok(HelmGlobals {
        chart_home: fields.text("chartHome")?,
        config_home: fields.string("configHome")?,
    })
}

fn chart(node: Input) -> Result<HelmChart, Error> {
    chart_of(&Fields::new(node, "an entry of helmCharts", CHART)?)
}

fn chart_of(fields: &Fields) -> Result<HelmChart, Error> {
    let api_versions = fields.strings("apiVersions")?;
    let kube_version = fields.string("kubeVersion")?;
    Ok(HelmChart {
        name: fields.text("name")?,
        version: fields.string("version")?,
        repo: fields.string("repo")?,
        release_name: fields.string("releaseName")?,
        namespace: fields.string("namespace")?,
        name_template: fields.string("nameTemplate")?,
        values_file: fields.text("valuesFile")?,
        additional_values_files: fields.texts("additionalValuesFiles")?,
        values_inline: values(fields, "valuesInline")?,
        values_merge: fields.text("valuesMerge")?,
        include_crds: fields.bool("includeCRDs")?,
        skip_hooks: fields.bool("skipHooks")?,
        skip_tests: fields.bool("skipTests")?,
        api_versions: Some(api_versions).filter(|versions| !versions.is_empty()),
        kube_version: Some(kube_version).filter(|version| !version.is_empty()),
        debug: Some(fields.bool("debug")?).filter(|debug| *debug),
        devel: fields.bool("devel")?,
        place: fields.place(),
    })
}

fn old_chart(node: Input) -> Result<(HelmGlobals, HelmChart), Error> {
    let fields = Fields::new(node, "an entry of helmChartInflationGenerator", OLD_CHART)?;
    for unused in ["chartRepoName", "helmBin", "releaseNamespace"] {
        fields.text(unused)?;
    }
    fields.texts("extraArgs")?;
    let globals = HelmGlobals {
        chart_home: fields.text("chartHome")?,
        config_home: fields.string("helmHome")?,
    };
    let chart = HelmChart {
        name: fields.text("chartName")?,
        version: fields.string("chartVersion")?,
        repo: fields.string("chartRepoUrl")?,
        release_name: fields.string("releaseName")?,
        values_file: fields.text("values")?,
        values_inline: values(&fields, "valuesLocal")?,
        values_merge: fields.text("valuesMerge")?,
        place: fields.place(),
        ..HelmChart::default()
    };
    Ok((globals, chart))
}

fn values(fields: &Fields, name: &str) -> Result<Option<Node>, Error> {
    match fields.get(name) {
        Some(node) if node.as_mapping().is_none() => Err(wrong_type(&node, name, "a mapping")),
        found => Ok(found.map(|node| with_texts(as_json(&node)))),
    }
}

/// How many digits an integer may have to be sure to pass through a floating point number, as all do in JSON.
const LONGEST_INT: usize = 15;

/// Values as they are after the way through JSON that the reference sends a kustomization: `yes` is true, a date is text,
/// and a null is written out.
pub(crate) fn as_json(node: &Node) -> Node {
    let value = match &node.value {
        Value::Scalar(scalar) => {
            let mut scalar = scalar.clone();
            match scalar.kind {
                ScalarType::Bool => {
                    let truth = matches!(
                        scalar.text.to_ascii_lowercase().as_str(),
                        "true" | "yes" | "on" | "y"
                    );
                    scalar.text = if truth { "true".into() } else { "false".into() };
                }
                ScalarType::Timestamp => scalar.kind = ScalarType::Str,
                ScalarType::Null => scalar.text = "null".into(),
                ScalarType::Int if scalar.text.len() > LONGEST_INT => round(&mut scalar),
                ScalarType::Int | ScalarType::Float | ScalarType::Str | ScalarType::Binary => {}
            }
            scalar.plain = true;
            Value::Scalar(scalar)
        }
        Value::Sequence(items) => Value::Sequence(items.iter().map(as_json).collect()),
        Value::Mapping(mapping) => {
            let mut copy = mapping.clone();
            copy.iter_mut().for_each(|entry: &mut Entry| entry.value = as_json(&entry.value));
            Value::Mapping(copy)
        }
    };
    Node::new(value).at(node.place)
}

fn round(scalar: &mut Scalar) {
    if let Ok(value) = scalar.text.parse::<f64>() {
        scalar.text = format!("{value}").into();
        if scalar.text.parse::<i64>().is_err() {
            scalar.kind = ScalarType::Float;
        }
    }
}
