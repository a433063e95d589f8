"""Connected accounts: sellers, what is due of them, and their bank accounts."""
