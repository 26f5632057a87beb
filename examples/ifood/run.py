"""Profile a campaign in Python: python examples/ifood/run.py marketing_campaign.csv

Without a file, a made-up campaign of the same kind is used, whose truth is known.
"""

import sys
from pathlib import Path

import campanile as cp

if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    workspace = cp.Workspace.open()
    if source is None:
        source = cp.sample_campaign(workspace.path / "sample.csv")
        study = cp.StudySpec(source=source, target="response", contact_cost=3, sale_value=11, quick=True)
    else:
        study = cp.read_study(Path(__file__).with_name("study.toml"), source=source)
    profile = cp.profile(workspace, study)
    for sentence in profile.words():
        print(sentence)
    print(profile.report)
