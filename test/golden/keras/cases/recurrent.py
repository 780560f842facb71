"""Recurrent layers, their cells and their wrappers."""

import keras
from keras import layers as L

from .build import chain, drawn, listed

KINDS = {"SimpleRNN": L.SimpleRNN, "LSTM": L.LSTM, "GRU": L.GRU}


def recurrent(kind):
    def make(rng):
        own = {"reset_after": rng.random() < 0.5} if kind == "GRU" else {}
        layer = KINDS[kind](
            rng.randint(1, 9), use_bias=rng.random() < 0.7, return_sequences=rng.random() < 0.5, return_state=rng.random() < 0.4,
            go_backwards=rng.random() < 0.2, unroll=rng.random() < 0.2, dropout=rng.choice([0, 0.1]), recurrent_dropout=rng.choice([0, 0.1]),
            activation=rng.choice(["tanh", "relu", None]), **own,
        )
        return chain((rng.randint(1, 7), rng.randint(1, 6)), layer)

    return make


def bidirectional(rng):
    kind = rng.choice(list(KINDS))
    merge = rng.choice(["sum", "mul", "concat", "ave", None])
    layer = KINDS[kind](rng.randint(1, 6), return_sequences=rng.random() < 0.5, return_state=rng.random() < 0.3)
    return chain((rng.randint(2, 7), rng.randint(1, 6)), L.Bidirectional(layer, merge_mode=merge))


def conv_lstm(rank):
    def make(rng):
        data_format = rng.choice(["channels_last", "channels_first"])
        spatial = [rng.randint(5, 9) for _ in range(rank)]
        channels = rng.randint(1, 3)
        frame = (*spatial, channels) if data_format == "channels_last" else (channels, *spatial)
        strides = rng.choice([1, 1, 2])
        layer = getattr(L, f"ConvLSTM{rank}D")(
            rng.randint(1, 4), rng.choice([1, 2, 3]), strides=strides, padding=rng.choice(["valid", "same"]), data_format=data_format,
            dilation_rate=1 if strides > 1 else rng.choice([1, 1, 2]), use_bias=rng.random() < 0.7, return_sequences=rng.random() < 0.5,
            return_state=rng.random() < 0.3,
        )
        return chain((rng.randint(1, 4), *frame), layer)

    return make


def encoder_decoder(kind):
    source, target = keras.Input((6, 4), name="source"), keras.Input((5, 3), name="target")
    _, *states = KINDS[kind](7, return_state=True, name="encoder")(source)
    decoded = KINDS[kind](7, return_sequences=True, name="decoder")(target, initial_state=states)
    return keras.Model([source, target], L.Dense(2)(decoded))


def bidirectional_states():
    start = keras.Input((6, 4))
    outputs = L.Bidirectional(L.LSTM(5, return_state=True, return_sequences=True))(start)
    return keras.Model(start, outputs)


def small_model():
    return keras.Sequential([keras.Input((8, 8, 2)), L.Conv2D(3, 3), L.MaxPooling2D(), L.Flatten(), L.Dense(4)], name="frame")


def functional_model():
    start = keras.Input((4,))
    return keras.Model(start, L.Dense(3)(L.Dense(5, activation="relu")(start)), name="per_step")


