//! Who may refer to whom by name: for each kind that can be renamed, the fields that hold its name.

use super::field_specs::{FieldSpecRow, at};

/// A kind that others refer to, and the fields in which they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameReferenceRow {
    /// The API group of the kind referred to; empty for any.
    pub group: &'static str,
    /// The API version of the kind referred to; empty for any.
    pub version: &'static str,
    /// The kind referred to.
    pub kind: &'static str,
    /// The fields that refer to it.
    pub field_specs: &'static [FieldSpecRow],
}

const fn to(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    field_specs: &'static [FieldSpecRow],
) -> NameReferenceRow {
    NameReferenceRow { group, version, kind, field_specs }
}

/// All name references, in the order in which they are followed: by the legacy order of kinds, then by
/// `group_version_kind` with `~G`, `~V` and `~K` for empty ones. The order shows where one field may name
/// several kinds (`resourceNames` of a role), since a later row sees the name that an earlier one wrote.
/// For the same reason the one field that is listed twice (`tls` of an Ingress) stays listed twice.
#[rustfmt::skip]
pub const NAME_REFERENCES: &[NameReferenceRow] = &[
    to("storage.k8s.io", "v1", "StorageClass", &[
        at("", "", "PersistentVolume", "spec/storageClassName"),
        at("", "", "PersistentVolumeClaim", "spec/storageClassName"),
        at("", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
    ]),
    to("", "v1", "ServiceAccount", &[
        at("rbac.authorization.k8s.io", "", "RoleBinding", "subjects"),
        at("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "subjects"),
        at("", "", "Pod", "spec/serviceAccountName"),
        at("", "", "StatefulSet", "spec/template/spec/serviceAccountName"),
        at("", "", "Deployment", "spec/template/spec/serviceAccountName"),
        at("", "", "ReplicationController", "spec/template/spec/serviceAccountName"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/serviceAccountName"),
        at("", "", "Job", "spec/template/spec/serviceAccountName"),
        at("", "", "DaemonSet", "spec/template/spec/serviceAccountName"),
    ]),
    to("rbac.authorization.k8s.io", "", "Role", &[
        at("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name"),
    ]),
    to("rbac.authorization.k8s.io", "", "ClusterRole", &[
        at("rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name"),
        at("rbac.authorization.k8s.io", "", "ClusterRoleBinding", "roleRef/name"),
    ]),
    to("", "v1", "ConfigMap", &[
        at("", "v1", "Pod", "spec/volumes/configMap/name"),
        at("", "v1", "Pod", "spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "v1", "Pod", "spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "v1", "Pod", "spec/containers/envFrom/configMapRef/name"),
        at("", "v1", "Pod", "spec/initContainers/envFrom/configMapRef/name"),
        at("", "v1", "Pod", "spec/volumes/projected/sources/configMap/name"),
        at("", "", "PodTemplate", "template/spec/volumes/configMap/name"),
        at("", "", "PodTemplate", "template/spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "PodTemplate", "template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "PodTemplate", "template/spec/containers/envFrom/configMapRef/name"),
        at("", "", "PodTemplate", "template/spec/initContainers/envFrom/configMapRef/name"),
        at("", "", "PodTemplate", "template/spec/volumes/projected/sources/configMap/name"),
        at("", "", "Deployment", "spec/template/spec/volumes/configMap/name"),
        at("", "", "Deployment", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "Deployment", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "Deployment", "spec/template/spec/containers/envFrom/configMapRef/name"),
        at("", "", "Deployment", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
        at("", "", "Deployment", "spec/template/spec/volumes/projected/sources/configMap/name"),
        at("", "", "ReplicaSet", "spec/template/spec/volumes/configMap/name"),
        at("", "", "ReplicaSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/containers/envFrom/configMapRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/configMap/name"),
        at("", "", "DaemonSet", "spec/template/spec/volumes/configMap/name"),
        at("", "", "DaemonSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/containers/envFrom/configMapRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/configMap/name"),
        at("", "", "StatefulSet", "spec/template/spec/volumes/configMap/name"),
        at("", "", "StatefulSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/containers/envFrom/configMapRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/configMap/name"),
        at("", "", "Job", "spec/template/spec/volumes/configMap/name"),
        at("", "", "Job", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "Job", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "Job", "spec/template/spec/containers/envFrom/configMapRef/name"),
        at("", "", "Job", "spec/template/spec/initContainers/envFrom/configMapRef/name"),
        at("", "", "Job", "spec/template/spec/volumes/projected/sources/configMap/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/configMap/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/projected/sources/configMap/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/envFrom/configMapRef/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/envFrom/configMapRef/name"),
        at("", "", "Node", "spec/configSource/configMap"),
        at("", "", "Role", "rules/resourceNames"),
        at("", "", "ClusterRole", "rules/resourceNames"),
        at("", "", "Ingress", r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap"),
    ]),
    to("", "v1", "Secret", &[
        at("", "v1", "Pod", "spec/volumes/secret/secretName"),
        at("", "v1", "Pod", "spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "v1", "Pod", "spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "v1", "Pod", "spec/containers/envFrom/secretRef/name"),
        at("", "v1", "Pod", "spec/initContainers/envFrom/secretRef/name"),
        at("", "v1", "Pod", "spec/imagePullSecrets/name"),
        at("", "v1", "Pod", "spec/volumes/projected/sources/secret/name"),
        at("", "", "PodTemplate", "template/spec/volumes/secret/secretName"),
        at("", "", "PodTemplate", "template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "PodTemplate", "template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "", "PodTemplate", "template/spec/containers/envFrom/secretRef/name"),
        at("", "", "PodTemplate", "template/spec/initContainers/envFrom/secretRef/name"),
        at("", "", "PodTemplate", "template/spec/imagePullSecrets/name"),
        at("", "", "PodTemplate", "template/spec/volumes/projected/sources/secret/name"),
        at("", "", "Deployment", "spec/template/spec/volumes/secret/secretName"),
        at("", "", "Deployment", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "Deployment", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "", "Deployment", "spec/template/spec/containers/envFrom/secretRef/name"),
        at("", "", "Deployment", "spec/template/spec/initContainers/envFrom/secretRef/name"),
        at("", "", "Deployment", "spec/template/spec/imagePullSecrets/name"),
        at("", "", "Deployment", "spec/template/spec/volumes/projected/sources/secret/name"),
        at("", "", "ReplicaSet", "spec/template/spec/volumes/secret/secretName"),
        at("", "", "ReplicaSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/containers/envFrom/secretRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/secretRef/name"),
        at("", "", "ReplicaSet", "spec/template/spec/imagePullSecrets/name"),
        at("", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/secret/name"),
        at("", "", "DaemonSet", "spec/template/spec/volumes/secret/secretName"),
        at("", "", "DaemonSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/containers/envFrom/secretRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/secretRef/name"),
        at("", "", "DaemonSet", "spec/template/spec/imagePullSecrets/name"),
        at("", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/secret/name"),
        at("", "", "StatefulSet", "spec/template/spec/volumes/secret/secretName"),
        at("", "", "StatefulSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/containers/envFrom/secretRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/secretRef/name"),
        at("", "", "StatefulSet", "spec/template/spec/imagePullSecrets/name"),
        at("", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/secret/name"),
        at("", "", "Job", "spec/template/spec/volumes/secret/secretName"),
        at("", "", "Job", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "Job", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "", "Job", "spec/template/spec/containers/envFrom/secretRef/name"),
        at("", "", "Job", "spec/template/spec/initContainers/envFrom/secretRef/name"),
        at("", "", "Job", "spec/template/spec/imagePullSecrets/name"),
        at("", "", "Job", "spec/template/spec/volumes/projected/sources/secret/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/secret/secretName"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/projected/sources/secret/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/envFrom/secretRef/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/envFrom/secretRef/name"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/imagePullSecrets/name"),
        at("", "", "Ingress", "spec/tls/secretName"),
        at("", "", "Ingress", r"metadata/annotations/ingress.kubernetes.io\/auth-secret"),
        at("", "", "Ingress", r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret"),
        at("", "", "Ingress", r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret"),
        at("", "", "Ingress", "spec/tls/secretName"),
        at("", "", "ServiceAccount", "imagePullSecrets/name"),
        at("", "", "StorageClass", "parameters/secretName"),
        at("", "", "StorageClass", "parameters/adminSecretName"),
        at("", "", "StorageClass", "parameters/userSecretName"),
        at("", "", "StorageClass", "parameters/secretRef"),
        at("", "", "Role", "rules/resourceNames"),
        at("", "", "ClusterRole", "rules/resourceNames"),
        at("serving.knative.dev", "v1", "Service", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        at("", "", "PersistentVolume", "spec/azureFile/secretName"),
    ]),
    to("", "v1", "Service", &[
        at("apps", "", "StatefulSet", "spec/serviceName"),
        at("", "", "Ingress", "spec/rules/http/paths/backend/serviceName"),
        at("", "", "Ingress", "spec/backend/serviceName"),
        at("", "", "Ingress", "spec/rules/http/paths/backend/service/name"),
        at("", "", "Ingress", "spec/defaultBackend/service/name"),
        at("apiregistration.k8s.io", "", "APIService", "spec/service/name"),
        at("admissionregistration.k8s.io", "", "ValidatingWebhookConfiguration", "webhooks/clientConfig/service"),
        at("admissionregistration.k8s.io", "", "MutatingWebhookConfiguration", "webhooks/clientConfig/service"),
    ]),
    to("scheduling.k8s.io", "v1", "PriorityClass", &[
        at("", "", "Pod", "spec/priorityClassName"),
        at("", "", "StatefulSet", "spec/template/spec/priorityClassName"),
        at("", "", "Deployment", "spec/template/spec/priorityClassName"),
        at("", "", "ReplicationController", "spec/template/spec/priorityClassName"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/priorityClassName"),
        at("", "", "Job", "spec/template/spec/priorityClassName"),
        at("", "", "DaemonSet", "spec/template/spec/priorityClassName"),
    ]),
    to("", "v1", "PersistentVolume", &[
        at("", "", "PersistentVolumeClaim", "spec/volumeName"),
        at("", "", "ClusterRole", "rules/resourceNames"),
    ]),
    to("", "v1", "PersistentVolumeClaim", &[
        at("", "", "Pod", "spec/volumes/persistentVolumeClaim/claimName"),
        at("", "", "StatefulSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
        at("", "", "Deployment", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
        at("", "", "ReplicationController", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
        at("", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/persistentVolumeClaim/claimName"),
        at("", "", "Job", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
        at("", "", "DaemonSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName"),
    ]),
    to("", "", "Deployment", &[
        at("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"),
    ]),
    to("", "", "StatefulSet", &[
        at("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"),
    ]),
    to("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicy", &[
        at("admissionregistration.k8s.io", "", "ValidatingAdmissionPolicyBinding", "spec/policyName"),
    ]),
    to("networking.k8s.io/v1", "v1", "IngressClass", &[
        at("", "", "Ingress", "spec/ingressClassName"),
    ]),
    to("", "", "ReplicaSet", &[
        at("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"),
    ]),
    to("", "", "ReplicationController", &[
        at("", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"),
    ]),
];

#[cfg(test)]
mod tests {
    use super::super::field_specs::tests::{Plain, facts, facts_rows, own_rows, text};
    use super::super::sort_order::{ORDER_FIRST, ORDER_LAST, rank};
    use super::*;

    fn key(group: &str, version: &str, kind: &str) -> (isize, String) {
        let or = |text: &str, stand_in: &str| {
            if text.is_empty() { stand_in.to_owned() } else { text.to_owned() }
        };
        (
            rank(kind, ORDER_FIRST, ORDER_LAST),
            [or(group, "~G"), or(version, "~V"), or(kind, "~K")].join("_"),
        )
    }

    #[test]
    fn the_table_is_that_of_the_reference() {
        let Some(facts) = facts("default-fieldspecs.yaml") else { return };
        let mut expected: Vec<(String, String, String, Vec<Plain>)> = facts["nameReference"]
            .as_sequence()
            .unwrap()
            .iter()
            .map(|r| {
                (
                    text(r, "group"),
                    text(r, "version"),
                    text(r, "kind"),
                    facts_rows(&r["fieldSpecs"]),
                )
            })
            .collect();
        expected.sort_by_key(|(group, version, kind, _)| key(group, version, kind));
        let own: Vec<_> = NAME_REFERENCES
            .iter()
            .map(|r| {
                (
                    r.group.to_owned(),
                    r.version.to_owned(),
                    r.kind.to_owned(),
                    own_rows(r.field_specs),
                )
            })
            .collect();
        assert_eq!(own, expected);
    }

    #[test]
    fn rows_stand_in_the_order_in_which_they_are_followed() {
        assert!(NAME_REFERENCES.is_sorted_by_key(|r| key(r.group, r.version, r.kind)));
    }
}
