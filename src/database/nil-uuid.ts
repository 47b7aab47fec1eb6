/** The nil UUID of RFC 9562, the first of all ids in their order. */
export const nilUuid = '00000000-0000-0000-0000-000000000000';
