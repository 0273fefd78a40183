//! Generators.

super::codes! {
    1501 KEY_TWICE "a key that is generated twice" {
        "Two of the literals, files and env files of one generator give the same key. A file's key is its name, unless it is given as key=path.",
"configMapGenerator:
- name: settings
  literals: [LEVEL=info]
  envs: [settings.env]     # LEVEL=debug",
        "Take one of them out. To override what a base has, use behavior: merge in the overlay."
    }
    1502 BAD_LITERAL "a literal that is not key=value" {
        "A literal is a key and a value with an equals sign between them.",
"configMapGenerator:
- name: settings
  literals: [\"LEVEL: info\"]",
        "Write LEVEL=info. An empty value is written LEVEL=."
    }
    1503 BAD_FILE_SOURCE "a file source that is not [key=]path" {
        "An entry of files is a path, or a key, an equals sign and a path. This one lacks the key or the path, or has too many equals signs.",
"configMapGenerator:
- name: settings
  files: [=settings.json]",
        "Write settings.json, or key=settings.json. A file with an equals sign in its name has to be renamed."
    }
    1504 GENERATOR_WITHOUT_NAME "a generator without a name" {
        "Every entry of configMapGenerator and secretGenerator gives its ConfigMap or Secret a name.",
"configMapGenerator:
- literals: [LEVEL=info]",
        "Add name."
    }
    1505 UNKNOWN_CLOUD "an IAM policy for an unknown cloud" {
        "An IAMPolicyGenerator knows only the clouds that the message names.",
"apiVersion: builtin
kind: IAMPolicyGenerator
metadata: {name: iam}
cloud: aws",
        "Write cloud: gke, or write the ServiceAccount by hand."
    }
    1506 BAD_ENV_LINE "a line of an env file that cannot be read" {
        "A line of an env file holds bytes that are not UTF-8.",
"LEVEL=info
NAME=caf\\xe9",
        "Save the file as UTF-8, with one KEY=value on each line."
    }
}
