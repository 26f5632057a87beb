"""``python -m campanile`` is the command line."""

from campanile.cli import main

main()
