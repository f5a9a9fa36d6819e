"""Writes expected.json beside this script: what PyTorch's optimizers and schedules do on gradients given by a formula.

Needs torch 2.x; run with any working folder:
    python make-optimizers.py
Weights and gradients are computed in float64 and rounded to float32; element i of parameter p starts at
sin(0.9 i + 1.7 p + 0.3), and its gradient at step s (from 1) is cos(0.7 i + 1.3 s + 2.1 p) (0.5 + 0.1 s).
"""

import json
import math
import pathlib

import torch
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    ExponentialLR,
    LinearLR,
    MultiStepLR,
    ReduceLROnPlateau,
    SequentialLR,
)
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

HERE = pathlib.Path(__file__).parent
SHAPES = {"layer.weight": [3, 4], "layer.bias": [5]}
STEPS = 10
torch.set_num_threads(1)


def start(index, count):
    return torch.tensor([math.sin(0.9 * i + 1.7 * index + 0.3) for i in range(count)], dtype=torch.float32)


def gradient(index, count, step):
    values = [math.cos(0.7 * i + 1.3 * step + 2.1 * index) * (0.5 + 0.1 * step) for i in range(count)]
    return torch.tensor(values, dtype=torch.float32)


class Bag(torch.nn.Module):
    def __init__(self):
        super().__init__()
        for index, (name, shape) in enumerate(SHAPES.items()):
            self.register_parameter(
                name.replace(".", "_"), torch.nn.Parameter(start(index, math.prod(shape)).reshape(shape))
            )


def run(make, clip=None, average=None):
    bag = Bag()
    parameters = list(bag.parameters())
    optimizer = make(parameters)
    averaged = AveragedModel(bag, multi_avg_fn=get_ema_multi_avg_fn(average)) if average else None
    if averaged:
        averaged.update_parameters(bag)  # the first call copies the starting weights
    record = {}
    for step in range(1, STEPS + 1):
        for index, parameter in enumerate(parameters):
            parameter.grad = gradient(index, parameter.numel(), step).reshape(parameter.shape)
        if clip and clip[0] == "norm":
            torch.nn.utils.clip_grad_norm_(parameters, clip[1])
        if clip and clip[0] == "value":
            torch.nn.utils.clip_grad_value_(parameters, clip[1])
        optimizer.step()
        if averaged:
            averaged.update_parameters(bag)
        if step in (1, 2, STEPS):
            record[str(step)] = {
                name: parameter.detach().reshape(-1).tolist() for name, parameter in zip(SHAPES, parameters)
            }
    if averaged:
        record["average"] = {
            name: parameter.detach().reshape(-1).tolist() for name, parameter in zip(SHAPES, averaged.parameters())
        }
    return record


class RootInside(torch.optim.Optimizer):
    """RMSProp with epsilon under the root; everything else as torch.optim.RMSprop."""

    def __init__(self, params, lr, alpha, eps, momentum):
        super().__init__(params, dict(lr=lr, alpha=alpha, eps=eps, momentum=momentum))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state[parameter]
                if not state:
                    state["square"] = torch.zeros_like(parameter)
                    state["buffer"] = torch.zeros_like(parameter)
                grad = parameter.grad
                state["square"].mul_(group["alpha"]).addcmul_(grad, grad, value=1 - group["alpha"])
                change = grad / (state["square"] + group["eps"]).sqrt()
                state["buffer"].mul_(group["momentum"]).add_(change)
                parameter.add_(state["buffer"], alpha=-group["lr"])


