"""Activation layers, and the layers that act in training alone."""

from keras import layers as L

from .build import chain, listed


def cases():
    for name, variants in {
        "ReLU": [{}, {"max_value": 6.0}, {"negative_slope": 0.1}, {"threshold": 0.5}, {"max_value": 1.0, "negative_slope": 0.2, "threshold": 0.1}],
        "LeakyReLU": [{}, {"negative_slope": 0.01}, {"negative_slope": 0.2, "name": "leak"}],
        "ELU": [{}, {"alpha": 0.5}, {"alpha": 2.0}],
        "Softmax": [{}, {"axis": 1}, {"axis": (1, 2)}, {"axis": -2}],
        "PReLU": [{}, {"shared_axes": [1]}, {"shared_axes": [1, 2]}, {"shared_axes": 2}],
        "ActivityRegularization": [{}, {"l1": 0.1}, {"l2": 0.1}],
        "Dropout": [{"rate": 0.5}, {"rate": 0.2, "noise_shape": (None, 1, 6)}, {"rate": 0.0}],
        "AlphaDropout": [{"rate": 0.5}, {"rate": 0.2, "seed": 3}, {"rate": 0.1, "noise_shape": (None, 1, 6)}],
        "GaussianDropout": [{"rate": 0.5}, {"rate": 0.2, "seed": 3}, {"rate": 0.1}],
        "GaussianNoise": [{"stddev": 0.5}, {"stddev": 0.2, "seed": 3}, {"stddev": 1.0}],
    }.items():
        layer = getattr(L, name)
        yield from listed(name, *[lambda layer=layer, arguments=arguments: chain((5, 6), layer(**arguments), L.Dense(3)) for arguments in variants])
        if "noise_shape" not in str(variants) and "axis" not in str(variants):
            yield from listed(f"{name}.image", lambda layer=layer, arguments=variants[0]: chain((5, 6, 2), layer(**arguments)))
    yield from listed(
        "SpatialDropout",
        *[
            lambda rank=rank, rate=rate, first=first: chain(
                (5, 6, 4, 3)[:rank + 1],
                getattr(L, f"SpatialDropout{rank}D")(rate, **({"data_format": "channels_first"} if first and rank > 1 else {})),
            )
            for rank in (1, 2, 3) for rate, first in ((0.1, False), (0.5, True), (0.9, False))
        ],
    )
    yield from listed(
        "PReLU.image",
        lambda: chain((5, 6, 3), L.PReLU()),
        lambda: chain((5, 6, 3), L.Conv2D(4, 3), L.PReLU(shared_axes=[1, 2])),
        lambda: chain((3, 5, 6), L.PReLU(shared_axes=[2, 3])),
        lambda: chain((7,), L.PReLU(name="slope")),
    )
