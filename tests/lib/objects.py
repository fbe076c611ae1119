#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Objects of Kubernetes, in YAML.

    objects.py check FILE...        are they valid by schemas/objects.json?
    objects.py get FILE KIND PATH   a value of the object of that kind, as text or JSON
    objects.py set FILE KIND PATH JSON   the file with another value there
    objects.py refuses FILE KIND    is each change invalid that is on standard input: "PATH JSON", a line each?
"""
import copy
import json
import os
import sys

import jsonschema
import yaml


def documents(path):
    with open(path, encoding="utf-8") as f:
        return [d for d in yaml.safe_load_all(f) if d is not None]


def problems(document):
    """What is wrong with it, a line each."""
    with open(os.path.join(os.environ["SRCDIR"], "tests/schemas/objects.json"), encoding="utf-8") as f:
        definitions = json.load(f)["definitions"]
    kind = document.get("kind")
    if kind not in definitions:
        return [f"no schema for the kind {kind!r}"]
    schema = {"$ref": f"#/definitions/{kind}", "definitions": definitions}
    return [f"{kind}: {'/'.join(map(str, error.path))}: {error.message[:200]}"
            for error in jsonschema.Draft7Validator(schema).iter_errors(document)]


def check(paths):
    bad = False
    for path in paths:
        found = documents(path)
        for line in [p for d in found for p in problems(d)] if found else ["no document"]:
            print(f"{path}: {line}")
            bad = True
    return bad


def place(document, path):
    """The mapping or list that has the last step of the path, and that step."""
    steps = [int(s) if s.isdigit() else s for s in path.split("/")]
    for step in steps[:-1]:
        document = document[step]
    return document, steps[-1]


def get(path, kind, where):
    document = next(d for d in documents(path) if d["kind"] == kind)
    owner, step = place(document, where)
    value = owner[step]
    sys.stdout.write(value if isinstance(value, str) else json.dumps(value))


def set_value(path, kind, where, value):
    found = documents(path)
    owner, step = place(next(d for d in found if d["kind"] == kind), where)
    owner[step] = json.loads(value)
    yaml.safe_dump_all(found, sys.stdout)


def refuses(path, kind):
    bad = False
    for line in sys.stdin:
        where, value = line.split(maxsplit=1)
        document = copy.deepcopy(next(d for d in documents(path) if d["kind"] == kind))
        owner, step = place(document, where)
        owner[step] = json.loads(value)
        if not problems(document):
            print(f"{path}: {where} can be {value.strip()}")
            bad = True
    return bad


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    commands = {"check": lambda *paths: check(paths), "get": get, "set": set_value, "refuses": refuses}
    sys.exit(commands[command](*arguments))
