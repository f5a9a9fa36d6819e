"""Prints one JSON line: seconds in which pandas sums up bouts by recording and behavior, several runs after one to warm up.

    python pandas_cohort.py <folder> <observed seconds> <runs>

The folder has the columns recording.npy, behavior.npy, start.npy and end.npy. They are read into memory before the time
begins; time, count, mean duration and first start are of bouts cut to what was observed.
"""

import json
import pathlib
import sys
import time

import numpy as np
import pandas as pd

folder, observed, runs = pathlib.Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
bouts = pd.DataFrame({name: np.load(folder / f"{name}.npy") for name in ("recording", "behavior", "start", "end")})
seconds = []
for _ in range(runs + 1):
    begin = time.perf_counter()
    start, end = bouts["start"].clip(lower=0), bouts["end"].clip(upper=observed)
    cut = pd.DataFrame({"sec": end - start, "start": start})[start < observed]
    measured = cut.groupby([bouts["recording"], bouts["behavior"]]).agg(
        time=("sec", "sum"), count=("sec", "size"), mean=("sec", "mean"), latency=("start", "min")
    )
    seconds.append(time.perf_counter() - begin)
result = {
    "seconds": seconds[1:],
    "version": pd.__version__,
    "boutCount": int(measured["count"].sum()),
    "timeSec": float(measured["time"].sum()),
    "meanBoutSec": float(measured["mean"].sum()),
    "latencySec": float(measured["latency"].sum()),
}
print(json.dumps(result))
