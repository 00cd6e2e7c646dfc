"""The pages that set facts side by side: who does what, how figures compare, what happened when, which promises were kept."""

from __future__ import annotations

from kg.serve.matrix import matrix

ROUTES = (("/matrix", matrix, ["GET"]),)
