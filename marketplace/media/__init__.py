"""Pictures and files: taken in, checked, addressed and handed out."""
