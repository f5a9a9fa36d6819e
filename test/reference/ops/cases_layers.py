"""Layers and compositions; windows by explicit loops and state spaces by dense matrices, unlike the code under test."""

import itertools

import torch
import torch.nn.functional as F

from reference_cases import floats

cases = {}


def attention_parameters(features):
    return [
        floats(3 * features, features),
        floats(3 * features),
        floats(features, features),
        floats(features),
    ]


def attend(query, key, value, in_weight, in_bias, out_weight, out_bias, heads, mask=None):
    result, _ = F.multi_head_attention_forward(
        query.transpose(0, 1),
        key.transpose(0, 1),
        value.transpose(0, 1),
        query.shape[2],
        heads,
        in_weight,
        in_bias,
        None,
        None,
        False,
        0.0,
        out_weight,
        out_bias,
        attn_mask=mask,
        need_weights=False,
    )
    return result.transpose(0, 1)


hidden = torch.triu(torch.full((5, 5), float('-inf'), dtype=torch.float64), 1)
cases['multiHeadAttention'] = (
    [floats(2, 5, 8)] + attention_parameters(8),
    lambda x, *rest: attend(x, x, x, *rest, heads=2),
)
cases['multiHeadAttention causal'] = (
    [floats(2, 5, 6)] + attention_parameters(6),
    lambda x, *rest: attend(x, x, x, *rest, heads=3, mask=hidden),
)
cases['multiHeadAttention cross'] = (
    [floats(2, 3, 4), floats(2, 5, 4), floats(2, 5, 4)] + attention_parameters(4),
    lambda query, key, value, *rest: attend(query, key, value, *rest, heads=2),
)


