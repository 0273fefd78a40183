//! Functions and plugins.

super::codes! {
    1901 FUNCTION_NOT_ALLOWED "a function or plugin that may not run" {
        "A generator or transformer is not built in, so it would run a program or a container, which happens only where the build was told that it may.",
"apiVersion: example.com/v1
kind: Labeler
metadata:
  name: labeler
  annotations:
    config.kubernetes.io/function: |
      container: {image: example.com/labeler:v1}",
        "For kustomizations that you trust: --enable-alpha-plugins for containers and plugins, --enable-exec besides for programs of this machine, --network for functions that ask for it."
    }
    1902 NO_CONTAINER_ENGINE "no program that runs containers" {
        "A function runs in a container, and none of the programs that run containers is there.",
"metadata:
  annotations:
    config.kubernetes.io/function: |
      container: {image: example.com/labeler:v1}",
        "Install one of the programs that the message names."
    }
    1903 FUNCTION_FAILED "a function that failed" {
        "The program of a function or plugin could not be started, or ended with an error. The message holds what it printed.",
"transformers:
- labeler.yaml",
        "Read what the function says: most often its configuration lacks something."
    }
    1904 BAD_FUNCTION_OUTPUT "a function whose output cannot be used" {
        "A function prints a ResourceList with items, or resources. What this one printed is not that, or holds the same resource twice.",
"kind: ResourceList
items: none",
        "Correct the function: all that it has to say besides goes to standard error."
    }
    1905 BAD_FUNCTION "a function that cannot be run as it is configured" {
        "The annotation that describes a function cannot be read, names neither a program nor an image, or asks for something that no function gets.",
"metadata:
  annotations:
    config.kubernetes.io/function: |
      exec: {}",
        "Write container: {image: …} or exec: {path: …} into the annotation."
    }
    1906 NO_PLUGIN "a plugin that is not there" {
        "A configuration is of a type that is not built in and describes no function. So it is for a plugin, a program that is found by the type, and there is none.",
"apiVersion: someteam.example.com/v1
kind: SedTransformer
metadata: {name: sed}",
        "Put the program to <plugin home>/<group>/<version>/<kind in lower case>/<Kind>, and name the plugin home with KUSTOMIZE_PLUGIN_HOME. For what is built in, the apiVersion is builtin."
    }
    1907 FUNCTION_NOT_FOUND "the program of a function is not there" {
        "A function names a program by a path, relative to the kustomization, and there is nothing.",
"metadata:
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./bin/labeler}",
        "Mind the path, and whether the program was built."
    }
    1908 TIME_LIMIT "a function that took too long" {
        "A function or plugin was stopped because it went over its time.",
"transformers:
- slow.yaml",
        "Give it more time with --function-timeout, in seconds, or find out what it waits for."
    }
}
