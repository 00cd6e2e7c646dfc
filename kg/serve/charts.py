"""Charts as SVG made on the server: widths in per cent so that they fit any screen while their letters keep their size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

Svg = Markup
NOTHING = Markup()
LONGEST = 99.0  # per cent of the width that the longest bar takes
BAR, ROW = 40, 26  # heights of a bar with its label, and of a row of a stacked bar
LEFT, RIGHT = 17.0, 95.0  # per cent, between which lines are drawn
TOP, BOTTOM = 28, 230
TICKS = 4
TILE, GAP, ACROSS = 22, 3, 8
MOST_NAMED = 9  # points whose numbers are written beside them
ROOM = 5.0  # per cent of the width in which a number can be read


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, its length, the figure as it is read, classes, and where it leads."""

    label: str
    number: float | None
    text: str
    kind: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a line."""

    at: int
    number: float
    text: str
    kind: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its name; `joined` where its points follow one another in one measure."""

    name: str
    dots: tuple[Dot, ...]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stacked bar."""

    count: int
    kind: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of a map of squares."""

    text: str
    title: str
    kind: str
    href: str
    round: bool = False


@dataclass(slots=True)
class _Drawing:
    title: str
    height: float
    kind: str = ""
    width: str = "100%"
    parts: list[Markup] = field(default_factory=list)

    def add(self, *parts: Markup) -> None:
        self.parts.extend(parts)

    def svg(self) -> Markup:
        inside = Markup().join([tag("title", self.title), *self.parts])
        return tag("svg", inside, class_=f"chart {self.kind}".strip(), width=self.width, height=_at(self.height), role="group", aria_label=self.title)


