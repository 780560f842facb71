"""Layers for numeric and categorical features, and for sound. Those that read text are in text.py."""

import keras
from keras import layers as L

from .build import chain, listed


def counted(output_mode):
    tokens, weights = keras.Input((6,), dtype="int32"), keras.Input((6,))
    return keras.Model([tokens, weights], L.CategoryEncoding(10, output_mode=output_mode)(tokens, count_weights=weights))


def cases():
    yield from listed(
        "CategoryEncoding",
        lambda: chain((6,), L.CategoryEncoding(10), dtype="int32"),
        lambda: chain((1,), L.CategoryEncoding(10, output_mode="one_hot"), L.Dense(3), dtype="int64"),
        lambda: chain((6,), L.CategoryEncoding(10, output_mode="one_hot"), dtype="int32"),
        lambda: chain((6,), L.CategoryEncoding(10, output_mode="count"), dtype="int32"),
        lambda: chain((), L.CategoryEncoding(4, output_mode="one_hot"), dtype="int32"),
        lambda: counted("count"),
    )
    bins = [0.0, 1.0, 2.5]
    yield from listed(
        "Discretization",
        lambda: chain((6,), L.Discretization(bins)),
        lambda: chain((1,), L.Discretization(bins, output_mode="one_hot"), L.Dense(3)),
        lambda: chain((6,), L.Discretization(bins, output_mode="multi_hot")),
        lambda: chain((6,), L.Discretization(bins, output_mode="count")),
        lambda: chain((6,), L.Discretization(bins), L.Embedding(4, 5)),
    )
    yield from listed(
        "MelSpectrogram",
        lambda: chain((4000,), L.MelSpectrogram(fft_length=512, sequence_stride=128, num_mel_bins=40)),
        lambda: chain((8000,), L.MelSpectrogram(fft_length=1024, sequence_stride=256, sequence_length=800)),
        lambda: chain((4096,), L.MelSpectrogram(power_to_db=False), L.Dense(3)),
    )
    yield from listed(
        "STFTSpectrogram",
        lambda: chain((4000, 1), L.STFTSpectrogram()),
        lambda: chain((4000, 1), L.STFTSpectrogram(mode="magnitude", frame_length=200, frame_step=80, fft_length=256, padding="same")),
        lambda: chain((2000, 2), L.STFTSpectrogram(mode="stft", expand_dims=True, frame_length=128)),
        lambda: chain((2, 2000), L.STFTSpectrogram(mode="real", data_format="channels_first", frame_length=100, frame_step=50)),
    )
