from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitbreak.config.layers import Layer, Value, flatten, merge, nest
from sitbreak.config.settings import KEYS

SAID = st.dictionaries(st.sampled_from(KEYS), st.integers() | st.lists(st.integers(), max_size=3))


@given(st.lists(st.tuples(st.sampled_from(list(Layer)), SAID), max_size=8))
def test_each_value_is_that_of_the_highest_layer_that_set_it(
    said: list[tuple[Layer, dict[str, object]]],
) -> None:
    order = list(Layer)
    held = merge({key: Value(value, layer) for key, value in values.items()} for layer, values in said)
    assert set(held) == {key for _, values in said for key in values}
    for key, value in held.items():
        setters = [(layer, values[key]) for layer, values in said if key in values]
        highest = max((layer for layer, _ in setters), key=order.index)
        assert value.layer is highest
        assert value.value == [given for layer, given in setters if layer is highest][-1]


@given(SAID)
def test_a_tree_flattened_and_nested_is_itself(values: dict[str, object]) -> None:
    tree = nest({key: Value(value, Layer.USER) for key, value in values.items()})
    assert flatten(tree) == values


def test_tables_merge_and_lists_are_replaced() -> None:
    low = {
        "prompting.snoozes": Value(["5m", "10m"], Layer.SHIPPED),
        "water.glass_ml": Value(250, Layer.SHIPPED),
    }
    high = {"prompting.snoozes": Value(["1m"], Layer.USER)}
    assert nest(merge([low, high])) == {"prompting": {"snoozes": ["1m"]}, "water": {"glass_ml": 250}}


@pytest.mark.parametrize("tree", [{}, {"a": {}}, {"a": {"b": {}}}])
def test_an_empty_table_sets_nothing(tree: dict[str, object]) -> None:
    assert flatten(tree) == {}
