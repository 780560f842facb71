"""Convolutions: plain, transposed, depthwise, separable."""

from keras import layers as L

from .build import chain, drawn, extents, feature_map, listed, spread

ACTIVATIONS = [None, None, "relu", "gelu", "tanh", "silu", "leaky_relu", "softmax"]


def shape_of(rng, rank, channels, data_format):
    low = {1: 9, 2: 7, 3: 6}[rank]
    return feature_map(extents(rng, rank, low, low + 10), channels, data_format)


def window(rng, rank, kernels=(1, 2, 3, 4, 5)):
    """Keras takes strides or dilation above 1, not both."""
    strides, dilation = (spread(rng, rank, [1, 2, 3]), 1) if rng.random() < 0.6 else (1, spread(rng, rank, [1, 2, 3]))
    return {"kernel_size": spread(rng, rank, kernels), "strides": strides, "dilation_rate": dilation}


def conv(rank):
    def make(rng):
        groups = rng.choice([1, 1, 2, 3])
        data_format = rng.choice(["channels_last", "channels_first"])
        padding = rng.choice(["valid", "same", "causal"] if rank == 1 and data_format == "channels_last" else ["valid", "same"])
        layer = getattr(L, f"Conv{rank}D")(
            filters=groups * rng.randint(1, 6), **window(rng, rank), padding=padding, data_format=data_format, groups=groups,
            use_bias=rng.random() < 0.7, activation=rng.choice(ACTIVATIONS),
        )
        return chain(shape_of(rng, rank, groups * rng.randint(1, 4), data_format), layer)

    return make


def transposed(rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"])
        strides = spread(rng, rank, [1, 2, 3])
        dilation = 1 if strides != 1 else rng.choice([1, 2])
        output_padding = rng.choice([None, None, 0, 1]) if strides not in (1, (1,) * rank) else None
        layer = getattr(L, f"Conv{rank}DTranspose")(
            filters=rng.randint(1, 7), kernel_size=spread(rng, rank, [1, 2, 3, 4, 5]), strides=strides, padding=rng.choice(["valid", "same"]),
            output_padding=output_padding, data_format=data_format, dilation_rate=dilation, use_bias=rng.random() < 0.7,
            activation=rng.choice(ACTIVATIONS),
        )
        return chain(shape_of(rng, rank, rng.randint(1, 6), data_format), layer)

    return make


def depthwise(kind, rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"])
        arguments = window(rng, rank)
        if rank == 2 and arguments["strides"] != 1:
            arguments["strides"] = rng.choice([2, 3])
        if kind == "SeparableConv":
            arguments["filters"] = rng.randint(1, 8)
        layer = getattr(L, f"{kind}{rank}D")(
            **arguments, padding=rng.choice(["valid", "same", "causal"] if kind == "SeparableConv" and rank == 1 and data_format == "channels_last" else ["valid", "same"]),
            depth_multiplier=rng.choice([1, 2, 3]), data_format=data_format, use_bias=rng.random() < 0.7, activation=rng.choice(ACTIVATIONS),
        )
        return chain(shape_of(rng, rank, rng.randint(1, 5), data_format), layer)

    return make


def cases():
    for rank in (1, 2, 3):
        yield from drawn(10, f"Conv{rank}D", conv(rank))
        yield from drawn(10, f"Conv{rank}DTranspose", transposed(rank))
    for rank in (1, 2):
        yield from drawn(8, f"DepthwiseConv{rank}D", depthwise("DepthwiseConv", rank))
        yield from drawn(8, f"SeparableConv{rank}D", depthwise("SeparableConv", rank))
    yield from listed(
        "stack",
        lambda: chain((33, 35, 3), L.Conv2D(8, 3, 2, "same", activation="relu"), L.DepthwiseConv2D(3, padding="same"), L.Conv2D(12, 1), L.Conv2DTranspose(4, 4, 2, "same")),
        lambda: chain((3, 33, 35), L.Conv2D(8, 3, 2, "same", data_format="channels_first"), L.SeparableConv2D(6, 5, data_format="channels_first"), L.Conv2DTranspose(4, (3, 2), (2, 3), data_format="channels_first")),
        lambda: chain((40, 4), L.Conv1D(8, 3, padding="causal", dilation_rate=1), L.Conv1D(8, 3, padding="causal", dilation_rate=2), L.Conv1D(8, 3, padding="causal", dilation_rate=4)),
        # A spatial extent that is not known, and one that is only half known.
        lambda: chain((None, None, 3), L.Conv2D(8, 3, 2), L.Conv2DTranspose(8, 3, 2)),
        lambda: chain((None, 6), L.Conv1D(5, 3, padding="same"), L.SeparableConv1D(4, 5, strides=2)),
        # Axes in front of the image ones: every convolution takes a batch of more than one axis only here.
        lambda: chain((9, 9, 4), L.Conv2D(6, 3, kernel_regularizer="l2", kernel_constraint="max_norm", bias_initializer="ones"), L.Conv2D(6, 3, trainable=False)),
        lambda: chain((8, 8, 3), L.Conv2D(4, (3, 1), dtype="mixed_float16"), L.Conv2D(4, (1, 3), dtype="float16")),
        lambda: chain((16, 16, 3), L.Conv2D(4, 3), batch=2),
        lambda: chain((16, 16, 3), L.Conv2D(4, 3), batch=1),
    )
