"""What the demo's shops ask in each region: local price points, as a shopkeeper would set them, not an exchange rate.

A listing is written with its price in pounds; its row below says what stands on the label elsewhere.
"""

from __future__ import annotations

from decimal import Decimal

from banibs.core.money import Money, exponent

_POINTS = """
   GB     US     EU      NG    GH     KE    ZA     CA      JM      SN
    0      0      0       0     0      0     0      0       0       0
    1   1.50   1.20    1500    15    150    20      2     200     700
    2   2.50   2.40    3000    25    300    40   3.50     400    1500
    3   3.50   3.50    4500    40    400    60      5     550    2000
    4      5   4.50    6000    50    550    80   6.50     750    2500
    5      6      6    7000    60    700   100   8.50     900    3000
    6   7.50      7    8500    75    850   125     10    1100    4000
    7   8.50      8   10000    90    950   145     12    1300    4500
    8     10   9.50   12000   100   1100   165     13    1500    5000
    9     11     11   13000   110   1200   185     15    1650    6000
   10     12     12   14000   120   1400   200     17    1850    6500
   11     14     13   16000   140   1500   230     18    2000    7000
   12     15     14   17000   150   1700   250     20    2200    7500
13.50     17     16   20000   170   1850   280     23    2500    8500
   14  17.50  16.50   20500   180   1900   290     24    2600    9000
   16     20     19   23000   200   2200   330     27    3000   10000
   18     22     21   26000   220   2500   370     30    3300   11500
   19     24     22   28000   240   2600   390     32    3500   12000
   20     25     23   29000   250   2800   410     34    3700   13000
   22     27     26   32000   280   3000   450     37    4100   14000
   24     30     28   35000   300   3300   490     40    4400   15000
   26     32     30   38000   320   3600   530     44    4800   17000
   28     35     33   40000   350   3900   570     47    5200   18000
   29     36     34   42500   360   4000   590     49    5400   19000
   32     40     37   47500   400   4400   660     54    5900   20000
   34     42     40   50000   420   4700   700     58    6300   22000
   36     44     42   52500   440   5000   740     60    6700   23000
   38     48     44   55000   480   5250   780     64    7000   24000
   42     52     49   60000   520   5750   860     70    7800   27000
   45     56     53   65000   560   6250   920     76    8300   29000
   48     60     56   70000   600   6500   980     80    8900   31000
   52     64     60   75000   640   7250  1050     88    9600   33000
   54     66     64   77500   680   7500  1100     90   10000   35000
   58     72     68   85000   720   8000  1200     98   10500   37000
   62     76     72   90000   780   8500  1250    104   11500   40000
   68     84     80   97500   840   9500  1400    114   12500   42500
   74     92     86  105000   920  10250  1500    124   13500   47500
   78     96     92  115000   980  10750  1600    132   14500   50000
   85    106    100  125000  1060  11750  1750    142   15500   55000
   95    118    112  140000  1180  13000  1950    160   17500   60000
  110    135    130  160000  1380  15250  2250    185   20500   70000
  120    150    140  175000  1500  16500  2450    200   22000    77500
  140    175    165  205000  1760  19250  2850    235   26000    90000
  165    205    195  240000  2060  22750  3400    275   30500  105000
  180    225    210  260000  2240  24750  3700    300   33500  115000
  220    275    255  320000  2760  30250  4500    370   40500  140000
  260    320    305  375000  3240  36000  5350    435   48000  167500
  320    395    375  465000  4000  44250  6550    540   59000  205000
"""
CURRENCIES = {
    "GB": "GBP", "US": "USD", "EU": "EUR", "NG": "NGN", "GH": "GHS",
    "KE": "KES", "ZA": "ZAR", "CA": "CAD", "JM": "JMD", "SN": "XOF",
}  # fmt: skip


def _read(text: str) -> dict[Decimal, dict[str, int]]:
    names, *rows = [line.split() for line in text.strip().splitlines()]
    return {
        Decimal(row[0]): {name: _minor(value, name) for name, value in zip(names, row, strict=True)}
        for row in rows
    }


def _minor(value: str, region: str) -> int:
    return int(Decimal(value).scaleb(exponent(CURRENCIES[region])))


POINTS = _read(_POINTS)


def local(pounds: float | int, region: str) -> Money:
    """What a thing of this many pounds is sold for in a region. Raises KeyError for a price that no label shows."""
    return Money(POINTS[Decimal(str(pounds))][region], CURRENCIES[region])
