"""Convolutions, pooling and normalization."""

import torch
import torch.nn.functional as F

from reference_cases import floats

cases = {}
convolutions = {
    '1x1': ([2, 3, 4, 5], [4, 3, 1, 1], {}),
    '1x1 stride 2': ([2, 3, 5, 6], [4, 3, 1, 1], {'stride': 2}),
    '3x3': ([2, 3, 5, 7], [4, 3, 3, 3], {'padding': 1}),
    '3x3 no padding': ([1, 2, 5, 6], [3, 2, 3, 3], {}),
    '3x3 stride 2 odd': ([2, 2, 7, 9], [3, 2, 3, 3], {'stride': 2, 'padding': 1}),
    '3x3 stride 2 even': ([2, 2, 6, 8], [3, 2, 3, 3], {'stride': 2, 'padding': 1}),
    '3x3 stride 3 rest': ([1, 2, 9, 10], [2, 2, 3, 3], {'stride': (3, 2), 'padding': (0, 1)}),
    '3x3 dilation 2': ([1, 2, 7, 8], [3, 2, 3, 3], {'dilation': 2, 'padding': 2}),
    'stride and dilation': ([1, 2, 9, 8], [2, 2, 3, 2], {'stride': 2, 'dilation': (2, 3), 'padding': (1, 2)}),
    '5x2 kernel': ([1, 2, 7, 6], [2, 2, 5, 2], {'padding': (2, 1)}),
    '7x7 stride 2': ([1, 3, 11, 12], [2, 3, 7, 7], {'stride': 2, 'padding': 3}),
    'groups': ([2, 4, 5, 5], [6, 2, 3, 3], {'groups': 2, 'padding': 1}),
    'groups stride 2': ([1, 6, 6, 7], [3, 2, 3, 3], {'groups': 3, 'stride': 2, 'padding': 1}),
    'depthwise': ([2, 4, 6, 5], [4, 1, 3, 3], {'groups': 4, 'padding': 1}),
    'depthwise 5x5 stride 2': ([1, 3, 9, 8], [3, 1, 5, 5], {'groups': 3, 'stride': 2, 'padding': 2}),
    'depthwise dilation 2': ([1, 3, 8, 7], [3, 1, 3, 3], {'groups': 3, 'dilation': 2, 'padding': 2}),
    'depthwise multiplier': ([1, 2, 5, 6], [4, 1, 3, 3], {'groups': 2, 'padding': 1}),
    'blocks 1x1': ([1, 16, 4, 5], [32, 16, 1, 1], {}),
    'blocks 3x3': ([1, 16, 6, 5], [16, 16, 3, 3], {'padding': 1}),
    'blocks 3x3 stride 2': ([1, 16, 7, 6], [16, 16, 3, 3], {'stride': 2, 'padding': 1}),
    'blocks 3x3 dilation 2': ([1, 16, 7, 7], [16, 16, 3, 3], {'dilation': 2, 'padding': 2}),
    'blocks depthwise': ([1, 16, 6, 7], [16, 1, 3, 3], {'groups': 16, 'padding': 1}),
    'blocks depthwise stride 2': ([1, 16, 7, 6], [16, 1, 3, 3], {'groups': 16, 'stride': 2, 'padding': 1}),
    'blocks 1x1 stride 2': ([1, 16, 5, 6], [16, 16, 1, 1], {'stride': 2}),
}
for name, (x, w, options) in convolutions.items():
    cases[f'conv2d {name}'] = ([floats(*x), floats(*w)], lambda a, b, options=options: F.conv2d(a, b, **options))

# Top 0, left 1, bottom 1, right 2.
cases['conv2d uneven padding'] = (
    [floats(1, 2, 6, 6), floats(2, 2, 3, 3)],
    lambda a, b: F.conv2d(F.pad(a, (1, 2, 0, 1)), b, stride=2),
)

transposed = {
    '2x2 stride 2': ([2, 3, 3, 4], [3, 2, 2, 2], {'stride': 2}),
    '4x4 stride 2': ([1, 2, 4, 3], [2, 3, 4, 4], {'stride': 2, 'padding': 1}),
    '3x3 stride 2 output padding': ([1, 2, 3, 4], [2, 2, 3, 3], {'stride': 2, 'padding': 1, 'output_padding': 1}),
    '3x3 stride 1': ([1, 2, 4, 5], [2, 3, 3, 3], {'padding': 1}),
    'dilation 2': ([1, 2, 4, 4], [2, 2, 3, 3], {'dilation': 2}),
    'groups': ([1, 4, 3, 3], [4, 2, 3, 3], {'groups': 2, 'stride': 2, 'padding': 1}),
    'blocks stride 2': ([1, 16, 4, 3], [16, 16, 4, 4], {'stride': 2, 'padding': 1}),
    'blocks stride 1': ([1, 16, 4, 5], [16, 16, 3, 3], {'padding': 1}),
}
for name, (x, w, options) in transposed.items():
    cases[f'convTranspose2d {name}'] = (
        [floats(*x), floats(*w)],
        lambda a, b, options=options: F.conv_transpose2d(a, b, **options),
    )

