"""Operations on single elements."""

import torch
import torch.nn.functional as F

from reference_cases import bools, floats

cases = {}
broadcasts = {
    'same': ([3, 5], [3, 5]),
    'left': ([5], [2, 3, 5]),
    'right': ([2, 3, 5], [3, 1]),
    'both': ([4, 1, 3], [2, 1]),
    'scalar': ([7], []),
}
for name, function in {'add': torch.add, 'sub': torch.sub, 'mul': torch.mul, 'div': torch.div}.items():
    for kind, (a, b) in broadcasts.items():
        options = {'low': 1, 'high': 2} if name == 'div' else {}
        cases[f'{name} {kind}'] = ([floats(*a), floats(*b, **options)], function)

lattice = {'low': -1, 'high': 1, 'step': 0.5}
for name, function in {'maximum': torch.maximum, 'minimum': torch.minimum}.items():
    cases[f'{name} broadcast'] = ([floats(3, 4, distinct=True), floats(2, 1, 4, step=0.25)], function)
    cases[f'{name} apart'] = ([floats(12, **lattice), floats(3, 1, low=-2.5, high=-1.5)], function)
    cases[f'{name} ties'] = ([floats(4, 5, **lattice), floats(4, 5, **lattice)], function)

wide = {'low': -4, 'high': 4, 'step': 0.25}
unary = {
    'neg': (torch.neg, {}),
    'exp': (torch.exp, {'low': -2, 'high': 2}),
    'log': (torch.log, {'low': 0.5, 'high': 3}),
    'sqrt': (torch.sqrt, {'low': 0.5, 'high': 3}),
    'square': (torch.square, {}),
    'reciprocal': (torch.reciprocal, {'low': 0.75, 'high': 3}),
    'sin': (torch.sin, {'low': -4, 'high': 4}),
    'cos': (torch.cos, {'low': -4, 'high': 4}),
    'abs': (torch.abs, wide),
    'erf': (torch.erf, {'low': -3, 'high': 3}),
    'power 1.5': (lambda x: x**1.5, {'low': 0.5, 'high': 3}),
    'power 3': (lambda x: x**3, {}),
    'relu': (F.relu, wide),
    'relu6': (F.relu6, {'low': -4, 'high': 10, 'step': 0.25}),
    'sigmoid': (torch.sigmoid, {'low': -6, 'high': 6}),
    'tanh': (torch.tanh, {'low': -3, 'high': 3}),
    'silu': (F.silu, {'low': -6, 'high': 6}),
    'hardSigmoid': (F.hardsigmoid, {'low': -5, 'high': 5, 'step': 0.25}),
    'hardSwish': (F.hardswish, {'low': -5, 'high': 5, 'step': 0.25}),
    'softplus': (F.softplus, {'low': -6, 'high': 6, 'step': 0.25}),
    'logSigmoid': (F.logsigmoid, {'low': -6, 'high': 6, 'step': 0.25}),
    'gelu': (F.gelu, {'low': -4, 'high': 4}),
    'gelu tanh': (lambda x: F.gelu(x, approximate='tanh'), {'low': -4, 'high': 4}),
    'clip': (lambda x: x.clamp(-1, 0.5), {'low': -2, 'high': 2, 'step': 0.25}),
}
for name, (function, options) in unary.items():
    cases[name] = ([floats(3, 11, **options)], function)

ends = {'low': -1.5, 'high': 1.5, 'step': 1}
cases |= {
    'softplus far': ([floats(9, low=-400, high=400)], F.softplus),
    'relu ends': ([floats(9, **ends)], F.relu),
    'relu6 ends': ([floats(19, low=-6.5, high=12.5, step=1)], F.relu6),
    'clip ends': ([floats(16, **ends)], lambda x: x.clamp(-1, 1)),
    'sign': ([floats(9, **ends)], torch.sign),
    'greater': ([floats(4, 5, **lattice), floats(5, **lattice)], lambda a, b: (a > b).double()),
    'equal': ([floats(4, 5, **lattice), floats(5, **lattice)], lambda a, b: (a == b).double()),
    'positive': ([floats(9, **ends)], lambda x: (x > 0).double()),
    'where broadcast': ([bools(3, 1), floats(2, 1, 4), floats(3, 4)], torch.where),
    'stopGradient': ([floats(5)], lambda x: x * x.detach()),
}


class MaskGradient(torch.autograd.Function):
    """Lets the value through and multiplies its gradient by a mask."""

    @staticmethod
    def forward(context, x, mask):
        context.save_for_backward(mask)
        return x.clone()

    @staticmethod
    def backward(context, g):
        return g * context.saved_tensors[0], None


cases['maskGradient'] = ([floats(2, 3), floats(3)], lambda x, mask: MaskGradient.apply(x * x, mask))
