"""Layers that join tensors: sums and their kin with broadcasting, concatenation, dot products."""

import keras
from keras import layers as L

from .build import chain, join, listed

SUMS = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]


def residual(layer):
    start = keras.Input((8, 8, 4))
    left = L.Conv2D(6, 1, name="left")(start)
    right = L.Conv2D(6, 3, padding="same", name="right")(start)
    return keras.Model(start, layer([left, right]))


def gate():
    start = keras.Input((8, 8, 4))
    squeeze = L.GlobalAveragePooling2D(keepdims=True)(start)
    return keras.Model(start, L.Multiply()([start, L.Conv2D(4, 1, activation="sigmoid")(squeeze)]))


def twice():
    start = keras.Input((5,))
    return keras.Model(start, L.Add()([start, start]))


def dot(shapes, axes, normalize=False):
    return join(shapes, L.Dot(axes=axes, normalize=normalize))


def cases():
    for name in SUMS:
        layer = getattr(L, name)
        count = 2 if name == "Subtract" else 3
        yield from listed(
            name,
            lambda layer=layer, count=count: join([(5, 6)] * count, layer()),
            lambda layer=layer: join([(5, 6), (1, 6)], layer(name="merged")),
            lambda layer=layer: join([(4, 5, 6), (6,)], layer()),
            lambda layer=layer: join([(1, 6), (5, 1)], layer()),
            lambda layer=layer: residual(layer()),
            lambda layer=layer: join([(None, 6), (None, 6)], layer()),
        )
    yield from listed("gate", gate, twice)
    yield from listed(
        "Concatenate",
        lambda: join([(5, 6), (5, 2)], L.Concatenate()),
        lambda: join([(5, 6), (3, 6), (1, 6)], L.Concatenate(axis=1)),
        lambda: join([(4, 5, 6), (4, 2, 6)], L.Concatenate(axis=-2)),
        lambda: join([(None, 6), (None, 6)], L.Concatenate(axis=1)),
        lambda: join([(2, 6), (2, 6)], L.Concatenate(axis=0), batch=3),
        lambda: residual(L.Concatenate(axis=3)),
    )
    yield from listed(
        "Dot",
        lambda: dot([(6,), (6,)], 1),
        lambda: dot([(6,), (6,)], -1, normalize=True),
        lambda: dot([(5, 6), (7, 6)], 2),
        lambda: dot([(5, 6), (6, 7)], (2, 1)),
        lambda: dot([(5, 6), (5, 7)], 1),
        lambda: dot([(5, 6), (6,)], (2, 1)),
        lambda: dot([(6,), (5, 6)], (1, 2), normalize=True),
        lambda: dot([(3, 4, 5), (5, 6)], (3, 1)),
    )
