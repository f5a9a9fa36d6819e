"""Trains XGBoost on rows that Zoopraxis wrote and predicts the frames that it wrote.

usage: xgboost_folds.py FOLDER

FOLDER/job.json: {"columns", "classes", "trainRows", "testRows", "rounds", "params"}
FOLDER/train.f32, test.f32: float32, little-endian, [column, row], NaN = missing; label.u8, weight.f32: [row]
Writes FOLDER/probability.f32, [row, class], and prints one line of JSON: version, seconds.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import xgboost as xgb

folder = Path(sys.argv[1])
job = json.loads((folder / "job.json").read_text())
columns = job["columns"]


def matrix(name, rows):
    values = np.memmap(folder / name, dtype="<f4", mode="r", shape=(columns, rows))
    return np.ascontiguousarray(values.T)


label = np.fromfile(folder / "label.u8", dtype=np.uint8)
weight = np.fromfile(folder / "weight.f32", dtype="<f4")
train = xgb.QuantileDMatrix(matrix("train.f32", job["trainRows"]), label=label, weight=weight, max_bin=256)
begin = time.perf_counter()
model = xgb.train(job["params"], train, num_boost_round=job["rounds"])
seconds = time.perf_counter() - begin
del train
probability = model.predict(xgb.DMatrix(matrix("test.f32", job["testRows"])))
probability.astype("<f4").tofile(folder / "probability.f32")
print(json.dumps({"version": xgb.__version__, "trainSec": seconds}))
