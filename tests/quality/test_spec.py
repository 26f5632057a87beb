"""The names that a spec takes are those of the checks and repairs that there are."""

from campanile.quality.checks import CHECKS
from campanile.quality.repairs import REPAIRS
from campanile.quality.spec import CHECK_NAMES, REPAIR_NAMES


def test_every_check_and_repair_can_be_asked_for_by_name():
    assert tuple(CHECKS) == CHECK_NAMES
    assert tuple(REPAIRS) == REPAIR_NAMES
