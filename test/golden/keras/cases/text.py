"""Layers that look words and numbers up in a table; they need TensorFlow at hand, so this family alone is made on its backend."""

from keras import layers as L

from .build import chain, join, listed

WORDS = ["tree", "stone", "river"]


def cases():
    yield from listed(
        "StringLookup",
        lambda: chain((4,), L.StringLookup(vocabulary=WORDS), dtype="string"),
        lambda: chain((1,), L.StringLookup(vocabulary=WORDS, output_mode="one_hot"), L.Dense(3), dtype="string"),
        lambda: chain((4,), L.StringLookup(vocabulary=WORDS, output_mode="multi_hot", num_oov_indices=2), dtype="string"),
        lambda: chain((4,), L.StringLookup(vocabulary=WORDS, mask_token=""), L.Embedding(5, 6), dtype="string"),
    )
    yield from listed(
        "IntegerLookup",
        lambda: chain((4,), L.IntegerLookup(vocabulary=[3, 7, 9]), dtype="int64"),
        lambda: chain((1,), L.IntegerLookup(vocabulary=[3, 7, 9], output_mode="one_hot"), L.Dense(3), dtype="int64"),
        lambda: chain((4,), L.IntegerLookup(vocabulary=[3, 7, 9], output_mode="count", num_oov_indices=0), dtype="int64"),
    )
    yield from listed(
        "TextVectorization",
        lambda: chain((1,), L.TextVectorization(vocabulary=WORDS, output_sequence_length=9), L.Embedding(8, 4), dtype="string"),
        lambda: chain((1,), L.TextVectorization(vocabulary=WORDS, output_mode="multi_hot"), L.Dense(3), dtype="string"),
        lambda: chain((1,), L.TextVectorization(vocabulary=WORDS, output_mode="count", max_tokens=20, pad_to_max_tokens=True), L.Dense(3), dtype="string"),
        lambda: chain((1,), L.TextVectorization(vocabulary=WORDS), dtype="string"),
    )
    yield from listed(
        "Hashing",
        lambda: chain((4,), L.Hashing(num_bins=7), dtype="string"),
        lambda: chain((4,), L.Hashing(num_bins=7, salt=3), L.Embedding(7, 5), dtype="int64"),
        lambda: chain((1,), L.Hashing(num_bins=7, output_mode="one_hot"), L.Dense(2), dtype="string"),
        lambda: chain((4,), L.Hashing(num_bins=7, output_mode="multi_hot"), dtype="string"),
    )
    yield from listed(
        "HashedCrossing",
        lambda: join([(1,), (1,)], L.HashedCrossing(num_bins=7), dtype="int64"),
        lambda: join([(1,), (1,)], L.HashedCrossing(num_bins=7), dtype="string"),
        lambda: join([(1,), (1,)], L.HashedCrossing(num_bins=7, output_mode="one_hot"), dtype="int64"),
    )
