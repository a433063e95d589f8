"""`python -m banibs.dev.wise_sandbox --port P --data FOLDER`: the local Wise alone."""

import sys

from banibs.dev.sandbox_kit import server
from banibs.dev.wise_sandbox.service import Wise

if __name__ == "__main__":
    sys.exit(server.main(Wise()))
