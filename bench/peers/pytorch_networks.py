"""Times PyTorch on the CPU for the networks of `npm run bench -- nn`: one JSON line per result on standard output.

Usage: python pytorch_networks.py <threads> <work> [<work> ...]
A work is `<what>:<network>:<batch>x<height>x<width>`, with what one of `step` (training step: forward, backward and
SGD with momentum), `eager` (inference) and `script` (inference, traced, frozen and optimized).
Peak memory is that of the whole process, so run one work per process to read it.
"""

import json
import resource
import statistics
import sys
import time

import torch
from torch import nn


def conv_bn(into, out, kernel, stride=1, groups=1, activation=None):
    layers = [nn.Conv2d(into, out, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(out)]
    if activation is not None:
        layers.append(activation())
    return nn.Sequential(*layers)


class Bottleneck(nn.Module):
    def __init__(self, into, width, stride):
        super().__init__()
        self.a = conv_bn(into, width, 1, activation=lambda: nn.ReLU(True))
        self.b = conv_bn(width, width, 3, stride, activation=lambda: nn.ReLU(True))
        self.c = conv_bn(width, width * 4, 1)
        project = stride != 1 or into != width * 4
        self.shortcut = conv_bn(into, width * 4, 1, stride) if project else nn.Identity()

    def forward(self, x):
        return torch.relu_(self.c(self.b(self.a(x))) + self.shortcut(x))


class PoseResNet50(nn.Module):
    """ResNet-50 with one transposed convolution to 16 score maps, as the bench's own network."""

    def __init__(self):
        super().__init__()
        stages = [conv_bn(3, 64, 7, 2, activation=lambda: nn.ReLU(True)), nn.MaxPool2d(3, 2, 1)]
        into = 64
        for count, width, stride in ((3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2)):
            for index in range(count):
                stages.append(Bottleneck(into, width, stride if index == 0 else 1))
                into = width * 4
        self.body = nn.Sequential(*stages)
        self.head = nn.ConvTranspose2d(into, 16, 3, 2, 1, output_padding=1)

    def forward(self, x):
        return self.head(self.body(x))


class InvertedResidual(nn.Module):
    def __init__(self, into, out, stride, expand):
        super().__init__()
        hidden = into * expand
        layers = [conv_bn(into, hidden, 1, activation=nn.ReLU6)] if expand != 1 else []
        layers += [conv_bn(hidden, hidden, 3, stride, hidden, nn.ReLU6), conv_bn(hidden, out, 1)]
        self.body = nn.Sequential(*layers)
        self.joins = stride == 1 and into == out

    def forward(self, x):
        return x + self.body(x) if self.joins else self.body(x)


class PoseMobileNetV2(nn.Module):
    """MobileNetV2 up to its last block (320 channels), with one transposed convolution to 16 score maps."""

    def __init__(self):
        super().__init__()
        layers = [conv_bn(3, 32, 3, 2, activation=nn.ReLU6)]
        into = 32
        for expand, out, count, stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ):
            for index in range(count):
                layers.append(InvertedResidual(into, out, stride if index == 0 else 1, expand))
                into = out
        self.body = nn.Sequential(*layers)
        self.head = nn.ConvTranspose2d(into, 16, 3, 2, 1, output_padding=1)

    def forward(self, x):
        return self.head(self.body(x))


NETWORKS = {"resnet50": PoseResNet50, "mobilenet_v2": PoseMobileNetV2}


def median_seconds(run, least_seconds=4.0, least_runs=5):
    run()
    run()
    times = []
    while len(times) < least_runs or sum(times) < least_seconds:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times), len(times)


def measure(what, network, shape):
    torch.manual_seed(0)
    model = NETWORKS[network]()
    image = torch.rand(shape[0], 3, shape[1], shape[2])
    if what == "step":
        model.train()
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
        with torch.no_grad():
            target = torch.rand_like(model(image))

        def run():
            optimizer.zero_grad()
            loss = ((model(image) - target) ** 2).mean()
            loss.backward()
            optimizer.step()

        return median_seconds(run)
    model.eval()
    if what == "script":
        model = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(model, image)))
    with torch.inference_mode():
        return median_seconds(lambda: model(image))


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    for work in sys.argv[2:]:
        what, network, size = work.split(":")
        shape = [int(part) for part in size.split("x")]
        seconds, runs = measure(what, network, shape)
        print(
            json.dumps(
                {
                    "work": work,
                    "seconds": seconds,
                    "runs": runs,
                    "threads": torch.get_num_threads(),
                    "peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                    "version": torch.__version__,
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
