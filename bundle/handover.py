"""What is handed over to a client: their collections of one person, described and signed, and nothing else.

It has the layout of a bundle, so that whoever can check a bundle can check it. No page in it speaks to the
person, and nothing is said of what the controller's own systems hold: the client answers.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bundle import documents
from bundle.archive import COMPLETENESS, DATAPACKAGE, data, seal
from bundle.members import Shelf
from bundle.page import environment
from bundle.records import Recorder
from bundle.signing import fingerprint, load_key
from bundle.words import texts
from dsar.ports import BundleFacts, BundleReceipt, Section, Sink


class HandoverWriter:
    """Writes what a client gets (the port `BundleWriter`), in English. The rest is as of `ArchiveWriter`."""

    def __init__(self, signing_key: Path | Ed25519PrivateKey) -> None:
        self._key = load_key(signing_key) if isinstance(signing_key, Path) else signing_key

    def write(
        self, facts: BundleFacts, sections: Iterable[Section], sink: Sink, progress: Callable[[int], None]
    ) -> BundleReceipt:
        """Stream the archive into `sink`; equal input gives equal bytes. Raises as `ArchiveWriter.write`."""
        with Shelf(sink, facts.answered_at) as shelf:
            recorder = Recorder(shelf, progress)
            written = data(facts, sections, recorder)
            described = len(shelf.members)
            shelf.put(COMPLETENESS, documents.document(documents.completeness(facts, written)))
            shelf.put("withheld.json", documents.document(documents.withheld(facts)))
            shelf.put("notes.json", documents.document(documents.notes(written, "", texts("en"))))
            told = {"facts": facts, "written": written, "fingerprint": fingerprint(self._key.public_key())}
            page = environment().get_template("handover.README.txt.j2").render(**told)
            shelf.put("README.txt", page.encode("utf-8", "backslashreplace"))
            package = documents.datapackage(facts, written, shelf.members[described:])
            shelf.put(DATAPACKAGE, documents.document(package))
            manifest = seal(shelf, self._key)
        return BundleReceipt(
            files=len(shelf.members), rows=recorder.rows, size=shelf.size, manifest_sha256=manifest.sha256
        )