def tag(name: str, inside: str | Markup = "", **attributes: object) -> Markup:
    """An element, all its text and attributes escaped; names are written with _ for -, and one behind words of Python."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items() if value not in ("", None))
    return Markup(f"<{name}{said}>{escape(inside)}</{name}>")


def linked(inside: Markup, href: str) -> Markup:
    """The same, leading somewhere."""
    return tag("a", inside, href=href) if href else inside


def bars(title: str, found: Sequence[Bar]) -> Markup:
    """Bars below one another, each with its label and figure over it; one without a number is an empty frame."""
    most = max((abs(bar.number) for bar in found if bar.number is not None), default=0.0)
    drawing = _Drawing(title, BAR * len(found) + 4, "bars")
    for n, bar in enumerate(found):
        top = n * BAR
        length = 0.0 if bar.number is None or not most else max(abs(bar.number) / most * LONGEST, 0.4)
        shape = "withheld" if bar.number is None else f"amount {bar.kind}{' minus' if bar.number < 0 else ''}"
        drawn = Markup().join(
            (
                tag("text", Markup().join((tag("tspan", bar.label, class_="label"), tag("tspan", bar.text, dx=8, class_="figure-text"))), x="0", y=top + 13),
                tag("rect", x="0", y=top + 19, width=f"{length or 12:.2f}%", height=13, class_=shape),
                tag("title", f"{bar.label} {bar.text}"),
            )
        )
        drawing.add(linked(tag("g", drawn), bar.href))
    return drawing.svg()


def lines(title: str, found: Sequence[Line], tick: Callable[[float], str] = "{:,.6g}".format) -> Markup:
    """Lines over years, their points marked and named; hollow where they are no more than aimed at."""
    years = sorted({dot.at for one in found for dot in one.dots})
    numbers = [dot.number for one in found for dot in one.dots]
    if not numbers:
        return NOTHING
    low, high = min(numbers), max(numbers)
    spare = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    low, high = (0.0 if low >= 0 and low - spare < 0 else low - spare), high + spare
    drawing = _Drawing(title, BOTTOM + 26, "lines")

    def x(year: int) -> float:
        return (LEFT + RIGHT) / 2 if years[0] == years[-1] else LEFT + (RIGHT - LEFT) * (year - years[0]) / (years[-1] - years[0])

    def y(number: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (number - low) / (high - low)

    named = len(numbers) <= MOST_NAMED  # more would lie over one another: they are in the titles and in the table
    drawing.add(*_grid(low, high, y, tick), *_years(years, x))
    for n, one in enumerate(found):
        dots = sorted(one.dots, key=lambda dot: dot.at)
        if one.joined:
            known = [dot for dot in dots if not dot.kind.startswith("target")]  # no line goes to what is only aimed at
            for a, b in zip(known, known[1:], strict=False):
                drawing.add(tag("line", x1=f"{x(a.at):.2f}%", y1=_at(y(a.number)), x2=f"{x(b.at):.2f}%", y2=_at(y(b.number)), class_=f"line-of s{n % 6}"))
        for dot in dots:
            mark = tag("circle", cx=f"{x(dot.at):.2f}%", cy=_at(y(dot.number)), r=5, class_=f"dot s{n % 6} {dot.kind}".strip())
            side = "end" if x(dot.at) > 80 else "start" if x(dot.at) < 20 else "middle"
            text = tag("text", dot.text if named else "", x=f"{x(dot.at):.2f}%", y=_at(y(dot.number) - 10), text_anchor=side, class_="figure-text")
            drawing.add(linked(tag("g", Markup().join((mark, text, tag("title", f"{one.name} {dot.at} {dot.text}")))), dot.href))
    return drawing.svg()


def steps(title: str, found: Sequence[tuple[int, int]]) -> Markup:
    """A number that grows year by year, as a stair with its height at each step."""
    if not found:
        return NOTHING
    high = max(max(count for _, count in found) * 1.12, TICKS)
    years = list(range(found[0][0], found[-1][0] + 1))
    drawing = _Drawing(title, BOTTOM + 26, "lines")

    def x(year: int) -> float:
        return LEFT + (RIGHT - LEFT) * (year - years[0]) / (len(years) or 1)

    def y(number: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * number / high

    drawing.add(*_grid(0, high, y, "{:,.0f}".format), *_years(years, x))
    counts, now = dict(found), 0
    for year in years:
        before, now = now, counts.get(year, now)
        drawing.add(
            tag("rect", x=f"{x(year):.2f}%", y=_at(y(now)), width=f"{x(year + 1) - x(year):.2f}%", height=_at(BOTTOM - y(now)), class_="step"),
            tag("line", x1=f"{x(year):.2f}%", y1=_at(y(before)), x2=f"{x(year):.2f}%", y2=_at(y(now)), class_="line-of s0"),
            tag("line", x1=f"{x(year):.2f}%", y1=_at(y(now)), x2=f"{x(year + 1):.2f}%", y2=_at(y(now)), class_="line-of s0"),
        )
        if now != before and (len(years) <= MOST_NAMED or (year - years[0]) % -(-len(years) // MOST_NAMED) == 0):
            drawing.add(tag("text", f"{now:,}", x=f"{x(year) + 0.5:.2f}%", y=_at(y(now) - 6), class_="figure-text"))
    return drawing.svg()


def stacked(title: str, found: Sequence[tuple[str, Sequence[Part], str]]) -> Markup:
    """Stacked bars below one another: label, parts, and the number behind them; a part says its number where there is room."""
    most = max((sum(part.count for part in parts) for _, parts, _ in found), default=0) or 1
    drawing = _Drawing(title, ROW * len(found) + 4, "stacked")
    scale = 74.0 / most
    for n, (label, parts, behind) in enumerate(found):
        top, at = n * ROW, 12.0
        drawing.add(tag("text", label, x="0", y=top + 17, class_="label"))
        for part in parts:
            width = part.count * scale
            inside = [tag("title", part.text), tag("rect", x=f"{at:.2f}%", y=top + 2, width=f"{width:.2f}%", height=ROW - 5, class_=f"part {part.kind}")]
            if width >= ROOM:
                inside.append(tag("text", f"{part.count:,}", x=f"{at + width / 2:.2f}%", y=top + 17, text_anchor="middle", class_=f"inside {part.kind}"))
            drawing.add(linked(tag("g", Markup().join(inside)), part.href))
            at += width
        drawing.add(tag("text", behind, x=f"{at + 1:.2f}%", y=top + 17, class_="figure-text"))
    return drawing.svg()


def tiles(title: str, found: Sequence[Tile]) -> Markup:
    """Squares in rows in the order given; round ones are not of the lowest level."""
    side = TILE + GAP
    rows = -(-len(found) // ACROSS)
    drawing = _Drawing(title, rows * side, "tiles", width=str(side * min(ACROSS, max(len(found), 1))))
    for n, one in enumerate(found):
        left, top = n % ACROSS * side, n // ACROSS * side
        title, text, href = escape(one.title), escape(one.text), escape(one.href)
        shape = (
            f'<rect x="{left + 1}" y="{top + 1}" width="{TILE - 1}" height="{TILE - 1}" rx="{TILE // 2 if one.round else 2}" class="tile {one.kind}"></rect>'
        )
        said = f'<text x="{left + TILE / 2 + 0.5}" y="{top + TILE / 2 + 5}" text-anchor="middle" class="inside {one.kind}">{text}</text>'
        drawing.add(Markup(f'<a href="{href}"><title>{title}</title>{shape}{said}</a>'))  # thousands of them: no detour over tag()
    return drawing.svg()


def _grid(low: float, high: float, y: Callable[[float], float], tick: Callable[[float], str]) -> Iterable[Markup]:
    step = _step((high - low) / TICKS)
    number = step * math.ceil(low / step)
    while number <= high:
        yield tag("line", x1="0", y1=_at(y(number)), x2="100%", y2=_at(y(number)), class_="grid")
        yield tag("text", tick(number), x="0", y=_at(y(number) - 3), class_="tick")
        number += step


def _step(rough: float) -> float:
    """The next round step: 1, 2 or 5 with noughts."""
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next((power * n for n in (1, 2, 5) if power * n >= rough), power * 10)


def _years(years: Sequence[int], x: Callable[[int], float]) -> Iterable[Markup]:
    every = -(-len(years) // 7)
    for n, year in enumerate(years):
        if n % every == 0:
            side = "start" if x(year) < 8 else "end" if x(year) > 92 else "middle"
            yield tag("text", str(year), x=f"{x(year):.2f}%", y=BOTTOM + 20, text_anchor=side, class_="tick")


def _at(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
