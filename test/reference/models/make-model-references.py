"""Writes one JSON file per network beside this script: what PyTorch gives for weights that a formula makes.

Needs torch, torchvision, numpy and Pillow (which torchvision imports); run with any working folder:
    python make-model-references.py [case ...]
The networks are torchvision's own, the U-Net is written out below. torchvision's compiled part (detection operators) is
not needed, so a build that does not match torch will do.

Weights. Element i of the tensor t of a network is made from u = 2 w / 2^32 - 1, where w is MurmurHash3's finalizer of
fnv1a("<seed>/<t>") + i 0x9e3779b9 modulo 2^32, computed in float64 and rounded to float32:
    weight of a convolution or linear layer   u sqrt(3 gain / fanIn)
    any bias of such a layer                  0.1 u
    batch norm weight                         1 + 0.1 u
    batch norm bias                           0.1 u plus shift where u < 1 - 2 share, else minus shift
    running_mean, running_var                 0.1 u, 1 + 0.1 |u|
Batch norm weight and bias are times "branch" where their name matches the pattern "branches": at the end of a residual
branch. The image is u of "image", the U-Net's target u of "target", the labels are w of "labels" modulo the classes.

Why so. The comparison is to hold to 1e-4 of each tensor's largest value between float64 here and float32 there.
Two things would spoil it. (1) A deep network with batch statistics and unscaled weights amplifies rounding, a ResNet-152
a thousandfold. Quiet residual branches ("branch" below 1) prevent it. (2) ReLU has a kink at 0: an activation nearer to
0 than its rounding error may fall on either side, and one that does changes gradients by up to a tenth. The shift of two
standard deviations makes such activations rare, and the script takes the first seed where none is nearer to a kink (also
those of ReLU6 at 6 and of max pooling at ties) than MARGIN times the root mean square error that PyTorch's own float32
makes in that layer, and where the gradients of PyTorch's own float32 are within NOISE. The images are small to have few
activations, and large enough to leave 8 values per channel to each batch norm.

Each file holds: versions, "case" (network, options, formula), the margin reached, the loss; for evaluation and for the
training step the logits and stages; for every parameter the gradient's norm, largest magnitude and 32 entries; the
running statistics after the step (4 entries). Entries of tensor t are those at w of "<t>/sample" modulo its size, for
i = 0, 1 and so on. A gradient whose largest magnitude is below 1e-12 is zero by algebra: a bias that the next batch norm
takes away. unet-small.pth holds the weights of that case as torch.save writes them.
"""

import json
import math
import pathlib
import re
import sys

import numpy
import torch
from torch import nn

register_fake = torch.library.register_fake
torch.library.register_fake = lambda op, *rest, **options: (
    (lambda function: function) if str(op).startswith("torchvision::") else register_fake(op, *rest, **options)
)
import torchvision  # noqa: E402

torch.library.register_fake = register_fake

HERE = pathlib.Path(__file__).parent
SAMPLES = 32
MARGIN = 8
NOISE = 2e-5


def words(name, count):
    start = 0x811C9DC5
    for code in name.encode("utf-16-le")[::2]:
        start = ((start ^ code) * 0x01000193) & 0xFFFFFFFF
    x = numpy.uint32(start) + numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(0x9E3779B9)
    x = (x ^ (x >> numpy.uint32(16))) * numpy.uint32(0x85EBCA6B)
    x = (x ^ (x >> numpy.uint32(13))) * numpy.uint32(0xC2B2AE35)
    return x ^ (x >> numpy.uint32(16))


def uniform(name, shape):
    count = math.prod(shape)
    return (words(name, count).astype(numpy.float64) * 2 / 2**32 - 1).reshape(shape)


def single(array):
    return torch.from_numpy(array.astype(numpy.float32))


