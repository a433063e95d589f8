"""Pages that a person sees: payment, onboarding, the bank, the controls."""
