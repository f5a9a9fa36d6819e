"""Prints one JSON line: seconds of pycocotools' keypoint evaluation, several runs after one to warm up, and its ten numbers.

    python coco_precision.py <labels.json> <predictions.json> <sigma> <runs>

Timed are `evaluate` and `accumulate` on loaded files; reading them is not.
"""

import contextlib
import importlib.metadata
import io
import json
import sys
import time

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

labels, predictions, sigma, runs = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
seconds = []
with contextlib.redirect_stdout(io.StringIO()):
    truth = COCO(labels)
    found = truth.loadRes(predictions)
    points = len(truth.dataset["annotations"][0]["keypoints"]) // 3
    for _ in range(runs + 1):
        evaluation = COCOeval(truth, found, "keypoints")
        evaluation.params.kpt_oks_sigmas = np.full(points, sigma)
        begin = time.perf_counter()
        evaluation.evaluate()
        evaluation.accumulate()
        seconds.append(time.perf_counter() - begin)
    evaluation.summarize()
result = {
    "seconds": seconds[1:],
    "version": importlib.metadata.version("pycocotools"),
    "statistics": [float(value) for value in evaluation.stats],
}
print(json.dumps(result))
