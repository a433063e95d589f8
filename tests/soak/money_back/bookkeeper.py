"""A bookkeeper in plain numbers: what each party must have after every purchase, refund and dispute. No code of ours.

Rules: docs "Money", Shares; what banks take is spread likewise. Minor units of one currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

COLUMNS = ("total", "tax", "fee", "promotion")
Column = dict[str, int]
DELIVERY = 0


def rounded(number: int, by: int) -> int:
    """A quotient, half up."""
    return (2 * number + by) // (2 * by)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """By largest remainder; ties go to the first."""
    whole = sum(weights)
    if not total:
        return [0 for _ in weights]
    shares = [total * weight // whole for weight in weights]
    missing = total - sum(shares)
    by_rest = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_rest[:missing]:
        shares[at] += 1
    return shares


@dataclass
class Given:
    """What one step takes from everybody."""

    lines: dict[int, Column]
    processing: int

    def sum(self, column: str) -> int:
        """Of all lines."""
        return sum(line[column] for line in self.lines.values())

    @property
    def net(self) -> int:
        """The seller's."""
        amount = self.sum("total") + self.sum("promotion")
        return amount - self.sum("tax") - self.sum("fee") - self.processing


@dataclass
class Sale:
    """An order: what was sold, and what of it is given back."""

    seller: int
    sold: dict[int, Column]
    processing: int
    wallet_part: int
    card_part: int
    status: str = "created"
    back: dict[int, Column] = field(default_factory=dict)
    processing_back: int = 0
    to_card: int = 0
    to_wallet: int = 0
    before: str = ""  # its status before it was over

    def __post_init__(self) -> None:
        self.back = {key: dict.fromkeys(COLUMNS, 0) for key in self.sold}

    def left(self, key: int) -> int:
        """What remains of a line."""
        return self.sold[key]["total"] - self.back[key]["total"]

    @property
    def total(self) -> int:
        """What was paid."""
        return sum(line["total"] for line in self.sold.values())

    @property
    def given(self) -> int:
        """What is given back, the bank's part too."""
        return sum(line["total"] for line in self.back.values())

    @property
    def net_left(self) -> int:
        """What the seller still has of it."""
        of = {name: sum(self.sold[k][name] - self.back[k][name] for k in self.sold) for name in COLUMNS}
        kept = of["total"] + of["promotion"] - of["tax"] - of["fee"]
        return kept - (self.processing - self.processing_back)

    def order_of_keys(self) -> list[int]:
        """Lines by id, the delivery last."""
        return sorted(self.sold, key=lambda key: (key == DELIVERY, key))

    def step(self, amounts: Mapping[int, int]) -> Given:
        """What everybody gives for these amounts: all that is left, or cumulatively, a unit never taken below nothing."""
        if sum(amounts.values()) == self.total - self.given:
            rest = {k: {n: self.sold[k][n] - self.back[k][n] for n in COLUMNS} for k in sorted(self.sold)}
            return Given(
                {k: line for k, line in rest.items() if any(line.values())},
                self.processing - self.processing_back,
            )
        lines = {}
        for key, amount in amounts.items():
            if amount:
                sold, back = self.sold[key], self.back[key]
                lines[key] = {"total": amount} | {
                    name: max(0, rounded(sold[name] * (back["total"] + amount), sold["total"]) - back[name])
                    for name in COLUMNS[1:]
                }
        given = self.given + sum(amounts.values())
        processing = max(0, rounded(self.processing * given, self.total) - self.processing_back)
        found = Given(lines, processing)
        if found.net < 0:
            self._less(found, -found.net)
        elif found.net > self.net_left:
            self._more(found, found.net - self.net_left)
        return found

    def _less(self, found: Given, by: int) -> None:
        take = min(by, found.processing)
        found.processing -= take
        by -= take
        for name in ("fee", "tax"):
            for key in sorted(found.lines):
                take = min(by, found.lines[key][name])
                found.lines[key][name] -= take
                by -= take

    def _more(self, found: Given, by: int) -> None:
        add = min(by, self.processing - self.processing_back - found.processing)
        found.processing += add
        by -= add
        for name in ("fee", "tax"):
            for key in sorted(found.lines):
                room = self.sold[key][name] - self.back[key][name] - found.lines[key][name]
                add = min(by, room)
                found.lines[key][name] += add
                by -= add

    def spread(self, amount: int) -> dict[int, int]:
        """An amount over all that is left."""
        keys = self.order_of_keys()
        return dict(zip(keys, spread(amount, [self.left(key) for key in keys]), strict=True))

    def count(self, given: Given, sign: int = 1) -> None:
        """Writes a step into what is given back, or takes it out."""
        for key, line in given.lines.items():
            for name in COLUMNS:
                self.back[key][name] += sign * line[name]
        self.processing_back += sign * given.processing


@dataclass
class Round:
    """One withdrawal: what it took of each order, within what was left and beyond."""

    sales: list[int]
    steps: list[Given]
    beyond: list[int]
    withdrawn: int
    state: str = "open"

    def of(self, sale: int) -> int:
        """What it took of an order."""
        at = self.sales.index(sale) if sale in self.sales else -1
        return self.steps[at].sum("total") + self.beyond[at] if at >= 0 else 0


@dataclass
class Refusal:
    """Why a refund must be refused, and the most that could go back."""

    code: str


