//! What a kustomization file may say.

super::codes! {
    1101 NO_KUSTOMIZATION "a folder without a kustomization file" {
        "The folder that is built, or that an entry names, holds no file called kustomization.yaml, kustomization.yml or Kustomization.",
"resources:
- ../base        # a folder with deployment.yaml in it, and nothing else",
        "Add a kustomization.yaml that names the files of the folder: `kbuild create --autodetect` writes one. Or name the files themselves instead of the folder."
    }
    1102 SEVERAL_KUSTOMIZATION_FILES "a folder with several kustomization files" {
        "The folder holds more than one of kustomization.yaml, kustomization.yml and Kustomization, and nothing says which one counts.",
"base/
  kustomization.yaml
  kustomization.yml",
        "Keep one of them."
    }
    1103 EMPTY_KUSTOMIZATION "a kustomization that says nothing" {
        "The kustomization file is empty, holds comments only, or has no field that does anything.",
"apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization",
        "Name at least one file under resources, or take the folder out of the kustomizations that name it."
    }
    1104 UNKNOWN_FIELD "a field that does not exist" {
        "The mapping has a field that the format does not know. Nothing would happen if it were ignored, so it is refused: a misspelt field is the most common mistake of all.",
"resources:
- deployment.yaml
namePrefx: dev-",
        "Mind the spelling; the nearest name is given as help. If the field is part of an entry, check that it is indented like the other fields of the entry."
    }
    1105 WRONG_TYPE "a value of the wrong type" {
        "A field holds a list where a text is expected, a number where a text is expected, and so on. YAML reads 1.10 as a number and yes as a boolean unless they stand in quotes.",
"images:
- name: nginx
  newTag: 1.10",
        "Put numbers and booleans that are meant as text in quotes (newTag: \"1.10\"); put a \"- \" before each entry of a list."
    }
    1106 WRONG_KIND "a kustomization of another kind" {
        "The kind of a kustomization file is Kustomization or Component, or the field is left out. Another kind most often means that the file is a resource with the wrong name.",
"apiVersion: apps/v1
kind: Deployment",
        "Correct the kind, or rename the file and name it under resources of a kustomization."
    }
    1107 WRONG_API_VERSION "a kustomization of another apiVersion" {
        "The apiVersion of a kustomization is kustomize.config.k8s.io/v1beta1, that of a component kustomize.config.k8s.io/v1alpha1; either may be left out.",
"apiVersion: kustomize.config.k8s.io/v1
kind: Kustomization",
        "Write the apiVersion that the message names."
    }
    1108 COMPONENT_AS_RESOURCE "a component among the resources" {
        "A component changes what its user has put together, so it needs to be named under components, where it comes after all resources.",
"resources:
- ../base
- ../components/logging",
        "Move the entry to components."
    }
    1109 NOT_A_COMPONENT "something else among the components" {
        "An entry of components leads to a kustomization whose kind is not Component.",
"components:
- ../base",
        "Move the entry to resources. If it is meant to be a component, give it apiVersion kustomize.config.k8s.io/v1alpha1 and kind Component."
    }
    1110 BAD_SORT_OPTIONS "sortOptions that contradict themselves" {
        "sortOptions has no order, one that does not exist, or legacySortOptions together with an order other than legacy.",
"sortOptions:
  order: fifo
  legacySortOptions:
    orderFirst: [Namespace]",
        "order is legacy or fifo; legacySortOptions goes with legacy only."
    }
    1111 BAD_SELECTOR "a selector that cannot be understood" {
        "group, version, kind, name and namespace of a target are regular expressions, and labelSelector and annotationSelector are written as for kubectl. One of them cannot be read.",
"patches:
- path: patch.yaml
  target:
    kind: Deployment
    labelSelector: app in web",
        "Write label selectors as app=web, app!=web, \"app in (web, api)\" or app; escape brackets and the like in names with a backslash."
    }
    1112 UNKNOWN_BUILT_IN "a built-in generator or transformer that does not exist" {
        "A configuration has the apiVersion builtin, and its kind is none of the built-in ones.",
"apiVersion: builtin
kind: NamespaceTransfomer
metadata: {name: ns}
namespace: shop",
        "Mind the spelling of the kind, and whether it is a generator or a transformer: each has a field of its own."
    }
    1113 INCOMPLETE_CONFIGURATION "a configuration that lacks what it needs" {
        "A configuration under transformers does not say what it is to change: it lacks its fieldSpecs, its targets, or a path.",
"apiVersion: builtin
kind: PrefixTransformer
metadata: {name: prefix}
prefix: dev-",
        "Add the field that the message names."
    }
    1114 CONFLICTING_FIELD_SPECS "field specs that contradict each other" {
        "Two field specs, those that are built in included, lead to the same field of the same kind; one says that the field is to be created where it is missing, and the other says that it is not.",
"commonLabels:
- path: metadata/labels
  create: false",
        "Give both the same value of create."
    }
    1115 BAD_FIELD_SPEC "a field spec with an impossible path" {
        "The path of a field spec has an empty step: it begins or ends with a slash, or has two in a row.",
"namePrefix:
- path: spec//name",
        "Write the steps with one slash between two: spec/template/metadata/name. A slash that is part of a key is written \\/."
    }
    1116 BAD_CRD_DEFINITIONS "definitions of custom resources that make no sense" {
        "A file under crds holds OpenAPI definitions: a mapping from the names of types to their schemas. This one is something else, a value in it has another type than OpenAPI wants, or its types refer to each other in a circle.",
"crds:
- crontab-crd.yaml     # a CustomResourceDefinition, not its OpenAPI definitions",
        "Name a file with OpenAPI definitions. The CustomResourceDefinition itself belongs under resources."
    }
    1117 BAD_SCHEMA "an OpenAPI schema that cannot be used" {
        "The field openapi names a version of the built-in schema, or the file of another one. The version is not built in, both are given, or the file is no schema.",
"openapi:
  version: v1.99.0",
        "Leave the version out to get the one that is built in, or give the path of what `kubectl get --raw /openapi/v2` prints."
    }
    1118 BAD_SETTINGS "a kbuild.yaml that cannot be used" {
        "The file kbuild.yaml says what holds for all builds below it: the nearest one above the folder that is built, up to the root of the repository, counts; in no repository, only one in that folder itself. A code in it does not exist, or is that of an error.",
"strict: true
allow: [KB9999]",
        "`kbuild explain CODE` knows all codes; every warning has its own."
    }
}
