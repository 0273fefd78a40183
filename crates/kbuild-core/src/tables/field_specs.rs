//! The fields that the built-in transformers work on, kind by kind.

/// One field: the kinds that have it, its path, and whether to create it where it is absent.
/// An empty group, version or kind stands for any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpecRow {
    /// The API group, such as `apps`; empty for any.
    pub group: &'static str,
    /// The API version, such as `v1`; empty for any.
    pub version: &'static str,
    /// The kind, such as `Deployment`; empty for any.
    pub kind: &'static str,
    /// The path of the field; `[]` after a segment marks a sequence, `\/` is a slash within a segment.
    pub path: &'static str,
    /// Whether the field is created where it is absent.
    pub create: bool,
}

/// A field that is changed only where it is there already.
pub(super) const fn at(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    path: &'static str,
) -> FieldSpecRow {
    FieldSpecRow { group, version, kind, path, create: false }
}

/// A field that is created where it is absent.
const fn create(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    path: &'static str,
) -> FieldSpecRow {
    FieldSpecRow { group, version, kind, path, create: true }
}

/// Where `labels` are set whatever their options; not part of the configuration, so it comes after its fields.
#[rustfmt::skip]
pub const LABELS: &[FieldSpecRow] = &[
    create("", "", "", "metadata/labels"),
];

/// Where `namePrefix` is put in front of a name.
#[rustfmt::skip]
pub const NAME_PREFIX: &[FieldSpecRow] = &[
    at("", "", "", "metadata/name"),
];

/// Where `nameSuffix` is added to a name.
#[rustfmt::skip]
pub const NAME_SUFFIX: &[FieldSpecRow] = &[
    at("", "", "", "metadata/name"),
];

/// Where `namespace` is set, besides the places that its transformer knows by itself.
#[rustfmt::skip]
pub const NAMESPACE: &[FieldSpecRow] = &[
    create("", "", "Namespace", "metadata/name"),
    create("apiregistration.k8s.io", "", "APIService", "spec/service/namespace"),
    at("apiextensions.k8s.io", "", "CustomResourceDefinition", "spec/conversion/webhook/clientConfig/service/namespace"),
];

/// Where `commonLabels` are set: metadata, selectors and templates.
#[rustfmt::skip]
pub const COMMON_LABELS: &[FieldSpecRow] = &[
    create("", "v1", "Service", "spec/selector"),
    create("", "v1", "ReplicationController", "spec/selector"),
    create("", "", "Deployment", "spec/selector/matchLabels"),
    at("apps", "", "Deployment", "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"),
    at("apps", "", "Deployment", "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"),
    at("apps", "", "Deployment", "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"),
    at("apps", "", "Deployment", "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"),
    at("apps", "", "Deployment", "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels"),
    create("", "", "ReplicaSet", "spec/selector/matchLabels"),
    create("", "", "DaemonSet", "spec/selector/matchLabels"),
    create("apps", "", "StatefulSet", "spec/selector/matchLabels"),
    at("apps", "", "StatefulSet", "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"),
    at("apps", "", "StatefulSet", "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"),
    at("apps", "", "StatefulSet", "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels"),
    at("apps", "", "StatefulSet", "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels"),
    at("apps", "", "StatefulSet", "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels"),
    at("batch", "", "Job", "spec/selector/matchLabels"),
    at("batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels"),
    at("policy", "", "PodDisruptionBudget", "spec/selector/matchLabels"),
    at("networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels"),
    at("networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels"),
    at("networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels"),
    create("", "", "", "metadata/labels"),
    create("", "v1", "ReplicationController", "spec/template/metadata/labels"),
    create("", "", "Deployment", "spec/template/metadata/labels"),
    create("", "", "ReplicaSet", "spec/template/metadata/labels"),
    create("", "", "DaemonSet", "spec/template/metadata/labels"),
    create("apps", "", "StatefulSet", "spec/template/metadata/labels"),
    create("batch", "", "Job", "spec/template/metadata/labels"),
    create("batch", "", "CronJob", "spec/jobTemplate/metadata/labels"),
    create("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels"),
    create("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels"),
];

/// Where `labels` with `includeTemplates` are set.
#[rustfmt::skip]
pub const TEMPLATE_LABELS: &[FieldSpecRow] = &[
    create("", "", "", "metadata/labels"),
    create("", "v1", "ReplicationController", "spec/template/metadata/labels"),
    create("", "", "Deployment", "spec/template/metadata/labels"),
    create("", "", "ReplicaSet", "spec/template/metadata/labels"),
    create("", "", "DaemonSet", "spec/template/metadata/labels"),
    create("apps", "", "StatefulSet", "spec/template/metadata/labels"),
    create("batch", "", "Job", "spec/template/metadata/labels"),
    create("batch", "", "CronJob", "spec/jobTemplate/metadata/labels"),
    create("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels"),
];

