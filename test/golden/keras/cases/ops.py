"""Operations on symbolic tensors: operators, indexing, keras.ops and keras.random."""

import keras
from keras import layers as L
from keras import ops

from .build import listed


def on(shape, function, dtype="float32", batch=None):
    start = keras.Input(shape, dtype=dtype, batch_size=batch)
    return keras.Model(start, function(start))


def over(shapes, function, dtype="float32"):
    starts = [keras.Input(shape, dtype=dtype) for shape in shapes]
    return keras.Model(starts, function(*starts))


def named(salt, shape, *functions, **keywords):
    return listed(salt, *[lambda function=function: on(shape, function, **keywords) for function in functions])


def patches(x):
    """The way in of a vision transformer."""
    tokens = ops.reshape(L.Conv2D(12, 4, 4)(x), (-1, 16, 12))
    return L.LayerNormalization()(tokens + L.Dense(12, use_bias=False)(tokens))


def hand_attention(x):
    query, key, value = ops.split(L.Dense(24)(x), 3, axis=-1)
    scores = ops.softmax(ops.matmul(query, ops.transpose(key, (0, 2, 1))) / 8**0.5, axis=-1)
    return ops.matmul(scores, value)


def shuffle(x):
    grouped = ops.reshape(x, (-1, 8, 8, 2, 3))
    return ops.reshape(ops.transpose(grouped, (0, 1, 2, 4, 3)), (-1, 8, 8, 6))


