"""The data dictionary: what each column of a business table means, and the shape of score tables.

>>> from campanile.tables import Column, Dictionary, Semantic
>>> dictionary = Dictionary((Column("ID", Semantic.IDENTIFIER), Column("MntWines", Semantic.MONEY)), key="ID")
>>> str(dictionary["MntWines"].named())
'Mnt wines'
"""

from campanile.tables.classes import response_of, with_response
from campanile.tables.dictionary import Column, Declared, Dictionary, Semantic
from campanile.tables.shelf import dictionary_of

__all__ = ["Column", "Declared", "Dictionary", "Semantic", "dictionary_of", "response_of", "with_response"]
