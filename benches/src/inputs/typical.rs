//! What a team has: some twelve apps in a base, a layer for all clusters, and one for production.

use std::io;

use super::{Folder, Random};

const APPS: usize = 12;

pub fn make(to: &Folder) -> io::Result<Vec<String>> {
    let mut random = Random::new(2);
    let mut base = "resources:\n- namespace.yaml\n".to_owned();
    to.write("base/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n")?;
    for app in 0..APPS {
        base.push_str(&format!("- app-{app}/app.yaml\n- app-{app}/access.yaml\n"));
        to.write(format!("base/app-{app}/app.yaml"), deployment_and_service(app, &mut random))?;
        to.write(format!("base/app-{app}/access.yaml"), access(app))?;
        to.write(format!("base/app-{app}/app.properties"), properties(app, &mut random))?;
    }
    base.push_str("configMapGenerator:\n");
    for app in 0..APPS {
        base.push_str(&format!(
            "- name: app-{app}\n  files: [app-{app}/app.properties]\n  literals: [LOG_LEVEL=info]\n"
        ));
    }
    base.push_str(
        "secretGenerator:\n- name: database\n  literals: [user=shop, password=change-me]\n",
    );
    to.write("base/kustomization.yaml", base)?;
    to.write("cluster/kustomization.yaml", CLUSTER)?;
    let mut production = PRODUCTION.to_owned();
    production.push_str("patches:\n");
    for app in 0..APPS / 2 {
        production.push_str(&format!("- path: app-{app}.yaml\n"));
        to.write(format!("production/app-{app}.yaml"), patch(app))?;
    }
    production.push_str("- target: {kind: Service}\n  patch: |-\n    - op: add\n      path: /metadata/annotations\n      value: {scrape: \"true\"}\n");
    to.write("production/kustomization.yaml", production)?;
    Ok(vec!["production".to_owned()])
}

fn deployment_and_service(app: usize, random: &mut Random) -> String {
    let (cpu, memory) =
        (random.pick(&["50m", "100m", "250m"]), random.pick(&["64Mi", "128Mi", "1Gi"]));
    let variables: String = (0..random.below(8))
        .map(|at| {
            format!("        - name: OPTION_{at}\n          value: \"{}\"\n", random.below(1000))
        })
        .collect();
    format!(
        "\
# App number {app}.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{app}
  labels: {{tier: backend}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: app-{app}}}
  template:
    metadata:
      labels: {{app: app-{app}}}
    spec:
      serviceAccountName: app-{app}
      containers:
      - name: app
        image: registry.example.com/shop/app-{app}:latest
        ports:
        - {{name: http, containerPort: 8080}}
        env:
        - name: PASSWORD
          valueFrom:
            secretKeyRef: {{name: database, key: password}}
{variables}        envFrom:
        - configMapRef: {{name: app-{app}}}
        resources:
          requests:
            cpu: {cpu}
            memory: {memory}
        livenessProbe:
          httpGet: {{path: /healthz, port: http}}
          initialDelaySeconds: 5
      volumes:
      - name: config
        configMap: {{name: app-{app}}}
---
apiVersion: v1
kind: Service
metadata:
  name: app-{app}
spec:
  selector: {{app: app-{app}}}
  ports:
  - {{name: http, port: 80, targetPort: http}}
"
    )
}

fn access(app: usize) -> String {
    format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app-{app}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: app-{app}\nspec:\n  rules:\n  - host: app-{app}.example.com\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            name: app-{app}\n            port:\n              name: http\n"
    )
}

fn properties(app: usize, random: &mut Random) -> String {
    (0..20).map(|at| format!("app.{app}.setting.{at}={}\n", random.below(1_000_000))).collect()
}

fn patch(app: usize) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{app}\nspec:\n  replicas: 4\n  template:\n    spec:\n      containers:\n      - name: app\n        env:\n        - name: REGION\n          value: eu-1\n        resources:\n          limits: {{memory: 2Gi}}\n"
    )
}

const CLUSTER: &str = "\
resources: [../base]
labels:
- pairs: {part-of: shop}
  includeSelectors: true
commonAnnotations: {team: shop}
images:
- name: registry.example.com/shop/app-0
  newTag: \"1.2\"
- name: registry.example.com/shop/app-1
  newTag: \"1.3\"
";

const PRODUCTION: &str = "\
namespace: shop-prd
nameSuffix: -prd
resources: [../cluster]
replicas:
- {name: app-11, count: 6}
configMapGenerator:
- name: app-0
  behavior: merge
  literals: [LOG_LEVEL=warn]
";
