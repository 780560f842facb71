"""Attention layers."""

import keras
from keras import layers as L

from .build import join, listed


def attend(shapes, arguments, call=None, score=False):
    """Query, value and maybe key as inputs."""
    starts = [keras.Input(shape) for shape in shapes]
    layer = L.MultiHeadAttention(**arguments)
    return keras.Model(starts, layer(*starts, return_attention_scores=score, **(call or {})))


def grouped(shapes, arguments, call=None, score=False):
    starts = [keras.Input(shape) for shape in shapes]
    layer = L.GroupQueryAttention(**arguments)
    return keras.Model(starts, layer(*starts, return_attention_scores=score, **(call or {})))


def block(width=16, heads=4):
    """A transformer's encoder block, itself attending to itself."""
    start = keras.Input((10, width))
    inner = L.LayerNormalization()(start)
    inner = L.Add()([start, L.MultiHeadAttention(heads, width // heads, dropout=0.1)(inner, inner)])
    outer = L.Dense(width)(L.Dense(4 * width, activation="gelu")(L.LayerNormalization()(inner)))
    return keras.Model(start, L.Add()([inner, outer]))


def keywords():
    query, value, mask = keras.Input((5, 8)), keras.Input((7, 8)), keras.Input((5, 7), dtype="bool")
    return keras.Model([query, value, mask], L.MultiHeadAttention(2, 4)(query=query, value=value, attention_mask=mask))


def scored(layer, shapes):
    starts = [keras.Input(shape) for shape in shapes]
    return keras.Model(starts, layer(starts, return_attention_scores=True))


def cases():
    yield from listed(
        "MultiHeadAttention",
        lambda: attend([(5, 8), (5, 8)], {"num_heads": 2, "key_dim": 4}),
        lambda: attend([(5, 8), (7, 6)], {"num_heads": 2, "key_dim": 4}),
        lambda: attend([(5, 8), (7, 6), (7, 10)], {"num_heads": 3, "key_dim": 4, "value_dim": 5}),
        lambda: attend([(5, 8), (7, 6)], {"num_heads": 2, "key_dim": 4, "value_dim": 3, "use_bias": False}),
        lambda: attend([(5, 8), (7, 6)], {"num_heads": 2, "key_dim": 4, "output_shape": 12}),
        lambda: attend([(5, 8), (7, 6)], {"num_heads": 2, "key_dim": 4, "output_shape": (3, 5)}),
        lambda: attend([(5, 8), (7, 8)], {"num_heads": 2, "key_dim": 4}, score=True),
        lambda: attend([(5, 6, 8), (5, 6, 8)], {"num_heads": 2, "key_dim": 4, "attention_axes": (2,)}),
        lambda: attend([(5, 6, 8), (5, 6, 8)], {"num_heads": 2, "key_dim": 4, "attention_axes": (1, 2)}),
        lambda: attend([(5, 6, 8), (4, 3, 8)], {"num_heads": 2, "key_dim": 4}),
        lambda: attend([(5, 8), (5, 8)], {"num_heads": 1, "key_dim": 8, "dropout": 0.2, "name": "self"}, {"use_causal_mask": True}),
        lambda: attend([(None, 8), (None, 8)], {"num_heads": 2, "key_dim": 4}),
        keywords,
        block,
    )
    yield from listed(
        "GroupQueryAttention",
        lambda: grouped([(5, 8), (5, 8)], {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2}),
        lambda: grouped([(5, 8), (7, 8)], {"head_dim": 4, "num_query_heads": 6, "num_key_value_heads": 3, "use_bias": False}),
        lambda: grouped([(5, 8), (7, 8), (7, 8)], {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 1}),
        lambda: grouped([(5, 8), (7, 8)], {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 4}, score=True),
        lambda: grouped([(5, 8), (5, 8)], {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2, "use_gate": True}),
        lambda: grouped([(5, 8), (7, 8)], {"head_dim": 5, "num_query_heads": 2, "num_key_value_heads": 1, "use_gate": True, "use_bias": False}),
    )
    for name in ("Attention", "AdditiveAttention"):
        layer = getattr(L, name)
        yield from listed(
            name,
            lambda layer=layer: join([(5, 8), (7, 8)], layer()),
            lambda layer=layer: join([(5, 8), (7, 6), (7, 8)], layer()),
            lambda layer=layer: join([(5, 8), (7, 8)], layer(use_scale=name == "Attention", dropout=0.1, name="scaled")),
            lambda layer=layer: scored(layer(), [(5, 8), (7, 8)]),
            lambda layer=layer: join([(None, 8), (None, 8)], layer()),
        )
    yield from listed(
        "Attention.own",
        lambda: join([(5, 8), (7, 8)], L.Attention(score_mode="concat")),
        lambda: join([(5, 8), (7, 8)], L.Attention(use_scale=True, score_mode="concat")),
        lambda: join([(5, 8), (7, 8)], L.AdditiveAttention(use_scale=False)),
    )
