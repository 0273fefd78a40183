//! Warnings: the build succeeds, unless it is strict.

super::codes! {
    3001 DEPRECATED_FIELD "a deprecated field" {
        "The kustomization uses a field that the format will lose one day. It still does what it did.",
"bases:
- ../base
commonLabels: {app: web}",
        "`kbuild edit fix` turns deprecated fields into their successors, in place."
    }
    3002 PATCH_WITHOUT_MATCH "a patch whose target matches nothing" {
        "A patch has a target, and no resource of this layer fits it, so it changes nothing. The reference is silent about it; a resource that was renamed below is a common cause.",
"patches:
- target: {kind: Deployment, name: wbe}
  patch: '[{\"op\": \"remove\", \"path\": \"/spec/replicas\"}]'",
        "Correct the target, or take the patch out. A name is that in the base or the present one, and matches from end to end: write web.* for all that begin with web."
    }
    3003 IMAGE_WITHOUT_MATCH "an image that no container has" {
        "An entry of images names an image that nothing in this layer uses, so it changes nothing.",
"images:
- name: ngnix
  newTag: 1.27.0",
        "Mind the spelling: the name is written as in the containers, with the registry and without tag. If a base has given the image a new name, use that."
    }
    3004 REPLACEMENT_WITHOUT_MATCH "a replacement that changed nothing" {
        "A target of a replacement selects no resource, so the value is copied nowhere.",
"replacements:
- source: {kind: ConfigMap, name: settings, fieldPath: data.HOST}
  targets:
  - select: {kind: Deplyoment}
    fieldPaths: [metadata.annotations.host]",
        "Correct what is selected, or take the target out. Mind what reject leaves out."
    }
    3005 SELECTOR_IS_A_PATTERN "a selector that matched something else than its own spelling" {
        "Names in targets are regular expressions, in which a dot stands for any character. This one could be a plain name, and it has matched a resource that is called otherwise.",
"patches:
- target: {kind: Service, name: web.v1}     # matches web-v1 too
  path: patch.yaml",
        "Write a backslash before each dot (web\\.v1) if only this name is meant, or a bracket ([.]) in its place."
    }
    3006 LIST_REPLACED "a list of mappings that a patch replaced as a whole" {
        "A strategic merge patch lays a list over a list, and no key is known by which their entries could be told apart. So the new list takes the place of the old one, and entries of the old one are lost. That is so for all lists of custom resources without a schema, and for some lists of Kubernetes, such as tolerations.",
"# the base has two rules
kind: Ingress
spec:
  rules:
  - host: shop.example.com",
        "If it is meant, say so with a JSON patch (op: replace). To change one entry, use a JSON patch with its index, or give the schema of the custom resource with openapi."
    }
    3007 UNUSED_GENERATED "a generated ConfigMap or Secret to which nothing refers" {
        "A generated ConfigMap or Secret gets the hash of its content as part of its name, so only what refers to it by a field that is known can find it. Nothing does.",
"configMapGenerator:
- name: settings       # no Pod mounts it or takes its env from it
  literals: [LEVEL=info]",
        "Refer to it by its plain name, or take it out. If something finds it by other means, say options: {disableNameSuffixHash: true}, or name the field under nameReference of a configuration."
    }
    3008 UNNAMED_FILE "a file that no kustomization names" {
        "A YAML file stands in the folder of a kustomization, and none of the kustomizations of this build names it. It may have been forgotten. This is looked for only if asked for.",
"shop/
  kustomization.yaml     # resources: [deployment.yaml]
  deployment.yaml
  service.yaml",
        "Name it under resources, or delete it."
    }
    3009 OLD_API_VERSION "an API version that Kubernetes has deprecated or removed" {
        "The resource is of an API version that clusters from the named release on do not serve, or will not serve one day.",
"apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: web}",
        "Use the version that the message names. Mind that fields may have been renamed: networking.k8s.io/v1 needs pathType and service in the backends of an Ingress, say."
    }
    3010 UNUSED_VAR "a var to which nothing refers" {
        "A var is defined, and none of the fields in which vars are replaced holds $(NAME). The reference names all such vars in one sentence.",
"vars:
- name: HOST
  objref: {kind: Service, name: web, apiVersion: v1}",
        "Take the var out, or name the field under varReference of a configuration."
    }
    3011 FUNCTION_WARNING "what a function has to say" {
        "A function has left a message or a result that is not an error. The message is the function's own.",
"results:
- message: the image has no tag
  severity: warning",
        "See the documentation of the function."
    }
    3012 IGNORED "something that is said and has no effect" {
        "A part of the kustomization or of its files has no effect: it says what holds anyway, something else overrides it, or nobody reads it. Of a field that stands twice, as after a merge of two branches, the last one counts, and of several documents the first.",
"resources:
- git::https://example.com/shop.git//base?ref=v1",
        "Take it out."
    }
}
