//! Patches.

super::codes! {
    1301 EMPTY_PATCH "a patch that holds nothing" {
        "An entry of patches has neither a path nor a text, or the text holds nothing but comments.",
"patches:
- target: {kind: Deployment}",
        "Give the entry a path or a patch, or take it out."
    }
    1302 PATCH_TWICE "a patch given as a path and as a text" {
        "An entry has a path to a file and a text of its own. Only one of them could be the patch.",
"patches:
- path: replicas.yaml
  patch: |
    kind: Deployment",
        "Make two entries of it."
    }
    1303 PATCH_WITHOUT_TARGET "a JSON patch without a target" {
        "A list of operations does not say which resource it is for, so the entry needs a target; those of patchesJson6902 need a name in it too.",
"patches:
- patch: |
    - op: remove
      path: /spec/replicas",
        "Add a target: target: {kind: Deployment, name: web}."
    }
    1304 NO_RESOURCE_TO_PATCH "a strategic merge patch for a resource that is not there" {
        "A patch without a target is for the resource with its apiVersion, kind, name and namespace. There is none. The name may be the original one or the present one; the namespace must be given if the resource has one.",
"patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: wbe}",
        "Mind all four: apiVersion, kind, name and namespace. If only one of them differs, the help says so. In an entry with a target, what the patch calls itself does not matter."
    }
    1305 SEVERAL_RESOURCES_TO_PATCH "a strategic merge patch that fits several resources" {
        "Two resources are or were called as the patch is: they come from two layers with prefixes or namespaces of their own.",
"resources:
- blue         # both hold the Deployment web
- green
patches:
- path: web.yaml",
        "Use the present name, with its prefix, or a target with a label that only one of them has."
    }
    1306 SEVERAL_PATCHES_FOR_TARGET "several patches in one entry with a target" {
        "An entry with a target takes one patch, and the file holds several documents.",
"patches:
- target: {kind: Deployment}
  path: patches.yaml    # two documents with --- between them",
        "Make an entry of each document, or leave the target out: then every document names its own resource."
    }
    1307 BAD_JSON_PATCH "a JSON patch that cannot be read" {
        "Each operation of a JSON patch is a mapping with op (add, remove, replace, move, copy or test), path, and value or from where the operation needs it.",
"- op: set
  path: /spec/replicas
  value: 3",
        "Correct the operation that the message names."
    }
    1308 JSON_PATCH_FAILED "an operation of a JSON patch that cannot be done" {
        "An operation leads to a field or an index that is not there, or a test finds another value. add needs what is above the last step; remove and replace need the last step too.",
"- op: replace
  path: /spec/template/spec/containers/3/image
  value: nginx",
        "Compare the path with the resource as it is at this point, after the layers below. To make a missing mapping, add it whole first. A slash within a key is written ~1."
    }
    1309 STRATEGIC_MERGE_FAILED "a strategic merge patch of another shape than the resource" {
        "The patch has a list where the resource has a mapping, or the like, or an entry of a list lacks the key by which entries are told apart.",
"spec:
  template:
    spec:
      containers:
        name: web
        image: nginx",
        "Give the patch the shape of the resource: containers is a list, and each entry has a name."
    }
    1310 UNKNOWN_DIRECTIVE "an unknown directive in a strategic merge patch" {
        "$patch takes delete, merge or replace, and nothing else.",
"metadata:
  annotations:
    $patch: remove",
        "Write delete to take the mapping or the entry away, replace to put the patch in its place."
    }
    1311 PATCHED_INTO_ANOTHER "a patch that gives a resource the id of another" {
        "A patch with allowNameChange or allowKindChange makes a resource into one that exists already.",
"patches:
- target: {kind: Service}
  options: {allowNameChange: true}
  patch: |
    kind: Service
    metadata: {name: web}",
        "Narrow the target down to one resource, or choose another name."
    }
    1312 NEITHER_PATCH "a patch that is neither a JSON patch nor a strategic merge patch" {
        "A patch is a list of operations, or a part of a resource. This is a single value: most often a path that was written under patch instead of path.",
"patches:
- patch: replicas.yaml",
        "Write path: replicas.yaml to name a file."
    }
}
