// Creates a client in Ory Hydra once Hydra is ready, unless one with this id exists. Runs once in compose.yaml.

import { setTimeout as sleep } from 'node:timers/promises';

const { HYDRA_ADMIN_URL, CLIENT_ID, CLIENT_SECRET, CLIENT_AUDIENCE } = process.env;
const patienceMs = 60_000;
const client = {
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  grant_types: ['client_credentials'],
  audience: [CLIENT_AUDIENCE],
  token_endpoint_auth_method: 'client_secret_basic',
};

const create = () =>
  fetch(`${HYDRA_ADMIN_URL}/admin/clients`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(client),
  }).then(
    ({ status }) => status,
    () => 503,
  );

const deadline = Date.now() + patienceMs;
let status = await create();
while (status >= 500 && Date.now() < deadline) {
  await sleep(500);
  status = await create();
}
const outcomes = { 201: 'is created', 409: 'is there already' };
process.stdout.write(`The client ${CLIENT_ID} ${outcomes[status] ?? `could not be created: status ${status}`}.\n`);
process.exitCode = status in outcomes ? 0 : 1;