def window_attention(x, qkv_weight, qkv_bias, table, proj_weight, proj_bias, heads, window, shift, narrow):
    """Attention window by window: places are listed, shifted with wrap-around, and told apart by where they came from."""
    batch, *space, features = x.shape
    used = [min(w, n) if narrow else w for w, n in zip(window, space)]
    size = [-(-n // w) * w for n, w in zip(space, used)]
    moved = [0 if w >= n else s for w, n, s in zip(used, size, shift)]
    padded = x.new_zeros(batch, *size, features)
    padded[(slice(None), *(slice(n) for n in space))] = x
    result = torch.zeros_like(padded)
    steps = [2 * w - 1 for w in window]
    full = list(itertools.product(*(range(w) for w in window)))
    inside = list(itertools.product(*(range(w) for w in used)))
    for corner in itertools.product(*(range(0, n, w) for n, w in zip(size, used))):
        # Place a of the shifted image is place a + shift of the image.
        targets = [tuple(c + o for c, o in zip(corner, offset)) for offset in inside]
        sources = [tuple((t + s) % n for t, s, n in zip(target, moved, size)) for target in targets]
        # Wrapped along an axis: came from before the shift.
        wrapped = [tuple(t + s >= n for t, s, n in zip(target, moved, size)) for target in targets]
        tokens = torch.stack([padded[(slice(None), *source)] for source in sources], 1)
        q, k, v = F.linear(tokens, qkv_weight, qkv_bias).chunk(3, -1)
        outs = []
        width = features // heads
        for head in range(heads):
            part = slice(head * width, (head + 1) * width)
            scores = q[..., part] @ k[..., part].mT * width**-0.5
            bias = torch.zeros(len(inside), len(inside), dtype=x.dtype)
            rows = []
            for i in range(len(inside)):
                for j in range(len(inside)):
                    row = 0
                    for a, b, w, step in zip(full[i], full[j], window, steps):
                        row = row * step + a - b + w - 1
                    rows.append(row)
            bias = table[rows, head].reshape(len(inside), len(inside))
            mask = torch.tensor([[0.0 if a == b else -100.0 for b in wrapped] for a in wrapped], dtype=x.dtype)
            outs.append((scores + bias + mask).softmax(-1) @ v[..., part])
        mixed = F.linear(torch.cat(outs, -1), proj_weight, proj_bias)
        for index, source in enumerate(sources):
            result[(slice(None), *source)] = mixed[:, index]
    return result[(slice(None), *(slice(n) for n in space))]


windows = {
    'plain': ([2, 4, 6, 4], 2, [2, 3], [0, 0], False),
    'shifted': ([1, 4, 6, 4], 2, [2, 3], [1, 1], False),
    'padded and shifted': ([1, 5, 7, 4], 1, [3, 3], [1, 2], False),
    'one window': ([1, 3, 2, 4], 2, [3, 3], [1, 1], False),
    'over time': ([1, 4, 4, 2, 4], 2, [2, 2, 2], [1, 1, 1], False),
    'over time narrowed': ([1, 2, 4, 4, 4], 2, [4, 2, 2], [2, 1, 1], True),
}
for name, (shape, heads, window, shift, narrow) in windows.items():
    features = shape[-1]
    rows = 1
    for w in window:
        rows *= 2 * w - 1
    specs = [
        floats(*shape),
        floats(3 * features, features),
        floats(3 * features),
        floats(rows, heads),
        floats(features, features),
        floats(features),
    ]
    cases[f'windowAttention {name}'] = (
        specs,
        lambda *list, options=(heads, window, shift, narrow): window_attention(*list, *options),
    )


def causal(x, kernel):
    length = x.shape[-1]
    return torch.stack([sum(kernel[:, s] * x[..., t - s] for s in range(t + 1)) for t in range(length)], -1)


def s4d_kernel(c, log_dt, log_real, imag, length):
    """The diagonal state space held constant over each step, one step after another."""
    dt = log_dt.exp()[:, None]
    a = torch.complex(-log_real.exp(), imag)
    factor = (a * dt).exp()
    state = torch.view_as_complex(c) * (factor - 1) / a
    kernel = []
    for _ in range(length):
        kernel.append(2 * state.sum(-1).real)
        state = state * factor
    return torch.stack(kernel, -1)


def s4_kernel(c, log_dt, b, p, log_real, imag, length):
    """The state space of both halves of all pairs as dense matrices, discretized by the bilinear transform, run step by step."""
    half = torch.complex(-log_real.exp(), imag)
    both = lambda v: torch.cat([v, v.conj()], -1)
    b, p, c = both(torch.view_as_complex(b)), both(torch.view_as_complex(p)), both(torch.view_as_complex(c))
    a = torch.diag(both(half)) - p[:, None] * p.conj()[None]
    eye = torch.eye(len(p), dtype=a.dtype)
    kernels = []
    for channel, step in enumerate(log_dt.exp()):
        back = torch.linalg.inv(eye - step / 2 * a)
        discrete = back @ (eye + step / 2 * a)
        state = back @ (step * b)
        truncated = c[channel] * (1 - (both(half) * step * length).exp())
        read = truncated @ torch.linalg.inv(eye - torch.linalg.matrix_power(discrete, length))
        kernel = []
        for _ in range(length):
            kernel.append((read @ state).real)
            state = discrete @ state
        kernels.append(torch.stack(kernel))
    return torch.stack(kernels)


def s4d_parameters(channels, half):
    return [
        floats(channels, half, 2),
        floats(channels, low=-3, high=-1.5),
        floats(channels, half, low=-1, high=0),
        floats(channels, half, low=0, high=6),
    ]


def s4_parameters(channels, half):
    return [
        floats(channels, half, 2),
        floats(channels, low=-3, high=-1.5),
        floats(half, 2, low=0.5, high=1.5),
        floats(half, 2, low=0.25, high=1),
        floats(half, low=-1, high=0),
        floats(half, low=0, high=6, distinct=True),
    ]


def state_space(kernel_of):
    def layer(x, *rest):
        *parameters, skip, weight, bias = rest
        first = x.transpose(1, 2)
        mixed = causal(first, kernel_of(*parameters, x.shape[1])) + first * skip[:, None]
        return F.linear(F.gelu(mixed).transpose(1, 2), weight, bias)

    return layer


after = [floats(3), floats(3, 3), floats(3)]
cases |= {
    'causalConvolution': ([floats(2, 3, 7), floats(3, 7)], causal),
    'causalConvolution even': ([floats(1, 2, 16), floats(2, 16)], causal),
    's4dKernel': (s4d_parameters(3, 4), lambda *list: s4d_kernel(*list, 13)),
    's4dKernel long': (s4d_parameters(2, 3), lambda *list: s4d_kernel(*list, 100)),
    's4Kernel': (s4_parameters(3, 4), lambda *list: s4_kernel(*list, 12)),
    's4Kernel odd': (s4_parameters(2, 3), lambda *list: s4_kernel(*list, 33)),
    'stateSpace s4': ([floats(2, 9, 3)] + s4_parameters(3, 4) + after, state_space(s4_kernel)),
    'stateSpace s4d': ([floats(2, 9, 3)] + s4d_parameters(3, 4) + after, state_space(s4d_kernel)),
    'linear': ([floats(2, 3, 5), floats(4, 5), floats(4)], F.linear),
    'layerNormalization': ([floats(2, 3, 5), floats(5), floats(5)], lambda x, w, b: F.layer_norm(x, [5], w, b)),
    'groupNormalization': ([floats(2, 4, 3), floats(4), floats(4)], lambda x, w, b: F.group_norm(x, 2, w, b)),
}
