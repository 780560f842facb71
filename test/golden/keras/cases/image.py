"""Image layers: resizing and rescaling, which count in inference, and augmentation, which does nothing there."""

from keras import layers as L

from .build import chain, listed

AUGMENTATIONS = {
    "AugMix": [{}, {"num_chains": 2}, {"value_range": (0, 1)}],
    "AutoContrast": [{}, {"value_range": (0, 1)}, {"name": "contrast"}],
    "ContrastLimitedAdaptiveHistogramEqualization": [{}, {"clip_limit": 2.0}, {"tile_grid_size": (4, 4)}],
    "CutMix": [{}, {"factor": 0.5}, {"seed": 1}],
    "MixUp": [{}, {"alpha": 0.4}, {"seed": 1}],
    "RandAugment": [{}, {"num_ops": 3}, {"factor": 0.2}],
    "RandomBrightness": [{"factor": 0.2}, {"factor": (-0.1, 0.3)}, {"factor": 0.5, "value_range": (0, 1)}],
    "RandomColorDegeneration": [{"factor": 0.2}, {"factor": (0.1, 0.3)}, {"factor": 0.5, "value_range": (0, 1)}],
    "RandomColorJitter": [{}, {"brightness_factor": 0.2, "hue_factor": 0.1}, {"contrast_factor": 0.5, "saturation_factor": 0.3}],
    "RandomContrast": [{"factor": 0.2}, {"factor": (0.1, 0.3)}, {"factor": 0.5, "seed": 1}],
    "RandomCrop": [{"height": 20, "width": 24}, {"height": 7, "width": 9}, {"height": 24, "width": 28}],
    "RandomElasticTransform": [{}, {"factor": 0.5}, {"scale": 0.5, "fill_mode": "constant"}],
    "RandomErasing": [{}, {"factor": 0.5}, {"scale": (0.1, 0.2), "fill_value": 0}],
    "RandomFlip": [{}, {"mode": "horizontal"}, {"mode": "vertical", "seed": 1}],
    "RandomGaussianBlur": [{}, {"kernel_size": 5}, {"sigma": 0.5}],
    "RandomGrayscale": [{}, {"factor": 0.1}, {"seed": 1}],
    "RandomHue": [{"factor": 0.2}, {"factor": (0.1, 0.3)}, {"factor": 0.5, "value_range": (0, 1)}],
    "RandomInvert": [{}, {"factor": 0.1}, {"seed": 1}],
    "RandomPerspective": [{}, {"scale": 0.5}, {"factor": 0.3, "interpolation": "nearest"}],
    "RandomPosterization": [{"factor": 4}, {"factor": 6}, {"factor": 8}],
    "RandomRotation": [{"factor": 0.2}, {"factor": (-0.1, 0.3)}, {"factor": 0.5, "fill_mode": "constant"}],
    "RandomSaturation": [{"factor": 0.2}, {"factor": (0.1, 0.3)}, {"factor": 0.5, "value_range": (0, 1)}],
    "RandomSharpness": [{"factor": 0.2}, {"factor": (0.1, 0.3)}, {"factor": 0.5, "value_range": (0, 1)}],
    "RandomShear": [{}, {"x_factor": 0.2}, {"x_factor": 0.1, "y_factor": (0.1, 0.2)}],
    "RandomTranslation": [{"height_factor": 0.1, "width_factor": 0.2}, {"height_factor": (-0.1, 0.1), "width_factor": 0.0}, {"height_factor": 0.1, "width_factor": 0.1, "fill_mode": "wrap"}],
    "RandomZoom": [{"height_factor": 0.1}, {"height_factor": 0.1, "width_factor": 0.2}, {"height_factor": (-0.2, -0.1)}],
    "Solarization": [{}, {"threshold_factor": 0.5}, {"addition_factor": 0.1, "value_range": (0, 1)}],
}


def resizing(shape, height, width, **arguments):
    return lambda: chain(shape, L.Resizing(height, width, **arguments), L.Conv2D(4, 3, data_format=arguments.get("data_format")))


def cases():
    for name, variants in AUGMENTATIONS.items():
        layer = getattr(L, name)
        yield from listed(name, *[lambda layer=layer, arguments=arguments: chain((24, 28, 3), layer(**arguments), L.Conv2D(4, 3)) for arguments in variants])
    yield from listed(
        "Resizing",
        resizing((20, 30, 3), 16, 16),
        resizing((20, 30, 3), 40, 33, interpolation="bicubic", antialias=True),
        resizing((20, 30, 3), 16, 8, crop_to_aspect_ratio=True, interpolation="nearest"),
        resizing((20, 30, 3), 64, 64, pad_to_aspect_ratio=True),
        resizing((3, 20, 30), 16, 18, data_format="channels_first"),
        resizing((None, None, 3), 32, 24),
    )
    yield from listed(
        "CenterCrop",
        lambda: chain((20, 30, 3), L.CenterCrop(16, 16)),
        lambda: chain((3, 20, 30), L.CenterCrop(8, 30, data_format="channels_first")),
        lambda: chain((20, 30, 3), L.CenterCrop(40, 20), L.Conv2D(2, 3)),
        lambda: chain((20, 30, 3), L.CenterCrop(1, 1), L.Flatten()),
    )
    yield from listed(
        "Rescaling",
        lambda: chain((20, 30, 3), L.Rescaling(1 / 255)),
        lambda: chain((20, 30, 3), L.Rescaling(1 / 127.5, offset=-1), L.Conv2D(2, 3), dtype="uint8"),
        lambda: chain((20, 30, 3), L.Rescaling([0.1, 0.2, 0.3], offset=[1.0, 2.0, 3.0])),
        lambda: chain((7,), L.Rescaling(2.0), dtype="int32"),
    )
    yield from listed(
        "Normalization",
        lambda: chain((20, 30, 3), L.Normalization()),
        lambda: chain((20, 30, 3), L.Normalization(axis=-1, mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])),
        lambda: chain((3, 20, 30), L.Normalization(axis=1)),
        lambda: chain((20, 30, 3), L.Normalization(axis=None)),
        lambda: chain((5, 6), L.Normalization(axis=(1, 2)), L.Dense(2)),
        lambda: chain((7,), L.Normalization(mean=2.0, variance=4.0, axis=None, invert=True)),
        lambda: chain((7,), L.Normalization(invert=True), L.Dense(2)),
    )
    yield from listed(
        "Pipeline",
        lambda: chain((24, 28, 3), L.Pipeline([L.RandomFlip(), L.RandomRotation(0.1)])),
        lambda: chain((24, 28, 3), L.Pipeline([L.Resizing(16, 16), L.Rescaling(1 / 255)]), L.Conv2D(4, 3)),
        lambda: chain((24, 28, 3), L.Pipeline([L.CenterCrop(10, 12)], name="crops")),
        # On its own Equalization leaves no node in a functional graph.
        lambda: chain((24, 28, 3), L.Pipeline([L.Equalization()]), L.Conv2D(4, 3)),
        lambda: chain((24, 28, 3), L.Pipeline([L.Equalization(bins=64), L.Resizing(8, 9)])),
        lambda: chain((24, 28, 3), L.Pipeline([L.Equalization(value_range=(0, 1))], name="even")),
    )
    yield from listed(
        "stack",
        lambda: chain((None, None, 3), L.Resizing(32, 32), L.Rescaling(1 / 255), L.RandomFlip("horizontal"), L.RandomZoom(0.1), L.Conv2D(8, 3, activation="relu"), L.Flatten(), L.Dense(5)),
    )
