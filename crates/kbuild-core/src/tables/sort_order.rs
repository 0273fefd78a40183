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

/// Where a kind stands in the legacy order: below zero for the first, above for the last, zero in between.
pub fn legacy_rank(kind: &str) -> i32 {
    if let Some(i) = ORDER_FIRST.iter().position(|k| *k == kind) {
        return i as i32 - ORDER_FIRST.len() as i32;
    }
    ORDER_LAST.iter().position(|k| *k == kind).map_or(0, |i| i as i32 + 1)
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
    fn a_rank_is_negative_in_front_and_positive_at_the_end() {
        assert_eq!(legacy_rank("Namespace"), -(ORDER_FIRST.len() as i32));
        assert_eq!(legacy_rank("PodDisruptionBudget"), -1);
        assert_eq!(legacy_rank("Widget"), 0);
        assert_eq!(legacy_rank("ValidatingWebhookConfiguration"), 2);
    }
}
