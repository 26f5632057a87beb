"""The sample trial finds what is true of it."""

from campanile.flows.sampletrial import NAME, SampleTrialSpec, sample_trial


def test_it_finds_whom_the_mail_moves_and_keeps_out_what_was_known_later(workspace):
    done = sample_trial(workspace, SampleTrialSpec())
    uplift = done.uplift
    assert not uplift.failed
    assert uplift.targetable
    assert "spend_eur" in uplift.excluded
    assert uplift.uplift_at_30.low < done.added_rate < uplift.uplift_at_30.high
    truth = 0.3 * done.added_rate
    assert uplift.average_effect.low < truth < uplift.average_effect.high
    assert workspace.artifact("uplift", NAME)
    assert "20 more of every 100 members" in str(done.words()[1])
