"""Writes small PyTorch and safetensors files beside this script, and expected.json with what they hold.

Needs torch (2.3 or later, for unsigned types), numpy and safetensors; run with any working folder:
    python make-weight-files.py
The versions used stand in expected.json under "versions".
"""

import collections
import json
import os
import pathlib
import struct
import zipfile

import numpy
import safetensors
import safetensors.torch
import torch

HERE = pathlib.Path(__file__).parent
EXPECTED = {
    "versions": {"torch": torch.__version__, "numpy": numpy.__version__, "safetensors": safetensors.__version__},
    "files": {},
}
BITS = {torch.float16: torch.int16, torch.bfloat16: torch.int16}


def described(tensor):
    """Type, shape and elements of a tensor; 16-bit floats as their bits, 64-bit integers as texts."""
    flat = tensor.detach().contiguous().reshape(-1)
    if tensor.dtype in BITS:
        values = [value & 0xFFFF for value in flat.view(BITS[tensor.dtype]).tolist()]
    elif tensor.dtype in (torch.int64, torch.uint64):
        values = [str(value) for value in flat.numpy().tolist()]
    elif tensor.dtype == torch.bool:
        values = [int(value) for value in flat.tolist()]
    else:
        values = flat.numpy().tolist()
    float32 = flat.to(torch.float32).tolist() if tensor.is_floating_point() else None
    return {
        "type": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "values": [str(value) if value != value or value in (float("inf"), float("-inf")) else value for value in values],
        "float32": float32 and [str(value) if value != value or abs(value) == float("inf") else value for value in float32],
    }


def expect(name, tensors, part=None):
    EXPECTED["files"][name] = {"part": part, "tensors": {key: described(value) for key, value in tensors.items()}}


def refuse(name, found):
    EXPECTED["files"][name] = {"refused": found}


def ramp(*shape, start=0.5, step=0.25):
    count = int(numpy.prod(shape))
    return (torch.arange(count, dtype=torch.float32) * step + start).reshape(shape)


def rezip(source, target, change=lambda name, data: data, compression=zipfile.ZIP_STORED):
    """Writes an archive anew with other compression or content."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            new.writestr(zipfile.ZipInfo(info.filename), change(info.filename, old.read(info)), compression)


class Evil:
    """Unpickles into a call of any function: what a malicious file does."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


