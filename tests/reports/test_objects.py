"""A list for programs, printed in parts."""

from collections.abc import Iterator

import pytest

from reports.objects import json_parts, json_text


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5])
def test_a_list_in_parts_is_the_text_of_the_whole_list(number: int) -> None:
    objects = [{"at": at, "of": {"misses": [at], "none": []}} for at in range(number)]
    assert "".join(json_parts(iter(objects), at_once=2)) == json_text(objects)


def test_no_more_of_a_list_is_made_than_what_is_printed_next() -> None:
    made = []

    def objects() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    parts = json_parts(objects(), at_once=2)
    next(parts)
    assert made == [0, 1]
