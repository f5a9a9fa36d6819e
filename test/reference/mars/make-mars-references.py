"""Writes mars.json: MARS's features of two small mice by whole-array NumPy, in both modes, independent of the product.

The tracks and pictures are made here; the formulas are those of the published code (neuroethology/MARS, d530c7f) for
`mars`, and the paper's definitions in right units (Segalin et al. 2021, Table 3) for `corrected`. Run with NumPy:
python3 make-mars-references.py
"""

import json
import math
from pathlib import Path

import numpy as np

FPS, WIDTH, HEIGHT, FRAMES = 30.0, 160, 120, 40
POINTS = ["nose", "right_ear", "left_ear", "neck", "right_side", "left_side", "tail_base"]
SHOWN = [0, 1, 2, 3, 9, 10, 19, 20, 30, 37, 38, 39]
PX, CM = 37.79527606671214, 4.0
rng = np.random.default_rng(5)


def make_points():
    """[frame, mouse, point, 2]"""
    shape = np.array([[16, 0], [10, 4.5], [10, -4.5], [6, 0.5], [-6, 6], [-6, -6], [-15, 0]])
    out = np.zeros((FRAMES, 2, 7, 2))
    for f in range(FRAMES):
        for m in range(2):
            t = f / FRAMES
            center = np.array([80 + 35 * math.cos(5 * t + 0.8 * m), 60 + 28 * math.sin(4 * t + 0.3 * m)])
            angle = 7 * t * (1 - 2 * m) + 0.8 * m
            turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
            out[f, m] = center + shape @ turn.T + rng.normal(0, 0.6, (7, 2))
    return np.round(out, 3)


