"""What pandas, PyTables, sleap-io and pycocotools see in the files that Zoopraxis writes.

    node build/test/formats/write-samples.js /tmp/samples
    python test/reference/formats/read_samples.py /tmp/samples > test/reference/formats/samples.json

Tables are opened as DeepLabCut does: pandas.read_hdf(path) without a key, read_csv with the header rows that its
convertcsv2h5 would choose, rows made three levels as by its guarantee_multiindex_rows, columns taken by
.loc[:, (scorer, bodypart, "x")]. Made with pandas 3.1, tables 3.11, sleap-io 0.9.5, pycocotools 2.0.11; a library that
is missing is left out.
"""

import hashlib
import json
import os
import sys

import numpy as np
import pandas as pd


def numbers(values):
    return [None if np.isnan(value) else float(value) for value in np.asarray(values, dtype=float).ravel()]


def open_csv(path):
    with open(path, encoding="utf-8") as file:
        head = [next(file) for _ in range(5)]
    header = [0, 1, 2, 3] if head[1].startswith("individuals") else [0, 1, 2]
    index = [0, 1, 2] if head[-1].split(",")[0] == "labeled-data" else 0
    return pd.read_csv(path, header=header, index_col=index)


def rows_as_levels(frame):
    if isinstance(frame.index, pd.MultiIndex) or frame.index.dtype.kind in "iu":
        return frame
    frame = frame.copy()
    frame.index = pd.MultiIndex.from_tuples([tuple(path.split("/")) for path in frame.index])
    return frame


def describe(frame):
    first = frame.columns[0]
    # The whole table where it is small, ends and sums where it is long.
    values = frame if len(frame) <= 50 else pd.concat([frame.iloc[:3], frame.iloc[-3:]])
    levels = rows_as_levels(frame)
    return {
        "shape": list(frame.shape),
        "levels": list(frame.columns.names),
        "columns": [list(column) for column in frame.columns],
        "index": [list(row) if isinstance(row, tuple) else row for row in (values.index.tolist())],
        "rowLevels": levels.index.nlevels,
        "dtypes": sorted({str(dtype) for dtype in frame.dtypes}),
        "values": numbers(values),
        "sum": float(np.nansum(frame.to_numpy())),
        "first": numbers(frame.loc[:, first])[:5],
        "sameByName": bool(frame.loc[:, first].equals(frame.iloc[:, 0])),
    }


def table_extras(path):
    """What users do beyond reading all: a range of rows, and rows by a condition."""
    with pd.HDFStore(path, "r") as store:
        key = store.keys()[0]
        is_table = store.get_storer(key).is_table
        part = store.select(key, start=1, stop=3)
        out = {"key": key, "isTable": is_table, "part": list(part.shape)}
        if is_table and part.index.dtype.kind in "iu":
            out["where"] = list(store.select(key, where="index < 5").shape)
        return out


def describe_analysis(path):
    import sleap_io

    labels = sleap_io.load_analysis_h5(path)
    instances = [instance for frame in labels.labeled_frames for instance in frame.instances]
    return {
        "tracks": [track.name for track in labels.tracks],
        "nodes": labels.skeletons[0].node_names,
        "edges": [list(map(int, edge)) for edge in labels.skeletons[0].edge_inds],
        "frames": [int(frame.frame_idx) for frame in labels.labeled_frames],
        "video": str(labels.videos[0].filename),
        "points": [numbers(instance.numpy()) for instance in instances],
    }


def describe_coco(path):
    import contextlib
    import io

    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(path)
    return {
        "images": len(coco.imgs),
        "categories": [category["keypoints"] for category in coco.cats.values()],
        "keypoints": [annotation["keypoints"] for annotation in coco.loadAnns(coco.getAnnIds())],
        "boxes": [annotation["bbox"] for annotation in coco.loadAnns(coco.getAnnIds())],
    }


def main(folder):
    seen = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            entry = {"sha256": hashlib.sha256(file.read()).hexdigest()}
        try:
            if name.endswith(".analysis.h5"):
                entry["seen"] = describe_analysis(path)
            elif name.endswith(".coco.json"):
                entry["seen"] = describe_coco(path)
            elif name.endswith(".csv"):
                entry["seen"] = describe(open_csv(path))
            else:
                entry["seen"] = describe(pd.read_hdf(path))
                entry["store"] = table_extras(path)
        except ImportError as missing:
            print(f"{name}: {missing}", file=sys.stderr)
            continue
        seen[name] = entry
    json.dump(seen, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


main(sys.argv[1])
