"""edukg: reports on compulsory education in, a graph of places, measures and figures out."""

__version__ = "0.1.0"
