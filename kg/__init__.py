"""edukg: reports on compulsory education in, a graph of places, measures and figures out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.api import Graph, build, open

__all__ = ["Graph", "__version__", "build", "open"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What `kg.api` offers, loaded when it is first asked for, so that `import kg` stays light."""
    if name in __all__:
        from kg import api

        return getattr(api, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
