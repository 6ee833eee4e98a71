"""Computes the values in sklearn.json from the problems in it: python compute.py, with scikit-learn 1.9.1.

Numbers of problems are rounded to float32 first, as neurona reads them. A probability of
exactly 1/2 is no. Values that scikit-learn does not define are left out.
"""
import json
import os
import warnings

import numpy as np
import sklearn
from sklearn import metrics

warnings.simplefilter("ignore")
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sklearn.json")


def float32(x):
    return np.asarray(x, dtype=np.float32).astype(np.float64)


def values(p, w):
    v, t = {}, p["targets"]
    if p["kind"] == "regression":
        t, y = float32(t), float32(p["outputs"])
        v["rmse"] = metrics.root_mean_squared_error(t, y, sample_weight=w)
        v["r2"] = metrics.r2_score(t, y, sample_weight=w)
        return v
    t, y = np.asarray(t), float32(p["outputs"])
    answers = y.argmax(axis=1) if p["kind"] == "multiclass" else (y > 0.5).astype(int)
    v["accuracy"] = metrics.accuracy_score(t, answers, sample_weight=w)
    for average in ["macro", "micro", "weighted"] + ["binary"] * (p["kind"] == "binary"):
        name = "f1" if average == "macro" else "f1(average=%s)" % average
        v[name] = metrics.f1_score(t, answers, average=average, sample_weight=w, zero_division=0)
    if p["kind"] == "binary" and len(set(t)) == 2:
        v["roc_auc"] = metrics.roc_auc_score(t, y, sample_weight=w)
    if p["kind"] == "multiclass" and len(set(t)) == y.shape[1]:
        # What multi_class="ovr" does, which does not take rows whose sum float32 has moved away from 1.
        v["roc_auc"] = np.mean([metrics.roc_auc_score(t == k, y[:, k], sample_weight=w) for k in range(y.shape[1])])
    return v


with open(FILE) as f:
    doc = json.load(f)
doc["source"] = "scikit-learn " + sklearn.__version__ + ", by compute.py"
for p in doc["problems"]:
    p["values"] = values(p, None)
    p["weighted_values"] = values(p, float32(p["weights"]))
with open(FILE, "w") as f:
    lines = ",\n".join(json.dumps(p) for p in doc["problems"])
    f.write('{"source": %s, "problems": [\n%s\n]}\n' % (json.dumps(doc["source"]), lines))
