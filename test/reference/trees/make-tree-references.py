"""Writes models, inputs and outputs of XGBoost, to be compared with ours.

    python make-tree-references.py          # xgboost 3.2.0 -> xgboost-3.json
    python make-tree-references.py          # with xgboost 1.7.6 on PYTHONPATH -> xgboost-1.json
"""

import json
import pathlib

import numpy as np
import xgboost as xgb

MAJOR = xgb.__version__.split(".")[0]
rng = np.random.default_rng(5)
ROWS, COLUMNS = 400, 5
X = rng.normal(size=(ROWS, COLUMNS)).astype(np.float32)
X[rng.random(X.shape) < 0.12] = np.nan
Z = np.nan_to_num(X)
signal = Z[:, 0] - Z[:, 1] * Z[:, 2] + np.where(np.isnan(X[:, 3]), 1.5, 0)
binary = (signal + rng.normal(size=ROWS) * 0.3 > 0).astype(np.float32)
classes = np.digitize(signal, [-0.5, 0.8]).astype(np.float32)
numbers = (100 + 20 * signal).astype(np.float32)
names = ["speed (cm/s)", "distance, nose", "angle \"a\"", "größe", "x"]
cases = {
    "two classes": ({"objective": "binary:logistic", "max_depth": 4}, binary, 5, None),
    "two classes, leaf-wise, with penalties": (
        {
            "objective": "binary:logistic",
            "grow_policy": "lossguide",
            "max_leaves": 9,
            "max_depth": 0,
            "alpha": 0.4,
            "lambda": 3,
            "gamma": 0.1,
            "min_child_weight": 2,
            "base_score": 0.2,
        },
        binary,
        4,
        names,
    ),
    "three classes": ({"objective": "multi:softprob", "num_class": 3, "max_depth": 3}, classes, 3, None),
    "numbers": ({"objective": "reg:squarederror", "max_depth": 3}, numbers, 4, None),
    "numbers, side by side": (
        {"objective": "reg:squarederror", "max_depth": 3, "num_parallel_tree": 3, "subsample": 0.6, "eta": 1},
        numbers,
        2,
        None,
    ),
}
written = []
for name, (parameters, labels, rounds, columns) in cases.items():
    data = xgb.DMatrix(X, label=labels, feature_names=columns)
    model = xgb.train({"tree_method": "hist", "seed": 1, "nthread": 1, **parameters}, data, rounds)
    # Attributes are the trainer's notes, and no part of the model.
    model.set_attr(**{key: None for key in model.attributes()})
    probe = xgb.DMatrix(X[:30], feature_names=columns)
    keys = columns or [f"f{i}" for i in range(COLUMNS)]
    importance = {}
    for kind in ["weight", "gain", "cover", "total_gain", "total_cover"]:
        score = model.get_score(importance_type=kind)
        importance[kind] = [float(score.get(key, 0)) for key in keys]
    written.append(
        {
            "name": name,
            "model": model.save_raw("json").decode(),
            "margin": model.predict(probe, output_margin=True).ravel().tolist(),
            "probability": model.predict(probe).ravel().tolist(),
            "contributions": model.predict(probe, pred_contribs=True).ravel().tolist(),
            "importance": importance,
        }
    )
out = {
    "xgboost": xgb.__version__,
    "columns": COLUMNS,
    "rows": 30,
    "values": [[None if np.isnan(v) else float(v) for v in column] for column in X[:30].T],
    "cases": written,
}
path = pathlib.Path(__file__).parent / f"xgboost-{MAJOR}.json"
path.write_text(json.dumps(out, ensure_ascii=False) + "\n")
