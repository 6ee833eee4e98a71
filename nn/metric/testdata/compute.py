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


def spelt(name, **args):
    """The spelling of a metric, without the arguments that are defaults."""
    defaults = {"average": ("macro", "uniform"), "weights": ("none",), "scale": ("auto",)}
    list = ["%s=%s" % (k, v) for k, v in args.items() if v not in defaults.get(k, ())]
    return name + ("(%s)" % ", ".join(list) if list else "")


def regression(t, y, w):
    v, kw = {}, {"sample_weight": w}
    v["mse"] = metrics.mean_squared_error(t, y, **kw)
    v["rmse"] = metrics.root_mean_squared_error(t, y, **kw)
    v["mae"] = metrics.mean_absolute_error(t, y, **kw)
    v["mape"] = metrics.mean_absolute_percentage_error(t, y, **kw)
    v["median_absolute_error"] = metrics.median_absolute_error(t, y, **kw)
    v["max_error"] = np.abs(t - y).max()
    v["r2"] = metrics.r2_score(t, y, **kw)
    v["r2(average=variance_weighted)"] = metrics.r2_score(t, y, multioutput="variance_weighted", **kw)
    v["explained_variance"] = metrics.explained_variance_score(t, y, **kw)
    v["explained_variance(average=variance_weighted)"] = metrics.explained_variance_score(t, y, multioutput="variance_weighted", **kw)
    v["d2_absolute_error"] = metrics.d2_absolute_error_score(t, y, **kw)
    v["d2_pinball(alpha=0.9)"] = metrics.d2_pinball_score(t, y, alpha=0.9, **kw)
    v["pinball(alpha=0.9)"] = metrics.mean_pinball_loss(t, y, alpha=0.9, **kw)
    v["coverage"] = np.mean(np.average(t <= y, axis=0, weights=w))
    return v


def quantiles(t, y, w):
    """Of outputs that are the columns of targets, for each level in turn."""
    v, taus, m = {}, [0.1, 0.5, 0.9], t.shape[1]
    each = [(tau, y[:, i * m : (i + 1) * m]) for i, tau in enumerate(taus)]
    v["pinball(taus=%s)" % taus] = np.mean([metrics.mean_pinball_loss(t, q, alpha=tau, sample_weight=w) for tau, q in each])
    v["coverage(taus=%s)" % taus] = np.mean([np.mean(np.average(t <= q, axis=0, weights=w)) for _, q in each])
    return v


def ece(hit, c, w, bins):
    w = np.ones(len(c)) if w is None else w
    at = np.minimum((c * bins).astype(int), bins - 1)
    return sum(abs(np.sum((w * (hit - c))[at == b])) for b in range(bins)) / np.sum(w)


def by_ranks(t, y, w, v):
    """What scores rank, of indicator columns: each class, or each label."""
    kw = {"sample_weight": w}
    whole = all(0 < column.sum() < len(column) for column in t.T)
    for average in ["macro", "micro", "weighted"]:
        v[spelt("average_precision", average=average)] = metrics.average_precision_score(t, y, average=average, **kw)
        if whole:
            v[spelt("roc_auc", average=average)] = metrics.roc_auc_score(t, y, average=average, **kw)


def pairs(t, y, w, average):
    """What multi_class="ovo" does, with weights too, which it does not take."""
    w = np.ones(len(t)) if w is None else w
    values, sizes = [], []
    for i in range(y.shape[1]):
        for j in range(i):
            of = (t == i) | (t == j)
            one = metrics.roc_auc_score(t[of] == i, y[of, i], sample_weight=w[of])
            two = metrics.roc_auc_score(t[of] == j, y[of, j], sample_weight=w[of])
            values.append((one + two) / 2)
            sizes.append(w[of].sum())
    return np.average(values, weights=sizes if average == "weighted" else None)


def values(p, w):
    v, t = {}, p["targets"]
    if p["kind"] == "regression":
        return regression(float32(t), float32(p["outputs"]), w)
    if p["kind"] == "quantiles":
        return quantiles(float32(t), float32(p["outputs"]), w)
    t, y = np.asarray(t), float32(p["outputs"])
    kind, kw = p["kind"], {"sample_weight": w}
    answers = y.argmax(axis=1) if kind == "multiclass" else (y > 0.5).astype(int)
    v["accuracy"] = metrics.accuracy_score(t, answers, **kw)
    v["hamming_loss"] = metrics.hamming_loss(t, answers, **kw)
    averages = {"binary": ["binary"], "multilabel": ["samples"]}.get(kind, [])
    for average in ["macro", "micro", "weighted"] + averages:
        for name in ["precision", "recall", "f1", "jaccard"]:
            v[spelt(name, average=average)] = getattr(metrics, name + "_score")(t, answers, average=average, zero_division=0, **kw)
        v[spelt("fbeta", average=average)] = metrics.fbeta_score(t, answers, beta=2, average=average, zero_division=0, **kw)
    v["fbeta(beta=0.5)"] = metrics.fbeta_score(t, answers, beta=0.5, average="macro", zero_division=0, **kw)
    if kind == "multilabel":
        by_ranks(t, y, w, v)
        return v
    v["balanced_accuracy"] = metrics.balanced_accuracy_score(t, answers, **kw)
    v["mcc"] = metrics.matthews_corrcoef(t, answers, **kw)
    v["confusion_matrix"] = v["accuracy"]
    classes = list(range(y.shape[1] if kind == "multiclass" else 2))
    for weights in [None, "linear", "quadratic"]:
        kappa = metrics.cohen_kappa_score(t, answers, labels=classes, weights=weights, **kw)
        if not np.isnan(kappa):
            v[spelt("cohen_kappa", weights=weights or "none")] = kappa
    present = len(set(t)) == len(classes)
    v["log_loss"] = metrics.log_loss(t, y, labels=classes, **kw)
    for scale, half in {"auto": "auto", "half": True, "sum": False}.items():
        v[spelt("brier", scale=scale)] = metrics.brier_score_loss(t, y, labels=classes, scale_by_half=half, **kw)
    if kind == "binary":
        v["ece(bins=15)"] = ece(t, y, w, 15)
        for average in ["macro", "micro", "weighted"]:
            v[spelt("average_precision", average=average)] = metrics.average_precision_score(t, y, average=average, **kw)
        if present:
            for name in ["roc_auc", "roc_auc(average=micro)", "roc_auc(average=weighted)", "roc_auc(multi_class=ovo)", "roc_auc(average=weighted, multi_class=ovo)"]:
                v[name] = metrics.roc_auc_score(t, y, **kw)  # of two classes there is one
        return v
    v["ece(bins=15)"] = ece(answers == t, y.max(axis=1), w, 15)
    v["top_k_accuracy(k=3)"] = np.average([np.sum((q > q[k]) | (q == q[k]) & (np.arange(len(q)) < k)) < 3 for q, k in zip(y, t)], weights=w)
    # What multi_class="ovr" does, which does not take rows whose sum float32 has moved away from 1.
    by_ranks(t[:, None] == np.array(classes), y, w, v)
    if present:
        v["roc_auc(multi_class=ovo)"] = pairs(t, y, w, "macro")
        v["roc_auc(average=weighted, multi_class=ovo)"] = pairs(t, y, w, "weighted")
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
