"""How engaged will each user be: python examples/clickstream/run.py

The study's files are looked for in the folder that CAMPANILE_DATA names; without them a made-up world stands in.
"""

from pathlib import Path

import campanile as cp
from campanile.flows import run_events

if __name__ == "__main__":
    study = cp.read_study(Path(__file__).with_name("study.toml"), quick=True)
    done = run_events(cp.Workspace.open(), study)
    for sentence in done.words():
        print(sentence)
