"""The promises and limits of the market: fees, deadlines of an order, carts, files, pictures, lists.

Each number stands here alone, with its unit, why it is so, and where it comes from. Code reads `policy.NAME` when it
runs; pages and emails by `{% policy %}`. Tax rates and each region's processing fee are rows (`Region`, `TaxRate`),
changed by staff; what a new region begins with stands here. Only the standard library is imported.
"""

import datetime as dt

# ---- fees, in basis points (1000 is 10 %) ------------------------------------------------------------------
# What BANIBS keeps of a line's price without tax, by kind. Our promise to sellers: shown on /sell/, in the help, where
# a shop is opened, in its texts about fees and in docs/money.md. Frozen on each line when it is sold.
MARKETPLACE_FEE_BPS = {"physical": 1000, "digital": 1200}
# What a card payment costs a shop, where a region names nothing else. Source: stripe.com/pricing, cards, USD.
# The fixed part is in minor units. Defaults of columns: another number here needs a migration.
PROCESSING_FEE_BPS = 290
PROCESSING_FEE_FIXED = 30

# ---- deadlines of an order ---------------------------------------------------------------------------------
# From payment until what was sent may be paid out. Our promise to both sides: a buyer who finds the parcel wrong can
# speak first, and Stripe's own money is there by then (docs "Money", States). Each clearing records the wait it kept.
CLEAR_AFTER = dt.timedelta(days=2)
# What clearings kept that recorded none. History, not policy: never changed, whatever CLEAR_AFTER becomes.
CLEAR_AFTER_UNRECORDED = dt.timedelta(days=2)
# From dispatch until an order counts as received by itself. Source: the law of the EU and the UK gives a buyer 14 days
# to withdraw (Directive 2011/83/EU, art. 9; Consumer Contracts Regulations 2013, reg. 30).
COMPLETE_AFTER = dt.timedelta(days=14)
# Within which a buyer may send something back, where the shop names no other: the EU's and the UK's right of withdrawal,
# which no shop can shorten there. Default of columns: another number needs a migration.
RETURN_DAYS = 14
RETURN_DAYS_MOST = 365  # a longer promise is a warranty, and is written in the shop's own words
# What a buyer is told to expect of a shop; an order that waits longer is marked late on the shop's pages.
SEND_WITHIN = dt.timedelta(days=3)

# ---- messages about an order -------------------------------------------------------------------------------
MESSAGE_MOST_CHARACTERS = 2000  # a page of text: more is a book. Shown beside the field and in refusals
MESSAGE_MOST_PICTURES = 4  # of one message: a thing from each side. Said beside the field
MESSAGE_PICTURE_PIXELS = 1440  # their width as we keep them: our widest picture of a listing
# Of one side about one order in a day: each is an email to the other side, and a talk needs no more.
MESSAGES_MOST_PER_DAY = 40
MESSAGES_SHOWN = 200  # the latest of a thread; nobody reads on

# ---- the cart ----------------------------------------------------------------------------------------------
# Of one thing in a cart: nobody buys a hundred by hand. A CHECK of the database says the same: a higher number needs
# a migration. Shown beside the field and in refusals.
CART_LINE_MOST = 100
CART_MOST_LINES = 50  # different things: more is no shopping, and a checkout locks the stock of each
# Wrong coupon codes of one person or address until none is looked at, and for how long: codes cannot be guessed.
COUPON_MOST_TRIES = 10
COUPON_WAIT = dt.timedelta(minutes=10)
COUPON_CODE_MOST_CHARACTERS = 32  # the column's width