def picture(f):
    y, x, c = np.meshgrid(np.arange(HEIGHT), np.arange(WIDTH), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + f * ((x // 9 + y // 7) % 4)) % 251).astype(float)


def smooth(a):
    a = np.array(a, float)
    b = a.copy()
    b[1:-1] = (a[:-2] + 2 * a[1:-1] + a[2:]) / 4
    return b


def heading(a, b):
    """Direction from a to b, counterclockwise as seen."""
    d = b - a
    return np.arctan2(-d[:, 1], d[:, 0]) % (2 * np.pi)


def at_angle(middle, start, end):
    v, w = start - middle, end - middle
    return np.arctan2(v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0], (v * w).sum(1))


def ellipse(p):
    off = p - p.mean(1, keepdims=True)
    spread = np.full((len(p), 2), np.nan)
    known = np.isfinite(off).all((1, 2))
    spread[known] = np.linalg.eigvalsh(np.einsum("fpi,fpj->fij", off[known], off[known]) / 6)
    spread = np.sqrt(spread) * math.sqrt(-2 * math.log(0.25))
    return spread[:, 1], spread[:, 0]


length = lambda v: np.sqrt((v**2).sum(-1))
repeat_first = lambda v: np.concatenate((v[:1], v))


def rays_hit(own, other):
    """resh_twd_itrhb as published: own, other [frame, point, 2]."""
    between = (own[:, 1] + own[:, 2]) / 2
    ear = own[:, 2] - between
    x = np.arange(-62, 63)
    kernel = np.exp(-(x**2) / 50)
    kernel /= kernel.sum()
    ear = np.stack([np.convolve(ear[:, k], kernel, "full")[62:-62] for k in range(2)], 1)
    th = -np.arctan2(ear[:, 1], ear[:, 0])
    turn = np.stack([np.stack([np.cos(th), -np.sin(th)], -1), np.stack([np.sin(th), np.cos(th)], -1)], 1)
    q = np.einsum("fij,fpj->fpi", turn, other - between[:, None])
    angles = np.arange(-np.pi * 3 / 4, np.pi / 4 + 0.01, 0.02) + np.pi / 2
    rays = np.stack([np.ones(len(angles)), np.tan(angles)])
    out = np.zeros(len(own), bool)
    for four in (q[:, :4], q[:, 3:]):
        # Points of a ray's whole line are t (1, tan): a quadratic in the frame of the ellipse.
        middle = four.mean(1)
        axis = four[:, 0] - middle
        axis = axis / length(axis)[:, None]
        across = np.stack([-axis[:, 1], axis[:, 0]], 1)
        m, M = length(four[:, 1] - four[:, 2])[:, None] / 2, length(four[:, 0] - four[:, 3])[:, None] / 2
        u, v = axis @ rays / M, across @ rays / m
        p, r = (-(middle * axis).sum(1))[:, None] / M, (-(middle * across).sum(1))[:, None] / m
        a, b, c = u * u + v * v, u * p + v * r, p * p + r * r - 1
        root = np.sqrt(b * b - a * c)
        first, second = (-b + root) / a, (-b - root) / a
        near = np.where(np.abs(first) < np.abs(second), first, second)
        out |= np.where(angles > np.pi / 2, near < 0, near > 0).any(1)
    return out.astype(float)


def union_by(boxes, plus):
    a, b = boxes[:, 0], boxes[:, 1]
    w = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    h = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    area = lambda s: (s[:, 2] - s[:, 0] + plus) * (s[:, 3] - s[:, 1] + plus)
    shared = np.where((w > 0) & (h > 0), (w + plus) * (h + plus), 0)
    out = shared / (area(a) + area(b) - shared)
    return np.where(np.isnan(w + h), np.nan, out)


def boxes_of(points):
    return np.concatenate((np.nanmin(points, 2), np.nanmax(points, 2)), -1)


def stretch(a, height, width):
    def taps(n, size):
        place = np.clip((np.arange(n) + 0.5) * size / n - 0.5, 0, size - 1)
        low = np.floor(place).astype(int)
        return low, np.minimum(low + 1, size - 1), place - low

    y0, y1, wy = taps(height, a.shape[0])
    x0, x1, wx = taps(width, a.shape[1])
    wy, wx = wy[:, None, None], wx[None, :, None]
    top = a[y0][:, x0] * (1 - wx) + a[y0][:, x1] * wx
    bottom = a[y1][:, x0] * (1 - wx) + a[y1][:, x1] * wx
    return top * (1 - wy) + bottom * wy


change = lambda a, b: ((b - a) ** 2).sum() / (a**2).sum()


def cut(image, box):
    x0, y0, x1, y1 = box
    return image[max(0, y0) : max(0, min(HEIGHT, y1)), max(0, x0) : max(0, min(WIDTH, x1))]


def union(boxes):
    return [*boxes[:, :2].min(0), *boxes[:, 2:].max(0)]


def published(points, with_pixels=True):
    """{name: [mouse][frame]} as data_smooth; pixel features as the classifier sees them."""
    out = {}
    FRAMES = len(points)

    def put(name, first, second):
        out[name] = np.array([first, second])

    own = [points[:, m] for m in range(2)]
    both = lambda f: [f(own[m]) for m in range(2)]
    S2 = lambda p: np.stack([smooth(p[:, 0]), smooth(p[:, 1])], 1)
    for k, name in enumerate(POINTS):
        for c in range(2):
            put(f"{name}_{'xy'[c]}", *[smooth(p[:, k, c]) for p in own])
    C, H, B, D = both(lambda p: p.mean(1)), both(lambda p: p[:, :3].mean(1)), both(lambda p: p[:, 4:].mean(1)), both(lambda p: p[:, 3:].mean(1))
    for name, v in (("centroid", C), ("centroid_head", H), ("centroid_hips", B), ("centroid_body", D)):
        for c in range(2):
            put(f"{name}_{'xy'[c]}", *[smooth(v[m][:, c]) for m in range(2)])
    phi = [heading(B[m], H[m]) for m in range(2)]
    body = both(lambda p: heading(p[:, 6], p[:, 3]))
    put("phi", *phi)
    put("ori_head", *both(lambda p: heading(p[:, 3], p[:, 0])))
    put("ori_body", *body)
    put("angle_head_body_l", *both(lambda p: at_angle(p[:, 3], p[:, 2], p[:, 5])))
    put("angle_head_body_r", *both(lambda p: at_angle(p[:, 3], p[:, 1], p[:, 4])))
    M, m_ = zip(*both(ellipse))
    area = [np.pi * M[m] * m_[m] for m in range(2)]
    put("major_axis_len", *map(smooth, M))
    put("minor_axis_len", *map(smooth, m_))
    put("axis_ratio", *[smooth(M[m] / m_[m]) for m in range(2)])
    put("area_ellipse", *map(smooth, area))
    H1, B1 = list(map(S2, H)), list(map(S2, B))
    H2, B2 = list(map(S2, H1)), list(map(S2, B1))
    put("speed", *[repeat_first(length(np.diff(np.concatenate((H1[m], B1[m]), 1), axis=0))) * FPS / PX for m in range(2)])
    acc = [length(np.diff(np.concatenate((H2[m], B2[m]), 1), n=2, axis=0)) * FPS / PX**2 for m in range(2)]
    put("acceleration", *[np.concatenate((a[:1], a, a[-1:])) for a in acc])
    forward = []
    for m in range(2):
        step = np.concatenate((np.zeros((1, 2)), np.diff(C[m], axis=0)))
        way = np.stack([np.convolve(step[:, c], np.ones(4))[1 : len(step) + 1] for c in range(2)], 1)
        motion = np.concatenate((heading(C[m][:-1], C[m][1:]), [0]))
        forward.append(smooth(length(way) * np.cos(body[m] - motion)) * FPS / PX)
    put("speed_fwd", *forward)
    gap0 = length(C[0] - C[1]) / PX
    put("rel_dist_centroid", *[smooth(gap0)] * 2)
    put("rel_dist_centroid_change", *[smooth(repeat_first(np.diff(gap0)))] * 2)
    put("rel_dist_nose", *[smooth(length(own[0][:, 0] - own[1][:, 0]) / PX)] * 2)
    put("rel_dist_head", *[smooth(length(H2[0] - H2[1]) / PX)] * 2)
    bodies = length(D[0] - D[1]) / PX
    put("rel_dist_body", *[smooth(bodies)] * 2)
    put("rel_dist_head_body", *[smooth(length(H2[m] - D[1 - m]) / PX) for m in range(2)])
    social, facing = [], []
    for m in range(2):
        d = C[1 - m] - C[m]
        theta = (np.arctan2(d[:, 1], d[:, 0]) + 2 * np.pi) % 2 * np.pi
        a = np.mod(theta - body[m], 2 * np.pi)
        social.append(smooth(np.minimum(a, 2 * np.pi - a)))
        u = d / length(d)[:, None]
        facing.append(smooth(np.arccos(np.cos(phi[m]) * u[:, 0] - np.sin(phi[m]) * u[:, 1])))
    put("rel_angle_social", *social)
    put("facing_angle", *facing)
    half = [np.hypot(M[m] * PX * np.sin(phi[m]), m_[m] * PX * np.cos(phi[m])) for m in range(2)]
    gap = bodies * PX - half[0] - half[1]
    put("rel_dist_gap", *[smooth(gap) / PX] * 2)
    put("rel_dist_scaled", *[smooth(gap / half[m]) / PX for m in range(2)])
    put("area_ellipse_ratio", smooth(area[0] / area[1]), smooth(area[1] / area[0]))
    put("angle_between", *[smooth(np.arccos(np.cos(phi[0] - phi[1])))] * 2)
    boxes = boxes_of(points)
    iou = union_by(boxes, 1)
    put("overlap_bboxes", *[smooth(iou)] * 2)
    for i, a in enumerate(POINTS):
        for j, b in enumerate(POINTS):
            put(f"dist_m1{a}_m2{b}", *[smooth(length(own[0][:, i] - own[1][:, j])) / PX] * 2)
            if j > i:
                put(f"dist_{a}_{b}", *both(lambda p: smooth(length(p[:, i] - p[:, j])) / PX))
    C1 = list(map(S2, C))
    C2 = list(map(S2, C1))
    C3 = list(map(S2, C2))
    put("speed_centroid", *[repeat_first(length(np.diff(c, axis=0))) * FPS / PX for c in C1])
    acc = [length(np.diff(c, n=2, axis=0)) * FPS / PX**2 for c in C2]
    put("acceleration_centroid", *[np.concatenate((a[:1], a[:1], a)) for a in acc])

    def span(p, n):
        v = np.zeros(FRAMES)
        v[n : FRAMES - n] = length(p[n:] - p[:-n])[: FRAMES - 2 * n]
        return v * FPS / PX

    for n in (2, 5, 10):
        put(f"speed_centroid_w{n}", *[span(c, n) for c in C3])
        for k, name in enumerate(POINTS):
            put(f"speed_{name}_w{n}", *both(lambda p: span(S2(p[:, k]), n)))
    low, high = np.percentile(points.reshape(-1, 2), 1, axis=0), np.percentile(points.reshape(-1, 2), 99, axis=0)
    edges = [np.minimum(np.maximum(0, c - low), np.maximum(0, high - c)) for c in C3]
    put("dist_edge_x", *[e[:, 0] for e in edges])
    put("dist_edge_y", *[e[:, 1] for e in edges])
    put("dist_edge", *[e.min(1) for e in edges])
    radial, tangential = [], []
    for m in range(2):
        u = C3[1 - m] - C3[m]
        u = (u / length(u)[:, None])[1:]
        v = np.diff(C3[m], axis=0)
        radial.append(repeat_first(smooth((u * v).sum(1))))
        tangential.append(repeat_first(smooth(np.abs(-v[:, 0] * u[:, 1] - v[:, 1] * u[:, 0]))))
    put("radial_vel", *radial)
    put("tangential_vel", *tangential)
    put("resh_twd_itrhb", *[rays_hit(own[0], own[1])] * 2)
    if not with_pixels:
        return out

    pixels = {name: np.zeros((2, FRAMES)) for name in ["pixel_change_ubbox_mice", "pixel_change", *[f"{p}_pc" for p in POINTS]]}
    K1 = [np.stack([S2(p[:, k]) for k in range(7)], 1) for p in own]
    for f in range(1, FRAMES):
        a, b = picture(f - 1), picture(f)
        pixels["pixel_change"][:, f] = change(a, b)
        if iou[f - 1] > 0 or iou[f] > 0:
            s, t = (cut(image, np.trunc(union(boxes[g])).astype(int)) for image, g in ((a, f - 1), (b, f)))
            if s.shape[0] * s.shape[1] > t.shape[0] * t.shape[1]:
                t = stretch(t, *s.shape[:2])
            else:
                s = stretch(s, *t.shape[:2])
            pixels["pixel_change_ubbox_mice"][:, f] = change(s, t)
        for m in range(2):
            for k, name in enumerate(POINTS):
                s, t = (
                    cut(image, np.trunc(np.concatenate((K1[m][g, k] - 10, K1[m][g, k] + 10))).astype(int))
                    for image, g in ((a, f - 1), (b, f))
                )
                shape = [max(s.shape[0], t.shape[0]), max(s.shape[1], t.shape[1])]
                pixels[f"{name}_pc"][m, f] = change(stretch(s, *shape), stretch(t, *shape))
    for name, v in pixels.items():
        v = np.array([smooth(v[0]), smooth(v[1])])
        with np.errstate(all="ignore"):
            v = v / np.median(v, 1, keepdims=True)
        v[0, ~np.isfinite(v[0])] = 0
        v[1] = np.where(np.isfinite(v[1]), v[1], v[0])
        out[name] = v
    return out


def corrected(points):
    """{name: [mouse][frame]} in cm; points may hold NaN."""
    out = {}

    def put(name, first, second):
        out[name] = np.array([first, second])

    low, high = np.nanpercentile(points.reshape(-1, 2), 1, axis=0), np.nanpercentile(points.reshape(-1, 2), 99, axis=0)
    boxes = boxes_of(points)
    given = points
    padded = np.concatenate((np.full((1, 2, 7, 2), np.nan), given, np.full((1, 2, 7, 2), np.nan)))
    points = np.where(np.isnan(given), np.nan, np.nanmean(np.stack((padded[:-2], given, padded[2:])), 0))
    own = [points[:, m] for m in range(2)]
    both = lambda f: [f(own[m]) for m in range(2)]
    C, H, B, D = both(lambda p: p.mean(1)), both(lambda p: p[:, :3].mean(1)), both(lambda p: p[:, 4:].mean(1)), both(lambda p: p[:, 3:].mean(1))
    for k, name in enumerate(POINTS):
        for c in range(2):
            put(f"{name}_{'xy'[c]}", *[p[:, k, c] / CM for p in own])
    for name, v in (("centroid", C), ("centroid_head", H), ("centroid_hips", B), ("centroid_body", D)):
        for c in range(2):
            put(f"{name}_{'xy'[c]}", *[v[m][:, c] / CM for m in range(2)])
    unit = lambda v: v / length(v)[:, None]
    between = lambda v, w: np.arccos(np.clip((unit(v) * unit(w)).sum(1), -1, 1))
    along, nose = both(lambda p: p[:, 3] - p[:, 6]), both(lambda p: p[:, 0] - p[:, 3])
    ahead = [H[m] - B[m] for m in range(2)]
    direction = lambda v: np.arctan2(-v[:, 1], v[:, 0]) % (2 * np.pi)
    put("phi", *map(direction, ahead))
    put("ori_head", *map(direction, nose))
    put("ori_body", *map(direction, along))
    put("angle_head_body_l", *both(lambda p: between(p[:, 2] - p[:, 3], p[:, 5] - p[:, 3])))
    put("angle_head_body_r", *both(lambda p: between(p[:, 1] - p[:, 3], p[:, 4] - p[:, 3])))
    M, m_ = zip(*both(ellipse))
    put("major_axis_len", *[v / CM for v in M])
    put("minor_axis_len", *[v / CM for v in m_])
    put("axis_ratio", *[M[m] / m_[m] for m in range(2)])
    area = [np.pi * M[m] * m_[m] / CM**2 for m in range(2)]
    put("area_ellipse", *area)
    put("area_ellipse_ratio", area[0] / area[1], area[1] / area[0])
    edges = [np.maximum(0, np.minimum(c - low, high - c)) / CM for c in C]
    put("dist_edge_x", *[e[:, 0] for e in edges])
    put("dist_edge_y", *[e[:, 1] for e in edges])
    put("dist_edge", *[e.min(1) for e in edges])
    none = np.full((1, 2), np.nan)
    velocity = lambda p: np.concatenate((none, np.diff(p, axis=0))) * FPS / CM
    bend = lambda p: np.concatenate(([np.nan], length(np.diff(p, n=2, axis=0)) * FPS**2 / CM, [np.nan]))
    put("speed", *[(length(velocity(H[m])) + length(velocity(B[m]))) / 2 for m in range(2)])
    put("speed_centroid", *[length(velocity(c)) for c in C])
    put("acceleration", *[(bend(H[m]) + bend(B[m])) / 2 for m in range(2)])
    put("acceleration_centroid", *map(bend, C))
    put("speed_fwd", *[(velocity(C[m]) * unit(along[m])).sum(1) for m in range(2)])
    toward = [C[1 - m] - C[m] for m in range(2)]
    distance = length(toward[0]) / CM
    put("rel_dist_centroid", *[distance] * 2)
    put("rel_dist_centroid_change", *[np.concatenate(([np.nan], np.diff(distance) * FPS))] * 2)
    put("rel_dist_nose", *[length(own[0][:, 0] - own[1][:, 0]) / CM] * 2)
    put("rel_dist_head", *[length(H[0] - H[1]) / CM] * 2)
    put("rel_dist_body", *[length(D[0] - D[1]) / CM] * 2)
    put("rel_dist_head_body", *[length(H[m] - D[1 - m]) / CM for m in range(2)])
    put("rel_angle_social", *[between(along[m], toward[m]) for m in range(2)])
    put("facing_angle", *[between(ahead[m], toward[m]) for m in range(2)])
    put("angle_between", *[between(ahead[0], ahead[1])] * 2)
    extent = []
    for m in range(2):
        cos = (unit(ahead[m]) * unit(toward[m])).sum(1)
        extent.append(np.sqrt((M[m] * cos) ** 2 + m_[m] ** 2 * (1 - cos**2)) / CM)
    gap = distance - extent[0] - extent[1]
    put("rel_dist_gap", *[gap] * 2)
    put("rel_dist_scaled", *[gap / e for e in extent])
    iou = union_by(boxes, 0)
    put("overlap_bboxes", *[iou] * 2)
    across = lambda v, w: np.abs(v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0])
    put("radial_vel", *[(velocity(C[m]) * unit(toward[m])).sum(1) for m in range(2)])
    put("tangential_vel", *[across(velocity(C[m]), unit(toward[m])) for m in range(2)])
    cone = []
    for m in range(2):
        off = between(nose[m], C[1 - m] - H[m])
        cone.append(np.where(np.isnan(off), np.nan, off <= np.pi / 4))
    put("resh_twd_itrhb", *cone)
    for i, a in enumerate(POINTS):
        for j, b in enumerate(POINTS):
            put(f"dist_m1{a}_m2{b}", *[length(own[0][:, i] - own[1][:, j]) / CM] * 2)
            if j > i:
                put(f"dist_{a}_{b}", *both(lambda p: length(p[:, i] - p[:, j]) / CM))
    span = lambda p, n: np.concatenate((np.full(n, np.nan), length(p[n:] - p[:-n]) * FPS / n / CM))
    for n in (2, 5, 10):
        put(f"speed_centroid_w{n}", *[span(c, n) for c in C])
        for k, name in enumerate(POINTS):
            put(f"speed_{name}_w{n}", *both(lambda p: span(p[:, k], n)))

    pixels = {name: np.full((2, FRAMES), np.nan) for name in ["pixel_change_ubbox_mice", "pixel_change", *[f"{p}_pc" for p in POINTS]]}
    for f in range(1, FRAMES):
        a, b = picture(f - 1), picture(f)
        pixels["pixel_change"][:, f] = change(a, b)
        if np.isfinite(iou[[f - 1, f]]).all():
            around = union(np.concatenate((boxes[f - 1], boxes[f])))
            box = [*np.floor(around[:2]).astype(int), *(np.ceil(around[2:]).astype(int) + 1)]
            touches = iou[f - 1] > 0 or iou[f] > 0
            pixels["pixel_change_ubbox_mice"][:, f] = change(cut(a, box), cut(b, box)) if touches else 0
        for m in range(2):
            for k, name in enumerate(POINTS):
                if np.isfinite(points[f, m, k]).all():
                    x, y = np.ceil(points[f, m, k] - 10).astype(int)
                    box = [x, y, x + 20, y + 20]
                    pixels[f"{name}_pc"][m, f] = change(cut(a, box), cut(b, box))
    for name, v in pixels.items():
        known = np.where(v > 0, v, np.nan) if name == "pixel_change_ubbox_mice" else v
        out[name] = v / np.nanmedian(known, 1, keepdims=True)
    return out


def windows(v, raw_mean):
    """[12][frame]: windows of 3, 11, 21 frames, mirrored; NaN left out."""
    rows = []
    for r in (1, 5, 10):
        padded = np.pad(v, r, mode="reflect")
        parts = np.stack([padded[i : i + len(v)] for i in range(2 * r + 1)])
        rows += [np.nanmin(parts, 0), np.nanmax(parts, 0), v if raw_mean and r == 1 else np.nanmean(parts, 0), np.nanstd(parts, 0)]
    return rows


def plain(values):
    return [None if not np.isfinite(v) else float(f"{v:.10g}") for v in np.asarray(values)[..., SHOWN].ravel()]


def main():
    points = make_points()
    gappy = points.copy()
    gappy[8:11, 0, 3] = np.nan
    gappy[20, 1] = np.nan
    gappy[30, 0, 6, 0] = np.nan
    gappy[30, 0, 6, 1] = np.nan
    WINDOWED = ["nose_x", "phi", "speed", "rel_dist_gap", "speed_nose_w10"]
    result = {
        "fps": FPS,
        "width": WIDTH,
        "height": HEIGHT,
        "pxPerCm": CM,
        "frames": SHOWN,
        "points": points.ravel().tolist(),
        "missing": np.flatnonzero(np.isnan(gappy)).tolist(),
        "windowed": WINDOWED,
    }
    for mode, made in (("mars", published(points)), ("corrected", corrected(gappy))):
        assert len(made) == 158, len(made)
        result[mode] = {name: plain(made[name]) for name in sorted(made)}
        result[f"{mode}Windows"] = {name: plain(windows(made[name][0], mode == "mars")) for name in WINDOWED}
    with open(Path(__file__).with_name("mars.json"), "w") as file:
        file.write(json.dumps(result, separators=(",", ":")).replace(',"', ',\n"') + "\n")


if __name__ == "__main__":
    main()
