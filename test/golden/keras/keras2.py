"""
The dialect of Keras 2: networks and small models by tf_keras, in the form of the other files of this folder, under `keras2/`.

    python3 test/golden/keras/keras2.py

Made with tf_keras 2.21.0 on tensorflow-cpu 2.21.0 (`pip install tf-keras tensorflow-cpu`), Python 3.11.
The cases `old/…` are the same models in the spelling of Keras 2.0 to 2.2, which nothing current writes: class `Model` for Functional, and a
Sequential's config as a bare list. They are made from tf_keras' own by `as_old`.
"""

import gzip
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf
import tf_keras as keras
from tf_keras import layers as L
from tf_keras.src.engine.functional import Functional

SEED = 20250125
HERE = Path(__file__).parent / "keras2"
PLAIN_BYTES = 20_000
nets = keras.applications


def numbers(weights):
    return sum(int(tf.size(weight)) for weight in weights)


def shapes(tensors):
    return [list(tensor.shape) for tensor in tf.nest.flatten(tensors)]


def rows_of(model, prefix, calls, rows):
    """A row for each call of each layer; the inner layers of a nested model have the shapes it was built with."""
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            layer = node.layer
            path = f"{prefix}{layer.name}"
            if isinstance(layer, Functional):
                rows_of(layer, f"{path}/", calls, rows)
                continue
            calls[path] = calls.get(path, -1) + 1
            rows.append({
                "name": path,
                "class_name": type(layer).__name__,
                "call": calls[path],
                "output_shapes": shapes(node.outputs),
                "output_dtypes": [tensor.dtype.name for tensor in tf.nest.flatten(node.outputs)],
                "parameters": numbers(layer.weights),
                "non_trainable": numbers(layer.non_trainable_weights),
                "weights": [[w.name, list(w.shape), w.dtype.name, w.trainable] for w in layer.weights],
            })
    return rows


def truth_of(model, tensors):
    rows = rows_of(model, "", {}, [])
    if not tensors:
        for row in rows:
            del row["weights"]
    return {
        "count_params": model.count_params(),
        "trainable": numbers(model.trainable_weights),
        "non_trainable": numbers(model.non_trainable_weights),
        "inputs": [{"name": i.name, "shape": list(i.shape), "dtype": i.dtype.name} for i in model.inputs],
        "output_shapes": shapes(model.outputs),
        "layers": rows,
    }


def write(path, text):
    data = text.encode()
    plain, packed = HERE / path, HERE / f"{path}.gz"
    plain.parent.mkdir(parents=True, exist_ok=True)
    plain.unlink(missing_ok=True)
    packed.unlink(missing_ok=True)
    if len(data) > PLAIN_BYTES:
        packed.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    else:
        plain.write_bytes(data)


def line(value):
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def fresh():
    keras.backend.clear_session()
    keras.utils.set_random_seed(SEED)


NETWORKS = {
    "vgg16": (nets.VGG16, {}),
    "resnet50": (nets.ResNet50, {}),
    "resnet50v2_96x128_avg": (nets.ResNet50V2, {"include_top": False, "input_shape": (96, 128, 3), "pooling": "avg"}),
    "inception_v3": (nets.InceptionV3, {}),
    "xception_notop_none": (nets.Xception, {"include_top": False}),
    "mobilenet_025_128": (nets.MobileNet, {"alpha": 0.25, "input_shape": (128, 128, 3)}),
    "mobilenet_v2": (nets.MobileNetV2, {}),
    "mobilenet_v3_small": (nets.MobileNetV3Small, {}),
    "densenet121": (nets.DenseNet121, {}),
    "nasnet_mobile": (nets.NASNetMobile, {}),
    "efficientnet_b0": (nets.EfficientNetB0, {}),
    "efficientnet_v2b0": (nets.EfficientNetV2B0, {}),
    "convnext_tiny_notop_64": (nets.ConvNeXtTiny, {"include_top": False, "input_shape": (64, 64, 3)}),
    "regnet_x002": (nets.RegNetX002, {}),
    "regnet_y002": (nets.RegNetY002, {}),
    "resnet_rs50": (nets.ResNetRS50, {"input_shape": (160, 160, 3)}),
}


def chain(shape, *layers, batch=None, dtype="float32"):
    start = keras.Input(shape, batch_size=batch, dtype=dtype)
    tensor = start
    for layer in layers:
        tensor = layer(tensor)
    return keras.Model(start, tensor)