image = {'low': -8, 'high': 8, 'distinct': True}
ties = {'low': -1, 'high': 1, 'step': 0.5}


def norm_inputs(*shape):
    return [floats(*shape, low=-2, high=3), floats(shape[1], low=0.5, high=1.5), floats(shape[1])]


def batch_norm(x, w, b):
    return F.batch_norm(x, None, None, w, b, training=True)


def frozen(x, w, b, mean, variance):
    # PyTorch's own function takes no gradient by the statistics.
    c = (slice(None), None, None)
    value = (x - mean[c]) / (variance[c] + 1e-5).sqrt() * w[c] + b[c]
    assert torch.allclose(value, F.batch_norm(x, mean.detach(), variance.detach(), w, b))
    return value


def standardize(x):
    inverse = (x.var((1, 2), unbiased=False, keepdim=True) + 1e-4).rsqrt()
    return (x - x.mean((1, 2), keepdim=True)) * inverse, inverse


statistics = [floats(3), floats(3, low=0.5, high=1.5)]
last = [floats(2, 3, 7, low=-2, high=3), floats(7, low=0.5, high=1.5), floats(7)]
two = [floats(2, 3, 5, low=-2, high=3), floats(3, 5, low=0.5, high=1.5), floats(3, 5)]

cases |= {
    'conv2d bias': (
        [floats(1, 2, 4, 4), floats(3, 2, 3, 3), floats(3)],
        lambda x, w, b: F.conv2d(x, w, b, padding=1),
    ),
    'channelBias': ([floats(2, 3, 2, 4), floats(3)], lambda x, b: x + b[:, None, None]),
    'conv1d': ([floats(2, 3, 9), floats(4, 3, 3), floats(4)], lambda x, w, b: F.conv1d(x, w, b, padding=1, stride=2)),
    'maxPool2d 2x2': ([floats(1, 2, 6, 4, **image)], lambda x: F.max_pool2d(x, 2)),
    'maxPool2d 3x3 stride 2 odd': ([floats(1, 1, 7, 9, **image)], lambda x: F.max_pool2d(x, 3, 2, 1)),
    'maxPool2d rest left over': ([floats(1, 2, 5, 7, **image)], lambda x: F.max_pool2d(x, (2, 3))),
    'maxPool2d overlapping': ([floats(1, 1, 6, 6, **image)], lambda x: F.max_pool2d(x, 3, 1, (1, 0))),
    'maxPool2d ties': ([floats(2, 2, 7, 6, **ties)], lambda x: F.max_pool2d(x, 3, 2, 1)),
    'averagePool2d 2x2': ([floats(1, 2, 6, 4)], lambda x: F.avg_pool2d(x, 2)),
    'averagePool2d padding counts': ([floats(2, 2, 7, 6)], lambda x: F.avg_pool2d(x, 3, 2, 1)),
    'averagePool2d padding left out': (
        [floats(2, 2, 7, 6)],
        lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
    ),
    'globalAveragePool2d': ([floats(2, 3, 4, 5)], lambda x: F.adaptive_avg_pool2d(x, 1)),
    'batchNorm': (norm_inputs(3, 4, 3, 5), batch_norm),
    'batchNorm relu': (norm_inputs(2, 3, 4, 3), lambda x, w, b: batch_norm(x, w, b).relu()),
    'batchNormFrozen': (norm_inputs(2, 3, 4, 3) + statistics, frozen),
    'batchNormFrozen relu': (norm_inputs(2, 3, 4, 3) + statistics, lambda *list: frozen(*list).relu()),
    'layerNorm last': (last, lambda x, w, b: F.layer_norm(x, w.shape, w, b)),
    'layerNorm two axes': (two, lambda x, w, b: F.layer_norm(x, w.shape, w, b, 1e-3)),
    'standardize': ([floats(3, 2, 5, low=-2, high=3)], standardize),
    'groupNorm': (norm_inputs(2, 6, 3, 4), lambda x, w, b: F.group_norm(x, 3, w, b)),
    'groupNorm one group': (norm_inputs(2, 4, 5), lambda x, w, b: F.group_norm(x, 1, w, b)),
}