SGD, ADAM, ADAMW, RMS = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop
COMMON = {"learningRate": 0.05}
CASES = [
    ({"kind": "sgd"}, lambda p: SGD(p, 0.05), {}),
    ({"kind": "sgd", "weightDecay": 0.1}, lambda p: SGD(p, 0.05, weight_decay=0.1), {}),
    ({"kind": "sgd", "momentum": 0.9}, lambda p: SGD(p, 0.05, momentum=0.9), {}),
    (
        {"kind": "sgd", "momentum": 0.9, "dampening": 0.3, "weightDecay": 0.1},
        lambda p: SGD(p, 0.05, momentum=0.9, dampening=0.3, weight_decay=0.1),
        {},
    ),
    (
        {"kind": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 0.1},
        lambda p: SGD(p, 0.05, momentum=0.9, nesterov=True, weight_decay=0.1),
        {},
    ),
    ({"kind": "adam"}, lambda p: ADAM(p, 0.05), {}),
    (
        {"kind": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.1},
        lambda p: ADAM(p, 0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),
        {},
    ),
    ({"kind": "adamw"}, lambda p: ADAMW(p, 0.05), {}),
    ({"kind": "adamw", "weightDecay": 0.5}, lambda p: ADAMW(p, 0.05, weight_decay=0.5), {}),
    ({"kind": "rmsprop"}, lambda p: RMS(p, 0.05), {}),
    ({"kind": "rmsprop", "centered": True}, lambda p: RMS(p, 0.05, centered=True), {}),
    (
        {"kind": "rmsprop", "smoothing": 0.9, "momentum": 0.8, "weightDecay": 0.1, "epsilon": 1e-3},
        lambda p: RMS(p, 0.05, alpha=0.9, momentum=0.8, weight_decay=0.1, eps=1e-3),
        {},
    ),
    (
        {"kind": "rmsprop", "smoothing": 0.9, "momentum": 0.8, "centered": True},
        lambda p: RMS(p, 0.05, alpha=0.9, momentum=0.8, centered=True),
        {},
    ),
    (
        {"kind": "rmsprop", "smoothing": 0.9, "momentum": 0.8, "epsilon": 1e-2, "epsilonInside": True},
        lambda p: RootInside(p, 0.05, 0.9, 1e-2, 0.8),
        {},
    ),
    (
        {"kind": "sgd", "momentum": 0.9, "clip": {"kind": "norm", "max": 1.5}},
        lambda p: SGD(p, 0.05, momentum=0.9),
        {"clip": ("norm", 1.5)},
    ),
    ({"kind": "adam", "clip": {"kind": "value", "max": 0.4}}, lambda p: ADAM(p, 0.05), {"clip": ("value", 0.4)}),
    ({"kind": "sgd", "momentum": 0.9, "average": {"decay": 0.8}}, lambda p: SGD(p, 0.05, momentum=0.9), {"average": 0.8}),
    (
        {
            "kind": "adamw",
            "weightDecay": 0.2,
            "groups": [
                {"match": {"maxRank": 1}, "weightDecay": 0},
                {"match": {"pattern": "weight$"}, "learningRateScale": 0.1},
            ],
        },
        lambda p: ADAMW(
            [{"params": [p[0]], "lr": 0.005}, {"params": [p[1]], "weight_decay": 0}], lr=0.05, weight_decay=0.2
        ),
        {},
    ),
]


def factors(make, count=40, observe=None):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimizer)
    out = []
    for step in range(count):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if observe is None:
            schedule.step()
        else:
            schedule.step(observe[step])
    return out


OBSERVED = [round(1.2 / (1 + 0.4 * min(i, 12)) + 0.05 * math.sin(2.3 * i), 6) for i in range(40)]
RISING = [-value for value in OBSERVED]
SCHEDULES = {
    "multiStep": factors(lambda o: MultiStepLR(o, [5, 12, 12, 30], 0.3)),
    "exponential": factors(lambda o: ExponentialLR(o, 0.9)),
    "cosine": factors(lambda o: CosineAnnealingLR(o, 39, 0.1)),
    "restarts": factors(lambda o: CosineAnnealingWarmRestarts(o, 7, 1, 0.05)),
    "growingRestarts": factors(lambda o: CosineAnnealingWarmRestarts(o, 5, 2, 0.05)),
    "warmUpCosine": factors(
        lambda o: SequentialLR(o, [LinearLR(o, 0.25, 1.0, 8), CosineAnnealingLR(o, 32)], [8])
    ),
}
PLATEAUS = [
    ({"patience": 2}, OBSERVED, lambda o: ReduceLROnPlateau(o, patience=2)),
    (
        {"patience": 1, "factor": 0.5, "threshold": 0.02, "thresholdMode": "absolute", "cooldown": 3},
        OBSERVED,
        lambda o: ReduceLROnPlateau(o, patience=1, factor=0.5, threshold=0.02, threshold_mode="abs", cooldown=3),
    ),
    (
        {"patience": 0, "factor": 0.4, "threshold": 0.1, "minFactor": 0.05},
        OBSERVED,
        lambda o: ReduceLROnPlateau(o, patience=0, factor=0.4, threshold=0.1, min_lr=0.05),
    ),
    (
        {"mode": "max", "patience": 1, "factor": 0.5, "threshold": 0.01, "thresholdMode": "absolute"},
        RISING,
        lambda o: ReduceLROnPlateau(o, mode="max", patience=1, factor=0.5, threshold=0.01, threshold_mode="abs"),
    ),
]

result = {
    "versions": {"torch": torch.__version__},
    "shapes": SHAPES,
    "optimizers": [
        {"settings": {**COMMON, **settings}, "weights": run(make, **options)} for settings, make, options in CASES
    ],
    "schedules": SCHEDULES,
    "plateaus": [
        {"settings": settings, "observed": observed, "factors": factors(make, observe=observed)}
        for settings, observed, make in PLATEAUS
    ],
}
(HERE / "expected.json").write_text(json.dumps(result, indent=1) + "\n")
