"""Writes math.json beside this script: what NumPy, SciPy and pandas make of numbers given by a formula.

Needs numpy, scipy 1.11 or newer and pandas; run with any working folder:
    python make-math-references.py
Series: value(i) = sin(0.37 i + 0.2) * 10 + cos(1.9 i) * 3 + 0.05 i; NaN where stated. Costs: cost(i, j) =
sin(1.3 i + 2.7 j + 0.4 i j) * 10.
"""

import json
import pathlib

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.optimize import linear_sum_assignment
from scipy.signal import medfilt, savgol_coeffs, savgol_filter

HERE = pathlib.Path(__file__).parent


def series(count):
    i = np.arange(count)
    return np.sin(0.37 * i + 0.2) * 10 + np.cos(1.9 * i) * 3 + 0.05 * i


def costs(rows, columns):
    i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    return np.sin(1.3 * i + 2.7 * j + 0.4 * i * j) * 10


def clean(values):
    return [None if np.isnan(v) else float(v) for v in np.asarray(values).ravel()]


coefficients = []
for window, order, derivative in [(5, 2, 0), (7, 3, 1), (11, 4, 2), (21, 6, 3), (4, 2, 0), (6, 3, 1), (3, 0, 0), (101, 4, 0)]:
    for at in [None, 0, 1]:
        position = (window - 1) / 2 if at is None else at
        if at is None and window % 2 == 0:
            weights = savgol_coeffs(window, order, deriv=derivative, delta=0.5, use="dot")
        else:
            weights = savgol_coeffs(window, order, deriv=derivative, delta=0.5, pos=int(position), use="dot")
        coefficients.append(
            {"window": window, "order": order, "derivative": derivative, "at": position, "weights": clean(weights)}
        )

filtered = [
    {"window": w, "order": o, "derivative": d, "values": clean(savgol_filter(series(40), w, o, deriv=d, delta=0.5, mode="interp"))}
    for w, o, d in [(7, 2, 0), (9, 3, 1), (39, 5, 2)]
]

gappy = series(60)
gappy[[0, 7, 8, 9, 30, 45, 46, 59]] = np.nan
medians = []
for window in [1, 3, 5, 9, 31, 201]:
    rolled = pd.Series(gappy).rolling(window, center=True, min_periods=1).median().to_numpy().copy()
    rolled[np.isnan(gappy)] = np.nan
    medians.append({"window": window, "values": clean(rolled)})

assignments = []
for rows, columns in [(1, 1), (3, 3), (4, 7), (7, 4), (12, 12), (20, 31)]:
    matrix = costs(rows, columns)
    row, column = linear_sum_assignment(matrix)
    assignments.append({"rows": rows, "columns": columns, "cost": float(matrix[row, column].sum()),
                        "pairs": [[int(a), int(b)] for a, b in zip(row, column)]})

x = np.array([0, 1, 2.5, 3, 7, 7.5, 9], dtype=float)
y = np.array([1, 4, 4, 2, -3, 5, 6], dtype=float)
at = np.linspace(0, 9, 37)
pchip = {"x": clean(x), "y": clean(y), "slopes": clean(PchipInterpolator(x, y)(x, 1)), "at": clean(at), "values": clean(PchipInterpolator(x, y)(at))}

shares = [0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.99, 1]
(HERE / "math.json").write_text(
    json.dumps(
        {
            "savitzkyGolayWeights": coefficients,
            "savitzkyGolay": filtered,
            "runningMedian": medians,
            "medfilt5": clean(medfilt(series(40), 5)),
            "assignments": assignments,
            "pchip": pchip,
            "quantiles": {"shares": shares, "values": clean(np.nanquantile(gappy, shares))},
        },
    )
    + "\n"
)
