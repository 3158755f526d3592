import { verifyAudit } from '@cupola/backend';
import { runCheck } from './use-database.js';

await runCheck(async (connection) => {
  const { records, breaks } = await verifyAudit(connection);
  const problems = breaks.map(({ chain, number, problem }) => `Chain ${chain}, record ${number}: ${problem}.`);
  return { problems, verdict: breaks.length === 0 ? `OK: ${records} audit records, every chain is whole.` : `BROKEN: ${records} audit records, ${breaks.length} broken chains.` };
});
