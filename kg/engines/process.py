"""A process of the local engine: reads what to do on standard input, writes what came of it on standard output, ends with its input."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys

from kg.engines.task import Worker
from kg.extract import engine


def main() -> None:
    """Work until there is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the work
    given, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints, prints elsewhere
    try:
        worker = Worker(pickle.load(given))  # noqa: S301 - of the process that began this one
        engine(worker.laws)
        gc.freeze()  # automata and rules stay as long as the process
        while True:
            batch = pickle.load(given)  # noqa: S301
            try:
                found: object = [worker(task) for task in batch]
            except Exception as error:  # noqa: BLE001 - raised again where the work was given
                found = error
            pickle.dump(found, told, pickle.HIGHEST_PROTOCOL)
            told.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)  # nothing is left to be done, and taking automata down takes time


if __name__ == "__main__":
    main()
