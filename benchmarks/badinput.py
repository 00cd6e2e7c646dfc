"""Builds corpora that are bad in many ways and says what became of the good reports among them: `python benchmarks/badinput.py DIR [KIND…]`.

Each corpus holds the same few good reports in a folder of their own. They must give the same statements as without the bad ones; the build must end and
name what it left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

import corpus
from scale import MB, Ran, build

GOOD = 8  # reports
LARGE = 200 * MB
EMPTY, BYTES, MOVING, WEB = 100_000, 10_000, 3_000, 12  # files; folders of the last
# Root may read anything unless it gives that up (setpriv is in every Debian and Ubuntu).
HUMBLE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"] if os.getuid() == 0 else []

Spoil = Callable[[Path], None]


def large(folder: Path) -> None:
    """One file of 200 MB."""
    with (folder / "large.txt").open("wb") as stream:
        block = corpus.document(0).data * 200
        for _ in range(LARGE // len(block) + 1):
            stream.write(block)


def empty(folder: Path) -> None:
    """100,000 files without a byte."""
    for number in range(EMPTY):
        (folder / f"{number}.txt").touch()


def one_byte(folder: Path) -> None:
    """10,000 files of one byte, all that there are."""
    for number in range(BYTES):
        (folder / f"{number}.txt").write_bytes(bytes([number % 256]))


def moving(folder: Path) -> None:
    """Reports that others delete, cut and rewrite while they are read."""
    for number in range(MOVING):
        (folder / f"{number}.txt").write_bytes(corpus.document(number % 40).data)


def unreadable(folder: Path) -> None:
    """Folders and files that may not be read, listed or entered."""
    for name, mode in (("closed", 0o000), ("no-entry", 0o444), ("no-list", 0o311)):
        (folder / name).mkdir()
        (folder / name / "in.txt").write_bytes(corpus.document(50).data)
        (folder / name).chmod(mode)
    (folder / "closed.txt").write_bytes(corpus.document(51).data)
    (folder / "closed.txt").chmod(0)


def circles(folder: Path) -> None:
    """Links to themselves, to the folders above, and twelve folders that all link to each other."""
    (folder / "self").symlink_to("self")
    (folder / "up").symlink_to("..")
    for one in range(WEB):
        (folder / f"web-{one}").mkdir()
        (folder / f"web-{one}" / "in.txt").write_bytes(corpus.document(60 + one).data)
        for other in range(WEB):
            (folder / f"web-{one}" / f"to-{other}").symlink_to(f"../web-{other}")


def names(folder: Path) -> None:
    """Names in GBK and in no encoding at all, two of which differ in such bytes only."""
    for number, name in enumerate((b"\xbd\xcc\xd3\xfd.txt", b"\xff\xfe.txt", b"\xff\xff.txt", b"a\xe9\x80.txt", b"\xf0\x9f.txt", b"%00.txt")):
        with open(os.path.join(os.fsencode(folder), name), "wb") as stream:
            stream.write(corpus.document(80 + number).data)


def devices(folder: Path) -> None:
    """A pipe that nobody writes to, a socket, a device without end, a link to nothing."""
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "nothing.txt").symlink_to("nowhere")
    listening = socket.socket(socket.AF_UNIX)
    try:
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket is short
        listening.bind("socket.txt")
        os.chdir(here)
    finally:
        listening.close()


KINDS: Mapping[str, Spoil] = {one.__name__: one for one in (large, empty, one_byte, moving, unreadable, circles, names, devices)}


@contextmanager
def restless(folder: Path) -> Iterator[None]:
    """Change and delete the files of a folder until the end."""
    over, rng = threading.Event(), Random(0)

    def disturb() -> None:
        files = sorted(folder.iterdir())
        while files and not over.wait(0.002):
            file = files.pop(rng.randrange(len(files)))
            what = rng.randrange(3)
            if what == 0:
                file.unlink()
            elif what == 1:
                os.truncate(file, file.stat().st_size // 2)
            else:
                file.write_bytes(b"\xe4\xb8" * rng.randrange(2_000))

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def still(_: Path) -> Iterator[None]:
    """Leave the files alone."""
    yield


def good(quads: Path) -> set[bytes]:
    """What the good reports say."""
    with quads.open("rb") as lines:
        return {line for line in lines if b"/document/corpus/good/" in line}


def tried(folder: Path, spoil: Spoil | None) -> tuple[Ran, str, Path]:
    """Build the good reports among bad ones; gives how that went, the last line printed and the statements."""
    texts = folder / "corpus"
    open_again(texts)
    shutil.rmtree(folder, ignore_errors=True)
    (texts / "good").mkdir(parents=True)
    (texts / "bad").mkdir()
    for number in range(GOOD):
        (texts / "good" / f"{number}.txt").write_bytes(corpus.document(number).data)
    if spoil:
        spoil(texts / "bad")
    quads = folder / "all.nq"
    with (restless if spoil is moving else still)(texts / "bad"):
        arguments = [str(texts), "-o", str(folder / "out"), "--files", "never", "--quiet", "--nquads", str(quads)]
        ran = build(arguments, folder / "build.log", before=HUMBLE if spoil is unreadable else ())
    last = (folder / "build.log").read_text("utf-8").splitlines()[-1:]
    return ran, "".join(last), quads


def open_again(texts: Path) -> None:
    """Let folders that were closed be removed."""
    for folder in (texts / "bad").glob("*"):
        if folder.is_dir() and not folder.is_symlink():
            folder.chmod(0o755)


def main() -> int:
    """Print what became of each kind; 1 if a good report lost anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("kinds", nargs="*", choices=[[], *KINDS], default=[])
    options = parser.parse_args()
    *_, quads = tried(options.folder / "none", None)
    wanted, wrong = good(quads), 0
    for kind in options.kinds or KINDS:
        ran, last, quads = tried(options.folder / kind, KINDS[kind])
        kept = quads.exists() and good(quads) == wanted
        wrong += not kept or ran.code not in (0, 1)
        complaints = ran.said.splitlines()
        print(f"{kind}: {'the good reports give the same' if kept else 'GOOD REPORTS LOST SOMETHING'}; exit code {ran.code}, ", end="")
        print(f"{ran.seconds:.1f} s, {ran.peak.one / MB:.0f} MB at most; {len(complaints)} lines of complaint\n  {last}", flush=True)
        for line in complaints[:4]:
            print(f"  {line[:200]}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
