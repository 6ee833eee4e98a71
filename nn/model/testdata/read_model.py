"""Answers the rows of a CSV file with a model of neurona, by docs/model-file.md alone: read_model.py MODEL CSV.

Each line is what Model.Predict says of a row: the network's outputs. Python's own library is all that it takes.
"""
import csv
import datetime
import json
import math
import re
import statistics
import struct
import sys


def load(path):
    with open(path, "rb") as f:
        data = f.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    meta = header.pop("__metadata__")
    tensors = {}
    for name, t in header.items():
        assert t["dtype"] == "F32", name
        lo, hi = t["data_offsets"]
        values = struct.unpack("<%df" % ((hi - lo) // 4), data[8 + length + lo : 8 + length + hi])
        tensors[name] = (t["shape"], values)
    return json.loads(meta["neurona"]), json.loads(meta["task"]), tensors


def known(object, *fields):
    for name in object:
        if name not in fields:
            sys.exit("unknown field " + name)
    return object


# The network

def network(architecture, tensors):
    known(architecture, "format", "shape", "layer", "own")
    assert architecture["format"] == 2 and not architecture.get("own")
    inside = re.fullmatch(r"stack\((.*)\)", architecture["layer"]).group(1)
    layers = re.findall(r"(\w+)(?:\(([^)]*)\))?", inside)

    def apply(x):
        for i, (name, _) in enumerate(layers):
            if name == "dense":
                (outputs, inputs), w = tensors["layers.%d.weight" % i]
                _, b = tensors["layers.%d.bias" % i]
                x = [b[o] + sum(w[o * inputs + j] * x[j] for j in range(inputs)) for o in range(outputs)]
            elif name == "relu":
                x = [max(0.0, v) for v in x]
            elif name == "tanh":
                x = [math.tanh(v) for v in x]
            else:
                sys.exit("unknown layer " + name)
        return x

    return apply


# Cells

def number(cell, form):
    s = cell.strip()
    negative = False
    if s.startswith("(") and s.endswith(")"):
        if not form.get("brackets"):
            return None
        negative, s = True, s[1:-1].strip()
    percent = s.endswith("%")
    s = s.rstrip("%").strip()
    if form.get("currency"):
        s = s.replace(form["currency"], "").strip()
    if percent != form.get("percent", False):
        return None
    if s[:1] in ("-", "+", "\u2212"):
        negative, s = s[0] != "+", s[1:].strip()
    if not form.get("thousands") and form["decimal"] in s:
        form = dict(form, thousands="," if form["decimal"] == "." else ".")
    if form.get("thousands"):
        if not re.fullmatch(r"(\d{1,3}(%s\d{3})+|\d+)(%s\d*)?" % (re.escape(form["thousands"]), re.escape(form["decimal"])), s):
            return None
        s = s.replace(form["thousands"], "")
    point = re.escape(form["decimal"])
    if not re.fullmatch(r"(\d+(%s\d*)?|%s\d+)([eE][+-]?\d+)?" % (point, point), s):
        return None
    v = float(s.replace(form["decimal"], "."))
    if negative:
        v = -v
    return v / 100 if percent else v


MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def date(cell, form):
    text, clock = cell.strip(), None
    found = re.search(r"(?:^|[ T])(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?$", text)
    if found:
        hour, minute, second, zone = found.groups()
        clock = int(hour) * 3600 + int(minute) * 60 + float(second or 0)
        text = text[: found.start()].strip()
        zone = "" if zone is None else "+00:00" if zone == "Z" else zone[:3] + ":" + zone[-2:]
    else:
        zone = ""
    if zone != form.get("zone", ""):
        return None
    layout = form["layout"]
    if layout == "":
        return clock
    pattern = re.escape(layout)
    for token, group in (("2006", r"(?P<y>\\d{4})"), ("January", "(?P<M>[A-Za-z]+)"), ("Jan", "(?P<M>[A-Za-z]{3})"), ("1", r"(?P<m>\\d{1,2})"), ("2", r"(?P<d>\\d{1,2})")):
        pattern = re.sub(r"(?<![\w{])%s(?![\w}])" % token, group, pattern, count=1)
    m = re.fullmatch(pattern, text)
    if not m:
        return None
    parts = m.groupdict()
    month = int(parts["m"]) if "m" in parts else MONTHS.index(parts["M"][:3].lower()) + 1
    try:
        day = datetime.datetime(int(parts["y"]), month, int(parts.get("d", 1)))
    except ValueError:
        return None
    return (day - datetime.datetime(1970, 1, 1)).total_seconds() + (clock or 0)


def scale(s, x):
    known(s, "kind", "offset", "scale", "quantiles")
    if s["kind"] == "quantile":
        q = s["quantiles"]
        n = len(q)
        if q[0] == q[-1]:
            return 0.0

        def share(order):
            if x <= q[0] and order == "first" or x < q[0]:
                return 0.0
            if x >= q[-1] and order == "last" or x > q[-1]:
                return 1.0
            if x in q:
                i = q.index(x) if order == "first" else n - 1 - q[::-1].index(x)
                return i / (n - 1)
            i = max(j for j in range(n) if q[j] < x)
            return (i + (x - q[i]) / (q[i + 1] - q[i])) / (n - 1)

        p = (share("first") + share("last")) / 2
        return statistics.NormalDist().inv_cdf(min(max(p, 0.5 / n), 1 - 0.5 / n))
    z = (x - s["offset"]) / s["scale"]
    if s["kind"] == "robust":
        return math.copysign(3, z) if abs(z) > 1e9 else z / math.sqrt(1 + z * z / 9)
    assert s["kind"] in ("standardise", "minmax", "none"), s["kind"]
    return z


def features(field, column, cell):
    known(column, "field", "scaler", "fill", "low", "high", "gaps", "clock", "levels", "rare", "rare_left", "means")
    kind, gaps = field["kind"], column.get("gaps", False)
    missing = cell == "" or cell.strip() in field.get("missing_words", []) or kind in ("number", "date") and cell.strip() == ""
    if kind in ("category", "code") and "order" not in field:
        levels, rare = column.get("levels", []), column.get("rare", [])
        x = [0.0] * (len(levels) + (len(rare) > 0) + gaps)
        everything = levels + rare
        if all(re.fullmatch(r"-?(0|[1-9]\d*)", l) for l in everything) and cell not in everything and re.fullmatch(r"-?\d+(\.0*)?", cell):
            cell = str(int(float(cell)))
        if missing and gaps:
            x[-1] = 1.0
        elif not missing and cell in levels:
            x[levels.index(cell)] = 1.0
        elif not missing and rare:
            x[len(levels)] = 1.0
        else:
            x = list(column["means"])
        return x
    v = None
    if not missing:
        if kind == "number":
            v = number(cell, field["numbers"])
        elif kind == "date":
            v = date(cell, field["dates"])
        elif kind == "boolean":
            v = float(field["order"].index(cell.strip().lower())) if cell.strip().lower() in field["order"] else None
        else:
            v = float(field["order"].index(cell)) if cell in field["order"] else None
    absent = v is None
    if absent:
        v = column["fill"]
    x = [scale(column["scaler"], v) if "scaler" in column else v]
    if kind == "date":
        at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=math.floor(v))
        layout = field["dates"]["layout"]
        if layout:
            angle = 2 * math.pi * (at.timetuple().tm_yday - 1) / 365.25
            x += [math.sin(angle), math.cos(angle)]
        if "2" in layout.replace("2006", ""):
            x.append((at.day - 1) / 30)
            x += [float(at.weekday() == i) for i in range(7)]
        if column.get("clock"):
            angle = 2 * math.pi * (v - 86400 * math.floor(v / 86400)) / 86400
            x += [math.sin(angle), math.cos(angle)]
    if gaps:
        x.append(float(absent))
    return x


def main(model, table):
    architecture, task, tensors = load(model)
    known(task, "format", "loss", "threshold", "table", "drawn", "scores", "provenance")
    assert task["format"] == 3
    t = known(task["table"], "format", "version", "schema", "columns", "targets", "shared")
    assert (t["format"], t["version"]) == ("neurona.table", 1)
    fields = t["schema"]["fields"]
    for shared in t.get("shared", []):
        for first, last in shared["fields"]:
            for i in range(first, last + 1):
                for name in ("why", "missing_words"):
                    if name in shared:
                        fields[i][name] = shared[name]
    for f in fields:
        known(f, "name", "nth", "of", "role", "kind", "why", "use", "asked", "past_future", "missing_words", "numbers", "dates", "order", "missing", "distinct", "low", "high")
    apply = network(architecture, tensors)
    with open(table, newline="", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            x = []
            for column in t["columns"]:
                field = fields[column["field"]]
                x += features(field, column, row[field["name"]])
            print(" ".join("%.9g" % v for v in apply([struct.unpack("<f", struct.pack("<f", v))[0] for v in x])))


if __name__ == "__main__":
    main(*sys.argv[1:])
