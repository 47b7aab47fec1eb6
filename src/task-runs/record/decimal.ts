/** A decimal as callers write it. There is one way only to match a text: a long one would be tried in all of them. */
export const decimal = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;