def join(shapes, function, dtype="float32"):
    starts = [keras.Input(shape, dtype=dtype) for shape in shapes]
    return keras.Model(starts, function(*starts))


def shared():
    dense = L.Dense(5, name="shared")
    return join([(8,), (8,)], lambda a, b: L.Concatenate()([dense(a), dense(b)]))


def nested():
    inner = keras.Sequential([L.Input((8,)), L.Dense(6), L.Dense(8)], name="inner")
    start = keras.Input((8,))
    middle_start = keras.Input((8,))
    middle = keras.Model(middle_start, L.Add()([inner(middle_start), middle_start]), name="middle")
    return keras.Model(start, L.Dense(2)(middle(middle(start))))


def seq2seq():
    source, target = keras.Input((None, 4)), keras.Input((None, 3))
    _, h, c = L.LSTM(7, return_state=True)(source)
    decoded, _, _ = L.LSTM(7, return_sequences=True, return_state=True)(target, initial_state=[h, c])
    return keras.Model([source, target], L.Dense(2, activation="softmax")(decoded))


def built(layers, shape):
    model = keras.Sequential(layers)
    model.build(shape)
    return model


def attended():
    query, value = keras.Input((5, 8)), keras.Input((7, 6))
    out, scores = L.MultiHeadAttention(2, 4, value_dim=3)(query, value, return_attention_scores=True)
    return keras.Model([query, value], [out, scores])


def frozen():
    model = chain((8,), L.Dense(6), L.BatchNormalization(), L.Dense(3))
    model.layers[1].trainable = False
    return model