class Level(nn.Module):
    def __init__(self, into, channels):
        super().__init__()
        self.conv0 = nn.Conv2d(into, channels, 3, padding=1, bias=False)
        self.norm0 = nn.BatchNorm2d(channels)
        self.relu0 = nn.ReLU()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()

    def forward(self, x):
        return self.relu1(self.norm1(self.conv1(self.relu0(self.norm0(self.conv0(x))))))


class Unet(nn.Module):
    def __init__(self, width=16, depth=4, outputChannels=1, upsampling="nearest"):
        super().__init__()
        sizes = [width * 2**level for level in range(depth + 1)]
        self.upsampling = upsampling
        self.encoder = nn.ModuleList(Level(a, b) for a, b in zip([3] + sizes, sizes))
        self.decoder = nn.ModuleList(Level(a + b, a) for a, b in zip(sizes, sizes[1:]))
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Conv2d(width, outputChannels, 1)

    def forward(self, x):
        maps = []
        for at, level in enumerate(self.encoder):
            x = level(self.pool(x) if at else x)
            maps.append(x)
        for at in reversed(range(len(self.decoder))):
            options = {"align_corners": False} if self.upsampling == "bilinear" else {}
            x = nn.functional.interpolate(x, maps[at].shape[2:], mode=self.upsampling, **options)
            x = self.decoder[at](torch.cat([maps[at], x], 1))
        return self.head(x)


