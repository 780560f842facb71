"""A client of layergauge in one file: Python 3.9 or newer, standard library only.

    from layergauge import Layergauge, ref

    gauge = Layergauge("http://localhost:3000")
    gauge.analyze("resnet50.onnx", batch_size=8)["totals"]["macs"]
    gauge.check(ref("mobilenet_v2"), max_parameters="4M", max_macs="500M")["passed"]

A model is the path of a file in any format that the service reads, the bytes of one, a native document as a dict, or the name
of a network that ships with the service, as `ref("resnet50")`. Files are sent as they are read, not loaded. Options are those
of the service's query: lists are joined by commas, dicts (`dims`) become name:value pairs, None is left out.
Answers are the service's JSON as dicts; README.md and /docs of the service say what they hold.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import socket
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple, Union
from urllib.parse import urlencode, urlsplit

Json = dict[str, Any]
Model = Union[str, "os.PathLike[str]", bytes, Mapping[str, Any]]
Option = Union[None, str, int, float, bool, Sequence[Union[str, int]], Mapping[str, int]]

_PIECE = 1 << 16


def ref(name: str) -> Json:
    """A network that ships with the service."""
    return {"ref": name}


class LayergaugeError(Exception):
    """What keeps the service from answering what was asked."""


class Unreachable(LayergaugeError):
    """There is no service, or it went away before its answer was whole."""


class Problem(LayergaugeError):
    """The service refuses, and says why (RFC 9457)."""

    def __init__(self, problem: Json, retry_after: str | None = None) -> None:
        self.problem = problem
        self.type: str = problem["type"]
        self.title: str = problem["title"]
        self.status: int = problem["status"]
        self.detail: str = problem["detail"]
        # Each with detail, code and pointer, a JSON Pointer into what was sent.
        self.errors: list[Json] = problem.get("errors", [])
        # Seconds after which to try again, with 429 and 503.
        self.retry_after = retry_after
        lines = [f"{self.status} {self.title}: {self.detail}"]
        super().__init__("\n".join(lines + [f"  {error['detail']} ({error['pointer']})" for error in self.errors]))


class OverBudget(Problem):
    """A network breaks its budget, and `fail=True` asked for an exception."""

    @property
    def check(self) -> Json:
        """What `check` would have returned."""
        found: Json = self.problem["check"]
        return found


class Converted(NamedTuple):
    document: Json
    # The batch size to post the document with.
    batch_size: int


class _Body(NamedTuple):
    content_type: str
    length: int
    # Sent one after the other.
    sources: list[IO[bytes]]


class Layergauge:
    """The service at a URL. `timeout` is the longest wait for any one piece of an answer, in seconds."""

    def __init__(self, url: str = "http://localhost:3000", *, token: str | None = None, timeout: float = 60.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"{url!r} is not the URL of a service, such as http://localhost:3000")
        self._url = url
        self._secure = parts.scheme == "https"
        self._host: str = parts.hostname
        self._port = parts.port
        self._base = parts.path.rstrip("/")
        self._timeout = timeout
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def analyze(self, model: Model, **options: Option) -> Json:
        """The measured network: totals, and a row for each layer."""
        return self._json("/v1/analyze", _body(model), options)

    def analyze_text(self, model: Model, form: str = "text/markdown", **options: Option) -> str:
        """The same as text/markdown or text/csv."""
        return self._text("/v1/analyze", _body(model), options, form)

    def convert(self, model: Model, **options: Option) -> Converted:
        """Any file that the service reads as a native document."""
        response, content = self._ask("/v1/convert", _body(model), options, "application/json")
        return Converted(json.loads(content), int(response.headers.get("x-batch-size", "1")))

    def check(self, model: Model, policy: Model | None = None, *, fail: bool = False, **limits: Option) -> Json:
        """Holds a network against limits (`max_macs="5G"`, …), a policy, or both. With `fail`, a broken budget raises OverBudget."""
        return self._json("/v1/check", _checked(model, policy), {**limits, "fail": fail})

    def check_text(self, model: Model, policy: Model | None = None, form: str = "text/markdown", **limits: Option) -> str:
        """The same as text/markdown, application/xml (JUnit), application/sarif+json or text/plain (annotations of GitHub Actions)."""
        return self._text("/v1/check", _checked(model, policy), limits, form)

    def compare(self, base: Model, head: Model, **options: Option) -> Json:
        """What changed from one network to another."""
        return self._json("/v1/compare", _form({"base": base, "head": head}), options)

    def compare_text(self, base: Model, head: Model, form: str = "text/markdown", **options: Option) -> str:
        """The same as text/markdown or text/csv."""
        return self._text("/v1/compare", _form({"base": base, "head": head}), options, form)

    def sweep(self, model: Model, **options: Option) -> Json:
        """Totals over lists: `batch_size=[1, 8], resolution=[160, "224x320"], dtype=["float32", "int8"]`."""
        return self._json("/v1/sweep", _body(model), options)

    def sweep_text(self, model: Model, form: str = "text/markdown", **options: Option) -> str:
        """The same as text/markdown or text/csv."""
        return self._text("/v1/sweep", _body(model), options, form)

    def run(self, layer: Json, input: Any, weight: Any = None, bias: Any = None, **options: Option) -> Json:
        """The output of one convolution or pooling layer; a tensor is nested lists, {"shape", "data"} or {"shape", "dtype", "base64"}."""
        sent = {"layer": layer, "input": input, "weight": weight, "bias": bias}
        return self._json("/v1/run", _body({name: value for name, value in sent.items() if value is not None}), options)

    def bulk(self, lines: Iterable[Mapping[str, Any]], **options: Option) -> Iterator[Json]:
        """
        Answers to lines {"id", "model", "options"}, as they come; a model is a dict. Lines are taken from `lines` by a thread of
        their own, and, but for what the buffers between hold, no faster than answers are taken. A line that does not hold
        together has a "problem" in its answer. Leaving the loop ends the work.
        """
        connection = self._connection()
        path = self._path("/v1/bulk", options)
        headers = {"Content-Type": "application/x-ndjson", "Accept": "application/x-ndjson", "Transfer-Encoding": "chunked"}
        sender: _Sender | None = None
        try:
            connection.putrequest("POST", path)
            for name, value in {**headers, **self._headers}.items():
                connection.putheader(name, value)
            connection.endheaders()
            sender = _Sender(connection.sock, lines)
            sender.start()
            response = connection.getresponse()
            if response.status != 200:
                raise _problem(response, response.read())
            rest = b""
            # Read in pieces, since readline() takes an answer that breaks off for one that ends.
            while piece := response.read1(_PIECE):
                *whole, rest = (rest + piece).split(b"\n")
                yield from map(json.loads, whole)
            if rest or not sender.is_done:
                raise http.client.IncompleteRead(rest)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if sender is None or sender.failure is None:
                raise Unreachable(f"{self._url} went away: {error or type(error).__name__}") from error
        finally:
            if sender is not None:
                sender.stop()
            connection.close()
        if sender.failure is not None:
            raise sender.failure

    def _json(self, path: str, body: _Body, options: Mapping[str, Option]) -> Json:
        answer: Json = json.loads(self._ask(path, body, options, "application/json")[1])
        return answer

    def _text(self, path: str, body: _Body, options: Mapping[str, Option], form: str) -> str:
        return self._ask(path, body, options, form)[1].decode("utf-8")

    def _ask(self, path: str, body: _Body, options: Mapping[str, Option], form: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = self._connection()
        headers = {**self._headers, "Accept": form, "Content-Type": body.content_type, "Content-Length": str(body.length)}
        try:
            try:
                connection.request("POST", self._path(path, options), _pieces(body.sources), headers)
            except (BrokenPipeError, ConnectionResetError):
                # It may have answered before it read everything.
                if connection.sock is None:
                    raise
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{self._url} does not answer: {error or type(error).__name__}") from error
        finally:
            connection.close()
            for source in body.sources:
                source.close()
        if response.status != 200:
            raise _problem(response, content)
        return response, content

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout)

    def _path(self, path: str, options: Mapping[str, Option]) -> str:
        query = urlencode({name: _spelled(value) for name, value in options.items() if value is not None})
        return f"{self._base}{path}?{query}" if query else f"{self._base}{path}"


class _Sender(threading.Thread):
    """Sends lines as chunks. A socket that takes nothing is waited for: the reader of the answers decides how long."""

    def __init__(self, sock: socket.socket, lines: Iterable[Mapping[str, Any]]) -> None:
        super().__init__(daemon=True)
        self.failure: BaseException | None = None
        self._sock = sock
        self._lines = lines
        self._stopped = False
        # Whether the service was told that there are no more lines.
        self.is_done = False

    def run(self) -> None:
        try:
            for line in self._lines:
                if self._stopped:
                    return
                data = json.dumps(line, separators=(",", ":"), allow_nan=False).encode("utf-8") + b"\n"
                self._send(b"%x\r\n%b\r\n" % (len(data), data))
            # Said before it is sent: the service may have answered everything as soon as it has it.
            self.is_done = True
            self._send(b"0\r\n\r\n")
        except OSError as error:
            # A service that goes away is seen by the reader as well; one's own file that fails is not.
            if not isinstance(error, ConnectionError) and not self._stopped:
                self._give_up(error)
        except BaseException as error:
            self._give_up(error)

    def stop(self) -> None:
        self._stopped = True
        # It may be closed already.
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _give_up(self, error: BaseException) -> None:
        self.failure = error
        self.stop()

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while len(rest) > 0 and not self._stopped:
            try:
                rest = rest[self._sock.send(rest) :]
            except socket.timeout:
                continue


def _spelled(value: Option) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{extent}" for name, extent in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(str, value))
    return str(value)


def _body(model: Model) -> _Body:
    length, source = _content(model)
    return _Body("application/octet-stream" if isinstance(model, bytes) else "application/json", length, [source])


def _checked(model: Model, policy: Model | None) -> _Body:
    return _body(model) if policy is None else _form({"model": model, "policy": policy})


def _form(parts: Mapping[str, Model]) -> _Body:
    """Parts of multipart/form-data."""
    boundary = uuid.uuid4().hex
    sources: list[IO[bytes]] = []
    total = 0
    for name, model in parts.items():
        filename = os.path.basename(os.fspath(model)) if isinstance(model, (str, os.PathLike)) else name
        for character, code in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
            filename = filename.replace(character, code)
        lines = [
            f"--{boundary}",
            f'Content-Disposition: form-data; name="{name}"; filename="{filename}"',
            "Content-Type: application/octet-stream",
            "",
            "",
        ]
        head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        length, source = _content(model)
        sources += [io.BytesIO(head), source, io.BytesIO(b"\r\n")]
        total += len(head) + length + 2
    end = f"--{boundary}--\r\n".encode("ascii")
    return _Body(f"multipart/form-data; boundary={boundary}", total + len(end), [*sources, io.BytesIO(end)])


def _content(model: Model) -> tuple[int, IO[bytes]]:
    if isinstance(model, (str, os.PathLike)):
        file = open(model, "rb")  # noqa: SIM115 (closed when the question is answered)
        return os.fstat(file.fileno()).st_size, file
    data = model if isinstance(model, bytes) else json.dumps(model, allow_nan=False).encode("utf-8")
    return len(data), io.BytesIO(data)


def _pieces(sources: Iterable[IO[bytes]]) -> Iterator[bytes]:
    for source in sources:
        while piece := source.read(_PIECE):
            yield piece


def _problem(response: http.client.HTTPResponse, content: bytes) -> LayergaugeError:
    if response.headers.get_content_type() != "application/problem+json":
        return Unreachable(f"an answer {response.status} that is not the service's: {content[:200].decode('utf-8', 'replace')}")
    problem: Json = json.loads(content)
    kind = OverBudget if "check" in problem else Problem
    return kind(problem, response.headers.get("retry-after"))
