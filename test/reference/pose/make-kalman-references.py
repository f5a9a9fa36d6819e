"""Writes kalman.json beside this script: a Kalman filter and its RTS smoother written with full matrices in NumPy.

Needs numpy; run with any working folder:
    python make-kalman-references.py
Point k lies at x = 3 sin(0.21 k) + 0.4 k + 0.3 cos(5.1 k), y = 20 cos(0.13 k) + 0.2 sin(7.7 k), at time (frames)
k + 0.25 sin(1.1 k) where the rate varies, with confidence 0.5 + 0.5 cos(0.9 k)^2. Frames 10..13 and 40 are missing.
Start: the first point, its variance, and a million times it for velocity and acceleration.
"""

import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
COUNT = 80
MISSING = {10, 11, 12, 13, 40}


def model(size, t, density):
    if size == 2:
        return np.array([[1, t], [0, 1.0]]), density * np.array([[t**3 / 3, t**2 / 2], [t**2 / 2, t]])
    return (
        np.array([[1, t, t**2 / 2], [0, 1, t], [0, 0, 1.0]]),
        density * np.array([[t**5 / 20, t**4 / 8, t**3 / 6], [t**4 / 8, t**3 / 3, t**2 / 2], [t**3 / 6, t**2 / 2, t]]),
    )


def smooth(values, times, noises, size, density):
    h = np.zeros((1, size))
    h[0, 0] = 1
    means, covariances, foretold = [], [], []
    x = np.zeros(size)
    x[0] = values[0]
    p = np.diag([noises[0]] + [1e6 * noises[0]] * (size - 1))
    for k in range(COUNT):
        if k > 0:
            f, q = model(size, times[k] - times[k - 1], density)
            x = f @ x
            p = f @ p @ f.T + q
            foretold.append((x, p, f))
            if k not in MISSING:
                s = h @ p @ h.T + noises[k]
                gain = p @ h.T / s
                x = x + (gain * (values[k] - x[0]))[:, 0]
                i = np.eye(size) - gain @ h
                p = i @ p @ i.T + gain @ gain.T * noises[k]
        means.append(x)
        covariances.append(p)
    smoothed = [means[-1]]
    for k in range(COUNT - 2, -1, -1):
        xp, pp, f = foretold[k]
        gain = np.linalg.solve(pp, f @ covariances[k]).T
        smoothed.insert(0, means[k] + gain @ (smoothed[0] - xp))
    return [float(m[0]) for m in smoothed]


k = np.arange(COUNT)
x = 3 * np.sin(0.21 * k) + 0.4 * k + 0.3 * np.cos(5.1 * k)
y = 20 * np.cos(0.13 * k) + 0.2 * np.sin(7.7 * k)
confidence = 0.5 + 0.5 * np.cos(0.9 * k) ** 2
cases = []
for size, density in [(2, 0.05), (3, 0.002)]:
    for varies in [False, True]:
        times = k + 0.25 * np.sin(1.1 * k) if varies else k.astype(float)
        noises = (0.3 / confidence) ** 2
        cases.append(
            {
                "model": "velocity" if size == 2 else "acceleration",
                "densityPerFrame": density,
                "measurementStd": 0.3,
                "varies": varies,
                "x": smooth(x, times, noises, size, density),
                "y": smooth(y, times, noises, size, density),
            }
        )
(HERE / "kalman.json").write_text(json.dumps(cases) + "\n")