/// Where `labels` with `includeVolumeClaimTemplates` are set.
#[rustfmt::skip]
pub const VOLUME_CLAIM_TEMPLATE_LABELS: &[FieldSpecRow] = &[
    create("apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels"),
];

/// Where `commonAnnotations` are set.
#[rustfmt::skip]
pub const COMMON_ANNOTATIONS: &[FieldSpecRow] = &[
    create("", "", "", "metadata/annotations"),
    create("", "v1", "ReplicationController", "spec/template/metadata/annotations"),
    create("", "", "Deployment", "spec/template/metadata/annotations"),
    create("", "", "ReplicaSet", "spec/template/metadata/annotations"),
    create("", "", "DaemonSet", "spec/template/metadata/annotations"),
    create("", "", "StatefulSet", "spec/template/metadata/annotations"),
    create("batch", "", "Job", "spec/template/metadata/annotations"),
    create("batch", "", "CronJob", "spec/jobTemplate/metadata/annotations"),
    create("batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations"),
];

/// Where `images` looks for references to container images.
#[rustfmt::skip]
pub const IMAGES: &[FieldSpecRow] = &[
    create("", "", "", "spec/containers[]/image"),
    create("", "", "", "spec/initContainers[]/image"),
    create("", "", "", "spec/volumes[]/image/reference"),
    create("", "", "", "spec/template/spec/containers[]/image"),
    create("", "", "", "spec/template/spec/initContainers[]/image"),
    create("", "", "", "spec/template/spec/volumes[]/image/reference"),
];

/// Where `replicas` sets a count.
#[rustfmt::skip]
pub const REPLICAS: &[FieldSpecRow] = &[
    create("", "", "Deployment", "spec/replicas"),
    create("", "", "ReplicationController", "spec/replicas"),
    create("", "", "ReplicaSet", "spec/replicas"),
    create("", "", "StatefulSet", "spec/replicas"),
];

