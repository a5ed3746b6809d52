"""A Gradio page without a browser: its handlers are called over HTTP as the page would, by the element and the event."""

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx


class HandlerFailed(Exception):
    """A handler answered with an error; its sentence."""


@dataclass
class Page:
    """An open page. client: with cookies; door: "/grades" or "". values: component's id -> what it holds now; answers:
    handler's id -> what it answered last.
    """

    client: httpx.Client
    door: str
    session: str = field(default_factory=lambda: secrets.token_hex(8))
    config: dict[str, Any] = field(default_factory=dict)
    values: dict[int, Any] = field(default_factory=dict)
    answers: dict[int, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        answer = self.client.get(f"{self.door}/config")
        answer.raise_for_status()
        self.config = answer.json()
        self.values = {part["id"]: part["props"].get("value") for part in self.config["components"]}

    def id_of(self, elem_id: str) -> int:
        """The component with an element id."""
        return next(part["id"] for part in self.config["components"] if part["props"].get("elem_id") == elem_id)

    def handlers(self, elem_id: str | None, event: str) -> list[dict[str, Any]]:
        """The handlers of an element's event in the server; those of the page's own load for None."""
        target = self.config["page_id"] if elem_id is None and "page_id" in self.config else None
        wanted = self.id_of(elem_id) if elem_id else target
        return [
            one for one in self.config["dependencies"]
            if one["backend_fn"] and any((wanted is None or at == wanted) and name == event for at, name in one["targets"])
        ]  # fmt: skip

    def value(self, elem_id: str) -> Any:
        """What a component holds now."""
        return self.values[self.id_of(elem_id)]

    def put(self, elem_id: str, value: Any) -> None:
        """Type or choose a value; calls nothing."""
        self.values[self.id_of(elem_id)] = value

    def do(self, elem_id: str | None, event: str, event_data: Any = None) -> None:
        """Fire an event: all its handlers, one after the other. Raises HandlerFailed."""
        for one in self.handlers(elem_id, event):
            self.call(one, event_data)

    def call(self, handler: dict[str, Any], event_data: Any = None) -> list[Any]:
        """Call one handler with what its inputs hold, and take over what it answers. Raises HandlerFailed."""
        body = {
            "data": [self.values.get(at) for at in handler["inputs"]], "fn_index": handler["id"], "session_hash": self.session,
            "event_data": event_data, "trigger_id": handler["targets"][0][0] if handler["targets"] else None,
        }  # fmt: skip
        joined = self.client.post(f"{self.door}/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        event_id = joined.json()["event_id"]
        answer: dict[str, Any] | None = None
        stream = f"{self.door}/gradio_api/queue/data?session_hash={self.session}"
        with self.client.stream("GET", stream, timeout=120) as lines:
            lines.raise_for_status()
            for line in lines.iter_lines():
                if not line.startswith("data:"):
                    continue
                said = json.loads(line[5:])
                if said.get("event_id") == event_id and said["msg"] == "process_completed":
                    answer = said
                if said["msg"] == "close_stream":  # leaving earlier, the server would take away what comes next
                    break
        if answer is None or not answer["success"]:
            raise HandlerFailed(answer["output"].get("error") if answer else "no answer")
        outputs: list[Any] = answer["output"]["data"]
        self.answers[handler["id"]] = outputs
        for at, output in zip(handler["outputs"], outputs, strict=True):
            self._take(at, output)
        return outputs

    def _take(self, at: int, output: Any) -> None:
        if isinstance(output, dict) and output.get("__type__") == "update":
            if "value" in output:
                self.values[at] = output["value"]
        else:
            self.values[at] = output

    def upload(self, elem_id: str, files: list[Path]) -> None:
        """Drop files on a file component."""
        found = []
        for file in files:
            with file.open("rb") as stream:
                answer = self.client.post(f"{self.door}/gradio_api/upload", files={"files": (file.name, stream)})
            answer.raise_for_status()
            meta = {"_type": "gradio.FileData"}
            found.append({"path": answer.json()[0], "orig_name": file.name, "size": file.stat().st_size, "meta": meta})
        self.put(elem_id, found)


def grades(url: str, username: str, password: str, language: str = "en") -> Page:
    """The gradebook's page, logged in. Close its client."""
    client = httpx.Client(base_url=url.rstrip("/"), timeout=120, headers={"Accept-Language": language})
    answer = client.post("/grades/login", data={"username": username, "password": password})
    assert answer.status_code == 303, answer.status_code
    return Page(client, "/grades")
