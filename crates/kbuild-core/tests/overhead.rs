//! What it costs to keep track of who wrote what: `cargo test --release -p kbuild-core --test overhead -- --ignored --nocapture`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement reads the clock, and is printed"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use kbuild_core::{MemoryHost, Options, render};

/// How many applications there are: three resources each.
const APPLICATIONS: usize = 1000;
const ROUNDS: usize = 15;

#[test]
#[ignore = "times mean something in a release build on a machine that does nothing else"]
fn provenance_costs_less_than_fifteen_in_a_hundred() {
    let host = host();
    let time = |provenance: bool| {
        let mut options = Options::default();
        options.provenance = provenance;
        let start = Instant::now();
        black_box(render(&host, "prd", &options).unwrap().to_yaml().unwrap());
        start.elapsed()
    };
    let (mut off, mut on) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        off = off.min(time(false));
        on = on.min(time(true));
    }
    let ratio = on.as_secs_f64() / off.as_secs_f64();
    println!("off {off:.1?}, on {on:.1?}: {ratio:.3}");
    assert!(ratio < 1.15, "{ratio}");
}

/// A base of many applications; an overlay with a transformer of each sort, and a patch for every deployment and service.
fn host() -> MemoryHost {
    let mut host = MemoryHost::new();
    let mut base = String::from("resources:\n");
    let mut prd = String::from(
        "namespace: prd\nnamePrefix: p-\nresources: [../base]\ncommonAnnotations: {team: x}\nlabels:\n- pairs: {stage: prd}\n  includeSelectors: true\nimages:\n- name: registry.example.org/app\n  newTag: v2\npatches:\n- path: patch.yaml\n  target: {kind: Deployment}\n- target: {kind: Service}\n  patch: '[{\"op\": \"add\", \"path\": \"/spec/ports/0/appProtocol\", \"value\": \"http\"}]'\nreplicas:\n",
    );
    for number in 0..APPLICATIONS {
        // Writing into a string cannot fail.
        let _ = writeln!(base, "- app-{number}.yaml");
        if number % 10 == 0 {
            let _ = writeln!(prd, "- name: app-{number}\n  count: 3");
        }
        host.insert(format!("base/app-{number}.yaml"), application(number));
    }
    base.push_str("configMapGenerator:\n");
    for number in 0..50 {
        let _ = writeln!(base, "- name: settings-{number}\n  literals: [a={number}, b=c]");
    }
    host.insert("base/kustomization.yaml", base);
    host.insert("prd/kustomization.yaml", prd);
    host.insert(
        "prd/patch.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: any}\nspec:\n  template:\n    spec:\n      securityContext: {runAsNonRoot: true}\n      containers:\n      - name: main\n        resources:\n          limits: {memory: 128Mi}\n",
    );
    host
}

fn application(number: usize) -> String {
    let settings = number % 50;
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{number}\n  labels:\n    app: app-{number}\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: app-{number}\n  template:\n    metadata:\n      labels:\n        app: app-{number}\n    spec:\n      serviceAccountName: app-{number}\n      containers:\n      - name: main\n        image: registry.example.org/app:v1\n        args: [--listen, '0.0.0.0:8080']\n        ports:\n        - containerPort: 8080\n          name: http\n        envFrom:\n        - configMapRef:\n            name: settings-{settings}\n        resources:\n          requests: {{cpu: 100m, memory: 64Mi}}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: app-{number}\nspec:\n  selector:\n    app: app-{number}\n  ports:\n  - port: 80\n    targetPort: http\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app-{number}\n"
    )
}
