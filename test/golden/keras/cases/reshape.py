"""Layers that move numbers: reshaping, padding, cropping, upsampling."""

from keras import layers as L

from .build import chain, drawn, extents, feature_map, listed


def sides(rng, rank, high):
    """One number, one an axis, or two an axis."""
    form = rng.randint(0, 2)
    if rank == 1:
        return rng.randint(0, high) if form == 0 else (rng.randint(0, high), rng.randint(0, high))
    if form == 0:
        return rng.randint(0, high)
    if form == 1:
        return tuple(rng.randint(0, high) for _ in range(rank))
    return tuple((rng.randint(0, high), rng.randint(0, high)) for _ in range(rank))


def edged(kind, rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"])
        arguments = {"data_format": data_format} if rank > 1 or kind == "ZeroPadding" else {}
        last = arguments.get("data_format", "channels_last")
        return chain(feature_map(extents(rng, rank, 6, 12), rng.randint(1, 4), last), getattr(L, f"{kind}{rank}D")(sides(rng, rank, 2), **arguments))

    return make


def upsampling(rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"]) if rank > 1 else "channels_last"
        arguments = {} if rank == 1 else {"data_format": data_format}
        if rank == 2:
            arguments["interpolation"] = rng.choice(["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"])
        size = rng.randint(1, 4) if rank == 1 or rng.random() < 0.5 else tuple(rng.randint(1, 3) for _ in range(rank))
        return chain(feature_map(extents(rng, rank, 2, 6), rng.randint(1, 4), data_format), getattr(L, f"UpSampling{rank}D")(size, **arguments))

    return make


def cases():
    for rank in (1, 2, 3):
        yield from drawn(6, f"ZeroPadding{rank}D", edged("ZeroPadding", rank))
        yield from drawn(6, f"Cropping{rank}D", edged("Cropping", rank))
        yield from drawn(6, f"UpSampling{rank}D", upsampling(rank))
    yield from listed(
        "Flatten",
        lambda: chain((5, 6, 2), L.Flatten()),
        lambda: chain((3, 5, 6), L.Flatten(data_format="channels_first")),
        lambda: chain((7,), L.Flatten()),
        lambda: chain((), L.Flatten()),
        lambda: chain((None, 6), L.Flatten()),
    )
    yield from listed(
        "Permute",
        lambda: chain((5, 6), L.Permute((2, 1))),
        lambda: chain((5, 6, 2), L.Permute((3, 1, 2)), L.Flatten()),
        lambda: chain((None, 6, 2), L.Permute((2, 3, 1))),
    )
    yield from listed(
        "RepeatVector",
        lambda: chain((5,), L.RepeatVector(3)),
        lambda: chain((5,), L.Dense(4), L.RepeatVector(7), L.LSTM(3)),
        lambda: chain((1,), L.RepeatVector(1)),
    )
    yield from listed(
        "Reshape",
        lambda: chain((12,), L.Reshape((3, 4))),
        lambda: chain((3, 4), L.Reshape((-1,))),
        lambda: chain((3, 4), L.Reshape((2, -1, 2))),
        lambda: chain((4, 4, 2), L.Reshape((16, 2)), L.Dense(3), L.Reshape((4, 4, 3))),
        lambda: chain((None, 6), L.Reshape((-1, 2))),
        lambda: chain((1,), L.Reshape(())),
    )
