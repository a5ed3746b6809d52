"""An index as a file: ids and vectors as safetensors, which holds numbers and texts and nothing that runs.

FAISS's own format and pickle are not read: a file of either may come from anybody and do anything. A graph or cells are
built anew from the vectors instead.
"""

import json
import struct
from pathlib import Path

from shared.problems import Problem

from . import matching
from .matching import Index

_FORMAT = "face-index-1"


class BadIndex(Problem):
    """The file is no saved index. The message can be shown."""


def save(index: Index, file: Path) -> None:
    """Write an index of any kind. Raises OSError."""
    from safetensors.numpy import save_file

    ids, vectors, next_id = index.contents()
    head = {"format": _FORMAT, "kind": index.kind, "options": json.dumps(index.options), "next": str(next_id)}
    save_file({"ids": ids, "vectors": vectors}, str(file), head)


def load(file: Path) -> Index:
    """Read what `save` wrote; ids stay what they were. Raises BadIndex, OSError."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            head = json.loads(stream.read(min(length, 1 << 20)))["__metadata__"]
        if head["format"] != _FORMAT:
            raise BadIndex("faces_bad_index", file=file.name)
        tensors = load_file(str(file))
        ids, vectors = tensors["ids"], tensors["vectors"]
        index = matching.index(head["kind"], vectors.shape[1], **json.loads(head["options"]))
        index.restore(ids, vectors, int(head["next"]))
    except BadIndex:
        raise
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error):
        raise BadIndex("faces_bad_index", file=file.name) from None
    return index
