//! Replacements and vars.

super::codes! {
    1401 BAD_REPLACEMENT "a replacement that is not complete" {
        "A replacement has a source (or a sourceValue, but not both) and targets, each of which selects resources; or, instead of all of that, the path of a file with replacements.",
"replacements:
- source: {kind: ConfigMap, name: settings, fieldPath: data.HOST}",
        "Add what is missing: targets: [{select: {kind: Deployment}, fieldPaths: [spec.template…]}]."
    }
    1402 NO_REPLACEMENT_SOURCE "a replacement whose source is not there" {
        "No resource has the kind, name and namespace of the source, or it has nothing at the fieldPath. A source is found by its exact name, without regular expressions, among the resources of this layer and of its bases.",
"replacements:
- source: {kind: ConfigMap, name: setings, fieldPath: data.HOST}",
        "Mind the spelling of the name and of the path. Keys with dots go in brackets: metadata.annotations.[example.com/host]."
    }
    1403 AMBIGUOUS_REPLACEMENT_SOURCE "a replacement with several sources" {
        "More than one resource fits the source, and only one value can be copied.",
"replacements:
- source: {kind: ConfigMap, fieldPath: metadata.name}",
        "Say more: kind, name, namespace, and group and version if need be."
    }
    1404 NO_REPLACEMENT_TARGET "a replacement whose target is not there" {
        "A target selects a resource that does not have the field. Resources that lack it must not be selected, or the field has to be made.",
"targets:
- select: {kind: Deployment}
  fieldPaths: [spec.template.metadata.labels.version]",
        "Mind the spelling of the path. Say options: {create: true} to make the field, or reject the resources that have none."
    }
    1405 BAD_REPLACEMENT_OPTIONS "replacement options that do not fit the value" {
        "A delimiter splits a text at its parts and index counts them from 0. The value is no text, or has fewer parts.",
"source:
  kind: Deployment
  fieldPath: spec.template.spec.containers.0.image   # nginx:1.2
  options: {delimiter: ':', index: 2}",
        "Count the parts from 0: for nginx:1.2, index 0 is nginx and index 1 is 1.2."
    }
    1406 BAD_FIELD_PATH "a field path that cannot be followed" {
        "The path does not fit what it leads through: a name where there is a list, a selector such as [name=web] where there is a mapping, or brackets that do not close.",
"fieldPaths:
- spec.template.spec.containers.name.image",
        "Lists take an index, * for all, or [key=value]: spec.template.spec.containers.[name=web].image."
    }
    1411 VAR_TWICE "a var that is defined twice" {
        "Two layers define a var of the same name. Vars are replaced once, at the end, so all of them share one space of names.",
"vars:
- name: HOST       # the base has a var HOST too
  objref: {kind: Service, name: web, apiVersion: v1}",
        "Rename one of them, or turn them into replacements: `kbuild edit fix --vars`."
    }
    1412 VAR_WITHOUT_RESOURCE "a var whose resource is not there" {
        "objref names the resource that the var takes its value from, and there is no such resource in the layer that defines the var or below it.",
"vars:
- name: HOST
  objref: {kind: Service, name: wbe, apiVersion: v1}",
        "Mind kind, name and apiVersion of objref."
    }
    1413 AMBIGUOUS_VAR "a var that several resources fit" {
        "More than one resource fits the objref of a var.",
"vars:
- name: HOST
  objref: {kind: Service, name: web, apiVersion: v1}   # two namespaces have one",
        "Add the namespace to objref, or define the var in the base that has only one of them."
    }
    1414 VAR_WITHOUT_FIELD "a var whose field is not there" {
        "The resource of the var has nothing at fieldref.fieldPath, or a number there that does not fit.",
"vars:
- name: PORT
  objref: {kind: Service, name: web, apiVersion: v1}
  fieldref: {fieldPath: spec.port}",
        "Mind the path: spec.ports[0].port."
    }
    1415 VAR_IN_ODD_PLACE "a var reference where there is no string" {
        "Vars are replaced in certain fields, such as the command and env of containers. Such a field holds a list or mapping with something else than strings in it.",
"spec:
  containers:
  - name: web
    args: [--port, 80]",
        "Put the value in quotes: args: [--port, \"80\"]."
    }
}
