//! The rows of the schema: Kubernetes v1.21.2, types of the same shape under one name.

use super::schema::{Field, Resource, Type};

/// The types, by name in byte order.
#[rustfmt::skip]
pub(super) const TYPES: &[Type<'static>] = &[
    Type { name: "CSINode", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "CSINodeSpec"),
    ] },
    Type { name: "CSINodeSpec", fields: &[
        list("drivers", &["name"], ""),
    ] },
    Type { name: "ComponentStatus", fields: &[
        list("conditions", &["type"], ""),
        object("metadata", "ObjectMeta"),
    ] },
    Type { name: "Conditions", fields: &[
        list("conditions", &["type"], ""),
    ] },
    Type { name: "Container", fields: &[
        list("env", &["name"], ""),
        list("ports", &["containerPort", "protocol"], ""),
        list("volumeDevices", &["devicePath"], ""),
        list("volumeMounts", &["mountPath"], ""),
    ] },
    Type { name: "CronJob", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "CronJobSpec"),
    ] },
    Type { name: "CronJobSpec", fields: &[
        object("jobTemplate", "JobTemplateSpec"),
    ] },
    Type { name: "EphemeralContainer", fields: &[
        list("env", &["name"], ""),
        list("volumeDevices", &["devicePath"], ""),
        list("volumeMounts", &["mountPath"], ""),
    ] },
    Type { name: "EphemeralVolumeSource", fields: &[
        object("volumeClaimTemplate", "Object"),
    ] },
    Type { name: "JobTemplateSpec", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "WorkloadSpec"),
    ] },
    Type { name: "Kustomization", fields: &[
        list("configMapGenerator", &["name"], ""),
        list("secretGenerator", &["name"], ""),
    ] },
    Type { name: "Node", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "NodeSpec"),
        object("status", "NodeStatus"),
    ] },
    Type { name: "NodeSpec", fields: &[
        list("podCIDRs", &[], ""),
    ] },
    Type { name: "NodeStatus", fields: &[
        list("addresses", &["type"], ""),
        list("conditions", &["type"], ""),
    ] },
    Type { name: "Object", fields: &[
        object("metadata", "ObjectMeta"),
    ] },
    Type { name: "ObjectMeta", fields: &[
        list("finalizers", &[], ""),
        list("ownerReferences", &["uid"], ""),
    ] },
    Type { name: "ObjectWithStatus", fields: &[
        object("metadata", "ObjectMeta"),
        object("status", "Conditions"),
    ] },
    Type { name: "Pod", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "PodSpec"),
        object("status", "PodStatus"),
    ] },
    Type { name: "PodSpec", fields: &[
        list("containers", &["name"], "Container"),
        list("ephemeralContainers", &["name"], "EphemeralContainer"),
        list("hostAliases", &["ip"], ""),
        list("imagePullSecrets", &["name"], ""),
        list("initContainers", &["name"], "Container"),
        list("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"], ""),
        list("volumes", &["name"], "Volume"),
    ] },
    Type { name: "PodStatus", fields: &[
        list("conditions", &["type"], ""),
        list("podIPs", &["ip"], ""),
    ] },
    Type { name: "PodTemplate", fields: &[
        object("metadata", "ObjectMeta"),
        object("template", "PodTemplateSpec"),
    ] },
    Type { name: "PodTemplateSpec", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "PodSpec"),
    ] },
    Type { name: "Service", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "ServiceSpec"),
        object("status", "Conditions"),
    ] },
    Type { name: "ServiceAccount", fields: &[
        object("metadata", "ObjectMeta"),
        list("secrets", &["name"], ""),
    ] },
    Type { name: "ServiceSpec", fields: &[
        list("ports", &["port", "protocol"], ""),
    ] },
    Type { name: "Volume", fields: &[
        object("ephemeral", "EphemeralVolumeSource"),
    ] },
    Type { name: "WebhookConfiguration", fields: &[
        object("metadata", "ObjectMeta"),
        list("webhooks", &["name"], ""),
    ] },
    Type { name: "Workload", fields: &[
        object("metadata", "ObjectMeta"),
        object("spec", "WorkloadSpec"),
        object("status", "Conditions"),
    ] },
    Type { name: "WorkloadSpec", fields: &[
        object("template", "PodTemplateSpec"),
    ] },
];