def cases():
    yield from named(
        "scalar", (5, 6),
        lambda x: x + 1, lambda x: 2.0 * x, lambda x: 1 - x, lambda x: x / 3, lambda x: 1 / x, lambda x: x**2, lambda x: 2.0**x, lambda x: -x, lambda x: abs(x),
        lambda x: x // 2, lambda x: x % 2, lambda x: x > 0, lambda x: x <= 1, lambda x: ops.equal(x, 1), lambda x: ops.not_equal(x, 0.0), lambda x: (x > 0) & (x < 1), lambda x: ~(x > 0),
        lambda x: x - ops.mean(x, axis=-1, keepdims=True),
    )
    yield from listed(
        "pair",
        lambda: over([(5, 6), (5, 6)], lambda a, b: a + b),
        lambda: over([(5, 6), (6,)], lambda a, b: a - b),
        lambda: over([(5, 6), (5, 1)], lambda a, b: a * b),
        lambda: over([(5, 6), (5, 6)], lambda a, b: a / b),
        lambda: over([(5, 6), (6, 7)], lambda a, b: a @ b),
        lambda: over([(3, 5, 6), (3, 6, 7)], ops.matmul),
        lambda: over([(5, 6), (5, 6)], lambda a, b: ops.maximum(a, b) + ops.minimum(a, b)),
        lambda: over([(5, 6), (5, 2)], lambda a, b: ops.concatenate([a, b], axis=-1)),
        lambda: over([(5, 6), (5, 6)], lambda a, b: ops.stack([a, b], axis=1)),
        lambda: over([(5, 6), (5, 6)], lambda a, b: ops.where(a > b, a, b)),
        lambda: over([(5, 6), (7, 6)], lambda a, b: ops.einsum("bij,bkj->bik", a, b)),
        lambda: over([(5, 6), (5, 6)], lambda a, b: a > b),
        lambda: over([(6,), (6,)], lambda a, b: ops.power(a, b)),
    )
    yield from named(
        "index", (8, 6, 3),
        lambda x: x[:, 1:], lambda x: x[:, 0], lambda x: x[..., 0], lambda x: x[:, :, ::2], lambda x: x[:, -1], lambda x: x[:, 1:5, 2:-1], lambda x: x[:, None],
        lambda x: x[..., None], lambda x: x[:, ::-1], lambda x: x[:, 2:3, 0, :2],
    )
    yield from named(
        "shape", (8, 6, 3),
        lambda x: ops.reshape(x, (-1, 48, 3)), lambda x: ops.transpose(x, (0, 3, 1, 2)), lambda x: ops.transpose(x), lambda x: ops.squeeze(x[:, :1], 1),
        lambda x: ops.expand_dims(x, 1), lambda x: ops.swapaxes(x, 1, 2), lambda x: ops.moveaxis(x, 3, 1), lambda x: ops.repeat(x, 2, axis=1), lambda x: ops.tile(x, (1, 2, 1, 1)),
        lambda x: ops.pad(x, ((0, 0), (1, 1), (2, 0), (0, 0))), lambda x: ops.flip(x, 1), lambda x: ops.roll(x, 1, axis=2), lambda x: ops.split(x, 2, axis=1),
        lambda x: ops.split(x, [1, 3], axis=2), lambda x: ops.ravel(x), lambda x: ops.broadcast_to(x[:1, ...], (4, 8, 6, 3)), lambda x: ops.unstack(x, axis=3), lambda x: ops.cast(x, "float16"),
    )
    yield from named(
        "reduce", (8, 6, 3),
        lambda x: ops.mean(x, axis=(1, 2)), lambda x: ops.sum(x, axis=-1, keepdims=True), lambda x: ops.max(x, axis=1), lambda x: ops.min(x, axis=[1, 2], keepdims=True),
        lambda x: ops.prod(x, axis=-1), lambda x: ops.std(x, axis=-1), lambda x: ops.var(x, axis=1), lambda x: ops.logsumexp(x, axis=-1), lambda x: ops.argmax(x, axis=-1),
        lambda x: ops.argmin(x, axis=1), lambda x: ops.cumsum(x, axis=1), lambda x: ops.any(x > 0, axis=1), lambda x: ops.all(x > 0, axis=1), lambda x: ops.norm(x, axis=-1), lambda x: ops.mean(x),
        lambda x: ops.top_k(x, 2), lambda x: ops.sort(x, axis=1), lambda x: ops.argsort(x, axis=1), lambda x: ops.normalize(x, axis=-1),
    )
    unary = [
        "abs", "exp", "log", "sqrt", "rsqrt", "square", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "erf", "floor", "ceil",
        "round", "sign", "negative", "reciprocal", "log1p", "expm1", "relu", "relu6", "sigmoid", "silu", "gelu", "elu", "selu", "softplus", "softsign", "softmax", "log_softmax", "log_sigmoid",
        "hard_sigmoid", "hard_silu", "leaky_relu", "isnan", "logical_not", "stop_gradient", "zeros_like", "ones_like", "glu", "celu", "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink", "sparsemax",
    ]
    yield from listed("unary", *[lambda name=name: on((5, 6), getattr(ops, name)) for name in unary])
    yield from named(
        "other", (8, 8, 6),
        lambda x: ops.clip(x, 0.0, 6.0), lambda x: ops.max_pool(x, 2, 2), lambda x: ops.average_pool(x, (3, 2), 1, padding="same"),
        lambda x: ops.image.resize(x, (16, 12)), lambda x: ops.nn.gelu(x, approximate=False), lambda x: ops.take(x, [0, 2, 3], axis=1), lambda x: ops.one_hot(ops.argmax(x, axis=-1), 6),
        lambda x: keras.activations.relu(x, max_value=6.0), lambda x: keras.activations.swish(x), shuffle,
        lambda x: L.Conv2D(4, 3)(x) + L.Conv2D(4, 3)(x) * 0.5,
        lambda x: x * keras.activations.sigmoid(ops.mean(x, axis=(1, 2), keepdims=True)),
    )
    yield from listed(
        "network",
        lambda: on((16, 16, 3), patches),
        lambda: on((10, 16), hand_attention),
        lambda: on((7,), lambda x: L.Embedding(20, 6)(x) + L.Embedding(7, 6)(ops.arange(7)), dtype="int32"),
        lambda: on((16, 16, 3), lambda x: L.Dense(4)(ops.reshape(L.Conv2D(2, 3)(x), (-1, 14 * 14 * 2)))),
        lambda: over([(5, 6), (7, 6)], lambda a, b: L.Dense(3)(ops.concatenate([a[:, :2], b[:, 2:]], axis=1)) ** 2),
    )
