"""
Small models that use every layer of keras.layers, with what Keras says of them: `layers/<family>.json`, a list of cases.

    KERAS_BACKEND=numpy python3 test/golden/keras/layers.py [family …]
    KERAS_BACKEND=tensorflow python3 test/golden/keras/layers.py text

The modules of `cases/` say what is built; drawn arguments come from a seed, so the same versions write the same bytes.
"""

import importlib
import json
import sys

import keras
import numpy as np

from cases.build import SEED
from truth import rows_of, truth_of, write

# The numpy backend finds a shape by calling the layer on an uninitialised array, and Equalization indexes by the values that lie there.
np.empty = np.zeros

FAMILIES = ["conv", "pool", "core", "activation", "norm", "merge", "reshape", "recurrent", "attention", "image", "feature", "models", "ops"]

for family in sys.argv[1:] or FAMILIES:
    lines = []
    for name, build in importlib.import_module(f"cases.{family}").cases():
        keras.backend.clear_session()
        keras.utils.set_random_seed(SEED)
        keras.config.set_image_data_format("channels_last")
        try:
            model = build()
            truth = truth_of(model, tensors=True)
        except Exception:
            print(f"{family}: {name}", file=sys.stderr)
            raise
        lines.append(rows_of({"name": name, "model": json.loads(model.to_json()), "truth": truth}))
    write(f"layers/{family}.json", "[\n" + ",\n".join(lines) + "\n]\n")
    print(family, len(lines), flush=True)
