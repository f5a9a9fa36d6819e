"""Prints one JSON line: seconds of XGBoost's hist on rows from files, its AUC on the rows after them, and predicted rows a second.

    python xgboost_trees.py <folder> <rows> <test rows> <columns> <rounds> <threads>

The folder holds values.f32 [column, row] and labels.f32 [row], training rows first.
"""

import json
import pathlib
import sys
import time

import numpy as np
import xgboost as xgb

folder = pathlib.Path(sys.argv[1])
rows, test, columns, rounds, threads = (int(text) for text in sys.argv[2:7])
values = np.ascontiguousarray(np.fromfile(folder / "values.f32", np.float32).reshape(columns, rows + test).T)
labels = np.fromfile(folder / "labels.f32", np.float32)
begin = time.perf_counter()
data = xgb.QuantileDMatrix(values[:rows], label=labels[:rows], max_bin=256, nthread=threads)
binned = time.perf_counter()
settings = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.1, "nthread": threads}
model = xgb.train(settings, data, rounds)
trained = time.perf_counter()
model.inplace_predict(values[:1000])
start = time.perf_counter()
margin = model.inplace_predict(values, predict_type="margin")
predicted = time.perf_counter() - start
# Area under the curve by ranks; margins of two rows are hardly ever the same.
order = np.argsort(margin[rows:], kind="stable")
ranks = np.empty(test)
ranks[order] = np.arange(1, test + 1)
positive = labels[rows:] == 1
count = positive.sum()
auc = (ranks[positive].sum() - count * (count + 1) / 2) / (count * (test - count))
print(
    json.dumps(
        {
            "binSec": binned - begin,
            "trainSec": trained - binned,
            "rowsPerSec": (rows + test) / predicted,
            "auc": auc,
            "version": xgb.__version__,
        }
    )
)