def cases():
    last, first = {"data_format": "channels_last"}, {"data_format": "channels_first"}
    yield "Sequential/0", lambda: keras.Sequential([L.Input((8,)), L.Dense(4, activation="relu"), L.Dense(2)])
    yield "Sequential/1", lambda: keras.Sequential([L.Dense(4, input_shape=(8,)), L.Dropout(0.2), L.Dense(2)])
    yield "Sequential/2", lambda: built([L.Conv2D(4, 3), L.MaxPooling2D(), L.Flatten(), L.Dense(2)], (None, 16, 16, 3))
    yield "Sequential/3", lambda: keras.Sequential([L.Embedding(20, 5, input_length=9), L.LSTM(4), L.Dense(1)])
    yield "Sequential/4", lambda: keras.Sequential([L.InputLayer(batch_input_shape=(4, 8)), L.Dense(3)])
    yield "shared", shared
    yield "nested", nested
    yield "seq2seq", seq2seq
    yield "frozen", frozen
    yield "Conv2D/0", lambda: chain((17, 19, 4), L.Conv2D(6, (3, 5), (2, 1), "same", groups=2, **last), L.Activation("relu"))
    yield "Conv2D/1", lambda: chain((4, 17, 19), L.Conv2D(6, 3, dilation_rate=2, use_bias=False, **first), L.BatchNormalization(axis=1))
    yield "Conv1D", lambda: chain((20, 4), L.Conv1D(6, 3, padding="causal", dilation_rate=2), L.SeparableConv1D(5, 3, depth_multiplier=2), L.GlobalMaxPooling1D())
    yield "Conv3D", lambda: chain((8, 9, 10, 2), L.Conv3D(4, 3, 2), L.MaxPooling3D(), L.Conv3DTranspose(3, 2, 2), L.GlobalAveragePooling3D())
    yield "Conv2DTranspose/0", lambda: chain((7, 9, 4), L.Conv2DTranspose(6, 3, 2, "same"), L.Conv2DTranspose(2, 4, (2, 3)))
    yield "Conv2DTranspose/1", lambda: chain((7, 9, 4), L.Conv2DTranspose(6, 3, 2, output_padding=1), L.UpSampling2D((2, 3), interpolation="bilinear"))
    yield "Conv1DTranspose", lambda: chain((7, 4), L.Conv1DTranspose(6, 3, 2, "same"), L.UpSampling1D(3), L.Cropping1D((1, 2)), L.ZeroPadding1D(2))
    yield "DepthwiseConv2D", lambda: chain((17, 19, 4), L.DepthwiseConv2D(3, 2, "same", depth_multiplier=2), L.SeparableConv2D(6, 3, use_bias=False), L.ReLU(6.0))
    yield "DepthwiseConv1D", lambda: chain((17, 4), L.DepthwiseConv1D(3, 2, depth_multiplier=2), L.LayerNormalization())
    yield "LocallyConnected", lambda: chain((9, 4), L.LocallyConnected1D(6, 3), L.Flatten())
    yield "LocallyConnected2D", lambda: chain((9, 8, 4), L.LocallyConnected2D(6, 3, (2, 1)), L.Flatten())
    yield "pool", lambda: chain((17, 19, 4), L.AveragePooling2D((3, 2), 2, "same"), L.MaxPooling2D(3, 1), L.GlobalAveragePooling2D(keepdims=True))
    yield "edges", lambda: chain((3, 9, 8), L.ZeroPadding2D(((1, 2), (0, 3)), **first), L.Cropping2D((1, 2), **first), L.Permute((2, 3, 1)), L.Reshape((-1, 3)), L.Flatten())
    yield "activations", lambda: chain((8,), L.LeakyReLU(0.2), L.PReLU(), L.ELU(0.5), L.Softmax(), L.ThresholdedReLU(0.3), L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2), L.Activation("swish"))
    yield "noise", lambda: chain((8, 6), L.Dropout(0.1), L.SpatialDropout1D(0.1), L.GaussianNoise(0.1), L.GaussianDropout(0.1), L.AlphaDropout(0.1), L.ActivityRegularization(l1=0.1), L.Masking())
    yield "norm", lambda: chain((8, 6, 4), L.BatchNormalization(scale=False), L.LayerNormalization(axis=[1, 2]), L.GroupNormalization(2), L.UnitNormalization())
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
        yield f"merge/{name}", lambda name=name: join([(5, 6), (5, 6)], lambda a, b: getattr(L, name)()([a, b]))
    yield "merge/Concatenate", lambda: join([(5, 6), (5, 2)], lambda a, b: L.Concatenate(axis=-1)([a, b]))
    yield "merge/Dot", lambda: join([(5, 6), (7, 6)], lambda a, b: L.Dot(axes=2, normalize=True)([a, b]))
    for kind in ("SimpleRNN", "LSTM", "GRU"):
        layer = getattr(L, kind)
        yield f"{kind}/0", lambda layer=layer: chain((6, 4), layer(5, return_sequences=True), layer(3, use_bias=False, go_backwards=True))
        yield f"{kind}/1", lambda layer=layer: chain((None, 4), layer(5, return_sequences=True, return_state=True))
        yield f"{kind}/2", lambda layer=layer: chain((6, 4), L.Bidirectional(layer(5, return_sequences=True), merge_mode="sum"), L.Bidirectional(layer(3)))
        yield f"{kind}/3", lambda layer=layer: chain((6, 4), L.RNN([getattr(L, f"{layer.__name__}Cell")(5), getattr(L, f"{layer.__name__}Cell")(3)], return_sequences=True))
    yield "GRU/4", lambda: chain((6, 4), L.GRU(5, reset_after=False, return_sequences=True), L.GRU(5, reset_after=False, use_bias=False))
    yield "ConvLSTM2D", lambda: chain((4, 9, 9, 3), L.ConvLSTM2D(4, 3, padding="same", return_sequences=True), L.ConvLSTM2D(2, 3, strides=2))
    yield "TimeDistributed", lambda: chain((4, 9, 9, 3), L.TimeDistributed(L.Conv2D(4, 3)), L.TimeDistributed(L.Flatten()), L.TimeDistributed(L.Dense(5)), L.LSTM(3))
    yield "MultiHeadAttention", attended
    yield "Attention", lambda: join([(5, 8), (7, 8)], lambda a, b: L.Attention(use_scale=True)([a, b]))
    yield "AdditiveAttention", lambda: join([(5, 8), (7, 8)], lambda a, b: L.AdditiveAttention()([a, b]))
    yield "EinsumDense", lambda: chain((8, 6), L.EinsumDense("abc,cde->abde", (None, 3, 4), bias_axes="de"), L.EinsumDense("...x,xy->...y", 10))
    yield "Embedding", lambda: chain((7,), L.Embedding(20, 6, mask_zero=True), L.GlobalAveragePooling1D(), dtype="int32")
    yield "image", lambda: chain((20, 30, 3), L.Resizing(16, 16), L.Rescaling(1 / 255), L.RandomFlip(), L.RandomRotation(0.1), L.CenterCrop(8, 9), L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 1.0, 1.0]))
    yield "Normalization", lambda: chain((7,), L.Normalization())
    yield "CategoryEncoding", lambda: chain((6,), L.CategoryEncoding(10, output_mode="multi_hot"), dtype="int32")
    yield "dtype", lambda: chain((8,), L.Dense(4, dtype="mixed_float16"), L.Dense(2, dtype="float32"))
    yield "batch", lambda: chain((8,), L.Dense(4), batch=3)
    yield "Lambda", lambda: chain((5, 6), L.Lambda(eval(compile("lambda t: t[:, 0]", "model.py", "eval")), output_shape=(6,), name="first"), L.Dense(2))
    for index, function in enumerate([
        lambda x: x + 1.0, lambda x: 2.0 * x, lambda x: 1.0 - x, lambda x: x / 3.0, lambda x: -x, lambda x: x[:, 1:], lambda x: x[:, 0], lambda x: x[..., None], lambda x: x[:, 1:4, ::2],
        lambda x: tf.reshape(x, (-1, 30)), lambda x: tf.transpose(x, (0, 2, 1)), lambda x: tf.nn.relu(x), lambda x: tf.nn.gelu(x), lambda x: tf.reduce_mean(x, axis=1), lambda x: tf.reduce_sum(x, axis=[1, 2], keepdims=True),
        lambda x: tf.concat([x, x], axis=-1), lambda x: tf.stack([x, x], axis=1), lambda x: tf.expand_dims(x, 1), lambda x: tf.squeeze(x[:, :1], 1), lambda x: tf.split(x, 2, axis=2), lambda x: tf.matmul(x, x, transpose_b=True),
        lambda x: tf.nn.softmax(x), lambda x: tf.sqrt(tf.exp(x)), lambda x: tf.cast(x, tf.float16), lambda x: tf.clip_by_value(x, 0.0, 6.0), lambda x: tf.pad(x, [[0, 0], [1, 1], [0, 2]]), lambda x: tf.tile(x, (1, 2, 1)),
        lambda x: tf.einsum("bij,bkj->bik", x, x), lambda x: tf.math.l2_normalize(x, axis=-1), lambda x: x * tf.sigmoid(x), lambda x: tf.maximum(x, 0.0), lambda x: x ** 2,
    ]):
        yield f"ops/{index}", lambda function=function: join([(5, 6)], function)
    yield "ops/image", lambda: join([(8, 8, 3)], lambda x: tf.image.resize(x, (16, 12)))
    yield "ops/pair", lambda: join([(5, 6), (5, 6)], lambda a, b: tf.where(a > b, a, b) + a * b)


