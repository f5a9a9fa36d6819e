"""Writes PyTorch's values and gradients for the conformance cases of packages/nn/src/conformance/cases.

Run from anywhere: python make-op-references.py [family ...]
Each family is written to <family>.json beside this file. Made with PyTorch 2.13.0 in float64.
"""

import importlib
import pathlib
import sys

from reference_cases import write

here = pathlib.Path(__file__).parent
families = sys.argv[1:] or ['elementwise', 'images', 'layers', 'losses', 'rearranging']
for family in families:
    write(here / f'{family}.json', importlib.import_module(f'cases_{family}').cases)
