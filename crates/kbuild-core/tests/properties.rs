//! What holds for every tree of kustomizations: a build is a function of its files, in whatever order they are named,
//! however many are built at once, and whatever was built before.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the environment may give a seed, and a test fails where a tree cannot be built"
)]

use std::fmt::Write;

use kbuild_core::{Builder, Error, MemoryHost, Options, Rendered, render};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const KINDS: [&str; 4] = ["Deployment", "Service", "ConfigMap", "Role"];

/// A base, layers on top of it, each on the one before, and two kustomizations on top of the last one.
#[derive(Clone, Debug)]
struct Tree {
    /// The resources: kind, number of the name, number of the file.
    resources: Vec<(usize, u8, u8)>,
    base: Layer,
    layers: Vec<Layer>,
    tops: [Layer; 2],
}

/// What a kustomization says besides its bases.
#[derive(Clone, Debug)]
struct Layer {
    prefix: Option<u8>,
    namespace: Option<u8>,
    labels: Option<bool>,
    /// The kind to patch, and whether by a JSON patch.
    patch: Option<(usize, bool)>,
    /// How many literals the ConfigMap that it generates has.
    literals: Option<u8>,
    /// The image tag to set.
    image: Option<u8>,
    /// A deprecated field, which is warned of.
    annotation: Option<u8>,
}

fn layer() -> impl Strategy<Value = Layer> {
    let small = || proptest::option::of(0..3u8);
    let patch = proptest::option::of((0..KINDS.len(), any::<bool>()));
    let labels = proptest::option::of(any::<bool>());
    (small(), small(), labels, patch, small(), small(), small()).prop_map(
        |(prefix, namespace, labels, patch, literals, image, annotation)| Layer {
            prefix,
            namespace,
            labels,
            patch,
            literals,
            image,
            annotation,
        },
    )
}

fn tree() -> impl Strategy<Value = Tree> {
    let resources = proptest::collection::btree_map((0..KINDS.len(), 0..5u8), 0..4u8, 1..12);
    let layers = proptest::collection::vec(layer(), 0..3);
    (resources, layer(), layers, layer(), layer()).prop_map(
        |(resources, base, layers, one, other)| Tree {
            resources: resources
                .into_iter()
                .map(|((kind, name), file)| (kind, name, file))
                .collect(),
            base,
            layers,
            tops: [one, other],
        },
    )
}

impl Layer {
    /// The kustomization of the folder with this number.
    fn text(&self, number: usize, resources: &[String]) -> String {
        let mut text = format!("resources: [{}]\n", resources.join(", "));
        let mut add = |line: std::fmt::Arguments| text.write_fmt(line).unwrap();
        if let Some(prefix) = self.prefix {
            add(format_args!("namePrefix: p{prefix}-\n"));
        }
        if let Some(namespace) = self.namespace {
            add(format_args!("namespace: ns{namespace}\n"));
        }
        if let Some(selectors) = self.labels {
            let pairs = format!("l{number}: x");
            add(format_args!("labels: [{{pairs: {{{pairs}}}, includeSelectors: {selectors}}}]\n"));
        }
        if let Some((kind, is_json)) = self.patch {
            let kind = KINDS[kind];
            let patch = match is_json {
                true => format!(r#"[{{"op": "add", "path": "/j{number}", "value": [1]}}]"#),
                false => format!("kind: {kind}, metadata: {{name: any}}, s{number}: {{a: [b]}}"),
            };
            let patch = if is_json { patch } else { format!("{{apiVersion: v1, {patch}}}") };
            add(format_args!("patches: [{{target: {{kind: {kind}}}, patch: '{patch}'}}]\n"));
        }
        if let Some(literals) = self.literals {
            let literals: Vec<String> = (0..=literals).map(|n| format!("k{n}=v{number}")).collect();
            let literals = literals.join(", ");
            add(format_args!(
                "configMapGenerator: [{{name: gen{number}, literals: [{literals}]}}]\n"
            ));
        }
        if let Some(tag) = self.image {
            add(format_args!("images: [{{name: web, newTag: v{tag}}}]\n"));
        }
        if let Some(annotation) = self.annotation {
            add(format_args!("commonLabels: {{c{number}: c{annotation}}}\n"));
        }
        text
    }
}

impl Tree {
    /// The files. With `turn`, all entries of `resources` are in another order, and so is what the files hold.
    fn files(&self, turn: usize, top: &str) -> MemoryHost {
        let mut host = MemoryHost::new();
        let mut files: Vec<(String, String)> = Vec::new();
        let mut resources: Vec<&(usize, u8, u8)> = self.resources.iter().collect();
        turned(&mut resources, turn);
        for (kind, name, file) in resources {
            let file = format!("f{file}.yaml");
            let document = manifest(*kind, *name);
            match files.iter_mut().find(|(other, _)| *other == file) {
                Some((_, text)) => write!(text, "---\n{document}").unwrap(),
                None => files.push((file, document)),
            }
        }
        let mut names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        turned(&mut names, turn);
        host.insert("base/kustomization.yaml", self.base.text(0, &names));
        for (name, text) in files {
            host.insert(format!("base/{name}"), text);
        }
        let mut below = "base".to_owned();
        for (number, layer) in (1..).zip(&self.layers) {
            let mut entries = vec![format!("../{below}"), "own.yaml".to_owned()];
            turned(&mut entries, turn);
            below = format!("layer{number}");
            host.insert(format!("{below}/kustomization.yaml"), layer.text(number, &entries));
            let own = format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: own{number}}}\n");
            host.insert(format!("{below}/own.yaml"), own);
        }
        for (number, layer) in self.tops.iter().enumerate() {
            let text = layer.text(10 + number, &[format!("../{below}")]);
            host.insert(format!("top{number}/kustomization.yaml"), format!("{text}{top}"));
        }
        host
    }
}

