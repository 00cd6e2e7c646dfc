"""Where each node of a picture stands: a pure function of the graph, the same on every machine.

Only addition, multiplication, division and square roots are used on arrays, and sums run in a fixed order,
so that the result does not depend on the processor.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEPS = 140  # beyond this pictures of 300 and 2,000 nodes no longer change to the eye
APART = 120  # rounds in which boxes that still overlap are pushed apart
MESH = 26  # cells a side of the far field: 13 gave clumps, 40 took twice the time and looked the same
FORCED = 3000  # the best connected nodes are placed by force, the others beside a neighbour
BOX = (104.0, 40.0)  # room for a symbol and a label of eight characters
WIDE = 1.3  # pictures are wider than high, and so are labels
LOOSE = 1.7  # room of the whole picture in boxes a node
PULL = 1.1  # of an edge against the pull to the centre: below 0.5 clusters dissolve, above 2 they clot
HOLD = 0.15  # of a node's anchor: what keeps it near its place when the graph grows


def positions(keys: Sequence[str], links: Sequence[tuple[int, int]], codes: Mapping[int, str]) -> list[tuple[float, float]]:
    """A place for each key, rounded to one decimal; `codes` gives administrative codes, whose places stand in their order."""
    count = len(keys)
    if count == 0:
        return []
    points = np.array([_anchor(key, codes.get(index, "")) for index, key in enumerate(keys)]) * _radius(min(count, FORCED))
    pairs = np.array(sorted({(min(a, b), max(a, b)) for a, b in links if a != b}), dtype=np.int64).reshape(-1, 2)
    degree = np.bincount(pairs.ravel(), minlength=count)
    forced = np.sort(np.lexsort((np.arange(count), -degree))[:FORCED])
    points[forced] = _forced(points[forced], _within(pairs, forced, count))
    if count > FORCED:
        points = _beside(points, pairs, forced)
    points = points - np.round((points.max(axis=0) + points.min(axis=0)) / 2, 1)
    return [(round(float(x), 1) + 0.0, round(float(y), 1) + 0.0) for x, y in points]


def picture(things: Sequence[tuple[str, str, bool]], links: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """A place for each thing, given by key, administrative code and whether it is folded away at first: the others are placed first and by themselves."""
    main = [number for number, (_, _, folded) in enumerate(things) if not folded]
    place = {number: order for order, number in enumerate(main)}
    inner = [(place[a], place[b]) for a, b in links if a in place and b in place]
    points = positions([things[number][0] for number in main], inner, {place[number]: things[number][1] for number in main})
    found = dict(zip(main, points, strict=True))
    rest = [number for number in range(len(things)) if number not in found]
    found |= _around(rest, links, found)
    return [found[number] for number in range(len(things))]


def _anchor(key: str, code: str) -> tuple[float, float]:
    """A point of the unit disc: by administrative code around the rim, by name anywhere inside."""
    digest = hashlib.sha256(key.encode()).digest()
    first, second = int.from_bytes(digest[:4]) / 2**32, int.from_bytes(digest[4:8]) / 2**32
    turn, radius = first, 0.75 * math.sqrt(second)
    if code.isdigit():
        turn, radius = (int(code[:2]) - 11 + int(code[2:4]) / 100) / 55, 0.7 + 0.3 * second
    angle = 2 * math.pi * turn
    return round(radius * math.cos(angle), 6), round(radius * math.sin(angle), 6)


def _within(pairs: Ints, chosen: Ints, count: int) -> Ints:
    place = np.full(count, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    mapped = place[pairs]
    return mapped[(mapped >= 0).all(axis=1)]


def _radius(count: int) -> float:
    return math.sqrt(count * BOX[0] * BOX[1] / WIDE * LOOSE / math.pi)


def _forced(points: Floats, pairs: Ints) -> Floats:
    """Every node is drawn to the centre, its anchor and its neighbours, and pushed by all others so that together they fill a disc."""
    count = len(points)
    degree = np.bincount(pairs.ravel(), minlength=count).astype(np.float64)
    mass = 1 + 0.3 * np.sqrt(degree)
    push = _radius(count) * _radius(count) / float(mass.cumsum()[-1])
    stiffness = (mass * (1 + HOLD) + PULL * degree)[:, None]
    start, heavy = points.copy(), mass[:, None]
    for step in range(STEPS):
        force = heavy * (_repulsion(points, mass) * push - points + HOLD * (start - points)) + PULL * _attraction(points, pairs)
        points = points + force / stiffness * (0.6 - 0.5 * step / STEPS)
    return _apart(points * (WIDE, 1.0))


def _repulsion(points: Floats, mass: Floats) -> Floats:
    """The push of all masses on each point, taken together cell by cell."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = float(max(*(high - low), 1.0)) / MESH
    cell = np.minimum(((points - low) / size).astype(np.int64), MESH - 1)
    index = cell[:, 0] * MESH + cell[:, 1]
    weight = np.bincount(index, weights=mass, minlength=MESH * MESH)
    used = np.flatnonzero(weight)
    weight = weight[used]
    x, y = (np.bincount(index, weights=mass * points[:, axis], minlength=MESH * MESH)[used] / weight for axis in (0, 1))
    dx, dy = points[None, :, 0] - x[:, None], points[None, :, 1] - y[:, None]
    share = weight[:, None] / (dx * dx + dy * dy + size * size / 4)
    return np.stack([(dx * share).sum(axis=0), (dy * share).sum(axis=0)], axis=1)


