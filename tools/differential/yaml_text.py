"""Writes plain Python values as block YAML, with room for scalars that Python has no value for."""

import json
import re

_PLAIN = re.compile(r"^[A-Za-z][A-Za-z0-9_./-]*$")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf"}


class Raw(str):
    """A scalar that is written as it stands."""

    def __deepcopy__(self, memo):
        return self


def dump_all(documents):
    """The documents as one stream."""
    return "---\n".join(dump(document) for document in documents)


def dump(value):
    """One document."""
    if isinstance(value, dict) and value:
        return "".join(_entries(value, 0))
    if isinstance(value, list) and value:
        return "".join(_items(value, 0))
    return _scalar(value) + "\n"


def _entries(mapping, depth):
    for key, value in mapping.items():
        yield from _entry("  " * depth + _scalar(key) + ":", value, depth)


def _entry(head, value, depth):
    if isinstance(value, dict) and value:
        yield head + "\n"
        yield from _entries(value, depth + 1)
    elif isinstance(value, list) and value:
        yield head + "\n"
        yield from _items(value, depth)
    elif isinstance(value, str) and not isinstance(value, Raw) and _suits_a_block(value):
        yield f"{head} |\n"
        for line in value.splitlines():
            yield "  " * (depth + 1) + line + "\n"
    else:
        yield f"{head} {_scalar(value)}\n"


def _items(items, depth):
    pad = "  " * depth
    for item in items:
        if isinstance(item, (dict, list)) and item:
            lines = list(_entries(item, depth + 1) if isinstance(item, dict) else _items(item, depth + 1))
            yield pad + "- " + lines[0][len(pad) + 2:]
            yield from lines[1:]
        else:
            yield f"{pad}- {_scalar(item)}\n"


def _suits_a_block(text):
    return "\n" in text and text.endswith("\n") and text[0] not in " \n" and "\t" not in text


def _scalar(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str) and _PLAIN.match(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value)
