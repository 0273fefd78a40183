//! A kustomization of a Deployment, a Service and a ConfigMap, and what it gives.

/// The files.
#[allow(dead_code, reason = "the program beside the build needs the output alone")]
pub const FILES: &[(&str, &str)] = &[
    (
        "kustomization.yaml",
        "resources:\n- deployment.yaml\n- service.yaml\n- configmap.yaml\nlabels:\n- pairs:\n    app: hello\n",
    ),
    (
        "deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: the-deployment\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      deployment: hello\n  template:\n    metadata:\n      labels:\n        deployment: hello\n    spec:\n      containers:\n      - name: the-container\n        image: example/hello:1\n        ports:\n        - containerPort: 8080\n",
    ),
    (
        "service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: the-service\nspec:\n  selector:\n    deployment: hello\n  ports:\n  - protocol: TCP\n    port: 8666\n    targetPort: 8080\n",
    ),
    (
        "configmap.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: the-map\ndata:\n  altGreeting: Good Morning!\n  enableRisky: \"false\"\n",
    ),
];

/// What the build prints.
pub const OUTPUT: &str = "\
apiVersion: v1
data:
  altGreeting: Good Morning!
  enableRisky: \"false\"
kind: ConfigMap
metadata:
  labels:
    app: hello
  name: the-map
---
apiVersion: v1
kind: Service
metadata:
  labels:
    app: hello
  name: the-service
spec:
  ports:
  - port: 8666
    protocol: TCP
    targetPort: 8080
  selector:
    deployment: hello
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: hello
  name: the-deployment
spec:
  replicas: 3
  selector:
    matchLabels:
      deployment: hello
  template:
    metadata:
      labels:
        deployment: hello
    spec:
      containers:
      - image: example/hello:1
        name: the-container
        ports:
        - containerPort: 8080
";
