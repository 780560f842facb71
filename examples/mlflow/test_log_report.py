"""
Logs to a real tracking server and reads back what it holds: LAYERGAUGE_URL=http://localhost:3000 python -m unittest test_log_report

The server is one of its own, on a free port, with its data in a temporary folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

import mlflow
from mlflow.tracking import MlflowClient

HERE = Path(__file__).resolve().parent
LAYERGAUGE = os.environ.get("LAYERGAUGE_URL", "http://localhost:3000")


def start_tracking_server(folder: str) -> tuple[subprocess.Popen[bytes], str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    uri = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/artifacts"]
    # A group of its own, so that its workers end with it.
    with open(Path(folder) / "server.log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    for _ in range(240):
        time.sleep(0.5)
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=2) as answer:
                if answer.status == 200:
                    return server, uri
        except OSError:
            if server.poll() is not None:
                break
    stop(server)
    raise RuntimeError((Path(folder) / "server.log").read_text())


def stop(server: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGTERM)
    server.wait(30)


class LogReport(unittest.TestCase):
    def test_the_tracking_server_holds_metrics_tags_and_the_report(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            model = Path(folder) / "model.json"
            model.write_text(json.dumps({"ref": "lenet5"}))
            server, uri = start_tracking_server(folder)
            try:
                environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "LAYERGAUGE_URL": LAYERGAUGE}
                command = [sys.executable, "-B", str(HERE / "log_report.py"), str(model), "batch_size=2", "dtype=float16"]
                printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
                run_id = next(line for line in printed.splitlines() if len(line) == 32 and line.isalnum())

                mlflow.set_tracking_uri(uri)
                client = MlflowClient()
                run = client.get_run(run_id)
                self.assertEqual(run.info.status, "FINISHED")
                self.assertEqual(run.info.run_name, "lenet5")
                # LeCun's network has 61,706 parameters, two bytes each here, and 416,520 multiply-accumulates a sample.
                metrics = run.data.metrics
                self.assertEqual(metrics["layergauge/parameters"], 61706)
                self.assertEqual(metrics["layergauge/parameter_bytes"], 2 * 61706)
                self.assertEqual(metrics["layergauge/macs"], 2 * 416520)
                tags = {name: value for name, value in run.data.tags.items() if name.startswith("layergauge.")}
                self.assertEqual(tags["layergauge.model"], "lenet5")
                self.assertEqual((tags["layergauge.batch_size"], tags["layergauge.dtype"]), ("2", "float16"))
                self.assertTrue(tags["layergauge.hash"].startswith("sha256:"))

                artifacts = {Path(file.path).name for file in client.list_artifacts(run_id, "layergauge")}
                self.assertEqual(artifacts, {"report.md", "report.json"})
                markdown = Path(client.download_artifacts(run_id, "layergauge/report.md", folder)).read_text(encoding="utf-8")
                self.assertTrue(markdown.startswith("# lenet5\n\nBatch size 2, float16"))
                report = mlflow.artifacts.load_dict(f"runs:/{run_id}/layergauge/report.json")
                self.assertEqual(report["totals"]["macs"], 2 * 416520)
            finally:
                stop(server)


if __name__ == "__main__":
    unittest.main()
