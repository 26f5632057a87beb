import pytest

from campanile.words import LANGUAGES, glossary, speaking


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_a_name_and_a_meaning_that_is_a_sentence(language: str) -> None:
    with speaking(language):
        for term in glossary.TERMS.values():
            assert str(term)
            assert str(term.meaning).endswith(".")


def test_no_terms_template_can_be_another_rooms_word() -> None:
    assert all("|" in term.forms.template for term in glossary.TERMS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_of_a_word_belongs_to_two_terms(language: str) -> None:
    with speaking(language):
        forms = [form.lower() for term in glossary.TERMS.values() for form in str(term.forms).split("|")]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Lift against the base rate; lift again. Airlift is another word.", ["lift", "base rate"]),
        ("en", "The calibration slope of the AUC", ["calibration slope", "ROC-AUC"]),
        ("pl", "Klienci z grupy docelowej, powyżej odsetka bazowego", ["target group", "base rate"]),
        ("es", "Las zonas de interés del modelo", ["zone of interest"]),
    ],
)
def test_terms_are_found_once_in_the_forms_a_sentence_gives_them(language: str, text: str, found: list[str]) -> None:
    with speaking(language):
        assert [name for _, _, name in glossary.find(text)] == found


def test_a_term_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        glossary.define("synergy")
