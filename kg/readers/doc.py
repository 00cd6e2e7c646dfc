"""Old office files (.doc .wps .rtf .odt) through antiword or LibreOffice, whichever is on the PATH."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from kg.errors import InputError
from kg.readers import docx
from kg.readers.plain import decode
from kg.readers.reading import Reading

OLE = b"\xd0\xcf\x11\xe0"  # the container of .doc and .wps
STARTS = ((OLE, ".doc"), (b"{\\rtf", ".rtf"), (b"PK", ".odt"))
PATIENCE = 120  # seconds; LibreOffice takes one second a file, ten on its first start
REMEDY = "install antiword (.doc) or LibreOffice (soffice) and put it on the PATH, or save the file as .docx"


def read(data: bytes) -> Reading:
    """Give the text of an old office file."""
    suffix = next((suffix for start, suffix in STARTS if data.startswith(start)), ".doc")
    antiword, office = shutil.which("antiword"), shutil.which("soffice") or shutil.which("libreoffice")
    with tempfile.TemporaryDirectory(prefix="edukg-") as folder:
        file = Path(folder) / f"in{suffix}"
        file.write_bytes(data)
        if antiword and data.startswith(OLE):
            text = decode(_run([antiword, "-m", "UTF-8.txt", "-w", "0", str(file)]))
            if text.strip():
                return Reading(text)
        if office:
            profile = f"-env:UserInstallation=file://{folder}/profile"  # its own: two at once would refuse each other
            _run([office, profile, "--headless", "--convert-to", "docx", "--outdir", folder, str(file)])
            made = file.with_suffix(".docx")
            if made.exists():
                return docx.read(made.read_bytes())
    if antiword or office:
        raise InputError(f"neither antiword nor LibreOffice can read this {suffix} file", remedy="open it and save it as .docx")
    raise InputError(f"reading {suffix} needs antiword or LibreOffice (soffice), and neither is there", remedy=REMEDY)


def _run(call: list[str]) -> bytes:
    try:
        return subprocess.run(call, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"{Path(call[0]).name} did not finish ({type(error).__name__})", remedy="open the file and save it as .docx") from error
