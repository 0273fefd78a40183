//! The legacy order: the kinds that come first and last in a sorted result.

/// The kinds that come first, in this order.
#[rustfmt::skip]
pub const ORDER_FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];

/// The kinds that come last, in this order.
#[rustfmt::skip]
pub const ORDER_LAST: &[&str] = &[
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Where a kind stands: negative for those that go first, positive for those that go last.
pub fn rank<S: AsRef<str>>(kind: &str, first: &[S], last: &[S]) -> isize {
    let position = |list: &[S]| list.iter().rposition(|name| name.as_ref() == kind);
    if let Some(index) = position(last) {
        1 + index.cast_signed()
    } else if let Some(index) = position(first) {
        index.cast_signed() - first.len().cast_signed()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::super::field_specs::tests::facts;
    use super::*;

    #[test]
    fn the_lists_are_those_of_the_reference() {
        let Some(facts) = facts("legacy-sort-order.yaml") else { return };
        for (section, own) in [("orderFirst", ORDER_FIRST), ("orderLast", ORDER_LAST)] {
            let expected: Vec<_> =
                facts[section].as_sequence().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
            assert_eq!(own, expected, "{section}");
        }
        assert_eq!(facts.as_mapping().unwrap().len(), 2);
    }

    #[test]
    fn kinds_have_a_rank() {
        let (first, last) = (["Namespace", "Service"], ["Webhook"]);
        assert_eq!(
            ["Namespace", "Service", "Other", "Webhook"].map(|kind| rank(kind, &first, &last)),
            [-2, -1, 0, 1]
        );
    }
}
