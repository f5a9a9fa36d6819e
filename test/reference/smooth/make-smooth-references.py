"""Writes smooth.json: forward-backward smoothing by SciPy, hidden Markov posteriors by hmmlearn, calibration by scikit-learn.

Run from the repository: python test/reference/smooth/make-smooth-references.py
"""

import json
from pathlib import Path

import numpy as np
from hmmlearn import hmm
from scipy.ndimage import convolve1d
from sklearn.isotonic import IsotonicRegression


def series(count, period):
    """Zeros and ones without a random generator, so that the test can make them too."""
    return [1 if (i * i * 7 + 3 * i) % period < period // 2 else 0 for i in range(count)]


def smooth(values, blur, shift, late):
    """The forward-backward smoother of MARS (facts: mirrored, kernel [.5, .25, .5] normalized, shifted copies)."""
    padded = np.pad(np.asarray(values, float), (shift + 1, shift), mode="symmetric")
    kernel = np.array([0.5, 0.25, 0.5]) / 1.25
    for _ in range(blur):
        padded = convolve1d(padded, kernel, mode="nearest")
    count = len(values)
    earlier = 0 if late else 1
    copies = [padded[earlier : earlier + count], padded[shift + 1 : shift + 1 + count], padded[2 * shift + 1 :]]
    return [int(v) for v in np.mean(copies, axis=0) > 0.5]


def posterior(start, transition, emission, observed):
    model = hmm.CategoricalHMM(n_components=len(start), params="", init_params="")
    model.startprob_, model.transmat_ = np.array(start), np.array(transition)
    model.emissionprob_ = np.array(emission)
    model.n_features = len(emission[0])
    return model.predict_proba(np.array(observed).reshape(-1, 1)).tolist()


smoothing = [
    {"count": count, "period": period, "blur": blur, "shift": shift, "late": late,
     "labels": smooth(series(count, period), blur, shift, late)}
    for count, period in ((60, 11), (200, 23), (41, 5), (300, 37))
    for blur, shift in ((4, 4), (2, 3), (0, 4), (16, 4))
    for late in (False, True)
]
two = dict(start=[0.7, 0.3], transition=[[0.97, 0.03], [0.08, 0.92]], emission=[[0.9, 0.1], [0.25, 0.75]])
three = dict(
    start=[0.2, 0.5, 0.3],
    transition=[[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.0, 0.2, 0.8]],
    emission=[[0.8, 0.2, 0.0], [0.1, 0.7, 0.2], [0.0, 0.3, 0.7]],
)
observed = [(i * i * 5 + i) % 7 // 3 for i in range(80)]
markov = [
    {**two, "observed": series(120, 13), "posterior": posterior(**two, observed=series(120, 13))},
    {**three, "observed": observed, "posterior": posterior(**three, observed=observed)},
]
x = [((i * 37) % 101) / 101 for i in range(101)]
y = [1 if (i * 13) % 17 / 17 < ((i * 37) % 101) / 101 else 0 for i in range(101)]
isotonic = IsotonicRegression().fit(x, y).predict(x).tolist()
out = Path(__file__).parent / "smooth.json"
out.write_text(json.dumps({"smoothing": smoothing, "markov": markov, "isotonic": {"x": x, "y": y, "value": isotonic}}))
