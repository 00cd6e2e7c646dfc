"""What scripts and other programs ask, as JSON."""

from __future__ import annotations

ROUTES = ()
