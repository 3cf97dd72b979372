/** What the README shows is done, in its order, and prints what it says. */

import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS_ROWS } from '../../src/cli/rows/apps.js';
import { CLUSTER_ROWS } from '../../src/cli/rows/cluster.js';
import { HOST_ROWS } from '../../src/cli/rows/host.js';
import { TASKS_ROWS } from '../../src/cli/rows/tasks.js';
import { ERRORS } from '../../src/errors.js';
import { dockerSkipped, engine, removeLabelled } from '../support/engine.js';
import { eventually } from '../support/mesos-cluster.js';
import { anchorsOf, type Block, blocksOf, constant, exchangesOf, linksOf } from '../support/readme/markdown.js';
import { Shell } from '../support/readme/shell.js';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const BLOCKS = blocksOf(README);
const named = (block: Block) => [`${block.language} of line ${block.line}`, block] as const;

/** One that is done elsewhere names who does it. */
const isDoneHere = ({ language, note }: Block) =>
  note?.kind === 'edit' || (['console', 'sh'].includes(language) && note?.kind !== 'elsewhere');

describe('the README', () => {
  it('C47 links to what is there', () => {
    const anchors = anchorsOf(README);
    const lost = linksOf(README).filter((target) => {
      const [path, anchor] = target.split('#');
      const text = path ? (existsSync(join(ROOT, path)) ? '' : undefined) : README;
      if (text === undefined) return true;
      const headings = path?.endsWith('.md') ? anchorsOf(readFileSync(join(ROOT, path), 'utf8')) : anchors;
      return anchor !== undefined && !headings.includes(anchor);
    });
    expect(lost).toEqual([]);
  });

  it('C47 has no block that nobody executes', () => {
    const known = (block: Block) => isDoneHere(block) || block.note !== undefined || block.language === 'text';
    expect(BLOCKS.filter((block) => !known(block)).map(({ line, language }) => `line ${line}: ${language}`)).toEqual(
      [],
    );
  });

  it.each(BLOCKS.filter(({ note }) => note?.kind === 'from').map(named))(
    'C47 shows what stands in a file: %s',
    (_, block) => {
      const source = readFileSync(join(ROOT, block.note?.text ?? ''), 'utf8');
      expect(source).toContain(block.lines.join('\n'));
    },
  );

  it.each(BLOCKS.filter(({ note }) => note?.kind === 'elsewhere').map(named))(
    'C47 names who does it: %s',
    (_, block) => {
      expect(existsSync(join(ROOT, block.note?.text ?? ''))).toBe(true);
    },
  );

  it('C47 lists every command, and no other', () => {
    const [, table = ''] = /^## Commands$([\s\S]*?)^## /m.exec(README) ?? [];
    const listed = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = '']) => cell.match(/(?<=`)\w+/g) ?? []);
    const rows = [...CLUSTER_ROWS, ...APPS_ROWS, ...TASKS_ROWS, ...HOST_ROWS];
    const known = [...rows.map(({ command }) => command.split(' ')[0] ?? ''), 'completion', 'help'];
    expect([...new Set(listed)].sort()).toEqual(known.sort());
  });

  it('C47 troubleshoots by codes that exist, with their exit codes', () => {
    const rows = [...README.matchAll(/^\| (\d+) \| `([A-Z_]+)` \|/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [, exit, code] of rows)
      expect([code, ERRORS[code as keyof typeof ERRORS]?.exit]).toEqual([code, Number(exit)]);
  });
});

describe.skipIf(dockerSkipped)('what the README shows', () => {
  let home: string;
  let shell: Shell;
  beforeAll(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'minimesos-readme-')));
    const command = join(home, 'minimesos');
    await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/minimesos.js')}" "$@"\n`);
    await chmod(command, 0o755);
    const env = {
      ...process.env,
      HOME: home,
      NO_COLOR: '1',
      PATH: `${home}:${dirname(process.execPath)}:${process.env.PATH}`,
    };
    shell = new Shell(home, env, `ROOT='${ROOT}'; demo='${home}/demo'`);
  });
  afterAll(async () => {
    shell?.end();
    const docker = engine();
    const networks = await docker.listNetworks({ 'org.minimesos.cluster': '' });
    const ours = networks.filter(({ labels }) => labels['org.minimesos.file']?.startsWith(home));
    for (const { labels } of ours)
      await removeLabelled(docker, { 'org.minimesos.cluster': labels['org.minimesos.cluster'] ?? '' });
    await rm(home, { recursive: true, force: true });
  });

  it.each(BLOCKS.filter(isDoneHere).map(named))('C47 happens: %s', async (_, block) => {
    if (block.note?.kind === 'do') await shell.run(block.note.text);
    if (block.note?.kind === 'edit') {
      const [, file, command] = /^(\S+): (.+)$/.exec(block.note.text) ?? [];
      const { lines } = await shell.run(`${command}; cat ${file}`);
      expect(lines.map((line) => line.trim())).toEqual(expect.arrayContaining(block.lines.map((line) => line.trim())));
    } else if (block.language === 'sh') {
      expect(await shell.run(block.lines.join('\n'))).toMatchObject({ exit: 0 });
    } else if (block.how === '') {
      for (const { command, output } of exchangesOf(block)) {
        const { lines } = await shell.run(command);
        expectShown(lines, output, command);
      }
    } else await inBackground(block);
  });

  /** The log of a command that goes on is looked through for the lines of its block, and of those that continue it. */
  async function inBackground(block: Block): Promise<void> {
    const log = join(home, 'background.log');
    const [exchange] = exchangesOf(block);
    if (exchange) await shell.run(`(${exchange.command}) >'${log}' 2>&1 &`);
    const expected = (exchange?.output ?? block.lines).map(constant).filter(Boolean);
    await eventually(`${expected.join('\n')}\nin the output of what runs in the background`, async () => {
      const said = existsSync(log) ? readFileSync(log, 'utf8').split('\n').map(constant) : [];
      return expected.every((line) => said.includes(line)) || undefined;
    });
  }
});

/** In any order, since much happens side by side; a line with `…` alone stands for any number of lines. */
function expectShown(lines: readonly string[], output: readonly string[], command: string): void {
  const printed = lines.map(constant).filter(Boolean);
  const shown = output.map(constant).filter(Boolean);
  if (shown.length === 0) return;
  const partly = shown.includes('…');
  const missing = shown.filter((line) => line !== '…' && !printed.includes(line));
  const unshown = partly ? [] : printed.filter((line) => !shown.includes(line));
  expect({ command, missing, unshown, printed }).toEqual({ command, missing: [], unshown: [], printed });
}
