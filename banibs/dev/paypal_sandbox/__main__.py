"""`python -m banibs.dev.paypal_sandbox --port P --data FOLDER`: the local PayPal alone."""

import sys

from banibs.dev.paypal_sandbox.service import PayPal
from banibs.dev.sandbox_kit import server

if __name__ == "__main__":
    sys.exit(server.main(PayPal()))