def cases():
    for kind in KINDS:
        yield from drawn(12, kind, recurrent(kind))
        yield from listed(f"{kind}.states", lambda kind=kind: encoder_decoder(kind))
    yield from drawn(16, "Bidirectional", bidirectional)
    for rank in (1, 2, 3):
        yield from drawn(7 if rank < 3 else 5, f"ConvLSTM{rank}D", conv_lstm(rank))
    yield from listed(
        "Bidirectional.own",
        bidirectional_states,
        lambda: chain((6, 4), L.Bidirectional(L.LSTM(5), backward_layer=L.LSTM(7, go_backwards=True), merge_mode="concat")),
        lambda: chain((6, 4), L.Bidirectional(L.LSTM(5, return_sequences=True), backward_layer=L.GRU(5, go_backwards=True, return_sequences=True), merge_mode="sum")),
        lambda: chain((6, 4), L.Bidirectional(L.RNN(L.LSTMCell(5)), name="both")),
        lambda: chain((6, 8, 8, 2), L.Bidirectional(L.ConvLSTM2D(3, 3, padding="same", return_sequences=True))),
        lambda: chain((None, 4), L.Bidirectional(L.GRU(5, return_sequences=True, reset_after=False)), L.Bidirectional(L.GRU(5))),
        lambda: chain((12,), L.Embedding(50, 8, mask_zero=True), L.Bidirectional(L.LSTM(6)), L.Dense(1, activation="sigmoid"), dtype="int32"),
    )
    yield from listed(
        "RNN",
        lambda: chain((6, 4), L.RNN(L.LSTMCell(5))),
        lambda: chain((6, 4), L.RNN(L.GRUCell(5, reset_after=False), return_sequences=True)),
        lambda: chain((6, 4), L.RNN(L.SimpleRNNCell(5, use_bias=False), return_state=True)),
        lambda: chain((6, 4), L.RNN([L.LSTMCell(5), L.LSTMCell(3)], return_sequences=True)),
        lambda: chain((6, 4), L.RNN(L.StackedRNNCells([L.GRUCell(5), L.SimpleRNNCell(3), L.LSTMCell(2)]))),
        lambda: chain((6, 4), L.RNN(L.StackedRNNCells([L.LSTMCell(5), L.GRUCell(7)]), return_state=True, return_sequences=True)),
        lambda: chain((6, 4), L.RNN(L.StackedRNNCells([L.SimpleRNNCell(3)], name="stack"), go_backwards=True)),
        lambda: chain((None, 4), L.RNN(L.GRUCell(5), unroll=False), L.Dense(2)),
        lambda: chain((6, 4), L.RNN(L.SimpleRNNCell(5, activation="relu"))),
        lambda: chain((6, 4), L.RNN(L.SimpleRNNCell(5, name="cell"), stateful=False, name="walk")),
        lambda: chain((6, 4), L.LSTM(5, stateful=True), batch=2),
    )
    yield from listed(
        "TimeDistributed",
        lambda: chain((6, 4), L.TimeDistributed(L.Dense(3, activation="relu"))),
        lambda: chain((6, 8, 8, 3), L.TimeDistributed(L.Conv2D(4, 3, 2)), L.TimeDistributed(L.BatchNormalization()), L.TimeDistributed(L.GlobalAveragePooling2D())),
        lambda: chain((6, 8, 8, 3), L.TimeDistributed(L.Conv2D(4, 3, padding="same")), L.TimeDistributed(L.MaxPooling2D(2)), L.TimeDistributed(L.Flatten()), L.LSTM(5)),
        lambda: chain((6, 8, 8, 2), L.TimeDistributed(small_model(), name="frames"), L.GRU(3)),
        lambda: chain((6, 4), L.TimeDistributed(functional_model())),
        lambda: chain((3, 5, 4), L.TimeDistributed(L.LSTM(6)), L.Dense(2)),
        lambda: chain((3, 5, 4), L.TimeDistributed(L.TimeDistributed(L.Dense(2)))),
        lambda: chain((3, 5, 4), L.TimeDistributed(L.Bidirectional(L.LSTM(6, return_sequences=True)))),
        lambda: chain((6, 7), L.TimeDistributed(L.Embedding(20, 4)), dtype="int32"),
        lambda: chain((6, 4), L.TimeDistributed(L.Dropout(0.5)), L.TimeDistributed(L.Activation("relu")), L.TimeDistributed(L.LayerNormalization())),
        lambda: chain((6, 3, 8, 8), L.TimeDistributed(L.Conv2D(4, 3, data_format="channels_first"))),
        lambda: chain((6, 12), L.TimeDistributed(L.Reshape((3, 4)))),
        lambda: chain((None, 4), L.TimeDistributed(L.Dense(3))),
        lambda: chain((6, 9, 2), L.TimeDistributed(L.SeparableConv1D(4, 3)), L.TimeDistributed(L.DepthwiseConv1D(3))),
        lambda: chain((6, 4), L.TimeDistributed(L.Dense(3)), batch=2),
    )
