"""The pages that set facts side by side: who does what, how figures compare, what happened when, which promises were kept."""

from __future__ import annotations

from kg.serve.figures import indicators
from kg.serve.matrix import matrix
from kg.serve.promises import promises
from kg.serve.timeline import spread, timeline

ROUTES = (
    ("/matrix", matrix, ["GET"]), ("/indicators", indicators, ["GET"]), ("/timeline", timeline, ["GET"]), ("/spread", spread, ["GET"]),
    ("/promises", promises, ["GET"]),
)  # fmt: skip
