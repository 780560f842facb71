"""How models are put together: nested, shared, several inputs and outputs, Sequential in every state, Lambda and layers of one's own."""

import keras
from keras import layers as L

from .build import chain, listed


@keras.saving.register_keras_serializable(package="golden")
class Doubled(keras.layers.Layer):
    """A registered layer with a weight, as teams write them."""

    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.gain = self.add_weight(shape=(input_shape[-1],), name="gain")

    def call(self, inputs):
        return inputs * self.gain * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(package="golden")
class Halved(keras.layers.Layer):
    """A registered layer that changes the shape."""

    def call(self, inputs):
        return inputs[:, ::2]

    def compute_output_shape(self, input_shape):
        length = input_shape[1]
        return (input_shape[0], None if length is None else -(-length // 2), *input_shape[2:])


@keras.saving.register_keras_serializable(package="golden")
def scale_all(tensor):
    return tensor * 3.0


def anonymous(source):
    """A lambda whose serialised code names no file of this machine."""
    return eval(compile(source, "model.py", "eval"))  # noqa: S307: the text is one of those below


def mlp(name, *widths, inputs=8):
    start = keras.Input((inputs,), name=f"{name}_in")
    tensor = start
    for width in widths:
        tensor = L.Dense(width, activation="relu")(tensor)
    return keras.Model(start, tensor, name=name)


def stem(name="stem", shape=(None, None, 3)):
    return keras.Sequential([keras.Input(shape), L.Conv2D(4, 3, 2, name="conv"), L.BatchNormalization(name="bn"), L.ReLU(name="act")], name=name)


def siamese():
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    encode = mlp("encode", 6, 4)
    return keras.Model([left, right], L.Dot(axes=1, normalize=True)([encode(left), encode(right)]))


def shared_layer():
    left, right, third = (keras.Input((8,), name=name) for name in ("left", "right", "third"))
    dense = L.Dense(5, name="shared")
    return keras.Model([left, right, third], L.Concatenate()([dense(left), dense(right), dense(third)]))


def shared_conv_sizes():
    small, large = keras.Input((16, 16, 3)), keras.Input((32, 24, 3))
    conv, pool = L.Conv2D(4, 3, padding="same", name="head"), L.GlobalAveragePooling2D(name="pool")
    return keras.Model([small, large], [pool(conv(small)), pool(conv(large))])


def shared_chain():
    start = keras.Input((8,))
    dense = L.Dense(8, name="again")
    return keras.Model(start, dense(dense(dense(start))))


def shared_inner():
    """One layer used inside a nested model and outside it. The JSON does not say that they are one, so the model read back from it, with two, is the truth."""
    dense = L.Dense(8, name="both")
    start = keras.Input((8,))
    inner_start = keras.Input((8,))
    inner = keras.Model(inner_start, dense(inner_start), name="inner")
    return keras.models.model_from_json(keras.Model(start, L.Add()([inner(start), dense(start)])).to_json())


def nested_twice():
    inner = mlp("inner", 8)
    middle_start = keras.Input((8,), name="middle_in")
    middle = keras.Model(middle_start, L.Add(name="add")([inner(middle_start), middle_start]), name="middle")
    start = keras.Input((8,))
    return keras.Model(start, L.Dense(2)(middle(middle(start))))


def nested_resized():
    """A model without extents, called on an image of known size."""
    start = keras.Input((33, 47, 3))
    return keras.Model(start, L.Flatten()(L.GlobalMaxPooling2D(keepdims=True)(stem()(start))))


def nested_several():
    a, b = keras.Input((4,), name="a"), keras.Input((6,), name="b")
    inner = keras.Model([a, b], [L.Concatenate(name="joined")([a, b]), L.Dense(3, name="left")(a), L.Dense(2, name="right")(b)], name="inner")
    x, y = keras.Input((4,)), keras.Input((6,))
    joined, left, right = inner([x, y])
    return keras.Model([x, y], [L.Dense(5)(joined), L.Multiply()([left, L.Dense(3)(right)])])


def backbone():
    start = keras.Input((64, 64, 3), name="photo")
    network = keras.applications.MobileNetV2(weights=None, include_top=False, alpha=0.35, input_shape=(64, 64, 3))
    network.trainable = False
    tensor = network(keras.applications.mobilenet_v2.preprocess_input(start), training=False)
    return keras.Model(start, L.Dense(2, activation="softmax")(L.Dropout(0.2)(L.GlobalAveragePooling2D()(tensor))))


def sequential_of_models():
    return keras.Sequential([keras.Input((32, 32, 3)), stem("one"), keras.Sequential([L.Conv2D(5, 1), L.MaxPooling2D()], name="two"), L.Flatten(), mlp("three", 4, inputs=5 * 7 * 7)])


def multi_io():
    image, tokens, scalar = keras.Input((16, 16, 3), name="image"), keras.Input((7,), dtype="int32", name="tokens"), keras.Input((1,), name="scalar")
    features = L.Flatten()(L.Conv2D(4, 3, 2)(image))
    words = L.LSTM(6)(L.Embedding(40, 5)(tokens))
    joined = L.Concatenate()([features, words, scalar])
    return keras.Model({"image": image, "tokens": tokens, "scalar": scalar}, {"kind": L.Dense(4, name="kind")(joined), "score": L.Dense(1, name="score")(joined)})


def passthrough_output():
    start = keras.Input((8,))
    dense = L.Dense(4)(start)
    return keras.Model(start, [dense, start, dense])


def unet():
    start = keras.Input((32, 48, 1))
    one = L.Conv2D(4, 3, padding="same", activation="relu")(start)
    two = L.Conv2D(8, 3, padding="same", activation="relu")(L.MaxPooling2D()(one))
    three = L.Conv2D(16, 3, padding="same", activation="relu")(L.MaxPooling2D()(two))
    up = L.Concatenate()([L.Conv2DTranspose(8, 2, 2, padding="same")(three), two])
    up = L.Concatenate()([L.UpSampling2D(interpolation="bilinear")(up), one])
    return keras.Model(start, L.Conv2D(1, 1, activation="sigmoid")(up))


def built(layers, shape):
    model = keras.Sequential(layers)
    model.build(shape)
    return model


def frozen():
    model = chain((8,), L.Dense(6), L.BatchNormalization(), L.Dense(3))
    model.layers[1].trainable = False
    return model


def frozen_all():
    model = chain((8,), L.Dense(6), L.BatchNormalization(), L.Dense(3))
    model.trainable = False
    return model


def two_lambdas():
    a, b = keras.Input((4,)), keras.Input((4,))
    return keras.Model([a, b], L.Lambda(scale_all, output_shape=(4,), name="joined")(L.Add()([a, b])))


def compiled():
    model = chain((8,), L.Dense(4))
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    return model


def cases():
    yield from listed("nested", siamese, nested_twice, nested_resized, nested_several, sequential_of_models, backbone, shared_inner)
    yield from listed("shared", shared_layer, shared_conv_sizes, shared_chain)
    yield from listed("several", multi_io, passthrough_output, unet)
    yield from listed("state", frozen, frozen_all, compiled)
    yield from listed(
        "Sequential",
        lambda: keras.Sequential([keras.Input((8,)), L.Dense(4), L.Dense(2)]),
        lambda: built([L.Dense(4), L.Dense(2)], (None, 8)),
        lambda: built([L.Conv2D(4, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dense(2)], (3, 16, 16, 3)),
        lambda: built([L.Embedding(20, 5), L.LSTM(4)], (None, 9)),
        lambda: keras.Sequential([keras.Input(batch_shape=(1, 8)), L.Dense(4)]),
        lambda: keras.Sequential([keras.Input(batch_shape=(5, 8)), L.Dense(4)]),
        lambda: keras.Sequential([keras.Input((8,)), L.Dense(4, name="a:b c"), L.Dense(2, name="é")], name="my model"),
    )
    yield from listed(
        "batch",
        lambda: chain((8,), L.Dense(4), batch=1),
        lambda: chain((8,), L.Dense(4), L.Reshape((2, 2)), batch=6),
        lambda: keras.Model(*(lambda start: (start, L.Conv2D(2, 3)(start)))(keras.Input(batch_shape=(4, 9, 9, 3)))),
    )
    yield from listed(
        "Lambda",
        lambda: chain((5, 6), L.Lambda(scale_all, name="thrice"), L.Dense(2)),
        lambda: chain((5, 6), L.Lambda(scale_all, output_shape=(5, 6)), L.Flatten()),
        lambda: chain((5, 6), L.Lambda(anonymous("lambda t: t[:, 0]"), output_shape=(6,)), L.Dense(2)),
        lambda: chain((5, 6), L.Lambda(anonymous("lambda t: t * 2")), L.Dense(2)),
        two_lambdas,
    )
    yield from listed(
        "custom",
        lambda: chain((5, 6), Doubled(name="mine"), L.Dense(2)),
        lambda: chain((5, 6), L.Dense(4), Halved(name="half"), L.Flatten()),
        lambda: chain((9, 6), Halved(), Doubled(3.0), L.LSTM(2)),
        lambda: chain((5, 6), L.Activation(scale_all), L.Dense(2, activation=scale_all)),
    )
