"""Where a visitor shops: the region, its currency and its tax."""
