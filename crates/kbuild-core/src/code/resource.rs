//! Resources and references between them.

super::codes! {
    1201 NOT_A_RESOURCE "a document that is no resource" {
        "A resource is a mapping with apiVersion, kind and metadata. The document is a list or a single value: a file with values for something else, say, or text.",
"- name: web
- name: api",
        "Take the file out of resources. If its text is to be part of a ConfigMap, name it under files of a configMapGenerator."
    }
    1202 MISSING_FIELD "a resource without kind, apiVersion or name" {
        "Every resource needs a kind and a metadata.name, which are texts; without them nothing can refer to it. A part of a resource, such as a patch, does not belong under resources.",
"apiVersion: v1
kind: Service
metadata:
  labels: {app: web}",
        "Add the field. If the file is a patch, name it under patches."
    }
    1203 BAD_LIST "a list of resources that is no list" {
        "A resource whose kind ends in List holds resources in items, and this one's items are no list.",
"apiVersion: v1
kind: ConfigMapList
items:
  kind: ConfigMap",
        "Put a \"- \" before each item."
    }
    1204 DUPLICATE_RESOURCE "the same resource twice" {
        "Two resources have the same group, version, kind, namespace and name: the same file is read by two ways, two bases hold the same, or a change of name or namespace has made one of two. The cluster could keep only one of them.",
"resources:
- ../base
- ../base/deployment.yaml",
        "Read the file once, rename one of the two, or put one into another namespace. To change what a base has, use a patch; to add to a generated ConfigMap, say behavior: merge."
    }
    1205 NOTHING_TO_CHANGE "a merge or replacement of a resource that is not there" {
        "A generator with behavior: merge or replace changes a ConfigMap or Secret of the layers below, and there is none of this name and namespace.",
"configMapGenerator:
- name: settings
  behavior: merge
  literals: [LEVEL=debug]",
        "Mind the name, which is that in the base without prefix, suffix and hash, and the namespace. If there is nothing to change, leave the behavior out."
    }
    1206 SEVERAL_TO_CHANGE "a merge or replacement that fits several resources" {
        "A generator with behavior: merge or replace finds more than one resource that it could change.",
"resources:
- ../one      # both generate the ConfigMap settings,
- ../two      # each with a prefix of its own
configMapGenerator:
- name: settings
  behavior: merge",
        "Merge in the layer where there is only one, or give the entry the name and namespace that only one of them has."
    }
    1207 UNREACHABLE_FIELD "a field below a single value" {
        "A transformer has to set a field, and on the way to it stands a single value, or something else that cannot hold a field.",
"commonLabels: {app: web}
# and in a resource:
metadata:
  labels: none",
        "Make a mapping of the value, or leave it out."
    }
    1208 WRONG_SHAPE "a value of another shape than the transformer needs" {
        "A transformer finds a value that it cannot work on: a list where there should be a name, a mapping where there should be an image, a word where there should be a list of containers.",
"spec:
  containers:
  - name: web
    image: {name: nginx, tag: \"1.2\"}",
        "Correct the value in the resource: the message names its line and what is expected there."
    }
    1209 AMBIGUOUS_REFERENCE "a name that may mean several resources" {
        "Resources that had the same name in different bases have got new names, and something refers to the old name. Nothing says which of them is meant.",
"resources:
- one          # ConfigMap settings, prefix one-
- two          # ConfigMap settings, prefix two-
- pod.yaml     # refers to the ConfigMap settings",
        "Give the resources different names in their bases, or move what refers to them into the base of the one that is meant."
    }
    1210 BAD_REFERENCE "a reference that holds no name" {
        "A field that refers to another resource holds something that is no name: a list within a list, a mapping without name, a namespace that is null.",
"subjects:
- kind: ServiceAccount
  namespace: shop",
        "Write the name as a text, or as a mapping with the field name."
    }
    1211 NAMELESS_FOR_A_WHILE "a resource that had no name or kind for a while" {
        "A patch has emptied the name or the kind of a resource, and a later one has filled it again. References are followed by what a resource was called, and this one was called nothing.",
"patches:
- target: {kind: Service}
  patch: '[{\"op\": \"replace\", \"path\": \"/metadata/name\", \"value\": \"\"}]'",
        "Replace the name in one step."
    }
    1212 NOT_WRITABLE "a value that cannot be printed" {
        "A value can be read but not printed: infinity and not-a-number have no form in JSON, which is what a cluster understands. A text of several lines that starts with a tab has no form as a block of YAML, which the reference makes of the values of generated config maps, and of all texts that a JSON patch touches. A replacement changes the text of a field but not its type, so that a word cannot take the place of a number or of true and false.",
"spec:
  ratio: .inf",
        "Put it in quotes if it is meant as text, or write a number. Where a replacement wrote it, copy a value of the type that the field has, or quote the value that the field has in the file."
    }
}
