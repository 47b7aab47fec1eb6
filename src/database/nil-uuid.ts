/** The nil UUID of RFC 9562, which sorts before all other ids. */
export const nilUuid = '00000000-0000-0000-0000-000000000000';
