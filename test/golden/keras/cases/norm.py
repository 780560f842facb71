"""Normalisation layers."""

from keras import layers as L

from .build import chain, drawn, listed


def batch_norm(rng):
    shape = [rng.randint(2, 8) for _ in range(rng.choice([1, 2, 3, 4]))]
    return chain(
        shape,
        L.BatchNormalization(axis=rng.choice([-1, 1, len(shape)]), center=rng.random() < 0.7, scale=rng.random() < 0.7, epsilon=rng.choice([1e-3, 1e-5]), momentum=0.9, trainable=rng.random() < 0.8),
    )


def layer_norm(kind):
    def make(rng):
        shape = [rng.randint(2, 8) for _ in range(rng.choice([1, 2, 3]))]
        axis = rng.choice([-1, 1, len(shape), *([[1, 2], [-2, -1]] if len(shape) > 1 else [])])
        own = {"center": rng.random() < 0.7, "scale": rng.random() < 0.7} if kind == "LayerNormalization" else {}
        return chain(shape, getattr(L, kind)(axis=axis, epsilon=rng.choice([1e-3, 1e-6]), **own))

    return make


def group_norm(rng):
    axis = rng.choice([-1, 1])
    groups = rng.choice([1, 2, 3, -1])
    shape = [rng.randint(2, 6) for _ in range(rng.choice([1, 2, 3]))]
    shape[-1 if axis == -1 else 0] = abs(groups) * rng.randint(1, 4)
    return chain(shape, L.GroupNormalization(groups=groups, axis=axis, center=rng.random() < 0.7, scale=rng.random() < 0.7))


def cases():
    yield from drawn(12, "BatchNormalization", batch_norm)
    yield from drawn(10, "LayerNormalization", layer_norm("LayerNormalization"))
    yield from drawn(8, "RMSNormalization", layer_norm("RMSNormalization"))
    yield from drawn(10, "GroupNormalization", group_norm)
    yield from listed(
        "UnitNormalization",
        lambda: chain((5, 6), L.UnitNormalization()),
        lambda: chain((5, 6, 3), L.UnitNormalization(axis=[1, 2])),
        lambda: chain((5, 6), L.UnitNormalization(axis=1, name="unit"), L.Dense(2)),
    )
    yield from listed(
        "SpectralNormalization",
        lambda: chain((8, 8, 3), L.SpectralNormalization(L.Conv2D(4, 3, 2, "same", activation="relu"))),
        lambda: chain((8,), L.SpectralNormalization(L.Dense(5, use_bias=False), power_iterations=2)),
        lambda: chain((9, 4), L.SpectralNormalization(L.Conv1D(5, 3, name="inner"), name="outer")),
        lambda: chain((9,), L.SpectralNormalization(L.Embedding(20, 6)), dtype="int32"),
        lambda: chain((6, 6, 3), L.SpectralNormalization(L.Conv2DTranspose(4, 3, 2))),
    )
    yield from listed(
        "stack",
        lambda: chain((8, 8, 3), L.Conv2D(6, 3, use_bias=False), L.BatchNormalization(scale=False), L.ReLU(), L.GroupNormalization(3), L.LayerNormalization(), L.RMSNormalization()),
        lambda: chain((3, 8, 8), L.Conv2D(6, 3, data_format="channels_first"), L.BatchNormalization(axis=1), L.ReLU(6.0)),
        lambda: chain((None, None, 4), L.BatchNormalization(), L.GroupNormalization(2)),
        lambda: chain((8, 4), L.BatchNormalization(momentum=0.5), L.BatchNormalization(trainable=False)),
    )
