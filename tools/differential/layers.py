"""Random trees of kustomizations: bases, overlays on one or several of them, components."""

import copy

from manifests import CLUSTER_SCOPED, IMAGES, NAMES, NAMESPACES, Manifests
from patches import Patches, inline
from yaml_text import dump, dump_all

KEEPS_ITS_NAME = {"Namespace", "CustomResourceDefinition", "APIService"}


class Tree:
    """The files of one tree: a path leads to a list of documents, or to text.

    What the objects are called in a layer is followed roughly, so that patches find what they are for; it need not be
    right, since wrong ones have to be refused alike.
    """

    def __init__(self, dice):
        self.dice, self.files = dice, {}
        self.manifests = Manifests(dice)
        self.patches = Patches(self.manifests)
        self.chance = self.manifests.chance

    def build(self):
        """Fills the tree; its kustomization to build is in `root`."""
        layers = []
        for number in range(self.dice.randint(1, 3)):
            layers.append(self.layer(f"base{number}", []))
        for number in range(self.dice.choice([0, 1, 1, 2, 2, 3])):
            below = self.dice.sample(layers, min(len(layers), self.dice.choice([1, 1, 2])))
            layers.append(self.layer(f"mid{number}", below))
        below = self.dice.sample(layers, min(len(layers), self.dice.choice([1, 1, 2, 3])))
        if layers[-1] not in below and self.chance(0.8):
            below = [layers[-1]]
        self.layer("root", below)
        return self

    def text_files(self):
        """Path and content of every file."""
        return {path: dump_all(content) if isinstance(content, list) else content for path, content in self.files.items()}

    def layer(self, folder, below, items=None):
        """Writes one kustomization; returns its folder and its objects."""
        is_component = items is not None
        items = copy.deepcopy([item for _, found in below for item in found]) if items is None else items
        fields = {"resources": ["../" + base for base, _ in below]}
        if is_component:
            fields.update(apiVersion="kustomize.config.k8s.io/v1alpha1", kind="Component")
        if not below or self.chance(0.3):
            self.add_resources(folder, fields, items, self.dice.randint(1, 2 if below or is_component else 7))
        if self.chance(0.4):
            self.add_generators(folder, fields, items)
        if self.chance(0.12) and not is_component:
            self.add_component(folder, fields, items)
        self.add_transformers(folder, fields, items)
        if folder == "root" and self.chance(0.2):
            fields["sortOptions"] = self.dice.choice([{"order": "fifo"}, {"order": "legacy"}, {
                "order": "legacy", "legacySortOptions": {"orderFirst": ["Secret", "Service"], "orderLast": ["Deployment"]}}])
        if self.chance(0.02):
            fields[self.dice.choice(["labels", "images", "namespace", "patches", "namePrefix"])] = None
        fields = {name: value for name, value in fields.items() if value != [] or self.chance(0.05)}
        self.files[folder + "/kustomization.yaml"] = [fields]
        return folder, items

    def add_resources(self, folder, fields, items, count):
        taken = {(item["object"]["kind"], item["name"], item["namespace"]) for item in items}
        objects = []
        for _ in range(count):
            candidate = self.manifests.object()
            metadata = candidate["metadata"]
            identity = (candidate["kind"], metadata["name"], metadata.get("namespace", ""))
            if identity in taken and self.chance(0.98):
                continue
            if candidate["kind"] in KEEPS_ITS_NAME and folder != "base0" and self.chance(0.9):
                continue
            taken.add(identity)
            objects.append(candidate)
            items.append({"object": candidate, "name": identity[1], "namespace": identity[2]})
        middle = self.dice.randint(0, len(objects)) if self.chance(0.3) else len(objects)
        for number, part in enumerate([objects[:middle], objects[middle:]]):
            if part:
                if self.chance(0.05):
                    part = [{"apiVersion": "v1", "kind": "List", "items": part}]
                fields["resources"].append(f"all{number}.yaml")
                self.files[f"{folder}/all{number}.yaml"] = part

    def add_component(self, folder, fields, items):
        name = f"{folder}-part"
        self.layer(name, [], items)
        fields["components"] = [f"../{name}"]

    def add_generators(self, folder, fields, items):
        for _ in range(self.dice.randint(1, 2)):
            kind = self.dice.choice(["ConfigMap", "Secret"])
            known = [item for item in items if item["object"]["kind"] == kind]
            entry = {"name": self.manifests.name()}
            if self.chance(0.2):
                entry["namespace"] = self.dice.choice(NAMESPACES)
            if known and self.chance(0.6):
                item = self.dice.choice(known)
                entry = {"name": item["name"], "behavior": self.dice.choice(["merge", "merge", "replace"])}
                if item["namespace"] and self.chance(0.8):
                    entry["namespace"] = item["namespace"]
            elif any(entry["name"] in (item["name"], item["object"]["metadata"]["name"]) for item in known) and self.chance(0.97):
                continue
            else:
                generated = {"apiVersion": "v1", "kind": kind, "metadata": {"name": entry["name"]}, "data": {"k": "v"}}
                items.append({"object": generated, "name": entry["name"], "namespace": entry.get("namespace", "")})
            self.add_sources(folder, entry)
            if kind == "Secret" and self.chance(0.2):
                entry["type"] = "kubernetes.io/tls"
            if self.chance(0.3):
                entry["options"] = self.generator_options()
            fields.setdefault("configMapGenerator" if kind == "ConfigMap" else "secretGenerator", []).append(entry)
        if self.chance(0.15):
            fields["generatorOptions"] = self.generator_options()

    def add_sources(self, folder, entry):
        if self.chance(0.8):
            entry["literals"] = self.dice.sample(["k=v", "k2='quoted'", "n=1", 'e=""', "t=true", "k.3=a=b", "sp= x "], 2)
        if self.chance(0.2):
            self.files[f"{folder}/file.txt"] = self.dice.choice(["one\ntwo\n", "no newline", "", " x\n", "tab\there\n", "é\n"])
            entry["files"] = [self.dice.choice(["file.txt", "key=file.txt"])]
        if self.chance(0.15):
            self.files[f"{folder}/env.txt"] = self.dice.choice(["E=1\n# no\nF=\"q\"\n", "E=\n\n  G=x y\n", "H= h\n"])
            entry["envs"] = ["env.txt"]

    def generator_options(self):
        options = {"disableNameSuffixHash": self.chance(0.5), "immutable": self.chance(0.3)}
        options["labels"] = {"from": "options"}
        options["annotations"] = {"note": self.dice.choice(["1", "a"])}
        return {name: options[name] for name in self.dice.sample(list(options), 2)}

    def add_transformers(self, folder, fields, items):
        for item in items if self.chance(0.9) else []:
            if self.chance(0.1):
                self.add_patch(folder, fields, item)
        prefix, suffix, namespace = "", "", ""
        if self.chance(0.85 if folder.startswith("base") else 0.5):
            prefix = fields["namePrefix"] = self.dice.choice(["p-", *[folder + "-"] * 5])
        if self.chance(0.2):
            suffix = fields["nameSuffix"] = self.dice.choice(["-s", "-" + folder])
        if self.chance(0.35):
            namespace = fields["namespace"] = self.dice.choice(NAMESPACES)
        for item in items:
            if item["object"]["kind"] not in KEEPS_ITS_NAME:
                item["name"] = prefix + item["name"] + suffix
            if namespace and item["object"]["kind"] not in CLUSTER_SCOPED:
                item["namespace"] = namespace
        if self.chance(0.15):
            fields["commonLabels"] = {"common": folder, **self.strings()}
        if self.chance(0.25):
            fields["labels"] = [self.labels_entry(folder, items) for _ in range(self.dice.randint(1, 2))]
        if self.chance(0.2):
            fields["commonAnnotations"] = self.strings()
        if self.chance(0.25):
            fields["images"] = [self.image() for _ in range(self.dice.randint(1, 2))]
        scaled = [item for item in items if item["object"]["kind"] in ("Deployment", "StatefulSet")]
        if scaled and self.chance(0.2):
            item = self.dice.choice(scaled)
            name = item["name"] if self.chance(0.7) else item["object"]["metadata"]["name"]
            fields["replicas"] = [{"name": name, "count": self.dice.randint(0, 5)}]

    def strings(self):
        return {key: self.dice.choice(["x", "prod", "1", "true", "", "a b", "2020-01-01"])
                for key in self.dice.sample(["app", "tier", "team", "a10"], self.dice.randint(1, 2))}

    def labels_entry(self, folder, items):
        # Versions of the reference differ in whether includeTemplates means volume claim templates.
        claims = any("volumeClaimTemplates" in item["object"].get("spec", {}) for item in items)
        entry = {"pairs": {"from": folder, **self.strings()}}
        if self.chance(0.4):
            entry["includeSelectors" if claims or self.chance(0.5) else "includeTemplates"] = True
        if self.chance(0.15):
            entry["fields"] = [{"path": self.dice.choice(["spec/labels", "spec/template/metadata/labels", "data"]),
                                "kind": self.dice.choice(["Deployment", "ConfigMap", "Service"]), "create": self.chance(0.5)}]
        return entry

    def image(self):
        entry = {"name": self.dice.choice(["nginx", "redis", "host:5000/team/app", "team/app", ".*app", "ngin."])}
        if self.chance(0.4):
            entry["newName"] = self.dice.choice(["other", "reg.io/x", *IMAGES])
        if self.chance(0.6):
            entry["newTag"] = self.dice.choice(["2", "v3.1", "latest"])
        if self.chance(0.2):
            entry["digest"] = "sha256:def456"
        if self.chance(0.1):
            entry["tagSuffix"] = "-alpine"
        return entry

    def add_patch(self, folder, fields, item):
        if self.chance(0.1):
            fields.setdefault("patchesStrategicMerge", []).append(dump(self.patches.strategic(item)))
            return
        if self.chance(0.1):
            entry = {"target": self.patches.target(item, loose=False), "patch": inline(self.patches.json_patch(item))}
            fields.setdefault("patchesJson6902", []).append(entry)
            return
        entry = {}
        if self.chance(0.45):
            text = self.json_text(item)
            entry["target"] = self.patches.target(item, loose=self.chance(0.2))
        else:
            documents = [self.patches.strategic(item)]
            if self.chance(0.3):
                entry["target"] = self.patches.target(item)
            elif self.chance(0.15):
                documents.append(self.patches.strategic(item))
            if self.chance(0.1):
                documents[0]["metadata"]["name"] = "renamed"
                documents[0]["kind"] = self.dice.choice([documents[0]["kind"], "Widget"])
                entry.setdefault("target", self.patches.target(item))
            text = dump_all(documents)
        if self.chance(0.1):
            entry["options"] = {"allowNameChange": True}
        elif self.chance(0.05) and item["object"]["kind"] not in ("ConfigMap", "Secret"):
            # Those two are left out: the reference hashes its own annotations once they have become something else.
            entry.update(options={"allowKindChange": True}, target=self.patches.target(item, loose=False))
        if self.chance(0.3):
            path = f"patch{len(self.files)}.yaml"
            self.files[f"{folder}/{path}"] = text
            entry["path"] = path
        else:
            entry["patch"] = text
        fields.setdefault("patches", []).append(entry)

    def json_text(self, item):
        operations = self.patches.json_patch(item)
        return inline(operations) if self.chance(0.5) else dump(operations)
