//! Commands that write: edit, create, localize, and the output of build.

super::codes! {
    2001 NOT_EDITABLE "a kustomization that cannot be edited in place" {
        "edit changes the lines that it has to and leaves the rest alone. This file is written in a way that does not allow that: anchors in the lines to be changed, say.",
"resources: &all
- deployment.yaml",
        "Write the field out in plain block style, or change it by hand."
    }
    2002 BAD_ARGUMENT "an argument that cannot be understood" {
        "An argument of the command does not have the form that it takes, or two of them do not go together.",
"kbuild edit set replicas web",
        "`kbuild edit … --help` shows the form: here it is web=3."
    }
    2003 THERE_ALREADY "something is there already" {
        "What is to be added or made is in the kustomization already, or the file is there already.",
"kbuild edit add label app:web      # there is a label app",
        "Nothing has to be done, or use the command that changes it: edit set, or --force where there is one."
    }
    2004 NOT_THERE "something is not there" {
        "What is to be changed or removed is not in the kustomization.",
"kbuild edit remove label tier      # there is no label tier",
        "Mind the spelling; edit add is for what is new."
    }
    2005 NO_MATCH "a pattern or path without a match" {
        "A path or a pattern with asterisks leads to no file.",
"kbuild edit add resource manifests/*.yml",
        "Mind the ending and the folder: patterns are relative to the present folder."
    }
    2006 CANNOT_CONVERT "something that cannot be converted" {
        "edit fix turns deprecated fields into their successors. Here that would change what is built: a label is in both fields with two values, or a var stands in the middle of a text that nothing delimits.",
"commonLabels: {app: web}
labels:
- pairs: {app: api}",
        "Decide which one is meant, change the field by hand, and run edit fix again."
    }
    2007 CANNOT_WRITE "output that cannot be written" {
        "The system does not let the output be written: the disk is full, the folder is not there, or permissions are missing.",
"kbuild overlays/prd -o /readonly/out.yaml",
        "The message says why. Nothing that was there before has been changed."
    }
    2008 NO_FILE_NAME "a resource that can have no file of its own" {
        "With -o FOLDER, each resource becomes a file, which is called by its type, its name and, where there are several, its namespace, in lower case. This resource would be written outside of the folder, or over another one.",
"metadata:
  name: ../../etc/passwd",
        "Print all resources to one file (-o all.yaml) or to standard output, or rename the resource."
    }
    2009 BAD_COMMAND_LINE "a command line that cannot be followed" {
        "There is no such flag or command, a value is missing or none that the flag takes, two flags do not go together, or the command asks for what is not there.",
"kbuild overlays/prd --outptu all.yaml",
        "`kbuild --help` lists flags and commands, and `kbuild COMMAND --help` those of a command."
    }
    2101 CANNOT_LOCALIZE "something that cannot be localized" {
        "localize copies a kustomization with all that it needs, and here the copy would not be what the original is: two files would come to the same path, a URL says no revision, or the copy builds something else.",
"kbuild localize https://example.com/shop.git//base",
        "Name a revision (?ref=v1) for what is on other machines; rename files that get into each other's way."
    }
    2102 OUTSIDE_SCOPE "a path that leads out of the scope of a localization" {
        "localize copies what is within the scope: the folder of the kustomization, unless --scope names one above it. Something outside of it is needed.",
"kbuild localize overlays/prd      # which names ../../base",
        "Give the scope that holds all: --scope . from the root of the repository."
    }
    2103 DESTINATION_EXISTS "a destination that is there already" {
        "localize makes a new folder and never writes into one that is there.",
"kbuild localize overlays/prd out",
        "Name another destination, or remove the folder."
    }
}
