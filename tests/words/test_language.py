import pytest

from campanile.words import current, language, say, speaking


def test_the_language_is_set_within_the_block_only() -> None:
    before = current()
    with speaking("pl"), speaking("es"):
        assert current() == "es"
    assert current() == before


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de' is not one of en, pl, es"), speaking("de"):
        pass


@pytest.mark.parametrize(
    ("named", "spoken"), [("pl_PL.UTF-8", "pl"), ("es_PE", "es"), ("de_DE.UTF-8", "en"), ("C", "en")]
)
def test_the_system_decides_where_nobody_did(named: str, spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", named)
    language._of_system.cache_clear()
    try:
        assert language._of_system() == spoken
    finally:
        language._of_system.cache_clear()


def test_what_is_not_translated_is_told_in_english() -> None:
    with speaking("pl"):
        assert str(say("Nobody translates this sentence of a test.")) == "Nobody translates this sentence of a test."
