/** Calls a function of gateway-host.mjs in this worker's host. */
export async function callHost(name: string, argument: object): Promise<any> {
  const ports = JSON.parse(process.env.TEST_GATEWAY_HOSTS!);
  const url = `http://127.0.0.1:${ports[Number(process.env.JEST_WORKER_ID) - 1]}`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify([name, argument]) });
  const { result, error } = (await response.json()) as { result: unknown; error?: string };
  if (error !== undefined) throw new Error(`The host of gateways could not ${name}: ${error}`);
  return result;
}
