"""Rows of the marketplace, a file per subject."""

from marketplace.models.carts import Cart, CartItem, Coupon
from marketplace.models.catalogue import (
    Category,
    DigitalFile,
    Kind,
    Offer,
    Product,
    ProductImage,
    SearchWord,
    Variant,
)
from marketplace.models.figures import CountedSale, PageViews, SalesMonth, SummedShop, ViewsMoved
from marketplace.models.messages import Message, MessagePicture
from marketplace.models.orders import Checkout, CouponRedemption, Download, Order, OrderLine
from marketplace.models.regions import Country, Region, TaxClass, TaxRate
from marketplace.models.sellers import CancelPolicy, ReturnPaidBy, Seller, ShippingRate
from marketplace.models.tax_details import TaxDetails, TaxForm

__all__ = [
    "CancelPolicy",
    "Cart",
    "CartItem",
    "Category",
    "Checkout",
    "CountedSale",
    "Country",
    "Coupon",
    "CouponRedemption",
    "DigitalFile",
    "Download",
    "Kind",
    "Message",
    "MessagePicture",
    "Offer",
    "Order",
    "OrderLine",
    "PageViews",
    "Product",
    "ProductImage",
    "Region",
    "ReturnPaidBy",
    "SalesMonth",
    "SearchWord",
    "Seller",
    "ShippingRate",
    "SummedShop",
    "TaxClass",
    "TaxDetails",
    "TaxForm",
    "TaxRate",
    "Variant",
    "ViewsMoved",
]
