"""The one document machine: a fact asks for a document, a task draws its number, a process without files or network
makes the PDF, which is kept and served as it is.
"""
