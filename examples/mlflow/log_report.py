"""Logs what layergauge measures of a model to an MLflow tracking server: numbers as metrics, facts as tags, the report as artifacts.

    python log_report.py model.onnx [batch_size=8 dtype=float16 …]

The tracking server is $MLFLOW_TRACKING_URI, the service $LAYERGAUGE_URL (http://localhost:3000 where unset). Prints the id of the run.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import mlflow

# The client is one file; a project of your own would keep it beside this one.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))
from layergauge import Layergauge, Model, Option  # noqa: E402


def log_report(gauge: Layergauge, model: Model, **options: Option) -> str:
    """Logs to the active run, or to a new one; returns the id of the run."""
    report = gauge.analyze(model, **options)
    markdown = gauge.analyze_text(model, "text/markdown", **options)
    run = mlflow.active_run()
    if run is None:
        with mlflow.start_run(run_name=report["model"]["name"]):
            return log_report(gauge, model, **options)
    totals = {name: value for name, value in report["totals"].items() if name != "partial"}
    mlflow.log_metrics({f"layergauge/{name}": float(value) for name, value in totals.items()})
    tags = {
        "model": report["model"]["name"] or "",
        "format": report["model"]["format"],
        "hash": report["model"]["hash"],
        "version": report["generator"]["version"],
        **report["assumptions"],
        # Totals that are lower bounds, since a layer could not be costed.
        "partial": ",".join(report["totals"]["partial"]),
    }
    mlflow.set_tags({f"layergauge.{name}": str(value) for name, value in tags.items()})
    mlflow.log_text(markdown, "layergauge/report.md")
    mlflow.log_dict(report, "layergauge/report.json")
    run_id: str = run.info.run_id
    return run_id


def main(model: str, *given: str) -> None:
    options = dict(option.split("=", 1) for option in given)
    print(log_report(Layergauge(os.environ.get("LAYERGAUGE_URL", "http://localhost:3000")), model, **options))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
