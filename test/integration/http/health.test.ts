import { catalogue } from '../../../src/errors/catalogue.js';
import { readText } from '../../docs/documents.js';
import { useGateway } from '../../support/start-gateway.js';

const gateway = useGateway();

const get = async (path: string) => {
  const response = await fetch(`${gateway.url}${path}`);
  return { status: response.status, text: await response.text() };
};

describe('the probe', () => {
  it('/health/live succeeds without touching the database', async () => {
    const before = await gateway.statements();
    expect(await get('/health/live')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await gateway.statements()).toEqual(before);
  });
  it('/health/ready succeeds while the database responds', async () => {
    expect(await get('/health/ready')).toEqual({ status: 200, text: '{"status":"ok"}' });
  });
  it('/metrics has the version and the commit of the program', async () => {
    const { version } = JSON.parse(readText('package.json'));
    const series = `gateway_build_info{version="${version}",commit="${readText('dist/commit')}"} 1`;
    expect((await get('/metrics')).text.split('\n')).toContain(series);
  });
  it('/metrics has no series for a Redis that is not configured', async () => {
    expect((await get('/metrics')).text).not.toMatch(/^gateway_redis_up /m);
  });
  it('/metrics has the readiness of the gateway and its database', async () => {
    const { text } = await get('/metrics');
    expect(text).toMatch(/^gateway_ready 1$/m);
    expect(text).toMatch(/^gateway_database_up 1$/m);
  });
  it('/metrics has every error that is a fault of the gateway, also those that never happened', async () => {
    const { text } = await get('/metrics');
    for (const [reason, { code, status }] of Object.entries(catalogue)) {
      const series = `gateway_errors_total{entry="mcp",code="${code}",reason="${reason}"} `;
      if (status >= 500) expect(text).toContain(series);
    }
    expect(text).toContain('gateway_rejected_tokens_total{cause="signature"} ');
  });
  it('/metrics returns Prometheus text', async () => {
    const { status, text } = await get('/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/^http_request_duration_seconds_count\{.*route="\/health\/live".*\} [1-9]/m);
    // Matches any statement, because a gateway that has just used its database does not check it again.
    expect(text).toMatch(/^gateway_sql_statements_total\{statement="[a-z_]+"\} [1-9]/m);
  });
});
