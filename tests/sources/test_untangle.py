"""Quotes that do not pair up cost as little as possible."""

from campanile.sources.untangle import physical_lines, untangle


def test_a_quote_inside_a_cell_stands_for_itself():
    read = untangle(['a,5" pipe,1\n', 'b,"x, y",2\n'], 3, ",", '"')
    assert read.rows == [["a", '5" pipe', "1"], ["b", "x, y", "2"]]
    assert read.lines == [1, 2]


def test_a_cell_that_would_swallow_the_file_costs_its_line():
    read = untangle(["a,b\n", '1,"x\n', "2,y\n", "3,z\n"], 2, ",", '"')
    assert read.rows == [["a", "b"], ["2", "y"], ["3", "z"]]
    assert read.unclosed == [2]


def test_lines_end_as_they_do_on_every_system():
    assert physical_lines("a\nb\r\nc\rd") == ["a\n", "b\r\n", "c\r", "d"]
