"""Prints one JSON line: seconds of scipy.stats.bootstrap (BCa interval of a mean), several runs after one to warm up.

    python scipy_bootstrap.py <values> <resamples> <runs>
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy import stats

count, resamples, runs = (int(text) for text in sys.argv[1:4])
values = np.random.default_rng(0).normal(5, 1, count)
seconds = []
for run in range(runs + 1):
    begin = time.perf_counter()
    stats.bootstrap((values,), np.mean, n_resamples=resamples, method="BCa", rng=np.random.default_rng(run))
    seconds.append(time.perf_counter() - begin)
print(json.dumps({"seconds": seconds[1:], "version": scipy.__version__}))
