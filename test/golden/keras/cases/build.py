"""How the cases of this folder are put together: a case is a name and a function that gives its model, called in a fresh Keras session."""

import random

import keras

SEED = 20250125


def chain(shape, *layers, batch=None, dtype="float32", name=None):
    """A functional model of one path: `shape` is without the batch axis."""
    start = keras.Input(shape, batch_size=batch, dtype=dtype)
    tensor = start
    for layer in layers:
        tensor = layer(tensor)
    return keras.Model(start, tensor, name=name)


def join(shapes, layer, batch=None, dtype="float32"):
    """A functional model whose one layer reads a list of inputs."""
    starts = [keras.Input(shape, batch_size=batch, dtype=dtype) for shape in shapes]
    return keras.Model(starts, layer(starts))


def drawn(count, salt, make):
    """`count` models from `make(random)`; arguments that Keras refuses are drawn again."""
    for index in range(count):
        for attempt in range(200):
            try:
                keras.backend.clear_session()
                model = make(random.Random(f"{SEED}/{salt}/{index}/{attempt}"))
            except (ValueError, TypeError, NotImplementedError):
                continue
            break
        else:
            raise RuntimeError(f"{salt} {index}: nothing drawn holds together")
        yield f"{salt}/{index}", lambda model=model: model


def listed(salt, *builders):
    for index, builder in enumerate(builders):
        yield f"{salt}/{index}", builder


def extents(rng, rank, low=5, high=19):
    return [rng.randint(low, high) for _ in range(rank)]


def feature_map(spatial, channels, data_format):
    return (*spatial, channels) if data_format == "channels_last" else (channels, *spatial)


def spread(rng, rank, values):
    """One number for all axes, or one an axis."""
    return rng.choice(values) if rng.random() < 0.5 else tuple(rng.choice(values) for _ in range(rank))