@dataclass
class Bookkeeper:
    """All parties' money, and the orders by number."""

    wallet: int = 0
    sellers: dict[int, int] = field(default_factory=dict)
    fees: int = 0
    tax: int = 0
    promotions: int = 0
    processing: int = 0
    withdrawn: int = 0  # what banks hold: minus stripe:disputes
    sales: dict[int, Sale] = field(default_factory=dict)
    rounds: dict[tuple[int, int], Round] = field(default_factory=dict)
    steps: list[Given] = field(default_factory=list)  # of each refund, as they were made

    def _seller(self, seller: int, amount: int) -> None:
        self.sellers[seller] = self.sellers.get(seller, 0) + amount

    def _gives(self, sale: Sale, given: Given, sign: int = 1) -> None:
        """Everybody but the seller gives a step."""
        self.fees -= sign * given.sum("fee")
        self.tax -= sign * given.sum("tax")
        self.processing -= sign * given.processing
        self.promotions += sign * given.sum("promotion")

    def paid(self, number: int) -> None:
        """An order is paid: all of it comes in, and everybody has a part."""
        sale = self.sales[number]
        sale.status = "paid"
        whole = Given({k: dict(line) for k, line in sale.sold.items()}, sale.processing)
        self._gives(sale, whole, -1)
        self._seller(sale.seller, whole.net)
        self.wallet -= sale.wallet_part

    def _bank(self, number: int, *states: str) -> int:
        return sum(one.of(number) for one in self.rounds.values() if one.state in states)

    def disputed(self, number: int) -> bool:
        """Whether the bank has not decided."""
        return any(one.state == "open" and one.of(number) for one in self.rounds.values())

    def card_left(self, number: int) -> int:
        """What can go back to the card."""
        sale = self.sales[number]
        return max(0, sale.card_part - sale.to_card - self._bank(number, "open", "lost"))

    def refuses(self, number: int, amount: int, lines: Mapping[int, int]) -> Refusal | None:
        """What must be said to a refund of so much."""
        sale = self.sales[number]
        if sale.status not in ("paid", "fulfilled"):
            return Refusal("invalid_transition")
        too_much = amount > sale.total - sale.given or any(
            more > sale.left(key) for key, more in lines.items()
        )
        if self.disputed(number):  # while the bank decides, that is why, whatever else is
            most = min(max(0, sale.wallet_part - sale.to_wallet), sale.total - sale.given)
            return Refusal("order_in_dispute") if too_much or amount > most or not most else None
        return Refusal("refund_exceeds_remaining") if too_much else None

    def refunds(self, number: int, lines: Mapping[int, int]) -> tuple[int, int]:
        """A refund is made: how much goes to the card, how much to the wallet."""
        sale = self.sales[number]
        given = sale.step(lines)
        amount = given.sum("total")
        to_card = 0 if self.disputed(number) else min(amount, self.card_left(number))
        self._gives(sale, given)
        self._seller(sale.seller, -given.net)
        sale.count(given)
        sale.to_card += to_card
        sale.to_wallet += amount - to_card
        self.wallet += amount - to_card
        self.steps.append(given)
        if sale.given == sale.total and not self.disputed(number):
            sale.before = sale.status
            sale.status = "canceled" if sale.status == "paid" else "refunded"
        return to_card, amount - to_card

    def takes_back(self, number: int, given: Given) -> None:
        """A refund to the card that has not left is as if it had not been."""
        sale = self.sales[number]
        self._gives(sale, given, -1)
        self._seller(sale.seller, given.net)
        sale.count(given, -1)
        sale.to_card -= given.sum("total")
        if sale.status in ("canceled", "refunded"):
            sale.status = sale.before

    def withdraws(self, key: tuple[int, int], numbers: Sequence[int], amount: int, fee: int) -> None:
        """A bank takes money of these orders: a round begins, and its fee is borne at once."""
        remains = [min(self.card_left(n), self.sales[n].total - self.sales[n].given) for n in numbers]
        within = min(amount, sum(remains))
        own = spread(within, remains)
        twice = [self.sales[n].card_part - left for n, left in zip(numbers, remains, strict=True)]
        excess = amount - within
        beyond = spread(excess, twice if excess <= sum(twice) else [self.sales[n].card_part for n in numbers])
        fees = spread(fee, [a + b for a, b in zip(own, beyond, strict=True)])
        steps = []
        for number, part, cost in zip(numbers, own, fees, strict=True):
            sale = self.sales[number]
            step = sale.step(sale.spread(part)) if part else Given({}, 0)
            sale.count(step)
            self._seller(sale.seller, -cost)
            steps.append(step)
        self.withdrawn += amount
        self.rounds[key] = Round(list(numbers), steps, beyond, amount)

    def _each(self, one: Round) -> list[tuple[int, Given, int]]:
        return list(zip(one.sales, one.steps, one.beyond, strict=True))

    def wins(self, key: tuple[int, int]) -> None:
        """The bank gives back what it had taken: nobody has lost anything."""
        one = self.rounds[key]
        one.state = "won"
        self.withdrawn -= one.withdrawn
        for number, step, _beyond in self._each(one):
            self.sales[number].count(step, -1)

    def loses(self, key: tuple[int, int]) -> None:
        """The bank keeps it: everybody gives, and an order of which nothing is left is over."""
        one = self.rounds[key]
        one.state = "lost"
        self.withdrawn -= one.withdrawn
        for number, step, beyond in self._each(one):
            sale = self.sales[number]
            self._gives(sale, step)
            self._seller(sale.seller, -step.net - beyond)
            open_now = sum(
                other.steps[other.sales.index(number)].sum("total")
                for other in self.rounds.values()
                if other.state == "open" and number in other.sales
            )
            if sale.status in ("paid", "fulfilled") and sale.given - open_now == sale.total:
                sale.status = "canceled" if sale.status == "paid" else "refunded"

    def gets_back(self, key: tuple[int, int]) -> None:
        """A lost one is given back after all."""
        one = self.rounds[key]
        one.state = "reinstated"
        for number, step, beyond in self._each(one):
            sale = self.sales[number]
            self._gives(sale, step, -1)
            self._seller(sale.seller, step.net + beyond)
            sale.count(step, -1)
