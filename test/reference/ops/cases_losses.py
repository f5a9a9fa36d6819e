"""Losses; those PyTorch lacks are written out from their papers' formulas."""

import torch
import torch.nn.functional as F

from reference_cases import floats, integers

pair = [floats(3, 4), floats(3, 4)]
kinked = [floats(4, 5, low=-2, high=2, step=0.5), floats(4, 5, low=-1.125, high=0.875, step=0.5)]
weight = floats(3, 1, low=0, high=2)
logits = floats(3, 4, low=-3, high=3)
probabilities = floats(3, 4, low=0, high=1)
class_logits = floats(5, 4, low=-2, high=2)
class_weight = floats(4, low=0.5, high=2)
four_weights = torch.tensor([0.5, 1, 1.5, 2], dtype=torch.float64)


def cross_entropy_by_weight(x, y, w):
    # PyTorch's own function takes no gradient by the class weights.
    picked = -x.log_softmax(1)[torch.arange(len(y)), y] * w[y]
    value = picked.sum() / w[y].sum()
    assert torch.allclose(value, F.cross_entropy(x, y, w.detach()))
    return value


def weighted_binary(x, t, w, p):
    value = -w * (p * t * F.logsigmoid(x) + (1 - t) * F.logsigmoid(-x))
    expected = F.binary_cross_entropy_with_logits(x, t, w.detach(), pos_weight=p.detach(), reduction='none')
    assert torch.allclose(value, expected)
    return value.mean()


def binary_focal(x, t, alpha, gamma):
    s = x.sigmoid()
    wrong = s * (1 - t) + (1 - s) * t
    share = 1 if alpha is None else alpha * t + (1 - alpha) * (1 - t)
    return share * wrong**gamma * -(t * s.log() + (1 - t) * (1 - s).log())


def focal(x, y, gamma, weights=None):
    picked = x.log_softmax(1)[torch.arange(len(y)), y]
    share = 1 if weights is None else weights[y]
    return -share * (1 - picked.exp()) ** gamma * picked


def focal_ignoring(x, y):
    kept = y != 1
    return focal(x, y, 1.5, four_weights)[kept].sum() / kept.sum()


def info_nce(a, b, temperature):
    similarity = F.normalize(a, dim=1) @ F.normalize(b, dim=1).T / temperature
    return F.cross_entropy(similarity, torch.arange(len(a)), reduction='none')


def kl_zeros(x):
    target = torch.tensor([[0, 0.25, 0.75, 0], [1, 0, 0, 0]], dtype=torch.float64)
    return F.kl_div(x.log_softmax(1), target, reduction='sum')


cases = {
    'meanSquaredError': (pair, F.mse_loss),
    'meanSquaredError weighted': (pair + [weight], lambda x, t, w: (w * (x - t) ** 2).sum()),
    'meanAbsoluteError': (kinked, F.l1_loss),
    'huber': (kinked, lambda x, t: F.huber_loss(x, t, reduction='none')),
    'huber delta': (kinked, lambda x, t: F.huber_loss(x, t, delta=0.5)),
    'smoothL1': (kinked, F.smooth_l1_loss),
    'smoothL1 beta': (kinked, lambda x, t: F.smooth_l1_loss(x, t, beta=0.5, reduction='none')),
    'binaryCrossEntropy': ([logits, probabilities], F.binary_cross_entropy_with_logits),
    'binaryCrossEntropy weighted': ([logits, probabilities, weight, floats(4, low=0.5, high=3)], weighted_binary),
    'binaryCrossEntropy far': (
        [floats(9, low=-300, high=300), floats(9, low=0, high=1)],
        lambda x, t: F.binary_cross_entropy_with_logits(x, t, reduction='none'),
    ),
    'binaryFocal': ([logits, probabilities], lambda x, t: binary_focal(x, t, 0.25, 2)),
    'binaryFocal gamma 1.5': ([logits, probabilities], lambda x, t: binary_focal(x, t, None, 1.5).mean()),
    'crossEntropy': ([class_logits, integers([5], 4)], F.cross_entropy),
    'crossEntropy int32 none': (
        [class_logits, integers([5], 4, 'int32')],
        lambda x, y: F.cross_entropy(x, y.long(), reduction='none'),
    ),
    'crossEntropy weighted': ([class_logits, integers([5], 4), class_weight], cross_entropy_by_weight),
    'crossEntropy smoothed': (
        [class_logits, integers([5], 4)],
        lambda x, y: F.cross_entropy(x, y, label_smoothing=0.2),
    ),
    'crossEntropy everything': (
        [floats(3, 4, 2, 3, low=-2, high=2), integers([3, 2, 3], 4)],
        lambda x, y: F.cross_entropy(x, y, four_weights, ignore_index=2, label_smoothing=0.1),
    ),
    'focal': ([class_logits, integers([5], 4)], focal_ignoring),
    'focal sum': ([class_logits, integers([5], 4)], lambda x, y: focal(x, y, 2).sum()),
    'klDivergence': (pair, lambda x, t: F.kl_div(x.log_softmax(1), t.softmax(1), reduction='batchmean')),
    'klDivergence zeros': ([floats(2, 4)], kl_zeros),
    'unitLength': ([floats(3, 5)], lambda x: F.normalize(x, dim=1)),
    'infoNce': ([floats(4, 6), floats(4, 6)], lambda a, b: info_nce(a, b, 0.2).mean()),
    'infoNce symmetric': (
        [floats(4, 6), floats(4, 6)],
        lambda a, b: (info_nce(a, b, 0.5) + info_nce(b, a, 0.5)) / 2,
    ),
}
