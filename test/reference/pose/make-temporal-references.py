"""Makes temporal.json: spectral arc lengths by numpy's FFT, as the 2015 paper defines them, for profiles made by formula.

Run with any Python that has numpy; no random numbers are used.
"""

import json
import pathlib

import numpy

HIGHEST_HZ, LEAST_AMPLITUDE, PADDING = 20.0, 0.05, 4


def arc_length(speed, fps):
    length = int(2 ** (numpy.ceil(numpy.log2(len(speed))) + PADDING))
    frequency = numpy.fft.rfftfreq(length, 1 / fps)
    amplitude = numpy.abs(numpy.fft.rfft(speed, length))
    amplitude = amplitude / amplitude.max()
    kept = frequency <= HIGHEST_HZ
    frequency, amplitude = frequency[kept], amplitude[kept]
    last = numpy.flatnonzero(amplitude >= LEAST_AMPLITUDE)[-1]
    frequency, amplitude = frequency[: last + 1], amplitude[: last + 1]
    steps = numpy.diff(frequency) / (frequency[-1] - frequency[0])
    return -float(numpy.sum(numpy.hypot(steps, numpy.diff(amplitude))))


def profile(kind, count, fps):
    time = numpy.arange(count) / fps
    part = time / (count / fps)
    if kind == "minimum jerk":
        return 30 * part**2 * (1 - part) ** 2
    if kind == "two movements":
        return numpy.abs(numpy.sin(2 * numpy.pi * part)) * 30 * part * (1 - part)
    return 1 + 0.5 * numpy.sin(2 * numpy.pi * 9 * time) + 0.3 * numpy.sin(2 * numpy.pi * 14 * time)


cases = [
    {"kind": kind, "count": count, "fps": fps, "arcLength": arc_length(profile(kind, count, fps), fps)}
    for kind in ("minimum jerk", "two movements", "tremor")
    for count, fps in ((30, 30.0), (60, 60.0), (100, 100.0), (25, 29.97))
]
result = {"numpy": numpy.__version__, "highestHz": HIGHEST_HZ, "leastAmplitude": LEAST_AMPLITUDE, "cases": cases}
path = pathlib.Path(__file__).parent / "temporal.json"
path.write_text(json.dumps(result, indent=1) + "\n")