# Element types, with the values where conversions go wrong: subnormals, infinities, NaN, signed zero, extremes.
special = torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-14, 2.0**-24, 3 * 2.0**-20, float("inf"), float("-inf"), float("nan")])
types = {
    "float32": torch.cat([special, torch.tensor([1e-40, 3.4e38])]),
    "float16": special.to(torch.float16),
    "bfloat16": special.to(torch.bfloat16),
    "float64": torch.tensor([0.1, -1e300, 5e-324], dtype=torch.float64),
    "int64": torch.tensor([[-(2**63), 2**63 - 1], [0, -1]], dtype=torch.int64),
    "int32": torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
    "int16": torch.tensor([-32768, 32767], dtype=torch.int16),
    "int8": torch.tensor([-128, 127, 0], dtype=torch.int8),
    "uint8": torch.tensor([0, 255, 7], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
}
torch.save(types, HERE / "types.pt")
expect("types.pt", types)
safetensors.torch.save_file(types, HERE / "types.safetensors", metadata={"format": "pt", "note": "zoopraxis"})
expect("types.safetensors", types)

unsigned = {
    "uint16": torch.tensor([0, 65535], dtype=torch.uint16),
    "uint32": torch.tensor([0, 2**32 - 1], dtype=torch.uint32),
    "uint64": torch.tensor([0, 2**64 - 1], dtype=torch.uint64),
}
torch.save(unsigned, HERE / "unsigned.pt")
expect("unsigned.pt", unsigned)

base = ramp(4, 5)
views = {
    "base": base,
    "transposed": base.t(),
    "row": base[2],
    "column": base[:, 3],
    "strided": base[1::2, ::2],
    "permuted": ramp(2, 3, 4, start=-3.0).permute(2, 0, 1),
    "expanded": ramp(1, 3).expand(4, 3),
    "channels_last": ramp(1, 2, 3, 2).contiguous(memory_format=torch.channels_last),
    "scalar": torch.tensor(3.5),
    "empty": torch.zeros(0, 7),
}
torch.save(views, HERE / "views.pt")
expect("views.pt", views)

torch.manual_seed(1)
network = torch.nn.Sequential(collections.OrderedDict(conv=torch.nn.Conv2d(2, 3, 2), bn=torch.nn.BatchNorm2d(3)))
network(ramp(2, 2, 4, 4)).sum().backward()
weights = network.state_dict()
for name, kwargs in {
    "state-dict.pth": {},
    "protocol-4.pth": {"pickle_protocol": 4},
    "legacy.pth": {"_use_new_zipfile_serialization": False},
}.items():
    torch.save(weights, HERE / name, **kwargs)
    expect(name, weights)
rezip(HERE / "state-dict.pth", HERE / "deflated.pth", compression=zipfile.ZIP_DEFLATED)
expect("deflated.pth", weights)

optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
optimizer.step()
checkpoint = {
    "epoch": 3,
    "state_dict": network.state_dict(),
    "optimizer": optimizer.state_dict(),
    "best": 0.75,
    "note": "größer",
    "huge": 2**70,
    "negative": -5,
    "nothing": None,
    "flags": [True, False],
    "pair": (1, 2.5),
    "dtype": torch.float16,
    "device": torch.device("cuda", 1),
    "size": torch.Size([2, 3]),
}
torch.save(checkpoint, HERE / "checkpoint.pt")
expect("checkpoint.pt", network.state_dict(), part="state_dict")

parameter = torch.nn.Parameter(ramp(2, 2))
noted = ramp(3)
noted.origin = "measured"
torch.save({"net": {"layers": [parameter, noted]}, "state": {"other": ramp(1)}}, HERE / "parameter.pt")
expect("parameter.pt", {"net.layers.0": parameter, "net.layers.1": noted, "state.other": ramp(1)})

torch.save(ramp(2), HERE / "bare.pt")
expect("bare.pt", {"": ramp(2)})

torch.save({"weight": ramp(2), "extra": Evil(os.system, "exit 7")}, HERE / "evil-system.pt")
refuse("evil-system.pt", f"{os.system.__module__}.system")
torch.save(Evil(eval, "1 + 1"), HERE / "evil-eval.pt", pickle_protocol=4)
refuse("evil-eval.pt", "builtins.eval")
torch.save(Evil(eval, "1 + 1"), HERE / "evil-legacy.pth", _use_new_zipfile_serialization=False)
refuse("evil-legacy.pth", "__builtin__.eval")
torch.save(Evil(torch.storage._load_from_bytes, b""), HERE / "evil-load.pt")
refuse("evil-load.pt", "torch.storage._load_from_bytes")
torch.save(network, HERE / "whole-module.pt")
refuse("whole-module.pt", "torch.nn.modules.container.Sequential")
torch.save({"accuracy": numpy.float64(0.5)}, HERE / "numpy-scalar.pt")
refuse("numpy-scalar.pt", "numpy._core.multiarray.scalar")
torch.save({"sparse": torch.eye(2).to_sparse()}, HERE / "sparse.pt")
refuse("sparse.pt", "torch._utils._rebuild_sparse_tensor")
torch.save({"complex": torch.zeros(1, dtype=torch.complex64)}, HERE / "complex.pt")
refuse("complex.pt", "torch.ComplexFloatStorage")
torch.jit.script(torch.nn.Linear(1, 1)).save(HERE / "torchscript.pt")
refuse("torchscript.pt", "__torch__.torch.nn.modules.linear.Linear")

odd = b"\x80\x02(S'exit 7'\niposix\nsystem\n."
rezip(HERE / "bare.pt", HERE / "evil-opcode.pt", lambda name, old: odd if name.endswith("/data.pkl") else old)
refuse("evil-opcode.pt", "posix.system")
rezip(HERE / "bare.pt", HERE / "big-endian.pt", lambda name, data: b"big" if name.endswith("/byteorder") else data)
refuse("big-endian.pt", '"big"')

# Tensors in an order and at places that the reference implementation does not write, but that the format allows.
header = {
    "odd": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]},
    "unaligned": {"dtype": "F32", "shape": [2], "data_offsets": [3, 11]},
    "empty": {"dtype": "F32", "shape": [0, 4], "data_offsets": [11, 11]},
}
text = json.dumps(header).encode()
data = bytes([1, 2, 3]) + struct.pack("<2f", 1.5, -2.0)
(HERE / "unaligned.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
loaded = safetensors.torch.load((HERE / "unaligned.safetensors").read_bytes())
expect("unaligned.safetensors", loaded)

lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(EXPECTED["files"].items())]
versions = json.dumps(EXPECTED["versions"])
(HERE / "expected.json").write_text(f'{{"versions": {versions},\n"files": {{\n' + ",\n".join(lines) + "\n}}\n")
