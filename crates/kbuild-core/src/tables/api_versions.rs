//! API versions that Kubernetes has deprecated or removed, after its guide to deprecated APIs.

/// What became of an API version of some kinds.
#[derive(Debug, PartialEq, Eq)]
pub struct OldApi {
    /// The version.
    pub api_version: &'static str,
    /// The kinds, in alphabetical order.
    pub kinds: &'static [&'static str],
    /// The release that deprecated it.
    pub deprecated: &'static str,
    /// The release that serves it no more, if there is one yet.
    pub removed: Option<&'static str>,
    /// What to write instead, if there is anything.
    pub instead: Option<&'static str>,
}

const fn old(
    api_version: &'static str,
    kinds: &'static [&'static str],
    deprecated: &'static str,
    removed: Option<&'static str>,
    instead: Option<&'static str>,
) -> OldApi {
    OldApi { api_version, kinds, deprecated, removed, instead }
}

const WEBHOOKS: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const REVIEWS: &[&str] = &[
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
];
const FLOWS: &[&str] = &["FlowSchema", "PriorityLevelConfiguration"];
const ROLES: &[&str] = &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];
const STORAGE: &[&str] = &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"];
const HPA: &[&str] = &["HorizontalPodAutoscaler"];
const APPS: Option<&str> = Some("apps/v1");

/// By API version.
#[rustfmt::skip]
const OLD_APIS: &[OldApi] = &[
    old("admissionregistration.k8s.io/v1beta1", WEBHOOKS, "1.16", Some("1.22"), Some("admissionregistration.k8s.io/v1")),
    old("apiextensions.k8s.io/v1beta1", &["CustomResourceDefinition"], "1.16", Some("1.22"), Some("apiextensions.k8s.io/v1")),
    old("apiregistration.k8s.io/v1beta1", &["APIService"], "1.19", Some("1.22"), Some("apiregistration.k8s.io/v1")),
    old("apps/v1beta1", &["ControllerRevision", "Deployment", "ReplicaSet", "StatefulSet"], "1.9", Some("1.16"), APPS),
    old("apps/v1beta2", &["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], "1.9", Some("1.16"), APPS),
    old("authentication.k8s.io/v1beta1", &["TokenReview"], "1.19", Some("1.22"), Some("authentication.k8s.io/v1")),
    old("authorization.k8s.io/v1beta1", REVIEWS, "1.19", Some("1.22"), Some("authorization.k8s.io/v1")),
    old("autoscaling/v2beta1", HPA, "1.22", Some("1.25"), Some("autoscaling/v2")),
    old("autoscaling/v2beta2", HPA, "1.23", Some("1.26"), Some("autoscaling/v2")),
    old("batch/v1beta1", &["CronJob"], "1.21", Some("1.25"), Some("batch/v1")),
    old("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], "1.19", Some("1.22"), Some("certificates.k8s.io/v1")),
    old("coordination.k8s.io/v1beta1", &["Lease"], "1.19", Some("1.22"), Some("coordination.k8s.io/v1")),
    old("discovery.k8s.io/v1beta1", &["EndpointSlice"], "1.21", Some("1.25"), Some("discovery.k8s.io/v1")),
    old("events.k8s.io/v1beta1", &["Event"], "1.19", Some("1.25"), Some("events.k8s.io/v1")),
    old("extensions/v1beta1", &["DaemonSet", "Deployment", "NetworkPolicy", "PodSecurityPolicy", "ReplicaSet"], "1.9", Some("1.16"), None),
    old("extensions/v1beta1", &["Ingress"], "1.14", Some("1.22"), Some("networking.k8s.io/v1")),
    old("flowcontrol.apiserver.k8s.io/v1beta1", FLOWS, "1.23", Some("1.26"), Some("flowcontrol.apiserver.k8s.io/v1")),
    old("flowcontrol.apiserver.k8s.io/v1beta2", FLOWS, "1.26", Some("1.29"), Some("flowcontrol.apiserver.k8s.io/v1")),
    old("flowcontrol.apiserver.k8s.io/v1beta3", FLOWS, "1.29", Some("1.32"), Some("flowcontrol.apiserver.k8s.io/v1")),
    old("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], "1.19", Some("1.22"), Some("networking.k8s.io/v1")),
    old("node.k8s.io/v1beta1", &["RuntimeClass"], "1.22", Some("1.25"), Some("node.k8s.io/v1")),
    old("policy/v1beta1", &["PodDisruptionBudget"], "1.21", Some("1.25"), Some("policy/v1")),
    old("policy/v1beta1", &["PodSecurityPolicy"], "1.21", Some("1.25"), None),
    old("rbac.authorization.k8s.io/v1beta1", ROLES, "1.17", Some("1.22"), Some("rbac.authorization.k8s.io/v1")),
    old("scheduling.k8s.io/v1beta1", &["PriorityClass"], "1.14", Some("1.22"), Some("scheduling.k8s.io/v1")),
    old("storage.k8s.io/v1beta1", STORAGE, "1.19", Some("1.22"), Some("storage.k8s.io/v1")),
    old("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], "1.24", Some("1.27"), Some("storage.k8s.io/v1")),
    old("v1", &["ComponentStatus"], "1.19", None, None),
    old("v1", &["Endpoints"], "1.33", None, Some("EndpointSlice of discovery.k8s.io/v1")),
];

/// What became of this API version of this kind, if it is an old one.
pub fn old_api(api_version: &str, kind: &str) -> Option<&'static OldApi> {
    // Alphas, betas, and two kinds of the core group: most resources are of none.
    let may_be_old = match api_version.as_bytes() {
        b"v1" => matches!(kind, "ComponentStatus" | "Endpoints"),
        [.., b'a', b'0'..=b'9'] => true,
        _ => false,
    };
    if !may_be_old {
        return None;
    }
    let first = OLD_APIS.partition_point(|api| api.api_version < api_version);
    OLD_APIS[first..]
        .iter()
        .take_while(|api| api.api_version == api_version)
        .find(|api| api.kinds.contains(&kind))
}

impl OldApi {
    /// What to write instead: the workloads of `extensions/v1beta1` went to different groups.
    pub fn instead(&self, kind: &str) -> Option<&'static str> {
        match (self.api_version, kind) {
            ("extensions/v1beta1", "DaemonSet" | "Deployment" | "ReplicaSet") => APPS,
            ("extensions/v1beta1", "NetworkPolicy") => Some("networking.k8s.io/v1"),
            _ => self.instead,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order() {
        assert!(OLD_APIS.is_sorted_by_key(|api| api.api_version));
        let is_found =
            |api: &OldApi| api.kinds.iter().all(|kind| old_api(api.api_version, kind).is_some());
        assert!(OLD_APIS.iter().all(is_found));
        assert!(OLD_APIS.iter().all(|api| api.kinds.is_sorted()));
    }

    #[test]
    fn old_versions_are_found() {
        let instead = |version, kind| old_api(version, kind).and_then(|api| api.instead(kind));
        assert_eq!(instead("extensions/v1beta1", "Deployment"), Some("apps/v1"));
        assert_eq!(instead("extensions/v1beta1", "Ingress"), Some("networking.k8s.io/v1"));
        assert_eq!(instead("policy/v1beta1", "PodDisruptionBudget"), Some("policy/v1"));
        assert_eq!(old_api("apps/v1", "Deployment"), None);
        assert_eq!(old_api("zz/v9", "Deployment"), None);
    }
}
