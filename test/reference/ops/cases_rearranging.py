"""Reductions, shapes, products, indices, softmax and resizing."""

import torch
import torch.nn.functional as F

from reference_cases import floats, integers


def interpolate(height, width, mode='bilinear', corners=False):
    options = {} if mode == 'nearest' else {'align_corners': corners}
    return lambda x: F.interpolate(x, (height, width), mode=mode, **options)


def split(x):
    a, b, c = x.split([2, 1, 4], 1)
    return a * a, b, c


def scatter_add(x, i):
    return torch.zeros(2, 4, 3, dtype=x.dtype).index_add(1, i, x)


def one_hot(i):
    return (i[..., None] == torch.arange(4)).double()


cases = {
    'sum all': ([floats(3, 4)], lambda x: x.sum()),
    'sum axes': ([floats(2, 3, 5)], lambda x: x.sum((0, -1))),
    'sum keep': ([floats(2, 3, 5)], lambda x: x * x.sum(1, keepdim=True)),
    'mean axes': ([floats(2, 3, 5)], lambda x: x.mean((1, 2))),
    'max axis': ([floats(3, 7, low=-2, high=2, distinct=True)], lambda x: x.amax(1)),
    'max all': ([floats(3, 5, low=-2, high=2, distinct=True)], lambda x: x.amax()),
    'max ties': ([floats(6, 7, step=0.5)], lambda x: x.amax(1, keepdim=True)),
    'argMax': ([floats(3, 7, distinct=True)], lambda x: x.argmax(-1)),
    'reshape': ([floats(3, 4)], lambda x: x.reshape(2, -1)),
    'transpose': ([floats(2, 3, 4)], lambda x: x.permute(2, 0, 1)),
    'broadcastTo': ([floats(3, 1)], lambda x: x.expand(2, 3, 4)),
    'expandAxes': ([floats(3, 2)], lambda x: x[None, ..., None]),
    'concat': ([floats(2, 3), floats(2, 1), floats(2, 2)], lambda *list: torch.cat(list, -1)),
    'stack': ([floats(2, 3), floats(2, 3)], lambda *list: torch.stack(list, 1)),
    'split': ([floats(2, 7)], split),
    'split partly used': ([floats(6, 2)], lambda x: x.chunk(3)[1]),
    'slice': ([floats(4, 7)], lambda x: x[1:-1, 2:]),
    'slice step': ([floats(5, 8)], lambda x: x[::2, 1::3]),
    'pad': ([floats(2, 3)], lambda x: F.pad(x, (0, 2, 1, 0), value=0.5)),
    'roll': ([floats(3, 5)], lambda x: x.roll((2, -1), (1, 0))),
    'depthToSpace': ([floats(2, 8, 3, 2)], lambda x: F.pixel_shuffle(x, 2)),
    'spaceToDepth': ([floats(2, 2, 3, 6)], lambda x: F.pixel_unshuffle(x, 3)),
    'matmul': ([floats(3, 5), floats(5, 4)], torch.matmul),
    'matmul batch left': ([floats(2, 1, 3, 4), floats(4, 5)], torch.matmul),
    'matmul batch right': ([floats(3, 4), floats(2, 4, 5)], torch.matmul),
    'matmul batch both': ([floats(2, 1, 3, 4), floats(3, 4, 2)], torch.matmul),
    'matmul transposeA': ([floats(2, 4, 3), floats(2, 4, 5)], lambda a, b: a.mT @ b),
    'matmul transposeB': ([floats(2, 3, 4), floats(5, 4)], lambda a, b: a @ b.mT),
    'matmul transposeAB': ([floats(4, 3), floats(2, 5, 4)], lambda a, b: a.mT @ b.mT),
    'gather rows': ([floats(5, 3), integers([7], 5)], lambda x, i: x[i]),
    'gather middle': ([floats(2, 4, 3), integers([2, 3], 4, 'int32')], lambda x, i: x[:, i.long()]),
    'gather last': ([floats(2, 4), integers([6], 4)], lambda x, i: x[:, i]),
    'scatterAdd': ([floats(2, 5, 3), integers([5], 4)], scatter_add),
    'oneHot': ([integers([2, 3], 5)], one_hot),
    'oneHot int32': ([integers([6], 4, 'int32')], one_hot),
    'softmax last': ([floats(3, 5, low=-2, high=2)], lambda x: x.softmax(-1)),
    'softmax middle': ([floats(2, 5, 3, low=-2, high=2)], lambda x: x.softmax(1)),
    'logSoftmax last': ([floats(3, 5, low=-2, high=2)], lambda x: x.log_softmax(-1)),
    'logSoftmax first': ([floats(4, 3, low=-2, high=2)], lambda x: x.log_softmax(0)),
    'logSoftmax far': ([floats(3, 5, low=-300, high=300)], lambda x: x.log_softmax(-1)),
    'resizeNearest double': ([floats(2, 2, 3, 5)], interpolate(6, 10, 'nearest')),
    'resizeNearest uneven': ([floats(1, 2, 5, 4)], interpolate(7, 9, 'nearest')),
    'resizeNearest smaller': ([floats(1, 2, 7, 6)], interpolate(3, 4, 'nearest')),
    'resizeBilinear double': ([floats(2, 2, 3, 5)], interpolate(6, 10)),
    'resizeBilinear uneven': ([floats(1, 2, 5, 4)], interpolate(7, 3)),
    'resizeBilinear rows': ([floats(1, 2, 5, 4)], interpolate(2, 4)),
    'resizeBilinear corners': ([floats(2, 1, 4, 3)], interpolate(9, 5, corners=True)),
    'resizeBilinear corners smaller': ([floats(1, 1, 4, 7)], interpolate(1, 4, corners=True)),
}
