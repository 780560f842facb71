"""Tests of layergauge.py against a running service: LAYERGAUGE_URL=http://localhost:3000 python -m unittest test_layergauge"""

from __future__ import annotations

import json
import os
import socket
import tempfile
import threading
import time
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from layergauge import Layergauge, OverBudget, Problem, Unreachable, ref

URL = os.environ.get("LAYERGAUGE_URL", "http://localhost:3000")

# One 3 x 3 convolution, 1 to 2 channels: 18 weights and 2 biases, 16 positions x 2 x 9 multiply-accumulates.
SMALL: dict[str, Any] = {
    "name": "small",
    "input": [1, 4, 4],
    "layers": [{"name": "conv", "type": "conv2d", "out_channels": 2, "kernel_size": 3, "padding": 1}],
}
WIDE: dict[str, Any] = {**SMALL, "layers": [{**SMALL["layers"][0], "out_channels": 4}]}


class Answers(unittest.TestCase):
    """What the service answers comes through."""

    def setUp(self) -> None:
        self.gauge = Layergauge(URL)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        # A file as teams may call it.
        self.file = Path(folder.name) / 'small "net"; é.json'
        self.file.write_text(json.dumps(SMALL), encoding="utf-8")

    def test_a_model_may_be_a_dict_bytes_or_a_file(self) -> None:
        for model in (SMALL, json.dumps(SMALL).encode(), self.file, str(self.file)):
            totals = self.gauge.analyze(model)["totals"]
            self.assertEqual((totals["parameters"], totals["macs"]), (20, 288))

    def test_a_model_may_be_a_network_that_ships(self) -> None:
        self.assertEqual(self.gauge.analyze(ref("resnet50"))["totals"]["parameters"], 25_557_032)

    def test_options_are_those_of_the_query(self) -> None:
        report = self.gauge.analyze(SMALL, batch_size=3, dtype="float16", resolution="8x4", include=["formulas", "by_type"], format=None)
        self.assertEqual(report["totals"]["macs"], 288 * 2 * 3)
        self.assertEqual(report["totals"]["parameter_bytes"], 40)
        self.assertIn("by_type", report)
        self.assertIn("formulas", report["layers"][0])

    def test_other_forms_are_text(self) -> None:
        self.assertTrue(self.gauge.analyze_text(SMALL).startswith("# small\n"))
        self.assertEqual(self.gauge.analyze_text(SMALL, "text/csv").splitlines()[1].split(",")[:2], ["conv", "conv2d"])

    def test_convert(self) -> None:
        document, batch_size = self.gauge.convert(self.file)
        self.assertEqual(batch_size, 1)
        self.assertEqual(self.gauge.analyze(document)["model"]["hash"], self.gauge.analyze(SMALL)["model"]["hash"])

    def test_check(self) -> None:
        self.assertTrue(self.gauge.check(SMALL, max_macs=288)["passed"])
        found = self.gauge.check(SMALL, max_macs=287, max_parameters="1K")
        self.assertFalse(found["passed"])
        self.assertEqual([limit["passed"] for limit in found["limits"]], [True, False])
        with self.assertRaises(OverBudget) as raised:
            self.gauge.check(SMALL, fail=True, max_macs=287)
        self.assertEqual(raised.exception.check["limits"][0]["margin"], -1)

    def test_check_with_a_policy(self) -> None:
        policy = {"rules": [{"type": "conv2d", "max_macs": 100}]}
        self.assertFalse(self.gauge.check(SMALL, policy)["passed"])
        self.assertFalse(self.gauge.check(self.file, json.dumps(policy).encode(), max_macs="1M")["passed"])
        self.assertIn("❌", self.gauge.check_text(self.file, policy))
        self.assertIn("<testsuite ", self.gauge.check_text(self.file, policy, "application/xml"))
        # The name of the file comes through, quoted for a command of GitHub Actions.
        self.assertIn("; é.json,line=1", self.gauge.check_text(self.file, policy, "text/plain"))

    def test_compare(self) -> None:
        self.assertTrue(self.gauge.compare(SMALL, self.file)["equal"])
        found = self.gauge.compare(self.file, WIDE, batch_size=2)
        self.assertEqual(found["totals"]["parameters"], {"base": 20, "head": 40, "change": 20, "relative": 1})
        self.assertEqual(len(self.gauge.compare_text(SMALL, WIDE, "text/csv").splitlines()) > 1, True)

    def test_sweep(self) -> None:
        rows = self.gauge.sweep(SMALL, batch_size=[1, 2], resolution=[4, "8x4"], fit_peak_memory_bytes="1MiB")["rows"]
        self.assertEqual([row["totals"]["macs"] for row in rows], [288, 576, 576, 1152])
        # 80 bytes of weights; 64 bytes of input and 128 of output for each sample.
        self.assertEqual(rows[0]["largest_batch_size"], (2**20 - 80) // 192)
        self.assertEqual(len(self.gauge.sweep_text(SMALL, "text/csv", dtype=["float32", "int8"]).splitlines()), 3)

    def test_run(self) -> None:
        answer = self.gauge.run({"type": "max_pool2d", "kernel_size": 2}, [[[[1, 2], [3, 4]]]])
        self.assertEqual(answer["output"], [[[[4]]]])
        answer = self.gauge.run({"type": "conv2d"}, [[[[1, 2]]]], weight=[[[[3, 4]]]], bias={"shape": [1], "data": [5]}, output="flat")
        self.assertEqual(answer["output"]["data"], [3 + 8 + 5])

    def test_bulk(self) -> None:
        def lines() -> Iterator[dict[str, Any]]:
            for index in range(200):
                yield {"id": f"line {index}", "model": WIDE if index % 2 else SMALL, "options": {"batch_size": index + 1}}

        answers = list(self.gauge.bulk(lines()))
        self.assertEqual([answer["id"] for answer in answers], [f"line {index}" for index in range(200)])
        self.assertEqual([answer["totals"]["macs"] for answer in answers], [288 * (1 + index % 2) * (index + 1) for index in range(200)])

    def test_bulk_says_of_a_line_what_is_wrong(self) -> None:
        answers = list(self.gauge.bulk([{"id": 1, "model": {"input": [1]}}, {"id": 2, "model": SMALL}], detail="layers"))
        self.assertEqual(answers[0]["problem"]["status"], 422)
        self.assertEqual(answers[1]["report"]["layers"][0]["name"], "conv")

    def test_bulk_of_no_lines(self) -> None:
        self.assertEqual(list(self.gauge.bulk([])), [])

    def test_bulk_takes_lines_no_faster_than_answers_are_taken_and_ends_early(self) -> None:
        taken = 0

        network = self.gauge.convert(ref("resnet50")).document

        def lines() -> Iterator[dict[str, Any]]:
            nonlocal taken
            while True:
                taken += 1
                yield {"id": taken, "model": network}

        answers = self.gauge.bulk(lines(), detail="layers")
        next(answers)
        # Answers of 130 kB fill every buffer between; then no line is taken any more.
        seen = 0
        for _ in range(50):
            seen = taken
            time.sleep(0.4)
            if seen == taken:
                break
        self.assertEqual(seen, taken)
        answers.close()  # type: ignore[attr-defined]
        threads = [thread for thread in threading.enumerate() if type(thread).__name__ == "_Sender"]
        for thread in threads:
            thread.join(5)
            self.assertFalse(thread.is_alive())

    def test_bulk_raises_what_its_lines_raise(self) -> None:
        def lines() -> Iterator[dict[str, Any]]:
            yield {"id": 1, "model": SMALL}
            raise LookupError("no more candidates")

        with self.assertRaisesRegex(LookupError, "no more candidates"):
            list(self.gauge.bulk(lines()))

    def test_bulk_with_an_unknown_option(self) -> None:
        with self.assertRaises(Problem) as raised:
            list(self.gauge.bulk([], detial="layers"))
        self.assertEqual(raised.exception.status, 400)


class Refusals(unittest.TestCase):
    """What is refused is an exception that says why."""

    def test_a_problem_has_its_errors(self) -> None:
        broken = {"input": [3, 5, 5], "layers": [{"type": "conv2d", "out_channels": 1, "kernel_size": 7}]}
        with self.assertRaises(Problem) as raised:
            Layergauge(URL).analyze(broken)
        problem = raised.exception
        self.assertEqual((problem.status, problem.type), (422, "urn:layergauge:problem:invalid-architecture"))
        self.assertEqual(problem.errors[0]["pointer"], "#/layers/0/kernel_size")
        self.assertIn("kernel height 7 exceeds padded input height 5", str(problem))
        self.assertIn("#/layers/0/kernel_size", str(problem))

    def test_an_unknown_option_is_a_problem(self) -> None:
        with self.assertRaisesRegex(Problem, 'unknown query parameter "batchsize"'):
            Layergauge(URL).analyze(ref("lenet5"), batchsize=8)

    def test_a_file_that_is_not_there_is_an_error_of_its_own(self) -> None:
        with self.assertRaises(FileNotFoundError):
            Layergauge(URL).analyze("none.onnx")

    def test_a_service_that_is_not_there(self) -> None:
        gauge = Layergauge("http://127.0.0.1:9")
        with self.assertRaisesRegex(Unreachable, "127.0.0.1:9"):
            gauge.analyze(ref("lenet5"))
        with self.assertRaisesRegex(Unreachable, "127.0.0.1:9"):
            list(gauge.bulk([]))

    def test_an_address_that_is_no_url(self) -> None:
        for url in ("localhost:3000", "file:///etc/passwd", "http://"):
            with self.assertRaises(ValueError):
                Layergauge(url)


class OtherServers(unittest.TestCase):
    """Servers that do not do what the service does."""

    def serve(self, answer: bytes) -> tuple[str, list[bytes]]:
        """A server that reads something, answers this, and closes; what it read comes into the list."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        heard: list[bytes] = []

        def accept() -> None:
            with listener.accept()[0] as connection:
                heard.append(connection.recv(65536))
                connection.sendall(answer)

        thread = threading.Thread(target=accept)
        thread.start()
        self.addCleanup(thread.join)
        return f"http://127.0.0.1:{listener.getsockname()[1]}/prefix/", heard

    def test_a_path_and_a_token_are_sent(self) -> None:
        url, heard = self.serve(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        self.assertEqual(Layergauge(url, token="secret").analyze(b"x"), {})
        self.assertTrue(heard[0].startswith(b"POST /prefix/v1/analyze HTTP/1.1\r\n"))
        self.assertIn(b"\r\nAuthorization: Bearer secret\r\n", heard[0])

    def test_a_page_of_another_server_is_told(self) -> None:
        url, _ = self.serve(b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\noops")
        with self.assertRaisesRegex(Unreachable, "502.*oops"):
            Layergauge(url).analyze(b"x")

    def test_an_answer_that_breaks_off_is_told(self) -> None:
        url, _ = self.serve(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}")
        with self.assertRaises(Unreachable):
            Layergauge(url).analyze(b"x")

    def test_bulk_that_breaks_off_is_told(self) -> None:
        head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        for rest in (b"9\r\n" + b'{"id":1}\n' + b"\r\n", b"4\r\n" + b'{"id'):
            url, _ = self.serve(head + rest)
            with self.assertRaises(Unreachable):
                list(Layergauge(url).bulk([{"id": 1, "model": SMALL}]))

    def test_bulk_that_ends_before_its_lines_is_told(self) -> None:
        url, _ = self.serve(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")
        stop = threading.Event()

        def lines() -> Iterator[dict[str, Any]]:
            yield {"id": 1, "model": SMALL}
            stop.wait(10)

        with self.assertRaises(Unreachable):
            list(Layergauge(url).bulk(lines()))
        stop.set()


if __name__ == "__main__":
    unittest.main()
