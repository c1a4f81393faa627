"""Proof that a checkpoint fixed one case's chain, without a word about any other case (RFC 9162, 2.1.3).

A checkpoint signs one root over the heads of many cases. Whoever is shown only one of them needs the nodes
beside its way up the tree: hashes, from which nobody can tell whose they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dsar.checkpoints import Checkpoint, Head, joined, leaf_of, root_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """That a checkpoint covers a head: its place among `size` heads, and the nodes beside its way up."""

    checkpoint: Checkpoint
    head: Head
    place: int
    size: int
    path: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the head and its path come to the root that was signed."""
        try:
            nodes = [bytes.fromhex(node) for node in self.path]
        except ValueError:
            return False
        root = _climbed(leaf_of(self.head), self.place, self.size, nodes)
        return root is not None and root.hex() == self.checkpoint.statement.root


def included(checkpoint: Checkpoint, heads: Iterable[Head], case_id: str) -> Inclusion:
    """Return the proof for one case. `heads` are all that the checkpoint covers.

    Raises:
        ValueError: the checkpoint does not cover this case.
    """
    ordered = sorted(heads, key=lambda head: head.case_id)
    place = [head.case_id for head in ordered].index(case_id)
    return Inclusion(
        checkpoint=checkpoint,
        head=ordered[place],
        place=place,
        size=len(ordered),
        path=tuple(_path(ordered, place)),
    )


def _path(heads: Sequence[Head], place: int) -> list[str]:
    """Return the nodes beside the way up, the lowest first."""
    if len(heads) == 1:
        return []
    half = _half(len(heads))
    if place < half:
        return [*_path(heads[:half], place), root_of(heads[half:])]
    return [*_path(heads[half:], place - half), root_of(heads[:half])]


def _climbed(node: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf and its path come to; None if the path is not one of such a tree."""
    if not 0 <= place < size or bool(path) is (size == 1):
        return None
    if size == 1:
        return node
    half = _half(size)
    if place < half:
        below = _climbed(node, place, half, path[:-1])
        return below and joined(below, path[-1])
    below = _climbed(node, place - half, size - half, path[:-1])
    return below and joined(path[-1], below)


def _half(size: int) -> int:
    """Return the largest power of two below `size`: the left side of the tree."""
    return 1 << (size - 1).bit_length() - 1
