//! A base of N apps, one file each with a Deployment, a Service and a ServiceAccount, up to 50 generated ConfigMaps, and an
//! overlay with about all that can be done to them.

use std::io;

use super::Folder;

pub fn make(to: &Folder, apps: usize) -> io::Result<Vec<String>> {
    let mut base =
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n".to_owned();
    for app in 0..apps {
        to.write(format!("base/app-{app:05}.yaml"), objects(app))?;
        base.push_str(&format!("- app-{app:05}.yaml\n"));
    }
    base.push_str("configMapGenerator:\n");
    for map in 0..apps.clamp(1, 50) {
        base.push_str(&format!(
            "- name: settings-{map:02}\n  literals:\n  - LEVEL=info\n  - ID={map}\n"
        ));
    }
    to.write("base/kustomization.yaml", base)?;
    to.write("overlays/prd/kustomization.yaml", OVERLAY)?;
    to.write("overlays/prd/patch.yaml", PATCH)?;
    Ok(vec!["overlays/prd".to_owned()])
}

fn objects(app: usize) -> String {
    let settings = app % 50;
    format!(
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{app:05}
  labels:
    app: app-{app:05}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: app-{app:05}
  template:
    metadata:
      labels:
        app: app-{app:05}
    spec:
      serviceAccountName: app-{app:05}
      containers:
      - name: main
        image: registry.example.com/team/app:{app}
        args: [\"--listen\", \"0.0.0.0:8080\", \"--id={app}\"]
        ports:
        - containerPort: 8080
          name: http
        env:
        - name: LEVEL
          value: info
        envFrom:
        - configMapRef:
            name: settings-{settings:02}
        resources:
          requests: {{cpu: 100m, memory: 64Mi}}
          limits: {{cpu: \"1\", memory: 256Mi}}
      - name: sidecar
        image: proxy
        volumeMounts:
        - name: conf
          mountPath: /etc/conf
      volumes:
      - name: conf
        configMap:
          name: settings-{settings:02}
---
apiVersion: v1
kind: Service
metadata:
  name: app-{app:05}
spec:
  selector:
    app: app-{app:05}
  ports:
  - port: 80
    targetPort: http
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: app-{app:05}
"
    )
}

const OVERLAY: &str = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: prd
namePrefix: prd-
labels:
- pairs: {env: prd}
  includeSelectors: true
commonAnnotations:
  owner: team
resources:
- ../../base
images:
- name: registry.example.com/team/app
  newTag: v2
- name: proxy
  newName: mirror.example.com/proxy
  digest: sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3
replicas:
- name: app-00000
  count: 5
patches:
- path: patch.yaml
  target: {kind: Deployment}
- target: {kind: Service}
  patch: |-
    - op: add
      path: /spec/type
      value: ClusterIP
";

const PATCH: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: any
spec:
  template:
    spec:
      containers:
      - name: main
        env:
        - name: LEVEL
          value: warn
        - name: REGION
          value: eu
";