/// Where `$(NAME)` is replaced by the value of a var.
#[rustfmt::skip]
pub const VAR_REFERENCE: &[FieldSpecRow] = &[
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/args"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/command"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/env/value"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/volumeMounts/mountPath"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/args"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/command"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/env/value"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/volumeMounts/mountPath"),
    at("", "", "CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server"),
    at("", "", "DaemonSet", "spec/template/spec/containers/args"),
    at("", "", "DaemonSet", "spec/template/spec/containers/command"),
    at("", "", "DaemonSet", "spec/template/spec/containers/env/value"),
    at("", "", "DaemonSet", "spec/template/spec/containers/volumeMounts/mountPath"),
    at("", "", "DaemonSet", "spec/template/spec/initContainers/args"),
    at("", "", "DaemonSet", "spec/template/spec/initContainers/command"),
    at("", "", "DaemonSet", "spec/template/spec/initContainers/env/value"),
    at("", "", "DaemonSet", "spec/template/spec/initContainers/volumeMounts/mountPath"),
    at("", "", "DaemonSet", "spec/template/spec/volumes/nfs/server"),
    at("", "", "Deployment", "spec/template/spec/containers/args"),
    at("", "", "Deployment", "spec/template/spec/containers/command"),
    at("", "", "Deployment", "spec/template/spec/containers/env/value"),
    at("", "", "Deployment", "spec/template/spec/containers/volumeMounts/mountPath"),
    at("", "", "Deployment", "spec/template/spec/initContainers/args"),
    at("", "", "Deployment", "spec/template/spec/initContainers/command"),
    at("", "", "Deployment", "spec/template/spec/initContainers/env/value"),
    at("", "", "Deployment", "spec/template/spec/initContainers/volumeMounts/mountPath"),
    at("", "", "Deployment", "spec/template/spec/volumes/nfs/server"),
    at("", "", "Deployment", "spec/template/metadata/annotations"),
    at("", "", "Ingress", "spec/rules/host"),
    at("", "", "Ingress", "spec/tls/hosts"),
    at("", "", "Ingress", "spec/tls/secretName"),
    at("", "", "Job", "spec/template/spec/containers/args"),
    at("", "", "Job", "spec/template/spec/containers/command"),
    at("", "", "Job", "spec/template/spec/containers/env/value"),
    at("", "", "Job", "spec/template/spec/containers/volumeMounts/mountPath"),
    at("", "", "Job", "spec/template/spec/initContainers/args"),
    at("", "", "Job", "spec/template/spec/initContainers/command"),
    at("", "", "Job", "spec/template/spec/initContainers/env/value"),
    at("", "", "Job", "spec/template/spec/initContainers/volumeMounts/mountPath"),
    at("", "", "Job", "spec/template/spec/volumes/nfs/server"),
    at("", "", "Pod", "spec/containers/args"),
    at("", "", "Pod", "spec/containers/command"),
    at("", "", "Pod", "spec/containers/env/value"),
    at("", "", "Pod", "spec/containers/volumeMounts/mountPath"),
    at("", "", "Pod", "spec/initContainers/args"),
    at("", "", "Pod", "spec/initContainers/command"),
    at("", "", "Pod", "spec/initContainers/env/value"),
    at("", "", "Pod", "spec/initContainers/volumeMounts/mountPath"),
    at("", "", "Pod", "spec/volumes/nfs/server"),
    at("", "", "ReplicaSet", "spec/template/spec/containers/args"),
    at("", "", "ReplicaSet", "spec/template/spec/containers/command"),
    at("", "", "ReplicaSet", "spec/template/spec/containers/env/value"),
    at("", "", "ReplicaSet", "spec/template/spec/containers/volumeMounts/mountPath"),
    at("", "", "ReplicaSet", "spec/template/spec/initContainers/args"),
    at("", "", "ReplicaSet", "spec/template/spec/initContainers/command"),
    at("", "", "ReplicaSet", "spec/template/spec/initContainers/env/value"),
    at("", "", "ReplicaSet", "spec/template/spec/initContainers/volumeMounts/mountPath"),
    at("", "", "ReplicaSet", "spec/template/spec/volumes/nfs/server"),
    at("", "", "Service", "spec/ports/port"),
    at("", "", "Service", "spec/ports/targetPort"),
    at("", "", "StatefulSet", "spec/template/spec/containers/args"),
    at("", "", "StatefulSet", "spec/template/spec/containers/command"),
    at("", "", "StatefulSet", "spec/template/spec/containers/env/value"),
    at("", "", "StatefulSet", "spec/template/spec/containers/volumeMounts/mountPath"),
    at("", "", "StatefulSet", "spec/template/spec/initContainers/args"),
    at("", "", "StatefulSet", "spec/template/spec/initContainers/command"),
    at("", "", "StatefulSet", "spec/template/spec/initContainers/env/value"),
    at("", "", "StatefulSet", "spec/template/spec/initContainers/volumeMounts/mountPath"),
    at("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server"),
    at("", "", "PersistentVolume", "spec/nfs/server"),
    at("", "", "", "metadata/labels"),
    at("", "", "", "metadata/annotations"),
];

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use yaml_serde::Value;

    /// The file of facts about the reference, where the checkout has it beside it.
    pub fn facts(name: &str) -> Option<Value> {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference/");
        let text = std::fs::read_to_string(format!("{dir}{name}")).ok()?;
        Some(yaml_serde::from_str(&text).unwrap())
    }

    /// A row in the form in which the facts have it: group, version, kind, path, create.
    pub type Plain = (String, String, String, String, bool);

    pub fn text(value: &Value, key: &str) -> String {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    pub fn facts_rows(list: &Value) -> Vec<Plain> {
        list.as_sequence()
            .unwrap()
            .iter()
            .map(|row| {
                let create = row.get("create").and_then(Value::as_bool).unwrap_or(false);
                (
                    text(row, "group"),
                    text(row, "version"),
                    text(row, "kind"),
                    text(row, "path"),
                    create,
                )
            })
            .collect()
    }

    pub fn own_rows(rows: &[FieldSpecRow]) -> Vec<Plain> {
        rows.iter()
            .map(|r| (r.group.into(), r.version.into(), r.kind.into(), r.path.into(), r.create))
            .collect()
    }

    #[test]
    fn the_tables_are_those_of_the_reference() {
        let Some(facts) = facts("default-fieldspecs.yaml") else { return };
        let tables = [
            ("namePrefix", NAME_PREFIX),
            ("nameSuffix", NAME_SUFFIX),
            ("namespace", NAMESPACE),
            ("commonLabels", COMMON_LABELS),
            ("templateLabels", TEMPLATE_LABELS),
            ("volumeClaimTemplateLabels", VOLUME_CLAIM_TEMPLATE_LABELS),
            ("commonAnnotations", COMMON_ANNOTATIONS),
            ("images", IMAGES),
            ("replicas", REPLICAS),
            ("varReference", VAR_REFERENCE),
        ];
        for (section, table) in tables {
            assert_eq!(own_rows(table), facts_rows(&facts[section]), "{section}");
        }
        // Name references have a table of their own.
        assert_eq!(facts.as_mapping().unwrap().len(), tables.len() + 1, "a section is missing");
    }
}
