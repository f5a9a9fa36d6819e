"""Random animals of images, the same in Python and in TypeScript (`pose-cases.test.kit.ts`): mulberry32, then only sums
and products of doubles, so that both sides hold the same bits."""


def random_of(seed):
    state = seed & 0xFFFFFFFF

    def draw():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return ((t ^ (t >> 14)) & 0xFFFFFFFF) / 4294967296

    return draw


def pose_case(seed, keypoints=None):
    """Returns sigmas and images of labeled and predicted animals; a label that is None is absent."""
    u = random_of(seed)
    count = 1 + int(u() * 6)
    if keypoints is not None:
        count = keypoints
    sigmas = [0.02 + 0.1 * u() for _ in range(count)]
    images = []
    for _ in range(1 + int(u() * 6)):
        labeled, predicted = [], []
        for _ in range(int(u() * 5)):
            size, left, top = 10 + 140 * u(), 300 * u(), 300 * u()
            share, is_blank = u(), u() < 0.15
            points, seen = [], []
            for _ in range(count):
                seen.append(u() < 0.8 and not is_blank)
                points.append([left + size * u(), top + size * u()])
            labeled.append(
                {
                    "points": points,
                    "seen": seen,
                    "area": (0.3 + 0.7 * share) * size * size,
                    "box": [left, top, size, size],
                    "crowd": u() < 0.1,
                    "size": size,
                }
            )
        many = u() < 0.1
        number = int(u() * 7)
        for _ in range(22 + number if many else number):
            kind, which = u(), u()
            if labeled and kind < 0.8:
                animal = labeled[int(which * len(labeled))]
                noise = 0.4 * u() * animal["size"]
                points = [
                    [x + noise * (u() - 0.5), y + noise * (u() - 0.5)] for x, y in animal["points"]
                ]
                # Now and then left and right, or the points of another animal.
                if count > 2 and u() < 0.3:
                    points[1], points[2] = points[2], points[1]
                if u() < 0.3:
                    other = labeled[int(u() * len(labeled))]
                    points[0] = [other["points"][0][0] + 0.5 * u(), other["points"][0][1]]
            else:
                size, left, top = 10 + 140 * u(), 300 * u(), 300 * u()
                points = [[left + size * u(), top + size * u()] for _ in range(count)]
            predicted.append({"points": points, "score": int(u() * 12) / 8})
        images.append({"labeled": labeled, "predicted": predicted})
    return sigmas, images


def box_case(seed):
    """Returns images of labeled and predicted boxes; every second seed has them on a grid, so that overlaps are even."""
    u = random_of(seed)
    grid = seed % 2 == 0

    def value(low, span):
        drawn = low + span * u()
        return float(int(drawn / 10) * 10) if grid else drawn

    images = []
    for _ in range(1 + int(u() * 6)):
        labeled, predicted = [], []
        for _ in range(int(u() * 5)):
            box = [value(0, 300), value(0, 300), value(10, 140), value(10, 140)]
            labeled.append({"box": box, "area": (0.5 + 0.5 * u()) * box[2] * box[3], "crowd": u() < 0.15})
        many = u() < 0.1
        number = int(u() * 9)
        for _ in range(105 + number if many else number):
            kind, which = u(), u()
            if labeled and kind < 0.75:
                box = labeled[int(which * len(labeled))]["box"]
                step = 10 if grid else 0.3 * box[2]
                box = [side + step * (int(u() * 3) - 1 if grid else u() - 0.5) for side in box]
                box = [box[0], box[1], max(box[2], 10.0), max(box[3], 10.0)]
            else:
                box = [value(0, 300), value(0, 300), value(10, 140), value(10, 140)]
            predicted.append({"box": box, "score": int(u() * 12) / 8})
        images.append({"labeled": labeled, "predicted": predicted})
    return images
