"""The bundle: everything found, what it means, and the proof that nobody changed it (DESIGN §8).

Data come first and the pages last, because the pages tell counts that are only known then; the order of
files in a ZIP is free. Nothing but one batch of rows and what the pages show is ever held.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bundle import documents
from bundle.members import Member, Shelf
from bundle.names import Names
from bundle.outline import outline
from bundle.page import Pages
from bundle.records import Recorder, Written
from bundle.signing import fingerprint, load_key, public_pem
from bundle.summary import summary
from bundle.words import texts
from dsar.errors import ContractError
from dsar.ports import BundleFacts, BundleReceipt, Section, Sink

MANIFEST, SIGNATURE, PUBLIC_KEY = "MANIFEST.sha256", "MANIFEST.sha256.sig", "MANIFEST.pub.pem"
DATAPACKAGE, COMPLETENESS = "datapackage.json", "completeness.json"


class ArchiveWriter:
    """Writes bundles and signs them (the port `BundleWriter`).

    Args:
        signing_key: an Ed25519 key, or the file that holds one (see `bundle.signing`).

    Raises:
        OperatorError: the key file is missing, unreadable or readable by others.
    """

    def __init__(self, signing_key: Path | Ed25519PrivateKey) -> None:
        self._key = load_key(signing_key) if isinstance(signing_key, Path) else signing_key

    def write(
        self, facts: BundleFacts, sections: Iterable[Section], sink: Sink, progress: Callable[[int], None]
    ) -> BundleReceipt:
        """Stream the archive into `sink`; equal input gives equal bytes.

        After an error, whatever its source, the sink holds a torn archive without a directory.

        Raises:
            ContractError: `system_without_answer`: rows of a system whose answer is not among the facts.
            OperatorError: `temporary_space`: the temporary directory is full or cannot be written.
        """
        with Shelf(sink, facts.answered_at) as shelf:
            recorder = Recorder(shelf, progress)
            written = data(facts, sections, recorder)
            self._documents(facts, written, shelf)
            manifest = seal(shelf, self._key)
        return BundleReceipt(
            files=len(shelf.members), rows=recorder.rows, size=shelf.size, manifest_sha256=manifest.sha256
        )

    def _documents(self, facts: BundleFacts, written: list[Written], shelf: Shelf) -> None:
        pages, words = Pages(facts), texts(facts.locale)
        key = fingerprint(self._key.public_key())
        described = len(shelf.members)
        paper, changed = summary(outline(facts, written, words, pages.day), facts.answered_at)
        noted = documents.notes(written, changed, words)
        shelf.put(COMPLETENESS, documents.document(documents.completeness(facts, written)))
        shelf.put("withheld.json", documents.document(documents.withheld(facts)))
        shelf.put("notes.json", documents.document(noted))
        shelf.put("information.json", documents.document(facts.information))
        shelf.put("information.html", pages.information())
        if paper:
            shelf.put(documents.SUMMARY, paper)
        shelf.put("index.html", pages.index(written, noted["notes"], key, on_paper=bool(paper)))
        shelf.put("README.txt", pages.readme(key))
        package = documents.datapackage(facts, written, shelf.members[described:])
        shelf.put(DATAPACKAGE, documents.document(package))


def seal(shelf: Shelf, key: Ed25519PrivateKey) -> Member:
    """Write the manifest, which names every file before it, and the signature over the manifest."""
    shelf.put(PUBLIC_KEY, public_pem(key))
    lines = (f"{member.sha256}  {member.path}\n" for member in shelf.members)
    manifest = "".join(lines).encode()
    shelf.put(MANIFEST, manifest)
    sealed = shelf.members[-1]
    shelf.put(SIGNATURE, key.sign(manifest))
    return sealed


def data(facts: BundleFacts, sections: Iterable[Section], recorder: Recorder) -> list[Written]:
    """Write the records of every section, each collection under a name of its own.

    Raises:
        ContractError: `system_without_answer`.
    """
    known = {answer.system for answer in facts.answers}
    names, written = Names(), []
    for section in sections:
        if section.system not in known:
            raise ContractError("bundle", "system_without_answer")
        written.append(recorder.write(section, names.claim(section.system, section.collection.name)))
    return written
