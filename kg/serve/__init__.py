"""The explorer: a built graph as pages and as data, over HTTP."""

from kg.serve.app import application, serve

__all__ = ["application", "serve"]
