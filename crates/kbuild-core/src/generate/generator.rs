//! Makes a ConfigMap or a Secret from an entry of a generator.

use kbuild_yaml::{Key, Mapping, Node, Place, is_unreadable_block};

use super::helm;
use super::iam_policy::iam_policy;
use super::key_values::{Data, collect};
use crate::base64_lines;
use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Errors};
use crate::field::set::new_string;
use crate::function::Function;
use crate::kustomization::{
    Fields, GeneratorArgs, GeneratorOptions, Input, Kustomization, Pair, config_map, secret,
};
use crate::load::Location;
use crate::resource::{Behavior, Origin, Resource, ResourceSet};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ConfigMap,
    Secret,
}

/// Runs the generators of a kustomization and adds what they make to `resources`.
///
/// # Errors
/// A source that cannot be read, or a result that does not fit what is there already.
pub(crate) fn generate(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    let config_maps = kustomization.config_map_generator.iter().map(|args| (Kind::ConfigMap, args));
    let secrets = kustomization.secret_generator.iter().map(|args| (Kind::Secret, args));
    let mut errors = Errors::default();
    for (kind, args) in config_maps.chain(secrets) {
        if errors.is_full() {
            break;
        }
        let options = merged(kustomization.generator_options.as_ref(), args.options.as_ref());
        let resource = || {
            if args.name.is_empty() {
                kind.name().to_owned()
            } else {
                format!("{}/{}", kind.name(), args.name)
            }
        };
        let describe = |error: Error| error.at(args.place).in_resource(resource());
        build.begin(kind.field(), &args.name, args.place, args.place);
        let made = make(build, location, kind, args, &options).map_err(describe);
        let Some(mut resource) = errors.take(made) else { continue };
        if build.tracks_origins {
            let generator = format!("{}Generator", kind.name());
            let origin =
                Origin::built_in(&location.from_start, &kustomization.file_name, &generator);
            resource.lineage.origin = Some(origin);
        }
        errors.take(resources.absorb(resource, args.place).map_err(describe));
    }
    errors.finish()
}

/// Runs the generators that configurations describe.
///
/// # Errors
/// A configuration that is not understood, and what [`generate`] refuses.
pub(crate) fn generate_from_plugins(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
    plugins: &[Resource],
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    for plugin in plugins {
        build.begin(plugin.kind(), plugin.name(), plugin.place(), kustomization.place);
        let describe = |error: Error| error.at(plugin.place()).in_resource(plugin.describe());
        let made = match (plugin.api_version(), plugin.kind()) {
            ("builtin", helm::KIND) => {
                helm::from_plugin(build, location, plugin).map_err(describe)?
            }
            ("builtin", _) => vec![from_plugin(build, location, plugin).map_err(describe)?],
            _ => Function::new(build, location, plugin)?.generate(build)?,
        };
        for mut resource in made {
            // A function may say itself where its resources come from.
            if resource.lineage.origin.is_none() {
                resource.lineage.origin = Origin::plugin(plugin);
            }
            resources.absorb(resource, plugin.place()).map_err(describe)?;
        }
    }
    Ok(())
}

fn from_plugin(
    build: &mut Build,
    location: &Location,
    plugin: &Resource,
) -> Result<Resource, Error> {
    let node = plugin.to_configuration();
    let (kind, mut args) = match plugin.kind() {
        "ConfigMapGenerator" => (Kind::ConfigMap, config_map(Input::generator(&node))?),
        "SecretGenerator" => (Kind::Secret, secret(Input::generator(&node))?),
        "IAMPolicyGenerator" => return iam_policy(plugin),
        other => {
            return Err(Error::new(Code::UNKNOWN_BUILT_IN, format!("there is no built-in generator {other}"))
                .hint_with("the built-in ones are ConfigMapGenerator, SecretGenerator, HelmChartInflationGenerator and IAMPolicyGenerator"));
        }
    };
    // The old spelling of `envs` is one of the fields of a kustomization alone.
    let fields = Fields::new(Input::generator(&node), "a generator", &["env"])?;
    if !fields.text("env")?.is_empty() {
        args.envs.pop();
    }
    if args.name.is_empty() {
        args.name = plugin.name().into();
    }
    if args.namespace.is_empty() {
        args.namespace = plugin.namespace().into();
    }
    make(build, location, kind, &args, &merged(None, args.options.as_ref()))
}

impl Kind {
    fn field(self) -> &'static str {
        match self {
            Kind::ConfigMap => "configMapGenerator",
            Kind::Secret => "secretGenerator",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::ConfigMap => "ConfigMap",
            Kind::Secret => "Secret",
        }
    }
}

