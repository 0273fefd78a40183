//! Transformers and validators.

super::codes! {
    1601 REPLICAS_OF_NOTHING "replicas of a resource that is not there" {
        "An entry of replicas names a Deployment, ReplicaSet, ReplicationController or StatefulSet that is not there.",
"replicas:
- name: wbe
  count: 3",
        "Mind the spelling. The name is the one in the base, without prefix and suffix, or the present one. Other kinds need a replacement or a patch."
    }
    1602 VALIDATOR_CHANGES "a validator that changes resources" {
        "What is named under validators may look at the resources and fail. It may not change them, and this one does.",
"validators:
- add-labels.yaml",
        "Name it under transformers."
    }
}
