// Vitest's JSON report → `PASSED FAILED` for bin/verify: node .ci/counts.mjs REPORT [skip-docker]
// A file that could not be loaded, an error outside of a test and a Docker test that was skipped unasked have failed too.

import { readFileSync } from 'node:fs';

const [, , path, skipDocker] = process.argv;
const report = JSON.parse(readFileSync(path, 'utf8'));

const unloaded = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
);
const skipped = report.testResults
  .filter(({ name }) => /[\\/]test[\\/](contract|e2e)[\\/]/.test(name))
  .flatMap(({ name, assertionResults }) => assertionResults.map((test) => ({ name, ...test })))
  .filter(({ status }) => !skipDocker && !['passed', 'failed'].includes(status));

for (const { name, message } of unloaded) process.stderr.write(`${name}: ${message}\n`);
for (const { name, fullName } of skipped) process.stderr.write(`${name}: skipped unasked: ${fullName}\n`);

const failed = report.numFailedTests + unloaded.length + skipped.length;
process.stdout.write(`${report.numPassedTests} ${failed === 0 && !report.success ? 1 : failed}\n`);