fn make(
    build: &mut Build,
    location: &Location,
    kind: Kind,
    args: &GeneratorArgs,
    options: &GeneratorOptions,
) -> Result<Resource, Error> {
    if args.name.is_empty() {
        return Err(Error::new(
            Code::GENERATOR_WITHOUT_NAME,
            "the generator gives no name to what it makes",
        )
        .at(args.place));
    }
    let place = args.place;
    let mut metadata = Mapping::new();
    metadata.push(key("name"), new_string(&args.name).at(place));
    if !args.namespace.is_empty() {
        metadata.push(key("namespace"), new_string(&args.namespace).at(place));
    }
    let mut root = Mapping::new();
    root.push(key("apiVersion"), new_string("v1").at(place));
    root.push(key("kind"), new_string(kind.name()).at(place));
    root.push(key("metadata"), Node::from(metadata).at(place));
    let data = collect(build, location, args)?;
    match kind {
        Kind::ConfigMap => config_map_data(data, &mut root, place)?,
        Kind::Secret => {
            let secret_type =
                if args.secret_type.is_empty() { "Opaque" } else { &args.secret_type };
            root.push(key("type"), new_string(secret_type).at(place));
            secret_data(data, &mut root, place);
        }
    }
    if options.immutable {
        root.push(key("immutable"), Node::bool(true).at(place));
    }
    let mut resource = Resource::new(Node::from(root).at(place));
    if let Some(nameless) = options.labels.iter().find(|pair| pair.key.is_empty()) {
        nameless_label(build, kind, nameless.place)?;
        resource.set_labels_to_none(place);
    } else {
        for (field, pairs) in [("labels", &options.labels), ("annotations", &options.annotations)] {
            for pair in pairs {
                resource.set_metadata_string(field, &pair.key, &pair.value, pair.place);
            }
        }
    }
    resource.lineage.behavior = Some(Behavior::new(&args.behavior));
    resource.lineage.needs_hash = !options.disable_name_suffix_hash;
    Ok(resource)
}

/// What comes of a label without a name: a ConfigMap is refused, and a Secret gets neither labels nor annotations.
///
/// # Errors
/// It is of a ConfigMap.
fn nameless_label(build: &mut Build, kind: Kind, place: Place) -> Result<(), Error> {
    match kind {
        Kind::ConfigMap => Err(Error::new(Code::NOT_A_RESOURCE, "a label has no name").at(place)),
        Kind::Secret => {
            let message = "a label has no name, so the Secret gets no labels and no annotations";
            build.warn(Diagnostic::warning(Code::IGNORED, message).at(place));
            Ok(())
        }
    }
}

fn config_map_data(data: Data, root: &mut Mapping, place: Place) -> Result<(), Error> {
    for (name, datum) in data {
        let (field, text) = match String::from_utf8(datum.value) {
            Ok(text) => ("data", text),
            Err(error) => ("binaryData", base64_lines::encode(error.as_bytes())),
        };
        if is_unreadable_block(&text) {
            let message =
                format!("the value of {name} starts with a tab, and no block of YAML can");
            return Err(Error::new(Code::NOT_WRITABLE, message)
                .at(datum.place)
                .hint_with("begin the text with something else, or put it into a Secret, which holds it in another form"));
        }
        let values = root.get_or_insert_with(field, || Node::mapping().at(place));
        if let Some(values) = values.as_mapping_mut() {
            values.push(Key::plain(name).at(datum.place), new_string(text).at(datum.place));
        }
    }
    Ok(())
}

fn secret_data(data: Data, root: &mut Mapping, place: Place) {
    let mut values = Mapping::new();
    for (name, datum) in data {
        let value = new_string(base64_lines::encode(&datum.value)).at(datum.place);
        values.push(Key::plain(name).at(datum.place), value);
    }
    root.push(key("data"), Node::from(values).at(place));
}

/// The options of one generator, filled up with those of all.
fn merged(global: Option<&GeneratorOptions>, local: Option<&GeneratorOptions>) -> GeneratorOptions {
    let mut options = local.cloned().unwrap_or_default();
    if let Some(global) = global {
        fill_up(&mut options.labels, &global.labels);
        fill_up(&mut options.annotations, &global.annotations);
        options.disable_name_suffix_hash |= global.disable_name_suffix_hash;
        options.immutable |= global.immutable;
    }
    options
}

fn fill_up(pairs: &mut Vec<Pair>, more: &[Pair]) {
    let missing: Vec<Pair> =
        more.iter().filter(|pair| !pairs.iter().any(|own| own.key == pair.key)).cloned().collect();
    pairs.extend(missing);
}

fn key(name: &str) -> Key {
    Key::new(name)
}
