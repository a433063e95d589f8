"""The first version of each legal text, as a new installation has them. Staff write the next ones."""

TERMS = """\
These are the rules of this market. By making an account you agree to them.

## Who sells
Each item is sold by the shop that is named beside it. When you buy, your contract of sale is with that shop. BANIBS runs the market, takes your payment for the shops, and keeps the books.

## Your account
Give a name and an email address that are yours. Keep your password to yourself; what is done with it counts as done by you. You may buy and sell with the same account, but not buy from your own shop.

## Paying
You see the whole price before you pay: goods, delivery and tax. One payment may go to several shops. Money in your wallet is yours; it pays for orders here. Cards are handled by Stripe, and we never see their numbers.

## Selling
Say truthfully what you sell, own it or have the right to sell it, and send what was paid in time. Each listing shows what you keep before you publish it. Money of a sale becomes available after it has cleared; the help pages say how long that takes and what each sale costs.

## What is not sold here
Nothing that the law of your country or of the buyer's forbids, nothing stolen or copied without right, nothing that harms people. Listings that break this are taken down, and a shop may be suspended with a reason.

## When something goes wrong
Write to us with the number of your order. What the law of your country gives you as a buyer or seller stays yours, whatever is written here.

## Changes
When these terms change, the new version stands here with its number and its day.
"""

PRIVACY = """\
What we keep about you, why, and for how long.

## What we keep
- Your name, your email address and, scrambled, your password.
- The addresses that you save, and the one that each order was placed with.
- What is in your cart, what you ordered, what you paid, and each movement of your wallet.
- If you sell: your shop, its listings and its sales.
- Where you are signed in: the browser, the network address and when it was last used.
- Which version of the terms and of this page you agreed to, and when.

## Who else sees it
- The shop you buy from sees the name and address on the order.
- Stripe handles cards and payouts, and sees what it needs for that. Card numbers go to Stripe alone.
- Staff of this market see what they need to help you, and what they look up by hand is noted.

We sell nothing about you and show no advertising.

## Cookies
Only those that the market needs: one keeps you signed in and remembers your cart, one protects forms, and a few remember your region, your language and whether you like it dark. None follows you elsewhere.

## How long
Orders and movements of money are kept as long as bookkeeping law asks for. Addresses and cards go when you remove them; orders keep the address they were placed with.

## Your rights
Write to us to see what we keep about you, to have it corrected, or to have your account closed. What bookkeeping law makes us keep, we keep.
"""

RETURNS = """\
Each shop says on its own page, under Delivery and returns, how long you may send something back and who pays for the parcel. This page says what holds for all of them.

## Before it is sent
A shop that cannot send your order cancels it with a reason. Everything you paid for it comes back, delivery included.

## When it has come
If it is broken, not what the listing said, or does not come at all, you get your money back or a new one; write to us with the number of your order. If you changed your mind, the shop's own rules hold, and the law of your country where it gives you more.

## How the money comes back
What came from your wallet is there again at once. What came from a card goes back to that card, which takes banks some days.

## Files
Something to download is yours once you have it. If a file is broken or not what the listing said, you get your money back.
"""

IMPRINT = """\
Whoever runs this market has to say here who they are: name or company, legal form, postal address, an email address and a phone number, the register and number they are entered under, and their tax number.

This has not been filled in yet. Staff write it in the admin, under Legal texts.
"""

TEXTS = {"terms": TERMS, "privacy": PRIVACY, "returns": RETURNS, "imprint": IMPRINT}
