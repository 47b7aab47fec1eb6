// The report in docs/reports.md, with its response.

import { arrangeReportWorld, period, subjects } from '../support/report-world.js';
import { requestRest } from '../support/rest-client.js';
import { useOwnGateway } from '../support/start-gateway.js';
import { block } from './documents.js';

const gateway = useOwnGateway({ arrange: arrangeReportWorld, clock: { at: Date.parse(period.created_before) } });

it('docs/reports.md shows a report of what has changed', async () => {
  const [, path] = /"http:\/\/127\.0\.0\.1:4000([^"]+)"/.exec(block('rest-findings').text)!;
  const response = await requestRest(gateway, gateway.url + path!, { as: subjects.owner });
  expect(await response.json()).toEqual(JSON.parse(block('rest-findings-response').text));
});