/// The resources, by `apiVersion` and kind in byte order.
#[rustfmt::skip]
pub(super) const RESOURCES: &[Resource<'static>] = &[
    cluster("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "WebhookConfiguration"),
    cluster("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", ""),
    cluster("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", ""),
    cluster("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "WebhookConfiguration"),
    cluster("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", "WebhookConfiguration"),
    cluster("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", "WebhookConfiguration"),
    cluster("apiextensions.k8s.io/v1", "CustomResourceDefinition", "Object"),
    cluster("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "Object"),
    cluster("apiregistration.k8s.io/v1", "APIService", "ObjectWithStatus"),
    cluster("apiregistration.k8s.io/v1beta1", "APIService", "ObjectWithStatus"),
    namespaced("apps/v1", "ControllerRevision", "Object"),
    namespaced("apps/v1", "DaemonSet", "Workload"),
    namespaced("apps/v1", "Deployment", "Workload"),
    namespaced("apps/v1", "ReplicaSet", "Workload"),
    namespaced("apps/v1", "StatefulSet", "Workload"),
    unscoped("authentication.k8s.io/v1", "TokenRequest", "Object"),
    unscoped("authentication.k8s.io/v1", "TokenReview", "Object"),
    unscoped("authentication.k8s.io/v1beta1", "TokenReview", "Object"),
    unscoped("authorization.k8s.io/v1", "LocalSubjectAccessReview", "Object"),
    unscoped("authorization.k8s.io/v1", "SelfSubjectAccessReview", "Object"),
    unscoped("authorization.k8s.io/v1", "SelfSubjectRulesReview", "Object"),
    unscoped("authorization.k8s.io/v1", "SubjectAccessReview", "Object"),
    unscoped("authorization.k8s.io/v1beta1", "LocalSubjectAccessReview", "Object"),
    unscoped("authorization.k8s.io/v1beta1", "SelfSubjectAccessReview", "Object"),
    unscoped("authorization.k8s.io/v1beta1", "SelfSubjectRulesReview", "Object"),
    unscoped("authorization.k8s.io/v1beta1", "SubjectAccessReview", "Object"),
    namespaced("autoscaling/v1", "HorizontalPodAutoscaler", "Object"),
    namespaced("autoscaling/v1", "Scale", "Object"),
    namespaced("autoscaling/v2beta1", "HorizontalPodAutoscaler", "Object"),
    namespaced("autoscaling/v2beta2", "HorizontalPodAutoscaler", "Object"),
    namespaced("batch/v1", "CronJob", "CronJob"),
    namespaced("batch/v1", "Job", "Workload"),
    namespaced("batch/v1beta1", "CronJob", "CronJob"),
    cluster("certificates.k8s.io/v1", "CertificateSigningRequest", "Object"),
    cluster("certificates.k8s.io/v1beta1", "CertificateSigningRequest", "Object"),
    namespaced("coordination.k8s.io/v1", "Lease", "Object"),
    namespaced("coordination.k8s.io/v1beta1", "Lease", "Object"),
    namespaced("discovery.k8s.io/v1", "EndpointSlice", "Object"),
    namespaced("discovery.k8s.io/v1beta1", "EndpointSlice", "Object"),
    namespaced("events.k8s.io/v1", "Event", "Object"),
    namespaced("events.k8s.io/v1beta1", "Event", "Object"),
    namespaced("extensions/v1beta1", "Ingress", "Object"),
    cluster("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", "Object"),
    cluster("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", "Object"),
    unscoped("kustomize.config.k8s.io/v1beta1", "Kustomization", "Kustomization"),
    namespaced("networking.k8s.io/v1", "Ingress", "Object"),
    cluster("networking.k8s.io/v1", "IngressClass", "Object"),
    namespaced("networking.k8s.io/v1", "NetworkPolicy", "Object"),
    namespaced("networking.k8s.io/v1beta1", "Ingress", "Object"),
    cluster("networking.k8s.io/v1beta1", "IngressClass", "Object"),
    cluster("node.k8s.io/v1", "RuntimeClass", "Object"),
    cluster("node.k8s.io/v1beta1", "RuntimeClass", "Object"),
    namespaced("policy/v1", "PodDisruptionBudget", "ObjectWithStatus"),
    unscoped("policy/v1beta1", "Eviction", "Object"),
    namespaced("policy/v1beta1", "PodDisruptionBudget", "ObjectWithStatus"),
    cluster("policy/v1beta1", "PodSecurityPolicy", "Object"),
    cluster("rbac.authorization.k8s.io/v1", "ClusterRole", "Object"),
    cluster("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "Object"),
    namespaced("rbac.authorization.k8s.io/v1", "Role", "Object"),
    namespaced("rbac.authorization.k8s.io/v1", "RoleBinding", "Object"),
    cluster("rbac.authorization.k8s.io/v1beta1", "ClusterRole", "Object"),
    cluster("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", "Object"),
    namespaced("rbac.authorization.k8s.io/v1beta1", "Role", "Object"),
    namespaced("rbac.authorization.k8s.io/v1beta1", "RoleBinding", "Object"),
    cluster("scheduling.k8s.io/v1", "PriorityClass", "Object"),
    cluster("scheduling.k8s.io/v1beta1", "PriorityClass", "Object"),
    cluster("storage.k8s.io/v1", "CSIDriver", "Object"),
    cluster("storage.k8s.io/v1", "CSINode", "CSINode"),
    cluster("storage.k8s.io/v1", "StorageClass", "Object"),
    cluster("storage.k8s.io/v1", "VolumeAttachment", "Object"),
    cluster("storage.k8s.io/v1beta1", "CSIDriver", "Object"),
    cluster("storage.k8s.io/v1beta1", "CSINode", "CSINode"),
    namespaced("storage.k8s.io/v1beta1", "CSIStorageCapacity", "Object"),
    cluster("storage.k8s.io/v1beta1", "StorageClass", "Object"),
    cluster("storage.k8s.io/v1beta1", "VolumeAttachment", "Object"),
    unscoped("v1", "Binding", "Object"),
    cluster("v1", "ComponentStatus", "ComponentStatus"),
    namespaced("v1", "ConfigMap", "Object"),
    namespaced("v1", "Endpoints", "Object"),
    namespaced("v1", "Event", "Object"),
    namespaced("v1", "LimitRange", "Object"),
    cluster("v1", "Namespace", "ObjectWithStatus"),
    cluster("v1", "Node", "Node"),
    cluster("v1", "NodeProxyOptions", ""),
    cluster("v1", "PersistentVolume", "Object"),
    namespaced("v1", "PersistentVolumeClaim", "ObjectWithStatus"),
    namespaced("v1", "Pod", "Pod"),
    namespaced("v1", "PodAttachOptions", ""),
    namespaced("v1", "PodExecOptions", ""),
    namespaced("v1", "PodPortForwardOptions", ""),
    namespaced("v1", "PodProxyOptions", ""),
    namespaced("v1", "PodTemplate", "PodTemplate"),
    namespaced("v1", "ReplicationController", "Workload"),
    namespaced("v1", "ResourceQuota", "Object"),
    namespaced("v1", "Secret", "Object"),
    namespaced("v1", "Service", "Service"),
    namespaced("v1", "ServiceAccount", "ServiceAccount"),
    namespaced("v1", "ServiceProxyOptions", ""),
];

/// A field that holds one object.
const fn object(name: &'static str, of: &'static str) -> Field<'static> {
    Field { name, merge_keys: None, of }
}

/// A list whose elements are merged by `keys`, or as values where there are none.
const fn list(
    name: &'static str,
    keys: &'static [&'static str],
    of: &'static str,
) -> Field<'static> {
    Field { name, merge_keys: Some(keys), of }
}

const fn namespaced(
    api_version: &'static str,
    kind: &'static str,
    of: &'static str,
) -> Resource<'static> {
    Resource { api_version, kind, of, namespaced: Some(true) }
}

const fn cluster(
    api_version: &'static str,
    kind: &'static str,
    of: &'static str,
) -> Resource<'static> {
    Resource { api_version, kind, of, namespaced: Some(false) }
}

/// A type that no path of the API serves, so that its scope is unknown.
const fn unscoped(
    api_version: &'static str,
    kind: &'static str,
    of: &'static str,
) -> Resource<'static> {
    Resource { api_version, kind, of, namespaced: None }
}
