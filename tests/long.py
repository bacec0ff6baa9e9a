"""Whether the long evidence is asked for: `make proof` runs some files again with more of everything."""

import os

IS_ASKED = bool(os.environ.get("QLC_PROOF"))
