"""What each kind of document says, frozen when its number is drawn: texts, whole minor units, days."""
