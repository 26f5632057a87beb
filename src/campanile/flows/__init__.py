"""Chains of steps behind one command: the whole profile of a campaign, studies, the report.

>>> from campanile.flows import StudySpec
>>> StudySpec(source="customers.csv", target="response").table
'customers'
"""

from campanile._faces import lazy

__getattr__, __dir__ = lazy(
    __name__,
    {
        "EventStudy": "campanile.flows.events",
        "NewStudySpec": "campanile.flows.eventdraft",
        "Profile": "campanile.flows.campaign",
        "ScoreStudySpec": "campanile.flows.eventscores",
        "StudySpec": "campanile.flows.study",
        "WORK": "campanile.flows.work",
        "Predictions": "campanile.flows.scoring",
        "again": "campanile.flows.work",
        "check_study": "campanile.flows.eventcheck",
        "demo": "campanile.flows.demonstration",
        "learn": "campanile.flows.learning",
        "new_study": "campanile.flows.eventdraft",
        "profile": "campanile.flows.campaign",
        "read_study": "campanile.flows.study",
        "run_events": "campanile.flows.eventrun",
        "sample_campaign": "campanile.flows.demonstration",
        "score": "campanile.flows.scoring",
        "score_study": "campanile.flows.eventscoring",
        "submit": "campanile.flows.work",
        "write_report": "campanile.flows.paper",
    },
)