# ---- files that were bought --------------------------------------------------------------------------------
# A link in an email or on a page is forwarded at most so long; asking for another costs nothing.
DOWNLOAD_LINK_GOOD_FOR = dt.timedelta(hours=1)
# Requests of one file by one person in that time, HEADs and ranges among them: a download manager's sixteen parts, and
# as many again to resume; a flood is told to wait.
DOWNLOAD_REQUESTS_MOST = 32
DOWNLOAD_REQUESTS_WITHIN = dt.timedelta(minutes=1)
# The address of the bucket behind it: followed by a browser at once.
BUCKET_LINK_GOOD_FOR = dt.timedelta(minutes=5)
# What a buyer gets of a file where its seller says nothing else. Defaults of columns: need a migration.
DOWNLOADS_PER_SALE = 5
DOWNLOAD_DAYS = 365
DOWNLOADS_MOST = 999  # downloads, and days, that a seller may name; beyond, "without end" is meant
FILE_MOST_BYTES = 2 * 1024**3  # of one file: an album or a course's video
SHOP_FILES_MOST_BYTES = 20 * 1024**3  # of all files of a shop
LISTING_MOST_FILES = 20
# Of a file's head, to tell what it is: libmagic looks no further for any form that we name.
FILE_HEAD_BYTES = 64 * 1024
# Until an upload goes on without the virus scanner's answer: a seller waits no longer. The job asks again, with more time.
SCAN_SECONDS = 5
SCAN_AT_LEISURE_SECONDS = 120  # for 2 GiB at 20 MB/s; two fit into a task's time
SCANS_AT_ONCE_SECONDS = 120  # after which a run of the job begins no other file
SCANNER_LEFT_ALONE_SECONDS = 30  # after it did not answer an upload, so that ten files do not wait ten times
FILE_NAME_MOST_CHARACTERS = 200  # the column's width; file systems allow 255 bytes

# ---- pictures ----------------------------------------------------------------------------------------------
IMAGE_WIDTHS_PIXELS = (
    240,
    480,
    960,
    1440,
)  # a list on a phone, a list, a product, a product on a fine screen
IMAGE_QUALITY_PERCENT = 82  # WebP's own scale; near its default (75), a little finer for cloth
IMAGE_MOST_BYTES = 30 * 1024 * 1024  # room for a phone's JPEG of 48 megapixels at its finest
# A phone's full sensor: 48 megapixels (8064 × 6048), or what is sold as 50 (8192 × 6144). Decoded they are 200 MB of a
# process's memory, half as much again while they are made smaller; each process decodes one picture at a time.
IMAGE_MOST_PIXELS = 51_000_000
IMAGE_MOST_SIDE_PIXELS = 16_383  # of what is kept. Source: developers.google.com/speed/webp/faq, maximum size
IMAGE_LEAST_SIDE_PIXELS = 200  # smaller ones would be blown up in every list
LISTING_MOST_IMAGES = 10
UPLOADS_AT_ONCE = 10  # files of one form: as many as a listing has pictures
LOGO_SIDE_PIXELS = 480

# ---- listings and shops ------------------------------------------------------------------------------------
LISTING_MOST_VARIANTS = 24  # six sizes of four colours
VARIANT_MOST_OPTIONS = 2  # "size" and "colour": the form has two columns
VARIANT_MOST_STOCK = 1_000_000
PRICE_MOST = 10**11  # minor units: a full cart of it is still exact in JSON (2^53 - 1)
SHOP_NAME_LEAST_CHARACTERS = 3  # letters or figures of its address; shorter ones are taken for our own pages
RICH_TEXT_MOST_CHARACTERS = 20_000  # ten pages
PRODUCT_LOW_STOCK = 5  # pieces or fewer: buyers read "Only 5 left"
SHOP_LOW_STOCK = 2  # pieces or fewer: the shop is told that it is nearly sold out
DELIVERY_MOST_DAYS = 120  # that a shop may name: made to order, then sent by sea

