"""An index comes back from its file as it was: same ids, same answers; and a file that is none is refused."""

from pathlib import Path

import numpy as np
import pytest

from demos.faces import crowd, indexfile, matching


@pytest.mark.parametrize(
    ("kind", "options"), [("exact", {}), ("hnsw", {"search_effort": 80}), ("ivfpq", {"train_at": 256, "parts": 8})]
)
def test_what_is_saved_comes_back(kind: str, options: dict[str, int], tmp_path: Path) -> None:
    made = crowd.make(600, 64, 20, seed=1)
    index = matching.index(kind, 64, **options)
    index.add(made.gallery)
    index.remove([3, 599])
    indexfile.save(index, tmp_path / "index.safetensors")
    back = indexfile.load(tmp_path / "index.safetensors")
    assert type(back) is type(index) and len(back) == 598 and back.options == index.options
    assert np.array_equal(back.search(made.queries, 1).ids, index.search(made.queries, 1).ids)
    assert back.add(made.queries[:1]).tolist() == [600], "an id is never given twice"


def test_an_empty_index_comes_back_empty(tmp_path: Path) -> None:
    indexfile.save(matching.index("exact", 8), tmp_path / "i")
    assert len(indexfile.load(tmp_path / "i")) == 0


@pytest.mark.parametrize("damage", [lambda whole: b"", lambda whole: b"x" * 40, lambda whole: whole[:-4],
                                    lambda whole: whole.replace(b"face-index-1", b"face-index-2"),
                                    lambda whole: whole.replace(b'"kind":"exact"', b'"kind":"os..."'),
                                    lambda whole: whole[:-8] + b"\xff" * 8])  # fmt: skip
def test_a_file_that_is_no_index_is_refused(damage, tmp_path: Path) -> None:
    index = matching.index("exact", 4)
    index.add(np.eye(4, dtype=np.float32))
    file = tmp_path / "index"
    indexfile.save(index, file)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(indexfile.BadIndex):
        indexfile.load(file)
