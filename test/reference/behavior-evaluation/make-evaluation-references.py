"""Writes evaluation.json beside this script: average precision, curves, macro F1 and F1 by runs of scikit-learn.

Needs numpy and scikit-learn:
    python make-evaluation-references.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, confusion_matrix, f1_score, precision_recall_curve

random = np.random.default_rng(20261121)


def runs(labels):
    edges = np.flatnonzero(np.diff(labels)) + 1
    return list(zip(np.r_[0, edges], np.r_[edges, len(labels)]))


def run_f1(own, other, classes, own_is_truth):
    """F1 over runs of `own`, each called by the run of `other` that shares most frames with it."""
    pairs = []
    for start, stop in runs(own):
        shared = [(min(stop, b) - max(start, a), other[a]) for a, b in runs(other) if min(stop, b) > max(start, a)]
        most = max(count for count, _ in shared)
        pairs.append((own[start], next(label for count, label in shared if count == most)))
    first, second = zip(*pairs)
    truth, predicted = (first, second) if own_is_truth else (second, first)
    scores = f1_score(truth, predicted, labels=range(classes), average=None, zero_division=np.nan)
    return [None if np.isnan(score) else float(score) for score in scores]


curves = []
for count, share, decimals in [(60, 0.3, 1), (200, 0.1, 2), (150, 0.5, 7), (40, 0.95, 1)]:
    positive = random.random(count) < share
    scores = np.float32(np.clip(random.normal(0.4 + 0.25 * positive, 0.2), 0, 1).round(decimals))
    precision, recall, threshold = precision_recall_curve(positive, scores)
    curves.append(
        {
            "score": [float(value) for value in scores],
            "positive": positive.astype(int).tolist(),
            "averagePrecision": float(average_precision_score(positive, scores)),
            "threshold": [float(value) for value in threshold[::-1]],
            "precision": [float(value) for value in precision[:-1][::-1]],
            "recall": [float(value) for value in recall[:-1][::-1]],
        }
    )

labelings = []
for count, classes, stay, right in [(300, 4, 0.9, 0.8), (120, 3, 0.6, 0.5), (500, 5, 0.97, 0.9)]:
    truth = [0]
    for _ in range(count - 1):
        truth.append(truth[-1] if random.random() < stay else int(random.integers(classes)))
    truth = np.array(truth)
    predicted = np.where(random.random(count) < right, np.roll(truth, 2), random.integers(0, classes, count))
    labelings.append(
        {
            "classes": classes,
            "truth": truth.tolist(),
            "predicted": predicted.tolist(),
            "confusion": confusion_matrix(truth, predicted, labels=range(classes)).tolist(),
            "f1": [float(v) for v in f1_score(truth, predicted, labels=range(classes), average=None)],
            "macroF1": float(f1_score(truth, predicted, average="macro")),
            "annotationF1": run_f1(truth, predicted, classes, True),
            "predictionF1": run_f1(predicted, truth, classes, False),
        }
    )

made = {"by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"}
path = pathlib.Path(__file__).with_name("evaluation.json")
path.write_text(json.dumps({**made, "curves": curves, "labelings": labelings}, separators=(",", ":")) + "\n")
