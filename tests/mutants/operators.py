"""Which changes are made: one wrong operator for each right one, since a test that notices one notices the others."""

import re

KEPT = re.compile(
    "core/(?:"
    "ReplaceBinaryOperator_(?:Add_Sub|Sub_Add|Mul_Add|FloorDiv_Mul|Div_Mul|Mod_Add)"
    "|ReplaceComparisonOperator_(?:Eq_NotEq|NotEq_Eq|Lt_LtE|Lt_Gt|LtE_Lt|LtE_Gt|Gt_GtE|Gt_Lt|GtE_Gt|GtE_Lt|Is_IsNot|IsNot_Is)"
    "|ReplaceUnaryOperator_(?:USub_UAdd|Delete_USub|Delete_Not)"
    "|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr|ReplaceOrWithAnd"
    "|ReplaceBreakWithContinue|ReplaceContinueWithBreak|NumberReplacer|ZeroIterationForLoop|RemoveDecorator"
    ")"
)


def is_kept(operator: str) -> bool:
    """Whether this operator of cosmic-ray is used. `|` of a type is none: annotations are not run."""
    return KEPT.fullmatch(operator) is not None
