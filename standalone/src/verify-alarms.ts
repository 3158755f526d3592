import { verifyAlarms } from '@cupola/backend';
import { runCheck } from './use-database.js';

await runCheck(async (connection) => {
  const { alarms, lines, differences } = await verifyAlarms(connection);
  const what = `${alarms} alarms, ${lines} journal lines`;
  return { problems: differences, verdict: differences.length === 0 ? `OK: ${what}, no difference.` : `DIFFERENT: ${what}, ${differences.length} differences.` };
});
