"""
Files as `tensorflowjs_converter` writes them, from models of tf_keras with random weights: graph models, and layers models, quantised ones among both.

    python3 test/golden/tfjs/convert.py <scratch>      (writes <scratch>/<name>/model.json with its weight files)
    node    test/golden/tfjs/convert.mjs <scratch>     (runs them, and puts model.json and what TensorFlow.js says of it beside this file)

Made with tensorflowjs 4.22.0, tf_keras 2.21.0 and tensorflow-cpu 2.21.0 (`pip install tensorflow-cpu tf-keras packaging six` and
`pip install --no-deps tensorflowjs==4.22.0`): the converter imports decision forests, TensorFlow Hub and JAX at its start but uses none of them here,
and they no longer fit together, so they are stood in for.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from unittest.mock import MagicMock

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_USE_LEGACY_KERAS="1")
for absent in ("tensorflow_decision_forests", "tensorflow_hub", "jax", "jax.experimental", "jax.experimental.jax2tf"):
    sys.modules[absent] = MagicMock()

import numpy as np  # noqa: E402
import tf_keras as keras  # noqa: E402
from tensorflowjs import converters  # noqa: E402
from tensorflowjs.converters import tf_saved_model_conversion_v2 as graphs  # noqa: E402
from tf_keras import layers as L  # noqa: E402

SEED = 20250125


def small_cnn():
    start = keras.Input((32, 24, 3), name="image")
    one = L.ReLU()(L.BatchNormalization()(L.Conv2D(8, 3, 2, "same", use_bias=False)(start)))
    two = L.ReLU(6.0)(L.BatchNormalization()(L.DepthwiseConv2D(3, padding="same", use_bias=False)(one)))
    three = L.BatchNormalization()(L.Conv2D(8, 1, use_bias=False)(two))
    joined = L.Concatenate()([L.Add()([one, three]), L.MaxPooling2D(3, 1, "same")(one)])
    four = L.AveragePooling2D(2)(L.Conv2D(12, (3, 1), activation="elu")(joined))
    return keras.Model(start, L.Dense(5, activation="softmax")(L.GlobalAveragePooling2D()(four)))


def mlp():
    return keras.Sequential([L.Input((12,), name="features"), L.Dense(16, activation="relu"), L.Dense(8), L.PReLU(), L.Dense(4, activation="sigmoid"), L.Dense(3, use_bias=False)])


def unrolled_gru():
    return keras.Sequential([L.Input((4, 5), batch_size=1), L.GRU(6, unroll=True), L.Dense(2)])


def looped_lstm():
    return keras.Sequential([L.Input((9,), name="tokens"), L.Embedding(40, 8), L.LSTM(6), L.Dense(3)])


def unet():
    start = keras.Input((16, 24, 2), batch_size=1, name="image")
    one = L.Conv2D(4, 3, padding="same", activation="relu")(start)
    two = L.Conv2D(8, 3, 2, padding="same", activation="relu")(one)
    up = L.Concatenate()([L.UpSampling2D(2, interpolation="bilinear")(two), one])
    return keras.Model(start, L.Conv2DTranspose(3, 4, 2, padding="same")(up))


def encoder():
    start = keras.Input((6, 8), batch_size=1)
    inner = L.LayerNormalization()(start + L.MultiHeadAttention(2, 4)(start, start))
    return keras.Model(start, inner + L.Dense(8)(L.Dense(16, activation="swish")(inner)))


def separable():
    return keras.Sequential([L.Input((20, 20, 4), batch_size=1), L.SeparableConv2D(6, 3, depth_multiplier=2, activation="relu"), L.Conv2D(4, 3, dilation_rate=2, padding="same"), L.GlobalMaxPooling2D()])


GRAPHS = {
    "mobilenet_v2": (lambda: keras.applications.MobileNetV2(weights=None, input_shape=(96, 96, 3), alpha=0.35), None),
    "efficientnet_b0": (lambda: keras.applications.EfficientNetB0(weights=None, input_shape=(64, 64, 3), classes=10), None),
    "small_cnn": (small_cnn, None),
    "small_cnn_uint8": (small_cnn, {"uint8": True}),
    "mlp": (mlp, None),
    "mlp_float16": (mlp, {"float16": True}),
    "unrolled_gru": (unrolled_gru, None),
    "looped_lstm": (looped_lstm, None),
    "unet": (unet, None),
    "encoder": (encoder, None),
    "separable": (separable, None),
}

LAYERS = {
    "mobilenet_v2": (lambda: keras.applications.MobileNetV2(weights=None, input_shape=(96, 96, 3), alpha=0.35), None),
    "mobilenet_uint8": (lambda: keras.applications.MobileNet(weights=None, input_shape=(128, 128, 3), alpha=0.25), {"uint8": True}),
    "small_cnn_uint16": (small_cnn, {"uint16": True}),
    "small_cnn_mixed": (small_cnn, {"float16": "*kernel*", "uint8": "batch_normalization*"}),
    "mlp_float16": (mlp, {"float16": True}),
    "unrolled_gru": (unrolled_gru, None),
    "looped_lstm": (looped_lstm, None),
}


def fill(model):
    """Random values everywhere: the converter drops a bias that is zero, as fresh ones are."""
    random = np.random.default_rng(SEED)
    model.set_weights([random.uniform(0.1, 1, weight.shape).astype("float32") for weight in model.get_weights()])


def numbers(weights):
    return sum(int(keras.backend.count_params(weight)) for weight in weights)


def rows_of(model):
    """Keras' own row for each layer; no model here nests another."""
    return [
        {
            "name": layer.name,
            "class_name": type(layer).__name__,
            "output_shapes": [list(shape) for shape in (layer.output_shape if isinstance(layer.output_shape, list) else [layer.output_shape])],
            "parameters": layer.count_params(),
            "non_trainable": numbers(layer.non_trainable_weights),
        }
        for layer in model.layers
    ]


def main(scratch):
    for kind, table in (("graph", GRAPHS), ("layers", LAYERS)):
        for name, (build, quantised) in table.items():
            keras.backend.clear_session()
            keras.utils.set_random_seed(SEED)
            model = build()
            fill(model)
            folder = scratch / kind / name
            shutil.rmtree(folder, ignore_errors=True)
            if kind == "graph":
                model.save(scratch / "saved", save_format="tf")
                graphs.convert_tf_saved_model(str(scratch / "saved"), str(folder), quantization_dtype_map=quantised)
            else:
                converters.save_keras_model(model, str(folder), quantization_dtype_map=quantised)
            truth = {"count_params": model.count_params(), "trainable": numbers(model.trainable_weights), "non_trainable": numbers(model.non_trainable_weights), "layers": rows_of(model)}
            (folder / "keras.json").write_text(json.dumps(truth))
            print(kind, name, model.count_params(), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
