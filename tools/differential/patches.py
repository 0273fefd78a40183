"""Random patches for objects: strategic merge patches from parts of the object, and JSON patches."""

import copy
import json

from manifests import NAMES, NAMESPACES


class Patches:
    """Makes patches with the dice of `manifests`."""

    def __init__(self, manifests):
        self.dice, self.manifests, self.chance = manifests.dice, manifests, manifests.chance

    def strategic(self, item):
        """A strategic merge patch; `item` holds the object and the names that it has at this layer."""
        metadata = {"name": item["name"] if self.chance(0.97) else self.manifests.name()}
        if item["namespace"]:
            metadata["namespace"] = item["namespace"]
        patch = {"apiVersion": item["object"]["apiVersion"], "kind": item["object"]["kind"], "metadata": metadata}
        if self.chance(0.07):
            return {**patch, "$patch": self.dice.choice(["delete", "delete", "replace", "merge"])}
        for _ in range(self.dice.randint(1, 2)):
            self._take_part(item["object"], patch)
        if self.chance(0.2):
            field = self.dice.choice(["labels", "annotations"])
            metadata[field] = self.dice.choice([self.manifests.pairs(), None, {}, {"app": None}])
        return patch

    def _take_part(self, source, patch):
        """Copies a random part of the object into the patch and changes something in it."""
        field = self.dice.choice([key for key in source if key not in ("apiVersion", "kind")] or ["spec"])
        part = copy.deepcopy(source.get(field, {}))
        if field == "metadata":
            part = {key: value for key, value in part.items() if key in ("labels", "annotations")}
            patch["metadata"].update(part)
            return
        patch[field] = self._changed(part)

    def _changed(self, node):
        if isinstance(node, dict):
            return self._changed_mapping(node)
        if isinstance(node, list):
            return self._changed_list(node)
        if self.chance(0.1):
            return self.dice.choice([None, self.manifests.odd(), self.manifests.odd(), {} if self.chance(0.1) else "x"])
        return self.manifests.name() if self.chance(0.5) and isinstance(node, str) else node

    def _changed_mapping(self, node):
        changed = {}
        for key, value in node.items():
            if key in ("name", "key", "containerPort", "mountPath", "port", "topologyKey"):
                if self.chance(0.92):
                    changed[key] = value
            elif self.chance(0.65):
                changed[key] = None if self.chance(0.05) else self._changed(value)
        if self.chance(0.06):
            changed["$patch"] = self.dice.choice(["delete", "replace", "merge"])
        if self.chance(0.03):
            changed["$retainKeys"] = [key for key in changed if not key.startswith("$")]
        for key in [key for key, value in node.items() if isinstance(value, list)]:
            if self.chance(0.03) and node[key] and isinstance(node[key][0], dict):
                changed["$setElementOrder/" + key] = [{"name": one.get("name", "x")} for one in reversed(node[key])]
            elif self.chance(0.05) and node[key] and isinstance(node[key][0], str):
                changed["$deleteFromPrimitiveList/" + key] = node[key][:1]
        if self.chance(0.1):
            changed[self.dice.choice(["extra", "a2", "name", "image"])] = self.manifests.odd()
        return changed

    def _changed_list(self, node):
        changed = [self._changed(item) for item in node if self.chance(0.8)]
        if node and self.chance(0.25):
            extra = copy.deepcopy(self.dice.choice(node))
            if isinstance(extra, dict) and "name" in extra:
                extra["name"] = self.dice.choice(["new", *NAMES])
            changed.insert(self.dice.randint(0, len(changed)), extra)
        if self.chance(0.03) and changed and isinstance(changed[0], dict):
            changed.append({"$patch": self.dice.choice(["replace", "delete"])})
        return changed

    def json_patch(self, item):
        """The operations of a JSON patch."""
        return [self._operation(item["object"]) for _ in range(self.dice.randint(1, 3))]

    def _operation(self, source):
        path = self._pointer(source)
        kind = self.dice.choice(["add", "add", "add", "replace", "replace", "replace", "remove", "test", "copy", "move"])
        if kind not in ("add", "test") and _at(source, path) is KeyError and self.chance(0.9):
            kind = "add"
        if kind in ("copy", "move") and path.startswith("/metadata"):
            kind = "add"
        operation = {"op": kind, "path": path}
        if kind in ("copy", "move"):
            operation.update({"from": path, "path": "/metadata/annotations" if self.chance(0.5) else "/spec/copied"})
            if self.chance(0.3):
                operation["path"] = self._pointer(source)
        elif kind != "remove" and self.chance(0.97):
            operation["value"] = self._value(kind, source, path)
        return operation

    def _value(self, kind, source, path):
        if kind == "test" and self.chance(0.8):
            found = _at(source, path)
            return None if found is KeyError else copy.deepcopy(found)
        if path in ("/metadata/labels", "/metadata/annotations") and self.chance(0.9):
            return self.manifests.pairs()
        return self.dice.choice([self.manifests.name(), self.manifests.odd(), {"name": self.manifests.name()}, 3, None,
                                 ["x"], {}, True, self.manifests.container("new")])

    def _pointer(self, source):
        steps, node = [], source
        if self.chance(0.7):
            step = self.dice.choice([key for key in source if key not in ("apiVersion", "kind", "metadata")] or ["metadata"])
            steps, node = [step], source[step]
        while isinstance(node, (dict, list)) and node and (len(steps) < 2 or self.chance(0.75)):
            choices = list(node) if isinstance(node, dict) else list(range(len(node)))
            step = self.dice.choice(choices)
            steps.append(str(step))
            node = node[step]
        if self.chance(0.12) and isinstance(node, dict):
            steps.append("new")
        elif isinstance(node, list) and self.chance(0.5):
            steps.append("-")
        if self.chance(0.05):
            steps[-1] = self.dice.choice(["-", "-1", "00", "1", "7", "new", "", "a/b", "a~b"])
        if len(steps) == 1 or steps[1] in ("name", "namespace") and self.chance(0.8):
            steps = ["metadata", self.dice.choice(["labels", "annotations"])]
            steps += ["app"] if source["metadata"].get(steps[1]) else []
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)

    def target(self, item, loose=True):
        """A target that selects the item, and others perhaps."""
        target = {"kind": item["object"]["kind"], "name": item["name"]}
        if not loose:
            if item["namespace"]:
                target["namespace"] = item["namespace"]
            group, _, version = item["object"]["apiVersion"].rpartition("/")
            return {**({"group": group} if group else {}), "version": version, **target}
        if self.chance(0.3):
            del target["name"]
        elif self.chance(0.3):
            target["name"] = self.dice.choice([".*", "a.*", "(app|web)", item["object"]["metadata"]["name"], "a"])
        if self.chance(0.3):
            del target["kind"]
        if self.chance(0.15):
            target["namespace"] = self.dice.choice(["", ".*", *NAMESPACES])
        if self.chance(0.1):
            target["labelSelector"] = self.dice.choice(["app", "app=x", "!app", "tier in (x,prod)", "app!=x,team"])
        if self.chance(0.05):
            target["annotationSelector"] = self.dice.choice(["app", "tier notin (x)", "a2==y1"])
        return target


def _at(node, pointer):
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(step)] if isinstance(node, list) else node[step]
        except (KeyError, IndexError, ValueError, TypeError):
            return KeyError
    return node


def inline(operations):
    """A JSON patch as JSON; what is written raw in YAML becomes a string."""
    return json.dumps(operations) + "\n"
