/** A decimal as callers write it. A text can match in one way only, so that long ones cause no backtracking. */
export const decimal = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;
