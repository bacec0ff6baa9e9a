"""The packaged configuration on a fixed day, in place of a host's live one."""

from addin.hosts.live_policy import LivePolicy
from rules.policy.loader import packaged_path


class FixedPolicy(LivePolicy):
    """Today is always the same day."""

    def __init__(self, today):
        super().__init__(packaged_path())
        self._day = today

    def today(self):
        return self._day