/// Turns a list round, and some of its parts.
fn turned<T>(list: &mut [T], turn: usize) {
    if turn > 0 && !list.is_empty() {
        list.reverse();
        let middle = turn % list.len();
        list.rotate_left(middle);
    }
}

fn manifest(kind: usize, name: u8) -> String {
    let head = |version: &str| {
        format!("apiVersion: {version}\nkind: {}\nmetadata: {{name: n{name}}}\n", KINDS[kind])
    };
    match kind {
        // They refer to others, which may be there or not.
        0 => format!(
            "{}spec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web:1\n        envFrom: [{{configMapRef: {{name: n{name}}}}}, {{configMapRef: {{name: gen0}}}}]\n",
            head("apps/v1")
        ),
        1 => format!("{}spec: {{selector: {{app: n{name}}}}}\n", head("v1")),
        2 => format!("{}data: {{a: '{name}'}}\n", head("v1")),
        _ => format!("{}rules: []\n", head("rbac.authorization.k8s.io/v1")),
    }
}

/// What a build gives: its output and its warnings, or what is wrong.
fn said(built: Result<Rendered, Error>) -> Result<(String, Vec<String>), String> {
    let rendered = built.map_err(|error| error.to_string())?;
    let warnings = rendered.warnings().iter().map(ToString::to_string).collect();
    Ok((rendered.to_yaml().map_err(|error| error.to_string())?, warnings))
}

fn alone(host: &MemoryHost, top: usize) -> Result<(String, Vec<String>), String> {
    said(render(host, format!("top{top}"), &Options::default()))
}

fn sorted(output: &str) -> Vec<&str> {
    let mut documents: Vec<&str> = output.split("---\n").collect();
    documents.sort_unstable();
    documents
}

/// The same trees on every machine and in every run; `PROPTEST_RNG_SEED` asks for others.
fn config(cases: u32) -> ProptestConfig {
    let seed =
        std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn a_build_is_a_function_of_its_files(tree in tree()) {
        let host = tree.files(0, "");
        let expected = [alone(&host, 0), alone(&host, 1)];
        // Most of the trees can be built, or else this would say little.
        prop_assert!(expected.iter().all(Result::is_ok), "{expected:?}");
        prop_assert_eq!([alone(&host, 0), alone(&host, 1)], expected.clone());
        let builder = &Builder::new(host);
        let built = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|number| scope.spawn(move || said(builder.build(format!("top{}", number % 2)))))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        for (number, built) in built.into_iter().enumerate() {
            prop_assert_eq!(&built, &expected[number % 2]);
        }
    }

    #[test]
    fn a_base_that_was_built_before_is_the_same(tree in tree()) {
        let host = tree.files(0, "");
        let expected = [alone(&host, 0), alone(&host, 1)];
        // No room at all, room for a few bases, and room for all.
        for kept in [0, 20_000, 1 << 20] {
            let mut options = Options::default();
            options.limits.kept_bytes = kept;
            let builder = Builder::new(host.clone()).with_options(options);
            for top in [0, 1, 0] {
                prop_assert_eq!(&said(builder.build(format!("top{top}"))), &expected[top]);
            }
            let last = tree.layers.len();
            let below = if last == 0 { "base".to_owned() } else { format!("layer{last}") };
            prop_assert_eq!(said(builder.build(&below)), said(render(&host, &below, &Options::default())));
        }
    }

    #[test]
    fn the_order_of_files_is_only_that_of_the_output(tree in tree(), turn in 1..9usize) {
        for (order, is_sorted) in [("", true), ("sortOptions: {order: legacy}\n", true), ("sortOptions: {order: fifo}\n", false)] {
            let (output, warnings) = alone(&tree.files(0, order), 0).unwrap();
            let (turned, turned_warnings) = alone(&tree.files(turn, order), 0).unwrap();
            if is_sorted {
                prop_assert_eq!(&turned, &output);
            } else {
                prop_assert_eq!(sorted(&turned), sorted(&output));
            }
            prop_assert_eq!(turned_warnings.len(), warnings.len());
        }
    }

    #[test]
    fn files_that_nobody_names_change_nothing(tree in tree()) {
        let mut host = tree.files(0, "");
        let expected = alone(&host, 0);
        for folder in ["base", "top0", "layer1", "other"] {
            host.insert(format!("{folder}/unnamed.yaml"), manifest(0, 0));
            host.insert(format!("{folder}/below/kustomization.yaml"), "namePrefix: other-\n");
            host.insert(format!("{folder}/README"), "not: [yaml");
        }
        prop_assert_eq!(alone(&host, 0), expected);
    }
}
