"""Pooling: windows, global, adaptive."""

from keras import layers as L

from .build import chain, drawn, extents, feature_map, listed, spread


def window(kind, rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"])
        layer = getattr(L, f"{kind}Pooling{rank}D")(
            pool_size=spread(rng, rank, [1, 2, 3, 4]), strides=rng.choice([None, None, spread(rng, rank, [1, 2, 3, 5])]),
            padding=rng.choice(["valid", "same"]), data_format=data_format,
        )
        return chain(feature_map(extents(rng, rank, 5, 14), rng.randint(1, 5), data_format), layer)

    return make


def whole(kind, rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"])
        layer = getattr(L, f"Global{kind}Pooling{rank}D")(data_format=data_format, keepdims=rng.random() < 0.5)
        return chain(feature_map(extents(rng, rank, 2, 12), rng.randint(1, 9), data_format), layer)

    return make


def adaptive(kind, rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"])
        layer = getattr(L, f"Adaptive{kind}Pooling{rank}D")(output_size=spread(rng, rank, [1, 2, 3, 7]), data_format=data_format)
        return chain(feature_map(extents(rng, rank, 7, 15), rng.randint(1, 9), data_format), layer)

    return make


def cases():
    for rank in (1, 2, 3):
        for kind in ("Max", "Average"):
            yield from drawn(8, f"{kind}Pooling{rank}D", window(kind, rank))
            yield from drawn(4, f"Global{kind}Pooling{rank}D", whole(kind, rank))
            yield from drawn(4, f"Adaptive{kind}Pooling{rank}D", adaptive(kind, rank))
    yield from listed(
        "stack",
        lambda: chain((32, 30, 3), L.MaxPooling2D(), L.AveragePooling2D((3, 2), (2, 1), "same"), L.GlobalAveragePooling2D(), L.Dense(4)),
        lambda: chain((3, 32, 30), L.MaxPooling2D(3, 2, data_format="channels_first"), L.GlobalMaxPooling2D(data_format="channels_first", keepdims=True)),
        lambda: chain((None, None, 3), L.MaxPooling2D(2), L.GlobalMaxPooling2D()),
        # A window larger than its input is fine with padding `same`.
        lambda: chain((3, 3, 2), L.MaxPooling2D(5, padding="same"), L.AveragePooling2D(4, 1, padding="same")),
        # Masked averages: the mask has no weights and changes no shape.
        lambda: chain((9,), L.Embedding(20, 6, mask_zero=True), L.GlobalAveragePooling1D(), dtype="int32"),
    )