def dilate(model, limit):
    """Turns strides beyond a limit into dilation, in networks for which torchvision has no option for it."""
    stride, dilation = 1, 1
    for module in model.modules():
        if not isinstance(module, nn.Conv2d) or module.kernel_size[0] == 1:
            continue
        now = dilation
        if stride * module.stride[0] > limit:
            dilation *= module.stride[0]
            module.stride = (1, 1)
        stride *= module.stride[0]
        module.dilation = (now, now)
        module.padding = tuple(now * (size - 1) // 2 for size in module.kernel_size)


def network(case):
    name, options = case["network"], dict(case["options"])
    options.pop("frozenStatistics", None)
    stride = options.pop("outputStride", 32)
    if name == "unet":
        return Unet(**options)
    if name.startswith("resnet"):
        return getattr(torchvision.models, name)(
            weights=None, replace_stride_with_dilation=[False, stride < 16, stride < 32]
        )
    model = getattr(torchvision.models, name)(weights=None, dropout=0.0)
    for module in model.modules():
        if isinstance(module, torchvision.ops.StochasticDepth):
            module.p = 0.0
    dilate(model, stride)
    return model


# Modules whose outputs are the stages.
STAGES = {
    "resnet": ["relu", "layer1", "layer2", "layer3", "layer4"],
    "mobilenet_v2": ["features.1", "features.3", "features.6", "features.13", "features.17"],
    "efficientnet": ["features.1", "features.2", "features.3", "features.5", "features.7"],
}


def stage_names(case):
    if case["network"] == "unet":
        depth = case["options"].get("depth", 4)
        return [f"decoder.{at}" for at in range(depth)] + [f"encoder.{depth}"]
    return next(names for key, names in STAGES.items() if case["network"].startswith(key))


BRANCHES = {
    "resnet": r"\.bn3\.",
    "mobilenet_v2": r"^features\.(3|5|6|8|9|10|12|13|15|16)\.conv\.3\.",
    "efficientnet": r"^features\.\d\.[1-9]\.block\.[23]\.1\.",
    "unet": r"^$",
}


def fill(model, case):
    formula = case["formula"]
    state = model.state_dict()
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        u = uniform(f"{case['seed']}/{name}", tuple(tensor.shape))
        stem, last = name.rsplit(".", 1)
        normed = f"{stem}.running_mean" in state
        size = formula["branch"] if re.search(formula["branches"], name) else 1
        if last == "running_mean":
            values = 0.1 * u
        elif last == "running_var":
            values = 1 + 0.1 * numpy.abs(u)
        elif last == "weight" and normed:
            values = (1 + 0.1 * u) * size
        elif last == "weight":
            values = u * math.sqrt(3 * formula["gain"] / (tensor.numel() // tensor.shape[0]))
        elif normed:
            values = (numpy.where(u < 1 - 2 * formula["share"], formula["shift"], -formula["shift"]) + 0.1 * u) * size
        else:
            values = 0.1 * u
        tensor.copy_(single(values))


def kink_distance(module, x):
    """Distance of each element of a module's input to where its gradient jumps."""
    if isinstance(module, nn.MaxPool2d):
        k, s, p = module.kernel_size, module.stride, module.padding
        windows = nn.functional.pad(x, (p, p, p, p), value=-1.0).unfold(2, k, s).unfold(3, k, s).flatten(4)
        first, second = windows.topk(2).values.unbind(-1)
        return torch.where(first > 0, first - second, 1.0)
    return torch.minimum(x.abs(), (x - 6).abs()) if isinstance(module, nn.ReLU6) else x.abs()


def step(model, case, image, target, dtype):
    """Runs evaluation, then one training step, on fresh copies; returns everything that is recorded."""
    model.to(dtype)
    image = image.to(dtype)
    found = {"kinks": []}
    stages = {}
    names = stage_names(case)
    modules = dict(model.named_modules())
    hooks = []
    def keep(name):
        # ResNet calls its one `relu` many times; the stem's is the first. A hook must return nothing.
        def hook(_module, _inputs, output):
            stages.setdefault(name, output.detach().clone())

        return hook

    hooks += [modules[name].register_forward_hook(keep(name)) for name in names]
    for module in modules.values():
        if isinstance(module, (nn.ReLU, nn.ReLU6, nn.MaxPool2d)):
            module.inplace = False
            hooks.append(
                module.register_forward_pre_hook(lambda m, inputs: found["kinks"].append((m, inputs[0].detach().clone())))
            )
    frozen = case["options"].get("frozenStatistics", False)
    for phase in ["evaluation", "training"]:
        found["kinks"].clear()
        stages.clear()
        model.train(phase == "training" and not frozen)
        with torch.set_grad_enabled(phase == "training"):
            logits = model(image)
        found[phase] = {"logits": logits.detach(), **{f"stage {at}": stages[name] for at, name in enumerate(names)}}
    if case["network"] == "unet":
        loss = nn.functional.mse_loss(logits, target.to(dtype))
    else:
        loss = nn.functional.cross_entropy(logits, target)
    model.zero_grad()
    loss.backward()
    for hook in hooks:
        hook.remove()
    found["loss"] = loss.item()
    found["gradients"] = {name: parameter.grad.detach().clone() for name, parameter in model.named_parameters()}
    found["running"] = {
        name: buffer.detach().clone()
        for name, buffer in model.named_buffers()
        if not frozen and not name.endswith("num_batches_tracked")
    }
    return found


def compute(case):
    model = network(case)
    with torch.no_grad():
        fill(model, case)
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    image = single(uniform(f"{case['seed']}/image", tuple(case["image"])))
    if case["network"] == "unet":
        options = case["options"]
        shape = (case["image"][0], options.get("outputChannels", 1), *case["image"][2:])
        target = single(uniform(f"{case['seed']}/target", shape))
    else:
        target = torch.from_numpy((words(f"{case['seed']}/labels", case["image"][0]) % 1000).astype(numpy.int64))
    exact = step(model, case, image, target, torch.float64)
    model.float().load_state_dict(state)
    rounded = step(model, case, image, target, torch.float32)
    margin = math.inf
    for (module, x), (_, y) in zip(exact["kinks"], rounded["kinks"]):
        error = (x - y.double()).square().mean().sqrt()
        margin = min(margin, (kink_distance(module, x).min() / error).item())
    noise = max(
        ((rounded["gradients"][name].double() - g).abs().max() / g.abs().max()).item()
        for name, g in exact["gradients"].items()
        if g.abs().max() > 1e-12
    )
    return exact, margin, noise, state


def number(value):
    return float(f"{value:.9g}")


def summary(name, tensor, count=SAMPLES):
    flat = tensor.double().reshape(-1)
    at = words(f"{name}/sample", count).astype(numpy.int64) % flat.numel()
    return {
        "shape": list(tensor.shape),
        "norm": number(flat.norm().item()),
        "largest": number(flat.abs().max().item()),
        "samples": [number(value) for value in flat[torch.from_numpy(at)].tolist()],
    }


def case(name, image, gain=1, share=0.4, branch=0.25, **options):
    branches = next(text for key, text in BRANCHES.items() if name.startswith(key))
    formula = {"gain": gain, "shift": 2, "share": share, "branch": branch, "branches": branches}
    return {"network": name, "options": options, "image": image, "formula": formula}


SMALL = [2, 3, 33, 33]
SMOOTH = [4, 3, 64, 64]
# A depthwise convolution of a channel that is never active has no variance to normalize by, hence no negative shifts.
MOBILE = {"gain": 2, "share": 0, "branch": 0.5}
CASES = {
    "resnet50": case("resnet50", SMALL),
    "resnet50-stride16": case("resnet50", SMALL, outputStride=16),
    "resnet50-stride8": case("resnet50", SMALL, outputStride=8),
    "resnet50-frozen": case("resnet50", SMALL, outputStride=16, frozenStatistics=True),
    "resnet101": case("resnet101", SMALL),
    "resnet152": case("resnet152", SMALL),
    "mobilenet_v2": case("mobilenet_v2", SMALL, **MOBILE),
    "mobilenet_v2-frozen": case("mobilenet_v2", SMALL, **MOBILE, outputStride=16, frozenStatistics=True),
    "efficientnet_b0": case("efficientnet_b0", SMOOTH, **MOBILE),
    "efficientnet_b0-frozen": case("efficientnet_b0", SMALL, **MOBILE, outputStride=8, frozenStatistics=True),
    "efficientnet_b3": case("efficientnet_b3", SMOOTH, **MOBILE),
    "unet": case("unet", [2, 3, 36, 52], depth=3, outputChannels=5),
    "unet-small": case("unet", [2, 3, 21, 34], width=4, depth=1, outputChannels=2),
    "unet-bilinear": case("unet", [2, 3, 40, 56], depth=3, outputChannels=5, upsampling="bilinear"),
}


def write(name, current, found, margin, noise):
    lines = {
        "made by": "make-model-references.py",
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": numpy.__version__},
        "threads": torch.get_num_threads(),
        "precision": "float64",
        "case": current,
        "kink margin": None if margin == math.inf else number(margin),
        "largest deviation of PyTorch's own float32 gradients": number(noise),
        "loss": number(found["loss"]),
    }
    text = ["{"]
    for key, value in lines.items():
        text.append(f"  {json.dumps(key)}: {json.dumps(value)},")
    for part in ["evaluation", "training", "gradients", "running"]:
        count = 4 if part == "running" else SAMPLES
        rows = [f"    {json.dumps(key)}: {json.dumps(summary(key, tensor, count))}" for key, tensor in found[part].items()]
        inner = "{}" if not rows else "{\n" + ",\n".join(rows) + "\n  }"
        text.append(f"  {json.dumps(part)}: {inner}" + ("" if part == "running" else ","))
    text.append("}\n")
    (HERE / f"{name}.json").write_text("\n".join(text))


if __name__ == "__main__":
    torch.set_num_threads(2)
    for name in sys.argv[1:] or CASES:
        for seed in range(200):
            current = {**CASES[name], "seed": seed}
            found, margin, noise, state = compute(current)
            if margin >= MARGIN and noise <= NOISE:
                write(name, current, found, margin, noise)
                if name == "unet-small":
                    torch.save(state, HERE / f"{name}.pth")
                print(f"{name}: seed {seed}, margin {margin:.1f}, noise {noise:.1e}, loss {found['loss']:.4f}", flush=True)
                break
        else:
            sys.exit(f"{name}: no seed keeps its distance from the kinks")
