"""What is for sale: listings, their variants, a price per region, pictures and files."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from marketplace import policy
from marketplace.models.regions import Region, TaxClass
from marketplace.models.sellers import Seller, folded
from marketplace.storage import private_files


class Category(models.Model):
    """A node of the tree of departments (no parent) and their categories; `path` is its address below `/c/`."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    slug = models.SlugField(max_length=60)
    path = models.CharField(max_length=130, unique=True)
    name = models.CharField(max_length=60)
    intro = models.CharField(max_length=200, blank=True)
    art = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """A parcel, or files."""

    PHYSICAL = "physical", _("Physical")
    DIGITAL = "digital", _("Digital")


class Product(models.Model):
    """A listing. Sold where one of its variants has a price and, if physical, where its shop sends parcels."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("On sale")
        ARCHIVED = "archived", _("Taken down")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    slug = models.SlugField(max_length=90)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    summary = models.CharField(_("in one sentence"), max_length=200, blank=True)
    description_html = models.TextField(_("description"), blank=True)
    materials = models.CharField(_("materials"), max_length=200, blank=True)
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass, default=TaxClass.STANDARD)
    cover = models.CharField(
        max_length=200, blank=True
    )  # the first image's path without width: one column per card
    cover_alt = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    search = models.GeneratedField(
        expression=SearchVector(folded("title"), weight="A", config="english")
        + SearchVector(folded("summary"), weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="product_search"),
            models.Index(fields=["seller", "-id"], name="product_of_seller"),
            models.Index(OpClass(folded("title"), name="text_pattern_ops"), name="product_title_folded"),
        ]

    def __str__(self) -> str:
        return self.title


class Variant(models.Model):
    """What is put into a cart. `stock` is what can still be sold; none means unlimited."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=80, blank=True)
    options = models.JSONField(default=dict, blank=True)  # {"Size": "Medium"}
    sku = models.CharField(max_length=40, blank=True)
    stock = models.IntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(condition=Q(stock__gte=0), name="variant_stock_not_negative")]

    def __str__(self) -> str:
        return self.name or str(self.product)


class Offer(models.Model):
    """The price of a variant in a region, in minor units of its currency, and what a page of cards needs to find it.

    `lead` marks the cheapest live variant of a listing in the region: cards are one row each. The columns copied from
    the listing are written by `marketplace.catalogue.offer_index` alone.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="offers")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, db_index=False)
    amount = models.BigIntegerField()
    compare_at = models.BigIntegerField(null=True, blank=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="offers")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    country = models.CharField(max_length=2)
    lead = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "region"], name="offer_once"),
            models.UniqueConstraint(
                fields=["product", "region"], condition=Q(lead=True), name="offer_one_lead"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="offer_amount_not_negative"),
            models.CheckConstraint(condition=Q(amount__lte=policy.PRICE_MOST), name="offer_amount_within"),
            models.CheckConstraint(
                condition=Q(compare_at__isnull=True) | Q(compare_at__gt=F("amount")),
                name="offer_compare_above",
            ),
        ]
        indexes = [
            models.Index(fields=["region", "-product"], condition=Q(lead=True), name="offer_newest"),
            models.Index(fields=["region", "amount", "product"], condition=Q(lead=True), name="offer_price"),
            models.Index(
                fields=["region", "department", "-product"], condition=Q(lead=True), name="offer_department"
            ),
            models.Index(
                fields=["region", "department", "amount", "product"],
                condition=Q(lead=True),
                name="offer_department_price",
            ),
            models.Index(
                fields=["region", "category", "-product"], condition=Q(lead=True), name="offer_category"
            ),
            models.Index(
                fields=["region", "category", "amount", "product"],
                condition=Q(lead=True),
                name="offer_category_price",
            ),
            models.Index(
                fields=["region", "country", "-product"], condition=Q(lead=True), name="offer_country"
            ),
            models.Index(
                fields=["region", "department", "country", "-product"],
                condition=Q(lead=True),
                name="offer_department_country",
            ),
            models.Index(
                fields=["region", "category", "country", "-product"],
                condition=Q(lead=True),
                name="offer_category_country",
            ),
            models.Index(
                fields=["seller", "region", "-product"], condition=Q(lead=True), name="offer_seller"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} in {self.region_id}"


class SearchWord(models.Model):
    """A word of a title or a shop's name, folded, with its groups of three letters: what a misspelt one may have meant.

    Written by `marketplace.catalogue.search_words` alone.
    """

    word = models.CharField(primary_key=True, max_length=policy.SEARCH_WORD_MOST_CHARACTERS)
    trigrams = ArrayField(models.TextField())

    class Meta:
        indexes = [GinIndex(fields=["trigrams"], name="search_word_trigrams")]

    def __str__(self) -> str:
        return self.word


class ProductImage(models.Model):
    """A picture, re-encoded to WebP in several widths: `path` + `-480.webp` and so on."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    path = models.CharField(max_length=200)
    alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.alt or self.path


class DigitalFile(models.Model):
    """A file that a buyer of the listing may fetch: at most `limit` times (none: no limit), for `days` days."""

    class Scan(models.TextChoices):
        NONE = "none", _("Not scanned")
        WAITING = "waiting", _("Waits for the scanner")
        CLEAN = "clean", _("Nothing found")
        REFUSED = "refused", _("Refused; its bytes are deleted")
        TOO_LARGE = "large", _("Not scanned: larger than the scanner takes")

    SOLD = (Scan.NONE, Scan.CLEAN, Scan.TOO_LARGE)

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(storage=private_files, upload_to="digital/")
    name = models.CharField(_("file name"), max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    limit = models.PositiveSmallIntegerField(
        _("downloads"), null=True, blank=True, default=policy.DOWNLOADS_PER_SALE
    )
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True, default=policy.DOWNLOAD_DAYS)
    position = models.PositiveSmallIntegerField(default=0)
    scan = models.CharField(
        _("virus scan"), max_length=8, choices=Scan, default=Scan.NONE, db_default=Scan.NONE
    )
    virus = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(scan="waiting"), name="file_to_scan"),
            models.Index(fields=["id"], condition=Q(scan="none"), name="file_never_scanned"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_sold(self) -> bool:
        """Whether buyers may have it: not while it waits for the scanner, never when it was refused."""
        return self.scan in self.SOLD
