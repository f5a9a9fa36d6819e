"""Writes models_agreement.json beside this script: agreement, classification and bootstrap numbers of other programs.

Needs numpy, scipy, statsmodels, scikit-learn and krippendorff (`pip install statsmodels scikit-learn krippendorff`):
    python models_agreement.py
"""

import json
import pathlib
import warnings
from importlib import metadata

import krippendorff
import numpy as np
import scipy
import sklearn
import statsmodels
from scipy import stats
from scipy.stats import _resampling
from sklearn.metrics import cohen_kappa_score, confusion_matrix, f1_score, precision_recall_fscore_support
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

warnings.filterwarnings("ignore")
random = np.random.default_rng(20261121)


def raters(count, units, size, agreement):
    truth = random.integers(0, size, units)
    return [np.where(random.random(units) < agreement, truth, random.integers(0, size, units)) for _ in range(count)]


kappa = []
for units, size, agreement in [(30, 2, 0.6), (200, 4, 0.7), (57, 6, 0.2), (12, 3, 0.9)]:
    first, second = raters(2, units, size, agreement)
    table = confusion_matrix(first, second, labels=range(size))
    values = {}
    for ours, theirs, wt in [("none", None, None), ("linear", "linear", "linear"), ("quadratic", "quadratic", "quadratic")]:
        found = cohens_kappa(table, wt=wt)
        assert abs(found.kappa - cohen_kappa_score(first, second, weights=theirs, labels=list(range(size)))) < 1e-12
        values[ours] = {"value": float(found.kappa), "standardError": float(found.std_kappa)}
    kappa.append({"first": first.tolist(), "second": second.tolist(), "size": size, "values": values})

fleiss = []
for units, size, count, agreement in [(40, 3, 5, 0.6), (15, 2, 3, 0.3), (60, 5, 8, 0.8)]:
    ratings = np.array(raters(count, units, size, agreement))
    counts = [[int((ratings[:, u] == c).sum()) for c in range(size)] for u in range(units)]
    fleiss.append({"counts": counts, "value": float(fleiss_kappa(np.array(counts), method="fleiss"))})

alpha = []
for units, size, count, missing in [(20, 4, 3, 0.2), (50, 7, 5, 0.4), (9, 2, 2, 0.0)]:
    ratings = np.array(raters(count, units, size, 0.6), dtype=float) + 1
    ratings[random.random(ratings.shape) < missing] = np.nan
    values = {
        scale: float(krippendorff.alpha(reliability_data=ratings, level_of_measurement=scale))
        for scale in ["nominal", "ordinal", "interval", "ratio"]
    }
    listed = [[None if np.isnan(v) else float(v) for v in row] for row in ratings]
    alpha.append({"ratings": listed, "values": values})

classification = []
for units, size, agreement, average in [(40, 3, 0.7, [0, 1, 2]), (150, 5, 0.4, [1, 2, 3]), (8, 4, 0.5, [0, 1, 2, 3])]:
    reference, predicted = raters(2, units, size, agreement)
    labels = list(range(size))
    macro = precision_recall_fscore_support(reference, predicted, labels=average, average="macro", zero_division=0)
    micro = precision_recall_fscore_support(reference, predicted, labels=average, average="micro", zero_division=0)
    expected = {
        "confusion": confusion_matrix(reference, predicted, labels=labels).tolist(),
        "accuracy": float((reference == predicted).mean()),
        "macroPrecision": macro[0], "macroRecall": macro[1], "macroF1": macro[2],
        "microPrecision": micro[0], "microRecall": micro[1], "microF1": micro[2],
        "weightedF1": f1_score(reference, predicted, labels=average, average="weighted", zero_division=0),
        "f1": f1_score(reference, predicted, labels=labels, average=None, zero_division=0).tolist(),
    }
    classification.append({
        "reference": reference.tolist(), "predicted": predicted.tolist(), "size": size, "averageOver": average,
        "expected": expected,
    })

# BCa: what follows from given resamples is exact; SciPy's own resamples are given with it.
bca = []
for name, sample in [("skewed", np.round(random.exponential(3, 25), 3)), ("ties", random.integers(0, 4, 12).astype(float))]:
    for statistic in ["mean", "median"]:
        function = getattr(np, statistic)
        found = stats.bootstrap((sample,), function, n_resamples=399, method="BCa", rng=np.random.default_rng(1),
                                confidence_level=0.9)
        if np.isnan(found.confidence_interval.low):
            continue  # SciPy has no acceleration where all jackknife values are alike
        leave_one = [float(function(np.delete(sample, i))) for i in range(len(sample))]
        inner = _resampling._bca_interval((sample,), function, -1, 0.05, found.bootstrap_distribution, None, np)
        shares, acceleration = inner[:2], inner[2]
        large = stats.bootstrap((sample,), function, n_resamples=60000, method="BCa", rng=np.random.default_rng(2),
                                confidence_level=0.9)
        bca.append({
            "name": name, "statistic": statistic, "sample": sample.tolist(), "level": 0.9,
            "estimate": float(function(sample)), "resampled": np.sort(found.bootstrap_distribution).tolist(),
            "leaveOneOut": leave_one, "acceleration": float(np.ravel(acceleration)[0]),
            "shares": [float(np.ravel(s)[0]) for s in shares],
            "low": float(found.confidence_interval.low), "high": float(found.confidence_interval.high),
            "largeLow": float(large.confidence_interval.low), "largeHigh": float(large.confidence_interval.high),
            "standardError": float(large.standard_error),
        })
first, second = np.round(random.exponential(2, 14), 3), np.round(random.exponential(3, 22), 3)
difference = lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis)
two = stats.bootstrap((first, second), difference, n_resamples=60000, method="BCa", rng=np.random.default_rng(3))
distribution = two.bootstrap_distribution
two_acceleration = _resampling._bca_interval((first, second), difference, -1, 0.025, distribution, None, np)[2]
two_sample = {
    "first": first.tolist(), "second": second.tolist(), "low": float(two.confidence_interval.low),
    "high": float(two.confidence_interval.high), "standardError": float(two.standard_error),
    "acceleration": float(np.ravel(two_acceleration)[0]),
}

permutations = []
for first, second, kind in [
    ([1.2, 3.4, 2.2, 5.0], [4.1, 6.3, 5.2, 7.7, 3.3], "independent"),
    ([1, 2, 2, 3], [2, 3, 3, 4], "independent"),
    ([5.1, 4.2, 6.3, 7.7, 5.5, 6.1], [4.0, 4.4, 5.2, 6.1, 5.0, 6.2], "samples"),
]:
    for alternative in ["two-sided", "less", "greater"]:
        statistic = lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis)
        found = stats.permutation_test((first, second), statistic, permutation_type=kind, n_resamples=np.inf,
                                       alternative=alternative, vectorized=True)
        permutations.append({
            "first": first, "second": second, "design": "paired" if kind == "samples" else "independent",
            "alternative": alternative, "p": float(found.pvalue), "statistic": float(found.statistic),
            "arrangements": len(found.null_distribution),
        })

out = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
                 "sklearn": sklearn.__version__, "krippendorff": metadata.version("krippendorff")},
    "kappa": kappa, "fleiss": fleiss, "krippendorff": alpha, "classification": classification,
    "bca": bca, "twoSample": two_sample, "permutations": permutations,
}
path = pathlib.Path(__file__).parent / "models_agreement.json"
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
