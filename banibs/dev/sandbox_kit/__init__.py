"""What the local PayPal and the local Wise have in common: a store with a clock, HTTP, webhooks, faults, a control page.

They are processes of their own. They import nothing of the application and the application imports nothing of them.
"""
