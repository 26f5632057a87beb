"""Who will respond? Classifiers trained side by side, judged on customers they had not seen, and kept.

>>> from campanile.models import TrainSpec, load, promote, train                       # doctest: +SKIP
>>> training = train(workspace, TrainSpec(table="customers", target="Response"))       # doctest: +SKIP
>>> print(training.verdict)                                                            # doctest: +SKIP
>>> promote(workspace, training.best)                                                  # doctest: +SKIP
>>> load(workspace).predict(rows)                                                      # doctest: +SKIP
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "ScoreSpec": "campanile.models.spec",
        "Training": "campanile.models.result",
        "TrainSpec": "campanile.models.spec",
        "load": "campanile.models.registry",
        "models": "campanile.models.registry",
        "predict": "campanile.models.scoring",
        "promote": "campanile.models.registry",
        "ranking": "campanile.models.ranks",
        "retire": "campanile.models.registry",
        "score_table": "campanile.models.scoring",
        "sections": "campanile.models.section",
        "train": "campanile.models.training",
    },
)
