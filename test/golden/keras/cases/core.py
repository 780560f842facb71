"""Dense, EinsumDense, Embedding and the plain layers around them."""

import keras
from keras import layers as L

from .build import chain, drawn, listed

ACTIVATIONS = [
    None, "linear", "relu", "sigmoid", "tanh", "softmax", "softplus", "softsign", "elu", "selu", "gelu", "silu", "swish", "exponential",
    "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu", "log_sigmoid", "log_softmax", "mish", "relu6", "celu", "glu",
    "hard_shrink", "soft_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "tanh_shrink", "threshold",
]


def dense(rng):
    shape = [rng.randint(1, 9) for _ in range(rng.choice([1, 1, 2, 3]))]
    return chain(shape, L.Dense(rng.randint(1, 20), use_bias=rng.random() < 0.7, activation=rng.choice(ACTIVATIONS[:12])), L.Dense(3, name="last"))


def embedding(rng):
    shape = [rng.randint(1, 9) for _ in range(rng.choice([0, 1, 1, 2]))]
    return chain(shape, L.Embedding(rng.randint(5, 50), rng.randint(1, 12), mask_zero=rng.random() < 0.3), dtype=rng.choice(["int32", "int64", "uint8", "float32"]))


def cases():
    yield from drawn(10, "Dense", dense)
    yield from drawn(8, "Embedding", embedding)
    yield from listed("Activation", *[lambda name=name: chain((5, 6), L.Activation(name)) for name in ACTIVATIONS])
    yield from listed("Dense.activation", *[lambda name=name: chain((6,), L.Dense(4, activation=name)) for name in ACTIVATIONS[2:]])
    yield from listed(
        "Dense.layer_activation",
        lambda: chain((6,), L.Dense(4, activation=L.LeakyReLU(0.2))),
        lambda: chain((6,), L.Dense(4, activation=keras.activations.gelu)),
        lambda: chain((6, 6, 2), L.Conv2D(4, 3, activation=L.PReLU(shared_axes=[1, 2]))),
        lambda: chain((6,), L.Activation(L.ReLU(6.0))),
    )
    yield from listed(
        "EinsumDense",
        lambda: chain((32,), L.EinsumDense("ab,bc->ac", 64, bias_axes="c")),
        lambda: chain((8, 6), L.EinsumDense("abc,cd->abd", (None, 10), bias_axes="d")),
        lambda: chain((8, 6), L.EinsumDense("abc,cde->abde", (8, 3, 4), bias_axes="de", activation="relu")),
        lambda: chain((8, 3, 4), L.EinsumDense("abde,dec->abc", (8, 6), bias_axes="c")),
        lambda: chain((8, 6), L.EinsumDense("abc,bd->adc", (5, 6), bias_axes="d")),
        lambda: chain((8, 6), L.EinsumDense("...x,xy->...y", 10, bias_axes="y")),
        lambda: chain((7, 8, 6), L.EinsumDense("...x,xy->...y", 10)),
        lambda: chain((8, 6), L.EinsumDense("abc,bcd->ad", 9, bias_axes="d")),
        lambda: chain((4, 8, 6), L.EinsumDense("abcd,bde->abce", (4, 8, 5), bias_axes="be")),
        lambda: chain((8, 6), L.EinsumDense("abc,c->ab", 8)),
        lambda: chain((None, 6), L.EinsumDense("abc,cd->abd", (None, 10), bias_axes="d")),
    )
    yield from listed(
        "ReversibleEmbedding",
        lambda: chain((7,), L.ReversibleEmbedding(30, 8), dtype="int32"),
        lambda: chain((7,), L.ReversibleEmbedding(30, 8, tie_weights=False, mask_zero=True), dtype="int32"),
        lambda: reversible(True),
        lambda: reversible(False),
    )
    yield from listed(
        "Identity",
        lambda: chain((5, 6), L.Identity()),
        lambda: chain((5, 6, 2), L.Identity(name="a"), L.Identity(name="b"), L.Flatten()),
        lambda: chain((3,), L.Identity(), L.Dense(2), batch=4),
    )
    yield from listed(
        "Masking",
        lambda: chain((5, 6), L.Masking(), L.LSTM(4)),
        lambda: chain((5, 6), L.Masking(mask_value=-1.0), L.Dense(3)),
        lambda: chain((None, 6), L.Masking(), L.GRU(4, return_sequences=True)),
    )
    yield from listed(
        "InputLayer",
        lambda: keras.Sequential([L.InputLayer(shape=(4,)), L.Dense(3)]),
        lambda: keras.Sequential([L.InputLayer(batch_shape=(2, 4)), L.Dense(3)]),
        lambda: keras.Sequential([keras.Input((4, 5), name="tokens", dtype="float64"), L.Dense(3, dtype="float64")]),
        lambda: chain((), L.Embedding(5, 3), L.Flatten(), dtype="int32"),
    )
    yield from listed(
        "dtype",
        lambda: chain((8,), L.Dense(4, dtype="mixed_float16"), L.Dense(2, dtype="float32")),
        lambda: chain((8,), L.Dense(4, dtype="bfloat16"), L.Dense(2, dtype="mixed_bfloat16")),
        lambda: chain((8,), L.Dense(4, dtype="float64"), dtype="float64"),
        lambda: chain((8,), L.BatchNormalization(dtype="mixed_float16"), L.Dense(2, dtype="float16"), dtype="float16"),
    )


def reversible(tie):
    layer = L.ReversibleEmbedding(30, 8, tie_weights=tie)
    start = keras.Input((7,), dtype="int32")
    return keras.Model(start, layer(L.Dense(8)(layer(start)), reverse=True))
