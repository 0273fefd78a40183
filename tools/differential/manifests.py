"""Random Kubernetes objects that refer to each other by names from a small pool."""

from yaml_text import Raw

NAMES = ["app", "web", "db"]
NAMESPACES = ["one", "two", "default"]
CLUSTER_SCOPED = {"ClusterRole", "ClusterRoleBinding", "StorageClass", "PriorityClass", "APIService", "Namespace",
                  "CustomResourceDefinition", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration",
                  "PersistentVolume"}
IMAGES = ["nginx", "nginx:1.25", "host:5000/team/app:v1", "redis@sha256:abc123", "team/app"]
ODD = ["1", "true", "", "0777", "1e3", "a: b", " lead", "x" * 90, "many words " * 10, "two\nlines\n", "null", "~", "é",
       Raw("1"), Raw("1.0"), Raw("true"), Raw("null"), Raw("0x1F"), Raw("2020-01-01"), Raw("yes"), Raw("'single'"),
       Raw("1_000"), Raw("12345678901234567890"), Raw(".5"), Raw("{}"), Raw("[]"), Raw("0o17"), Raw("!!str 5"),
       Raw('"a\\tb"'), Raw("010")]


class Manifests:
    """Makes objects with the dice that it is given."""

    def __init__(self, dice):
        self.dice = dice

    def chance(self, share):
        return self.dice.random() < share

    def name(self):
        return self.dice.choice(NAMES)

    def odd(self):
        return self.dice.choice(ODD)

    def word(self):
        """A string for a label or an annotation, rarely an odd one."""
        return self.dice.choice(["x", "y1", "prod", "1.2", "true"]) if self.chance(0.9) else self.odd()

    def pairs(self, most=2):
        keys = ["app", "tier", "app.kubernetes.io/name", "team", "a2", "a10"]
        return {key: self.word() for key in self.dice.sample(keys, self.dice.randint(0, most))}

    def object(self):
        """One object; lists of objects are made by whoever writes files."""
        kind = self.dice.choice(KINDS)
        api_version, body = getattr(self, "_" + kind.__name__.removeprefix("_"))()
        kind = body.pop("kind")
        return self.finish(api_version, kind, body)

    def finish(self, api_version, kind, body):
        metadata = {"name": body.pop("name", None) or self.name()}
        if kind not in CLUSTER_SCOPED and self.chance(0.4) or self.chance(0.02):
            metadata["namespace"] = self.dice.choice(NAMESPACES)
        for field in ("labels", "annotations"):
            if self.chance(0.3):
                metadata[field] = self.pairs()
            elif self.chance(0.04):
                metadata[field] = self.dice.choice([None, {}])
        metadata.update(body.pop("metadata", {}))
        if self.chance(0.02):
            metadata["creationTimestamp"] = None
        return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}

    # Parts.

    def env(self):
        env = []
        for key in self.dice.sample(["A", "B", "C", "D"], self.dice.randint(0, 3)):
            reference = {"name": self.name(), "key": "k"}
            env.append(self.dice.choice([
                {"name": key, "value": self.word()},
                {"name": key, "valueFrom": {"configMapKeyRef": reference}},
                {"name": key, "valueFrom": {"secretKeyRef": reference}},
            ]))
        return env

    def container(self, name):
        container = {"name": name, "image": self.dice.choice(IMAGES)}
        if self.chance(0.05):
            container["image"] = self.dice.choice(["nginx:", "", "a/nginx:x@sha256:1", Raw("1"), None])
        if self.chance(0.4):
            container["env"] = self.env()
        if self.chance(0.3):
            kind = self.dice.choice(["configMapRef", "secretRef"])
            container["envFrom"] = [{kind: {"name": self.name()}}]
        if self.chance(0.3):
            container["ports"] = [{"containerPort": port} for port in self.dice.sample([80, 443, 8080], 2)]
            if self.chance(0.3):
                container["ports"][0].update(name="http", protocol="TCP")
        if self.chance(0.3):
            container["volumeMounts"] = [{"name": "v1", "mountPath": "/a"}, {"name": "v2", "mountPath": "/b"}]
        if self.chance(0.2):
            container["args"] = [self.word() for _ in range(self.dice.randint(0, 3))]
        if self.chance(0.2):
            container["resources"] = {"limits": {"cpu": Raw("1"), "memory": "1Gi"}}
        return container

    def volume(self, name):
        name_only = {"name": self.name()}
        source = self.dice.choice([
            {"configMap": {**name_only, "items": [{"key": "k", "path": "p"}]}},
            {"configMap": name_only}, {"secret": {"secretName": self.name()}}, {"emptyDir": {}},
            {"persistentVolumeClaim": {"claimName": self.name()}},
            {"projected": {"sources": [{"configMap": name_only}, {"secret": {"name": self.name()}}]}},
        ])
        return {"name": name, **source}

    def pod_spec(self):
        spec = {"containers": [self.container(name) for name in self.dice.sample(["main", "side"], self.dice.randint(1, 2))]}
        if self.chance(0.2):
            spec["initContainers"] = [self.container("init")]
        if self.chance(0.4):
            spec["volumes"] = [self.volume("v1"), self.volume("v2")]
        if self.chance(0.3):
            spec["serviceAccountName"] = self.name()
        if self.chance(0.2):
            spec["imagePullSecrets"] = [{"name": self.name()}]
        if self.chance(0.1):
            spec["priorityClassName"] = self.name()
        if self.chance(0.15):
            spec["tolerations"] = [{"key": "k", "operator": "Exists"}, {"key": "l", "value": "v"}]
        if self.chance(0.1):
            term = {"labelSelector": {"matchLabels": self.pairs()}, "topologyKey": "zone"}
            spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
        if self.chance(0.1):
            spec["topologySpreadConstraints"] = [{"maxSkew": 1, "topologyKey": "zone", "labelSelector": {"matchLabels": self.pairs()}}]
        return spec

    def template(self):
        template = {"spec": self.pod_spec()}
        if self.chance(0.7):
            template["metadata"] = {"labels": self.pairs()}
        if self.chance(0.05):
            template["metadata"] = self.dice.choice([None, {}, {"labels": None}, {"annotations": None}])
        return template

    def workload(self, kind):
        spec = {"template": self.template()}
        if self.chance(0.6):
            spec["selector"] = {"matchLabels": self.pairs()}
        if self.chance(0.4) and kind != "DaemonSet":
            spec["replicas"] = self.dice.choice([1, 3, None, Raw("'2'")]) if self.chance(0.3) else 1
        return "apps/v1", {"kind": kind, "spec": spec}

    def data(self):
        return {key: self.dice.choice([self.word(), self.odd()]) for key in self.dice.sample(["k", "k2", "a.b", "K10"], 2)}

    # Kinds.

    def _deployment(self):
        return self.workload("Deployment")

    def _daemon_set(self):
        return self.workload("DaemonSet")

    def _stateful_set(self):
        api_version, body = self.workload("StatefulSet")
        body["spec"]["serviceName"] = self.name()
        if self.chance(0.3):
            body["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": {"storageClassName": self.name()}}]
        return api_version, body

    def _pod(self):
        return "v1", {"kind": "Pod", "spec": self.pod_spec()}

    def _job(self):
        return "batch/v1", {"kind": "Job", "spec": {"template": self.template()}}

    def _cron_job(self):
        job = {"spec": {"template": self.template()}}
        return "batch/v1", {"kind": "CronJob", "spec": {"schedule": "* * * * *", "jobTemplate": job}}

    def _service(self):
        spec = {"ports": [{"port": 80, "targetPort": "http"}, {"port": 443, "protocol": "TCP"}]}
        if self.chance(0.7):
            spec["selector"] = self.pairs() if self.chance(0.9) else None
        return "v1", {"kind": "Service", "spec": spec}

    def _ingress(self):
        if self.chance(0.2):
            path = {"path": "/", "backend": {"serviceName": self.name(), "servicePort": 80}}
            return "extensions/v1beta1", {"kind": "Ingress", "spec": {"rules": [{"http": {"paths": [path]}}]}}
        path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": self.name(), "port": {"number": 80}}}}
        spec = {"rules": [{"host": "h", "http": {"paths": [path]}}], "tls": [{"hosts": ["h"], "secretName": self.name()}]}
        return "networking.k8s.io/v1", {"kind": "Ingress", "spec": spec}

    def _config_map(self):
        return "v1", {"kind": "ConfigMap", "data": self.data() if self.chance(0.9) else None}

    def _secret(self):
        return "v1", {"kind": "Secret", "type": "Opaque", self.dice.choice(["data", "stringData"]): self.data()}

    def _service_account(self):
        body = {"kind": "ServiceAccount"}
        if self.chance(0.3):
            body.update(secrets=[{"name": self.name()}], imagePullSecrets=[{"name": self.name()}])
        return "v1", body

    def _role(self):
        rule = {"apiGroups": [""], "resources": [self.dice.choice(["configmaps", "secrets"])], "verbs": ["get"]}
        if self.chance(0.5):
            rule["resourceNames"] = [self.name() for _ in range(self.dice.randint(0, 2))]
        return "rbac.authorization.k8s.io/v1", {"kind": self.dice.choice(["Role", "ClusterRole"]), "rules": [rule]}

    def _role_binding(self):
        kind = self.dice.choice(["RoleBinding", "ClusterRoleBinding"])
        role = "ClusterRole" if kind == "ClusterRoleBinding" or self.chance(0.3) else "Role"
        subjects = []
        for _ in range(self.dice.randint(0, 2)):
            subject = {"kind": "ServiceAccount", "name": self.name() if self.chance(0.8) else "default"}
            if self.chance(0.6):
                subject["namespace"] = self.dice.choice(NAMESPACES)
            subjects.append(subject if self.chance(0.85) else {"kind": "User", "name": self.name()})
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": self.name()}
        return "rbac.authorization.k8s.io/v1", {"kind": kind, "roleRef": reference, "subjects": subjects}

    def _autoscaler(self):
        target = {"apiVersion": "apps/v1", "kind": self.dice.choice(["Deployment", "StatefulSet"]), "name": self.name()}
        version = self.dice.choice(["v1", "v2"])
        return f"autoscaling/{version}", {"kind": "HorizontalPodAutoscaler", "spec": {"scaleTargetRef": target, "maxReplicas": 5}}

    def _disruption_budget(self):
        return "policy/v1", {"kind": "PodDisruptionBudget", "spec": {"minAvailable": 1, "selector": {"matchLabels": self.pairs()}}}

    def _volume_claim(self):
        return "v1", {"kind": "PersistentVolumeClaim", "spec": {"storageClassName": self.name(), "volumeName": self.name()}}

    def _storage_class(self):
        return "storage.k8s.io/v1", {"kind": "StorageClass", "provisioner": "p"}

    def _volume(self):
        return "v1", {"kind": "PersistentVolume", "spec": {"storageClassName": self.name()}}

    def _priority_class(self):
        return "scheduling.k8s.io/v1", {"kind": "PriorityClass", "value": 10}

    def _network_policy(self):
        peer = {"podSelector": {"matchLabels": self.pairs()}}
        return "networking.k8s.io/v1", {"kind": "NetworkPolicy", "spec": {
            "podSelector": {"matchLabels": self.pairs()}, "ingress": [{"from": [peer]}]}}

    def _webhook(self):
        kind = self.dice.choice(["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"])
        service = {"name": self.name(), "namespace": self.dice.choice(NAMESPACES), "path": "/"}
        if self.chance(0.2):
            del service["namespace"]
        return "admissionregistration.k8s.io/v1", {"kind": kind, "webhooks": [{"name": "w", "clientConfig": {"service": service}}]}

    def _api_service(self):
        service = {"name": self.name(), "namespace": self.dice.choice(NAMESPACES)}
        return "apiregistration.k8s.io/v1", {"kind": "APIService", "spec": {"service": service, "group": "g", "version": "v1"}}

    def _definition(self):
        spec = {"group": "example.com", "names": {"kind": "Widget", "plural": "widgets"}}
        if self.chance(0.4):
            service = {"name": self.name(), "namespace": self.dice.choice(NAMESPACES)}
            spec["conversion"] = {"strategy": "Webhook", "webhook": {"clientConfig": {"service": service}}}
        return "apiextensions.k8s.io/v1", {"kind": "CustomResourceDefinition", "name": "widgets.example.com", "spec": spec}

    def _custom(self):
        spec = {"image": self.dice.choice(IMAGES), "configRef": {"name": self.name()}, "list": [{"name": "a", "v": 1}, {"name": "b"}],
                "containers": [self.container("main")], "odd": self.odd()}
        return "example.com/v1", {"kind": self.dice.choice(["Widget", "Deployment"]), "spec": spec}

    def _namespace(self):
        return "v1", {"kind": "Namespace", "name": self.dice.choice([*NAMESPACES, *NAMES])}


_WEIGHTS = {"_deployment": 6, "_config_map": 5, "_secret": 4, "_service": 4, "_stateful_set": 3, "_service_account": 3,
            "_role": 3, "_role_binding": 4, "_custom": 2, "_cron_job": 2}
KINDS = [method for name, method in vars(Manifests).items()
         if name.startswith("_") and not name.startswith("__") for _ in range(_WEIGHTS.get(name, 1))]
