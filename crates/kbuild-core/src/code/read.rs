//! Reading files: bytes, YAML, paths.

super::codes! {
    1001 NOT_YAML "the text is not YAML" {
        "The text cannot be read as YAML. The line and column are where it stops making sense; the cause often stands a little above: a quote or a bracket that is not closed, a line that is indented differently from its neighbours, a value with \": \" in it that needs quotes.",
"metadata:
  name: web
   labels: {app: web}",
        "Look at the marked line and the one above it. Entries of one mapping or list begin in the same column; put texts that hold \": \", \" #\" or begin with one of @`%&*!|>[]{}\",' in quotes."
    }
    1002 NOT_TEXT "the file is not text" {
        "YAML files are text in UTF-8, or in UTF-16 with a byte order mark, without control characters. This file holds other bytes: it is an image or an archive, say, or it was saved in an old encoding.",
"resources:
- logo.png",
        "Save the file as UTF-8. If it is not meant to be read as YAML, it belongs under files of a configMapGenerator or secretGenerator, which takes any bytes."
    }
    1003 NOT_JSON "what begins like JSON is not JSON" {
        "A patch whose text begins with [, and a schema or definitions of custom resources that begin with {, are read as JSON, as the reference does. YAML in flow style looks much the same, but its keys and texts need no quotes, and JSON's do.",
"patches:
- target: {kind: Deployment}
  patch: '[{op: remove, path: /spec/replicas}]'",
        "Write it in YAML block style, each operation after a \"- \", or as complete JSON with double quotes around all keys and texts."
    }
    1004 CANNOT_READ "a file cannot be read" {
        "The file is there, and the system does not let it be read. The message says why: most often permissions are missing.",
"resources:
- /root/deployment.yaml",
        "Give the user who runs the build the right to read the file and to enter all folders above it."
    }
    1005 NOT_FOUND "a path leads nowhere" {
        "An entry names a path at which there is neither a file nor a folder, and it is not the form of a URL or of a repository either. Paths are relative to the folder of the kustomization that names them; only the path that a build starts from is relative to the working directory.",
"resources:
- deploymnet.yaml",
        "Mind the spelling, the ending (.yaml or .yml) and the number of \"../\". The nearest name that exists is given as help where there is one."
    }
    1006 OUTSIDE_ROOT "a file outside of the folder of its kustomization" {
        "A kustomization may name files only in its own folder and below, so that it can be moved and shared as a whole. Links count by where they lead. Folders with a kustomization of their own may be anywhere.",
"resources:
- ../common/service.yaml",
        "Put a kustomization into the other folder and name that folder: ../common. If you trust all files, --load-restrictor LoadRestrictionsNone allows it for the whole build."
    }
    1007 ABSOLUTE_PATH "a folder given by an absolute path" {
        "Folders are named relative to the kustomization, so that the tree can be moved. An absolute path would work on one machine only.",
"resources:
- /home/me/shop/base",
        "Write the path relative to the kustomization: ../../base."
    }
    1008 FILE_EXPECTED "a folder or repository where a file is expected" {
        "This field takes files, and the entry names a folder or a repository.",
"configurations:
- ../base",
        "Name a file in that folder. Folders and repositories are named under resources and components."
    }
    1009 FOLDER_EXPECTED "a file where a folder is expected" {
        "A build starts from a folder, and components are folders: the one that holds the kustomization file. The path leads to a file.",
"components:
- ../components/logging/kustomization.yaml",
        "Name the folder, without the file: ../components/logging."
    }
    1010 EMPTY_PATH "an empty path" {
        "An entry of a list of paths is empty. Most often it is a \"-\" that was left over, or a template that put nothing into its place.",
"resources:
- deployment.yaml
-",
        "Take the entry out, or write a path into it."
    }
    1011 ODD_PATH "a path that nobody means" {
        "A step of the path holds \"..\" together with other characters. That is hardly ever a name; it comes about when two entries run together on one line.",
"resources:
- service.yaml-../base",
        "Put each entry on a line of its own. If a folder is really called so, give it another name."
    }
    1012 CYCLE "kustomizations that lead back to themselves" {
        "A kustomization names itself, a folder above itself, or one that leads back to it. Such a build would never end.",
"# base/kustomization.yaml
resources:
- ../overlay
# overlay/kustomization.yaml
resources:
- ../base",
        "Decide which of the two is the base: overlays name bases, bases never name overlays. Move what both need into a third folder."
    }
    1013 NESTED_TOO_DEEP "kustomizations nested without end" {
        "Kustomizations name each other hundreds of levels deep. Nobody writes that by hand; a link to a folder above, or a generated tree, is the likely cause.",
"resources:
- next   # a link to this folder's parent, by another name",
        "Follow the chain that the message shows, and break it."
    }
    1014 TAB "a tab where YAML wants spaces" {
        "YAML is indented with spaces only. A tab stands at the beginning of the line, or between the indentation and the first character. Editors show the two alike.",
"metadata:
\tname: web",
        "Replace tabs by spaces, and tell the editor to insert spaces in YAML files."
    }
    1015 DUPLICATE_KEY "a key that stands twice in a mapping" {
        "The same key stands twice in one mapping of a resource. Only one of the two values could count, so the reference refuses the file. Most often a block was pasted without the old one being taken out.",
"metadata:
  labels: {app: web}
  name: web
  labels: {tier: front}",
        "Merge the two, or take one out. The message names the line of the first."
    }
    1016 BAD_KEY "something that cannot be a key" {
        "Keys of resources are texts. A list, a mapping, null, or a value with a tag that makes something else of it cannot be a key. Template braces that are not in quotes are read as mappings, and so lead here too.",
"data:
  {{ name }}: value",
        "Put the key in quotes."
    }
    1017 BAD_ALIAS "an alias without an anchor" {
        "An alias (*name) stands for the value that an anchor (&name) before it in the same document marks. There is no such anchor, or the alias stands within it. A text that begins with an asterisk is read as an alias too.",
"metadata:
  labels: *common",
        "Define the anchor above the alias, in the same document. If the asterisk belongs to the text, put the text in quotes."
    }
    1018 BAD_TAG "a value that does not fit its tag" {
        "A tag such as !!int or !!binary says what type a value has, and the value cannot be read as that type.",
"spec:
  replicas: !!int three",
        "Correct the value, or take the tag out."
    }
    1019 TOO_LARGE "a document that is nested too deep, or grows too large" {
        "The document is nested deeper than the reader allows, or its aliases multiply each other until the result would not fit into memory. Both are bounds against files that are made to do harm; no resource comes near them.",
"a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b]   # and so on",
        "Write out what is meant without aliases of aliases."
    }
    1020 CANCELLED "a build that was given up" {
        "The program that asked for the build gave it up before it was done: it was cancelled, or its deadline had passed.",
"kbuild build overlays/prd   # within a program that stops builds after a second",
        "Ask for it again, with more time; see what takes long."
    }
    1021 LIMIT "a build that is too large" {
        "The build has more resources, has read more bytes, has copied more within resources (replacements, copies of JSON patches and vars), or has built the same bases more often than it may. The limits are there so that a hostile or mistaken tree cannot take all memory or all time: a few lines that put a field into itself, or bases that each name the next one twice, double what there is with each step.",
"resources:
- millions-of-documents.yaml",
        "Take the tree apart, or, in a program that embeds the library, raise Options::limits."
    }
}