def as_old(model):
    """The same model as Keras 2.0 to 2.2 spelt it."""
    if isinstance(model, list):
        return [as_old(item) for item in model]
    if not isinstance(model, dict):
        return model
    out = {key: as_old(value) for key, value in model.items()}
    if out.get("class_name") == "Functional":
        out["class_name"] = "Model"
    if out.get("class_name") == "Sequential":
        out["config"] = [layer for layer in out["config"]["layers"] if layer["class_name"] != "InputLayer"]
        shape = next(layer for layer in model["config"]["layers"] if layer["class_name"] == "InputLayer")["config"]["batch_input_shape"]
        out["config"][0]["config"]["batch_input_shape"] = shape
    return out


def main():
    for name, (build, arguments) in NETWORKS.items():
        fresh()
        model = build(weights=None, **arguments)
        write(f"applications/{name}.json", model.to_json())
        write(f"applications/{name}.truth.json", line({"name": name, **truth_of(model, False)}))
        print(name, model.count_params(), flush=True)
    lines = []
    for name, build in cases():
        fresh()
        try:
            model = build()
            case = {"name": name, "model": json.loads(model.to_json()), "truth": truth_of(model, True)}
        except Exception:
            print(name)
            raise
        lines.append(line(case))
        if name in ("Sequential/0", "Sequential/2", "shared", "seq2seq", "Conv2D/1"):
            truth = {**case["truth"], "layers": [row for row in case["truth"]["layers"] if row["class_name"] != "InputLayer" or not name.startswith("Seq")]}
            lines.append(line({"name": f"old/{name}", "model": {**as_old(case["model"]), "keras_version": "2.1.6"}, "truth": truth}))
    write("layers.json", "[\n" + ",\n".join(lines) + "\n]\n")
    print(len(lines), "cases")


if __name__ == "__main__":
    main()