def _attraction(points: Floats, pairs: Ints) -> Floats:
    a, b = pairs[:, 0], pairs[:, 1]
    gap = points[b] - points[a]
    count = len(points)
    pull = [np.bincount(a, weights=gap[:, axis], minlength=count) - np.bincount(b, weights=gap[:, axis], minlength=count) for axis in (0, 1)]
    return np.stack(pull, axis=1)


def _apart(points: Floats) -> Floats:
    """The points, moved as little as needed for their boxes not to overlap."""
    order = np.arange(len(points))
    points = points + np.stack([order % 7 - 3, order % 5 - 2], axis=1) * 0.01  # equal points have no direction to part in
    for _ in range(APART):
        a, b = _neighbours(points)
        gap = points[b] - points[a]
        over = np.array(BOX) - np.abs(gap)
        hit = (over > 0).all(axis=1)
        if not hit.any():
            break
        a, b, gap, over = a[hit], b[hit], gap[hit], over[hit]
        flat = over[:, 0] / BOX[0] < over[:, 1] / BOX[1]
        for axis, chosen in ((0, flat), (1, ~flat)):
            push = np.where(chosen, over[:, axis] * 0.3, 0) * np.where(gap[:, axis] < 0, -1.0, 1.0)
            points[:, axis] += np.bincount(b, weights=push, minlength=len(points)) - np.bincount(a, weights=push, minlength=len(points))
    return points


def _neighbours(points: Floats) -> tuple[Ints, Ints]:
    """All pairs in the same or adjoining cells of the size of a box."""
    cell = np.floor(points / BOX).astype(np.int64)
    cell -= cell.min(axis=0) - 1
    wide = int(cell[:, 1].max()) + 2
    index = cell[:, 0] * wide + cell[:, 1]
    order = np.argsort(index, kind="stable")
    ranked = index[order]
    found = [_pairs(order, ranked, step) for step in (0, 1, wide - 1, wide, wide + 1)]
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def _pairs(order: Ints, ranked: Ints, step: int) -> tuple[Ints, Ints]:
    first = np.searchsorted(ranked, ranked + step, side="left") if step else np.arange(1, len(ranked) + 1)
    last = np.searchsorted(ranked, ranked + step, side="right")
    size = np.maximum(last - first, 0)
    begin = np.repeat(first - np.concatenate([[0], np.cumsum(size)[:-1]]), size)
    return np.repeat(order, size), order[begin + np.arange(int(size.sum()))]


def _beside(points: Floats, pairs: Ints, forced: Ints) -> Floats:
    """The points that no force moved, on a spiral around the first neighbour that has a place, else around the rim."""
    placed = np.zeros(len(points), dtype=bool)
    placed[forced] = True
    taken: dict[int, int] = {}
    for a, b in [*pairs.tolist(), *pairs[:, ::-1].tolist()]:
        if placed[a] and not placed[b]:
            taken[a] = taken.get(a, 0) + 1
            points[b] = points[a] + _spiral(taken[a])
            placed[b] = True
    rim = float(np.abs(points[forced]).max()) * 1.1
    for ordinal, index in enumerate(np.flatnonzero(~placed).tolist()):
        points[index] = np.array(_spiral(ordinal + (rim / 30) ** 2 / 1.3))
    return points


def _spiral(ordinal: float) -> tuple[float, float]:
    radius, angle = 34 * math.sqrt(ordinal + 1), ordinal * 2.399963
    return round(radius * math.cos(angle), 3), round(radius * math.sin(angle), 3)


def _around(rest: Sequence[int], ends: Sequence[tuple[int, int]], found: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Folded nodes stand outside the others, in the direction of the things they are about."""
    neighbours: dict[int, list[tuple[float, float]]] = {number: [] for number in rest}
    for a, b in ends:
        for one, other in ((a, b), (b, a)):
            if one in neighbours and other in found:
                neighbours[one].append(found[other])
    width = max((abs(x) for x, _ in found.values()), default=0.0) + 120
    height = max((abs(y) for _, y in found.values()), default=0.0) + 60
    slots = _rim(len(rest), width, height)
    ordered = sorted(rest, key=lambda number: (_direction(neighbours[number]), number))
    return dict(zip(ordered, slots, strict=True))


def _direction(points: Sequence[tuple[float, float]]) -> float:
    """A number that grows around the circle like the angle of the middle of the points, without trigonometry."""
    x, y = (sum(point[axis] for point in points) for axis in (0, 1))
    size = abs(x) + abs(y)
    return 0.0 if size == 0 else round((1 - x / size if y >= 0 else 3 + x / size), 6)


def _rim(count: int, width: float, height: float) -> list[tuple[float, float]]:
    """Places on nested boxes around the picture, in the same order of directions."""
    slots: list[tuple[float, float]] = []
    step, ring = 110.0, 0
    while len(slots) < count:
        wide, high = width + ring * step, height + ring * 46
        room = max(int((wide * 4 + high * 4) / step), 8)
        slots.extend(_on_box(number / room * 4, wide, high) for number in range(room))
        ring += 1
    chosen = slots[:count]
    return sorted(chosen, key=lambda point: _direction([point]))


def _on_box(turn: float, width: float, height: float) -> tuple[float, float]:
    x = 1 - turn if turn < 2 else turn - 3
    y = (1 - abs(x)) * (1 if turn < 2 else -1)
    size = max(abs(x), abs(y))
    return round(x / size * width, 1) + 0.0, round(y / size * height, 1) + 0.0
