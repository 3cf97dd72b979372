// What containers of tests run: one verb each, so that a test sees through the engine what happened inside.
import { lookup } from 'node:dns/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [verb, ...args] = process.argv.slice(2);

switch (verb) {
  case 'run':
    setInterval(() => {}, 60_000);
    break;
  case 'serve':
    createServer((_request, response) => response.end(args[1])).listen(Number(args[0]));
    break;
  case 'exit':
    process.exitCode = Number(args[0]);
    break;
  case 'say':
    for (const line of args) console.log(line);
    break;
  case 'complain':
    for (const line of args) console.error(line);
    break;
  case 'announce':
    for (const line of args) console.log(line);
    setInterval(() => {}, 60_000);
    break;
  case 'size': {
    const tell = () => console.log(`${process.stdout.columns}x${process.stdout.rows}`);
    process.stdout.on('resize', tell);
    setInterval(() => {}, 60_000);
    tell();
    break;
  }
  case 'environment':
    console.log(process.env[args[0]]);
    break;
  case 'write':
    writeFileSync(args[0], args[1]);
    break;
  case 'read':
    console.log(readFileSync(args[0], 'utf8'));
    break;
  case 'resolve':
    console.log((await lookup(args[0])).address);
    break;
  default:
    console.error(`no such verb: ${verb}`);
    process.exitCode = 64;
}
