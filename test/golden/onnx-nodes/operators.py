"""Every operator of ONNX's default domain with the versions that changed it: `python3 operators.py` writes operators.json. onnx 1.23.2."""

import json
import pathlib

import onnx.defs

versions = {}
for schema in onnx.defs.get_all_schemas_with_history():
    if schema.domain == "":
        versions.setdefault(schema.name, []).append(schema.since_version)
lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(sorted(versions[name]), separators=(',', ':'))}" for name in sorted(versions))
pathlib.Path(__file__).with_name("operators.json").write_text(f"{{\n{lines}\n}}\n")
