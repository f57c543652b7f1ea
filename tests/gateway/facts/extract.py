#!/usr/bin/env python3
"""Writes the facts the simulated gateway needs from a Broadband Forum "-full.xml" data model definition.

Usage: extract.py MODEL.xml OBJECTS.txt NEWEST_VERSION > FACTS.tsv

Names, types and limits only; no description text. OBJECTS.txt names one object
path a line (`{i}` for tables); a leading `-` leaves a parameter out, a leading
`+` brings in one that is no longer current. Other items that are newer than
NEWEST_VERSION (such as 2.14) or no longer current are left out.
"""

import sys
import xml.etree.ElementTree as ET

BUILT_IN = {"string", "int", "unsignedInt", "long", "unsignedLong", "boolean", "dateTime", "base64", "hexBinary", "decimal"}
COLUMNS = ["path", "kind", "access", "type", "enum", "range", "list", "secret", "length", "pattern", "default",
           "ref", "enum_from", "count_in", "unique", "enable_or_command"]


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def child(element, name):
    return next((c for c in element if local(c) == name), None)


def version(text):
    return tuple(int(part) for part in (text or "0").split("."))


def bounds(element, low, high):
    return f"{element.get(low, '')}..{element.get(high, '')}"


class Facets:
    """Facets gathered from the most derived type to the built-in one; the nearest statement wins."""

    def __init__(self):
        self.type = None
        self.found = {"enum": [], "range": [], "length": [], "pattern": [], "ref": [], "enum_from": []}

    def take(self, element, newest):
        here = {key: [] for key in self.found}
        for facet in element:
            name = local(facet)
            if facet.get("status", "current") in ("deleted", "obsoleted"):
                continue
            if facet.get("version") and version(facet.get("version")) > newest:
                continue
            if name == "enumeration":
                here["enum"].append(facet.get("value") + ("!" if facet.get("access") == "readOnly" else ""))
            elif name == "range":
                here["range"].append(bounds(facet, "minInclusive", "maxInclusive"))
            elif name == "size":
                here["length"].append(bounds(facet, "minLength", "maxLength"))
            elif name == "pattern":
                here["pattern"].append(facet.get("value"))
            elif name == "pathRef":
                here["ref"].append(facet.get("refType", "weak"))
            elif name == "enumerationRef":
                null = facet.get("nullValue")
                here["enum_from"].append(facet.get("targetParam") + ("" if null is None else "?" + null))
        for key, values in here.items():
            if values and not self.found[key]:
                self.found[key] = values


def resolve(element, types, newest, facets):
    name = local(element)
    facets.take(element, newest)
    if name in BUILT_IN:
        facets.type = name
        return
    base = element.get("ref") or element.get("base")
    if name == "dataType" and base:
        resolve(types[base], types, newest, facets)
        return
    inner = next((c for c in element if local(c) in BUILT_IN), None)
    resolve(inner, types, newest, facets)


def clean(text):
    return (text or "").replace("\t", " ").replace("\n", " ")


def parameter_row(path, parameter, types, newest):
    syntax = child(parameter, "syntax")
    facets = Facets()
    body = next(c for c in syntax if local(c) in BUILT_IN or local(c) == "dataType")
    resolve(body, types, newest, facets)
    listed = child(syntax, "list")
    list_text = ""
    if listed is not None:
        list_text = "list"
        size = child(listed, "size")
        if size is not None:
            list_text += " " + bounds(size, "minLength", "maxLength")
    default = child(syntax, "default")
    default_text = ""
    if default is not None and default.get("type") in ("object", "factory"):
        value = default.get("value")
        default_text = '""' if value in ("", "[]") else value
    secret = syntax.get("hidden") == "true" or syntax.get("secured") == "true"
    found = facets.found
    access = parameter.get("access", "readOnly")
    return [path, "param", access, facets.type, "|".join(found["enum"]), " ; ".join(found["range"]), list_text,
            "secret" if secret else "", " ; ".join(found["length"]), "\x1f".join(found["pattern"]).replace("\x1f", " ; "),
            default_text, found["ref"][0] if found["ref"] else "", found["enum_from"][0] if found["enum_from"] else "",
            "", "", "command" if syntax.get("command") == "true" else ""]


def object_row(path, element):
    table = path.endswith("{i}.")
    unique = []
    for key in element:
        if local(key) == "uniqueKey":
            mark = "!" if key.get("functional") == "false" else ""
            unique.append(mark + "+".join(c.get("ref") for c in key if local(c) == "parameter"))
    return [path, "table" if table else "object", element.get("access", "readOnly"), "", "", "", "", "", "", "", "", "",
            "", element.get("numEntriesParameter", "") if table else "", ";".join(unique),
            element.get("enableParameter", "")]


def main():
    model_file, objects_file, newest_text = sys.argv[1:4]
    newest = version(newest_text)
    root = ET.parse(model_file).getroot()
    types = {c.get("name"): c for c in root if local(c) == "dataType"}
    model = [c for c in root if local(c) == "model"][-1]
    objects = {c.get("name"): c for c in model if local(c) == "object"}
    lines = [line.split("#")[0].strip() for line in open(objects_file, encoding="utf-8")]
    left_out = {line[1:] for line in lines if line.startswith("-")}
    kept = {line[1:] for line in lines if line.startswith("+")}
    print("# Names, types and limits taken from the Broadband Forum data model "
          f"{root.get('spec')} by extract.py; no text of it.")
    print("\t".join(COLUMNS))
    for path in sorted(line for line in lines if line and line[0] not in "+-"):
        element = objects[path]
        print("\t".join(clean(cell) for cell in object_row(path, element)).rstrip("\t"))
        own = element.get("version", "0")
        for parameter in element:
            if local(parameter) != "parameter":
                continue
            full = path + parameter.get("name")
            if full not in kept and (full in left_out or parameter.get("status", "current") != "current"):
                continue
            if version(parameter.get("version", own)) > newest:
                continue
            row = parameter_row(full, parameter, types, newest)
            print("\t".join(clean(cell) for cell in row).rstrip("\t"))


if __name__ == "__main__":
    main()
