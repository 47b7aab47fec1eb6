/** Of each request to the database, an issuer or the store, unless the configuration has a shorter one. */
export const requestTimeoutMs = 5000;
/** Of all requests to one of these. */
export const partTimeoutMs = 30_000;
