// Addresses, each of which a variable can change.

const { GATEWAY_URL = 'http://127.0.0.1:4000', SUPERGRAPH_PORT = '4001', CUSTOMERS_PORT = '4002' } = process.env;

export const runsUrl = `${GATEWAY_URL}/graphql`;
export const customersPort = Number(CUSTOMERS_PORT);
export const customersUrl = `http://127.0.0.1:${CUSTOMERS_PORT}/graphql`;
export const supergraphPort = Number(SUPERGRAPH_PORT);
