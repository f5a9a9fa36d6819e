"""Inputs by formula and the recording of one case; the formula is that of packages/nn/src/conformance/inputs.ts."""

import json
import math

import numpy as np
import torch

SAMPLE_COUNT = 64
MASK = 0xFFFFFFFF


def fnv1a(text):
    """Returns the 32-bit FNV-1a hash of a text's UTF-16 code units (ASCII here)."""
    value = 0x811C9DC5
    for character in text:
        value = ((value ^ ord(character)) * 0x01000193) & MASK
    return value


def words(name, count):
    """Returns one unsigned 32-bit word per element: MurmurHash3's finalizer of fnv1a(name) + index * 0x9e3779b9."""
    x = (np.uint64(fnv1a(name)) + np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B9)) & np.uint64(MASK)
    x = ((x ^ (x >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & np.uint64(MASK)
    x = ((x ^ (x >> np.uint64(13))) * np.uint64(0xC2B2AE35)) & np.uint64(MASK)
    return x ^ (x >> np.uint64(16))


def numbers(name, count, low, high):
    """Returns float64 numbers in [low, high)."""
    return low + (high - low) * words(name, count).astype(np.float64) / 2**32


def floats(*shape, **options):
    """Returns the description of a float32 input."""
    return {'shape': list(shape), **options}


def integers(shape, high, dtype='int64'):
    """Returns the description of integers in 0..high-1."""
    return {'shape': list(shape), 'dtype': dtype, 'low': 0, 'high': high}


def bools(*shape):
    """Returns the description of a bool input."""
    return {'shape': list(shape), 'dtype': 'bool'}


def tensor(name, spec):
    """Returns the tensor that the formula gives for a name."""
    shape = spec['shape']
    dtype = spec.get('dtype', 'float32')
    is_float = dtype == 'float32'
    low = spec.get('low', -1 if is_float else 0)
    high = spec.get('high', 1 if is_float else 2)
    count = math.prod(shape)
    values = numbers(name, count, low, high)
    if not is_float:
        return torch.tensor(np.floor(values)).reshape(shape).to(getattr(torch, dtype))
    if 'step' in spec:
        values = low + (np.floor((values - low) / spec['step']) + 0.5) * spec['step']
    if spec.get('distinct'):
        order = np.argsort(values, kind='stable')
        values[order] = low + (np.arange(count) + 0.5) * (high - low) / count
    # Reference values are computed in float64 from the float32 inputs.
    return torch.tensor(values.astype(np.float32)).reshape(shape).double().requires_grad_()


def record(value):
    """Returns shape, norm and at most SAMPLE_COUNT entries of a tensor, to nine digits."""
    flat = value.detach().double().flatten()
    count = flat.numel()
    places = range(count) if count <= SAMPLE_COUNT else [i * count // SAMPLE_COUNT for i in range(SAMPLE_COUNT)]
    return {
        'shape': list(value.shape),
        'norm': float(f'{flat.norm().item():.9g}'),
        'values': [float(f'{flat[i].item():.9g}') for i in places],
    }


def reference(name, specs, function):
    """Returns outputs and gradients of a case; its loss is the sum of outputs times fixed numbers."""
    inputs = [tensor(f'{name}/{i}', spec) for i, spec in enumerate(specs)]
    result = function(*inputs)
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    loss = None
    for i, output in enumerate(outputs):
        if not output.dtype.is_floating_point or not output.requires_grad:
            continue
        weights = torch.tensor(numbers(f'{name}/weight {i}', output.numel(), -1, 1).astype(np.float32))
        part = (output * weights.double().reshape(output.shape)).sum()
        loss = part if loss is None else loss + part
    if loss is not None:
        loss.backward()
    gradients = []
    for value in inputs:
        if not value.dtype.is_floating_point:
            gradients.append(None)
        else:
            gradients.append(record(torch.zeros_like(value) if value.grad is None else value.grad))
    return {'inputs': specs, 'outputs': [record(output) for output in outputs], 'gradients': gradients}


def write(path, cases):
    """Writes the references of a family, one case per line."""
    lines = [f'{json.dumps(name)}: {json.dumps(reference(name, *case), separators=(",", ":"))}' for name, case in cases.items()]
    with open(path, 'w', encoding='utf-8') as file:
        file.write('{\n' + ',\n'.join(lines) + '\n}\n')