# ---- lists -------------------------------------------------------------------------------------------------
PRODUCT_PAGE_ROWS = 24  # six rows of four, four of six
PRODUCTS_MOST_COUNTED = 1_000  # exactly up to here; beyond, "1,000+" (a count of more reads too much)
SITEMAP_LISTINGS = 1_000  # the newest: search engines find the rest through departments and shops
SEARCH_MOST_RANKED = 1_000  # the newest matches are ranked: ts_rank reads every one of them
SEARCH_MOST_CHARACTERS = 100  # of every search field; a longer sentence finds nothing
SEARCH_LEAST_CHARACTERS = 2  # before anything is suggested
SEARCH_WORD_MOST_CHARACTERS = 40  # of a word that a misspelt one may have meant
SEARCH_CORRECTED_WORDS = 6  # of what was typed; a longer sentence is looked for as it is
SEARCH_LEAST_SIMILARITY = 0.3  # of two words, by groups of three letters. Source: pg_trgm's own default
SEARCH_SUGGESTIONS = 6  # products; with three shops below them the list fits a phone above its keyboard
SEARCH_SHOP_SUGGESTIONS = 3
SEARCH_SHOPS_ROWS = 24
SEARCH_SHOPS_DEEPEST_ROW = 960  # forty pages: nobody turns more, and OFFSET costs what it skips
FILTER_MOST_COUNTRIES = 20
SHOP_PAGE_ROWS = 24
ORDER_PAGE_ROWS = 20
DOWNLOAD_PAGE_ROWS = 24
ACCOUNT_LAST_ORDERS = 3
SHOP_MORE_PRODUCTS = 4  # other products of the same shop: one row
HOME_NEWEST = 8  # two rows of four
HOME_NEW_FOR = dt.timedelta(weeks=1)  # "New this week", if half of the newest are
HOME_DIGITAL = 4
HOME_QUILT = 4
HOME_QUILT_LARGE = 2  # the first of them
EAGER_IMAGES = 4  # the first row of a wide screen is not loaded lazily
SELL_EXAMPLE_PRICE = 48  # major units: what the calculator shows before anything is typed
SELLER_RECENT_ORDERS = 8
SELLER_CHART_MONTHS = 6  # columns that fit a phone. Said under the chart
SELLER_WAITING_ROWS = 200  # orders to send on one page; said when there are more
SELLER_WAITING_COUNTED = 200  # of the API's figures
SELLER_PERIODS_DAYS = {"7": 7, "30": 30, "90": 90, "365": 365}  # what a shop's list of orders is narrowed to
SELLER_EXPORT_MOST_ROWS = 10_000  # of one file; a spreadsheet still opens it at once
SELLER_EXPORT_ROWS_AT_ONCE = 500  # read at a time: a file of any length needs the memory of one chunk
ANALYTICS_MOST_MONTHS = 24  # of the API's figures: this year beside the last
# Times that a shop's figures are shown over: how many months back they end, and how many they are (0: all).
ANALYTICS_PERIODS = {"this": (0, 1), "last": (1, 1), "3": (0, 3), "6": (0, 6), "12": (0, 12), "all": (0, 0)}
ANALYTICS_USUAL_PERIOD = "6"
ANALYTICS_TOP_LISTINGS = 10
ANALYTICS_CHART_MONTHS = 12  # columns that can be read on a wide screen; the table has them all
# Views are kept by day so long, then by month: figures of years are read from few rows. Said on the page of figures.
VIEWS_BY_DAY_FOR = dt.timedelta(days=62)
SELLER_TIMELINE_ENTRIES = 100
TIMELINE_MOST_ENTRIES = 2_000  # of one reading: fifty orders, each with far more than an order's life holds

# ---- how long a page may be old ----------------------------------------------------------------------------
# Seconds. Nobody's own numbers are in what is kept; a price is looked at again in the cart and at the checkout.
PRODUCT_COUNTS_KEPT_SECONDS = 60
SHOP_LISTS_KEPT_SECONDS = 60
REGIONS_KEPT_SECONDS = 60  # in each process; a rate that staff change counts a minute later

# ---- work in the background --------------------------------------------------------------------------------
# Rows of one run: far below the time limit of a task (300 s); what is left over is the next run's.
ORDERS_COMPLETED_AT_ONCE = 500
SHOPS_REOPENED_AT_ONCE = 500

# ---- tax details of a shop ---------------------------------------------------------------------------------
# A person younger than this cannot be bound by what selling here asks of them. Said beside the field.
SELLER_LEAST_YEARS = 18
SELLER_MOST_YEARS = 120  # the oldest person on record was 122: a slip in the year is caught
REGISTRATION_NUMBER_MOST_CHARACTERS = (
    40  # of a register of companies; Germany's are the longest, with the court
)
BIRTH_PLACE_MOST_CHARACTERS = 100  # as wide as a town of an address
TAX_DETAILS_SEALED_AT_ONCE = 200  # in one transaction, when the key is changed
