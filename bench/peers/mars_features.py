"""Prints one JSON line: seconds of MARS's features and windows of two mice by NumPy, several runs after one to warm up.

The formulas are those of test/reference/mars/make-mars-references.py, over whole arrays, without the video.

    python mars_features.py <frames> <runs>
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy as np

path = Path(__file__).parents[2] / "test/reference/mars/make-mars-references.py"
spec = importlib.util.spec_from_file_location("mars", path)
mars = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mars)
np.seterr(all="ignore")

frames, runs = (int(text) for text in sys.argv[1:3])
shape = np.array([[30, 0], [20, 10], [20, -10], [10, 0], [-20, 10], [-20, -10], [-40, 0]])
t = np.arange(frames)[:, None] / 40 + np.array([0, 2])
center = np.stack([500 + 300 * np.sin(0.31 * t), 280 + 200 * np.cos(0.23 * t)], -1)
angle = 3 * np.sin(0.7 * t)
turn = np.stack([np.stack([np.cos(angle), -np.sin(angle)], -1), np.stack([np.sin(angle), np.cos(angle)], -1)], -2)
points = center[:, :, None] + np.einsum("fmij,pj->fmpi", turn, shape)
points += np.random.default_rng(1).normal(0, 0.3, points.shape)


def window(v, r):
    padded = np.pad(v, ((0, 0), (r, r)), mode="reflect")
    parts = np.lib.stride_tricks.sliding_window_view(padded, 2 * r + 1, axis=1)
    return parts.min(2), parts.max(2), parts.mean(2), parts.std(2)


def work():
    base = mars.published(points, with_pixels=False)
    kept = [v[m] for m in range(2) for name, v in base.items() if m == 0 or not (name.startswith("dist_m1") or name in ("resh_twd_itrhb", "overlap_bboxes", "angle_between"))]
    columns = np.array(kept)
    # A few columns at a time, or windows of all frames do not fit into memory.
    return len(kept), sum(float(stat[0, 0]) for at in range(0, len(columns), 8) for r in (1, 5, 10) for stat in window(columns[at : at + 8], r))


seconds = []
for run in range(runs + 1):
    begin = time.perf_counter()
    columns, _ = work()
    seconds.append(time.perf_counter() - begin)
print(json.dumps({"seconds": seconds[1:], "version": np.__version__, "columns": columns}))
