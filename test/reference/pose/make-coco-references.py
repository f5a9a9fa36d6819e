"""Writes coco.json beside this script: what pycocotools finds for the random cases of make_cases.py.

    python make-coco-references.py             # needs numpy and pycocotools
    python make-coco-references.py TRIMOUSE    # also trimouse-coco.json: a folder with trimouse_eval.pickle
                                               # of DeepLabCut's unit test data; needs pandas

Statistics are COCO's own: ten for keypoints (AP, AP50, AP75, APm, APl, AR, AR50, AR75, ARm, ARl), twelve for boxes (AP,
AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl); -1 = no animal is asked for.
"""

import contextlib
import importlib.metadata
import io
import json
import pathlib
import pickle
import sys

import numpy as np
from make_cases import box_case, pose_case
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

HERE = pathlib.Path(__file__).parent
POSE_SEEDS = range(1, 261)
BOX_SEEDS = range(1, 161)


def dataset(annotations, image_count):
    coco = COCO()
    coco.dataset = {
        "images": [{"id": i + 1} for i in range(image_count)],
        "categories": [{"id": 1, "name": "mouse"}],
        "annotations": [{"id": i + 1, "category_id": 1, **a} for i, a in enumerate(annotations)],
    }
    coco.createIndex()
    return coco


def evaluate(truth, found, kind, sigmas=None):
    evaluation = COCOeval(truth, found, kind)
    if sigmas is not None:
        evaluation.params.kpt_oks_sigmas = np.array(sigmas)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return evaluation


def pose_statistics(sigmas, images):
    labels, predictions = [], []
    for image, animals in enumerate(images):
        for a in animals["labeled"]:
            keypoints = [v for (x, y), seen in zip(a["points"], a["seen"]) for v in ((x, y, 2) if seen else (0, 0, 0))]
            labels.append(
                {
                    "image_id": image + 1,
                    "keypoints": keypoints,
                    "num_keypoints": sum(a["seen"]),
                    "area": a["area"],
                    "bbox": a["box"],
                    "iscrowd": int(a["crowd"]),
                }
            )
        for p in animals["predicted"]:
            points = np.array(p["points"])
            (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
            predictions.append(
                {
                    "image_id": image + 1,
                    "keypoints": [v for x, y in p["points"] for v in (x, y, 2)],
                    "score": p["score"],
                    "area": (x1 - x0) * (y1 - y0),
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "iscrowd": 0,
                }
            )
    truth, found = dataset(labels, len(images)), dataset(predictions, len(images))
    return evaluate(truth, found, "keypoints", sigmas)


def box_statistics(images):
    labels, predictions = [], []
    for image, boxes in enumerate(images):
        for b in boxes["labeled"]:
            labels.append({"image_id": image + 1, "bbox": b["box"], "area": b["area"], "iscrowd": int(b["crowd"])})
        for b in boxes["predicted"]:
            area = b["box"][2] * b["box"][3]
            predictions.append(
                {"image_id": image + 1, "bbox": b["box"], "area": area, "score": b["score"], "iscrowd": 0}
            )
    return evaluate(dataset(labels, len(images)), dataset(predictions, len(images)), "bbox")


def rounded(values):
    return [round(float(v), 10) for v in values]


def real_case(path, animals):
    """Returns the animals of DeepLabCut's `*_eval.pickle`. It holds labels and single detections; animals are put
    together as simply as possible, the same way as in `real-precision.test.ts`: one for each detection of the first
    keypoint, with the detection of every other keypoint whose affinity to it (`m1`) is largest."""
    with open(path, "rb") as file:
        data = pickle.load(file)
    graph = data.pop("metadata", {}).get("PAFgraph")
    images = []
    for name in sorted(data):
        entry = data[name]
        coordinates = entry["prediction"]["coordinates"][0]
        confidence = entry["prediction"]["confidence"]
        truth = np.array(entry["groundtruth"][2].to_numpy(), dtype=float).reshape(animals, -1, 2)
        labeled = []
        for points in truth:
            seen = ~np.isnan(points).any(axis=1)
            if not seen.any():
                continue
            low, high = points[seen].min(axis=0), points[seen].max(axis=0)
            width, height = high - low
            labeled.append(
                {
                    "points": [[0.0, 0.0] if not s else [float(v) for v in p] for p, s in zip(points, seen)],
                    "seen": [bool(s) for s in seen],
                    "area": max(float(width * height), 1.0),
                    "box": [float(low[0]), float(low[1]), float(width), float(height)],
                    "crowd": False,
                }
            )
        predicted = []
        for i in range(len(coordinates[0])):
            points, sure = [[float(v) for v in coordinates[0][i]]], [float(confidence[0][i][0])]
            for k in range(1, truth.shape[1]):
                edge = next((e for e, pair in enumerate(graph) if list(pair) == [0, k]), None)
                if edge is None or len(coordinates[k]) == 0:
                    raise ValueError(f"{name}: keypoint {k} has no detection or no edge to the first")
                j = int(np.argmax(entry["prediction"]["costs"][edge]["m1"][i]))
                points.append([float(v) for v in coordinates[k][j]])
                sure.append(float(confidence[k][j][0]))
            predicted.append({"points": points, "score": sum(sure) / len(sure)})
        images.append({"labeled": labeled, "predicted": predicted})
    return images


def write(name, content):
    versions = {p: importlib.metadata.version(p) for p in ("numpy", "pycocotools")}
    text = json.dumps({"versions": versions, **content}, separators=(",", ":"))
    (HERE / name).write_text(text.replace("]],", "]],\n").replace("},{", "},\n{") + "\n")


def main():
    with contextlib.redirect_stdout(io.StringIO()):
        poses = [{"seed": s, "statistics": rounded(pose_statistics(*pose_case(s)).stats)} for s in POSE_SEEDS]
        boxes = [{"seed": s, "statistics": rounded(box_statistics(box_case(s)).stats)} for s in BOX_SEEDS]
    write("coco.json", {"poses": poses, "boxes": boxes})
    if len(sys.argv) < 2:
        return
    real = {}
    images = real_case(pathlib.Path(sys.argv[1]) / "trimouse_eval.pickle", 3)
    for sigma in (0.025, 0.1):
        with contextlib.redirect_stdout(io.StringIO()):
            evaluation = pose_statistics([sigma] * len(images[0]["labeled"][0]["points"]), images)
        real[str(sigma)] = {
            "labeled": sum(len(i["labeled"]) for i in images),
            "predicted": sum(len(i["predicted"]) for i in images),
            "statistics": rounded(evaluation.stats),
            "precisionAt": rounded(evaluation.eval["precision"][:, :, 0, 0, 0].mean(axis=1)),
        }
    write("trimouse-coco.json", {"real": real})


main()
