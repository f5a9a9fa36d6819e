"""Writes diagnosis.json beside this script: what the published code of Ruggero Ronchi and Perona (2017) finds for random
animals of make_cases.py with COCO's 17 keypoints.

    python make-diagnosis-references.py COCO-ANALYZE    # a clone of github.com/matteorr/coco-analyze; needs numpy

The clone is read, not changed. Names that NumPy has dropped since are given back to it, drawing is left out, its compiled
mask module (not used for keypoints) is replaced by an empty one, and COCO's 17 sigmas are used as they stand in it.
`counts`: good, jitter, inversion, swap, miss of matched animals. `alone` and `together`: mean over the similarities 0.50
to 0.95 of the precision after correcting miss, swap, inversion, jitter, score, background false positives, false
negatives; each by itself (its `errorsAPImpact.py`) and one after another; `baseline` before. Similarities at which no
animal is left to ask for do not count; -1 = none is left.
"""

import contextlib
import hashlib
import importlib
import io
import json
import pathlib
import sys
import types

import numpy as np
from make_cases import pose_case

HERE = pathlib.Path(__file__).parent
SEEDS = range(1001, 1015)
KEYPOINT_ERRORS = ["miss", "swap", "inversion", "jitter"]


def load(folder):
    np.float = float
    linspace = np.linspace
    np.linspace = lambda start, stop, count, **options: linspace(start, stop, int(count), **options)
    for name in ("matplotlib", "matplotlib.patches", "matplotlib.pyplot", "colour", "skimage", "skimage.io"):
        module = types.ModuleType(name)
        sys.modules[name] = module
    sys.modules["matplotlib.pyplot"].rcParams = {}
    sys.modules["matplotlib"].patches = sys.modules["matplotlib.patches"]
    sys.modules["matplotlib"].pyplot = sys.modules["matplotlib.pyplot"]
    sys.modules["skimage"].io = sys.modules["skimage.io"]
    sys.modules["colour"].Color = None
    package = types.ModuleType("analyze")
    package.__path__ = [str(folder / "pycocotools")]
    sys.modules["analyze"] = package
    mask = types.ModuleType("analyze.mask")
    sys.modules["analyze.mask"] = mask
    package.mask = mask
    return importlib.import_module("analyze.cocoanalyze").COCOanalyze


def dataset(annotations, image_count):
    from pycocotools.coco import COCO

    coco = COCO()
    coco.dataset = {
        "images": [{"id": i + 1} for i in range(image_count)],
        "categories": [{"id": 1, "name": "mouse"}],
        "annotations": [{"id": i + 1, "category_id": 1, **a} for i, a in enumerate(annotations)],
    }
    coco.createIndex()
    return coco


def instances(images):
    labels, predictions = [], []
    for image, animals in enumerate(images):
        for a in animals["labeled"]:
            labels.append(
                {
                    "image_id": image + 1,
                    "keypoints": [
                        float(v) for (x, y), s in zip(a["points"], a["seen"]) for v in ((x, y, 2) if s else (0, 0, 0))
                    ],
                    "num_keypoints": sum(a["seen"]),
                    "area": a["area"],
                    "bbox": a["box"],
                    "iscrowd": 0,
                }
            )
        for p in animals["predicted"][:20]:
            points = np.array(p["points"])
            (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
            predictions.append(
                {
                    "image_id": image + 1,
                    "keypoints": [float(v) for x, y in p["points"] for v in (x, y, 2)],
                    "score": p["score"],
                    "area": float((x1 - x0) * (y1 - y0)),
                    "bbox": [x0, y0, x1 - x0, y1 - y0],
                    "iscrowd": 0,
                }
            )
    return dataset(labels, len(images)), dataset(predictions, len(images))


def mean_by_error(stats):
    errors = {}
    for s in stats:
        if s["areaRngLbl"] == "all":
            errors.setdefault(s["err"], []).append(s["auc"])
    known = {name: [v for v in values if v > -1] for name, values in errors.items()}
    return {name: round(float(np.mean(values)), 10) if values else -1 for name, values in known.items()}


def diagnose(analyze, images, types_of_errors, scores, background):
    truth, found = instances(images)
    study = analyze(truth, found)
    study.params.areaRng, study.params.areaRngLbl = [[0, 1e10]], ["all"]
    study.params.err_types = types_of_errors
    keypoints = len(types_of_errors) > 0
    study.analyze(check_kpts=keypoints, check_scores=scores, check_bckgd=background)
    study.summarize(makeplots=False)
    return study, mean_by_error(study.stats)


def main():
    analyze = load(pathlib.Path(sys.argv[1]))
    cases = []
    for seed in SEEDS:
        _, images = pose_case(seed, 17)
        if not any(i["predicted"] for i in images) or not any(any(a["seen"]) for i in images for a in i["labeled"]):
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            study, together = diagnose(analyze, images, KEYPOINT_ERRORS, True, True)
            alone = {}
            for error in KEYPOINT_ERRORS:
                alone[error] = diagnose(analyze, images, [error], False, False)[1][error]
            alone["score"] = diagnose(analyze, images, [], True, False)[1]["score"]
            background = diagnose(analyze, images, [], False, True)[1]
            alone["bckgd_false_pos"], alone["false_neg"] = background["bckgd_false_pos"], background["false_neg"]
        counts = {
            state: np.sum([d[state] for d in study.corrected_dts["all"] if state in d] or [[0] * 17], axis=0).tolist()
            for state in ("good", "jitter", "inversion", "swap", "miss")
        }
        cases.append({"seed": seed, "counts": counts, "alone": alone, "together": together})
    source = pathlib.Path(sys.argv[1]) / "pycocotools" / "cocoanalyze.py"
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    text = json.dumps({"versions": {"numpy": np.__version__, "cocoanalyze.py sha256": digest}, "cases": cases}, separators=(",", ":"))
    (HERE / "diagnosis.json").write_text(text.replace("},{", "},\n{") + "\n")


main()
