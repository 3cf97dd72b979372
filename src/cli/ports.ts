/** `31000,31005-31007`; `-` where there is none, for whoever splits the line at its blanks. */
export function portsAsText(ports: readonly number[]): string {
  const runs: number[][] = [];
  for (const port of ports) {
    const run = runs.at(-1);
    if (run?.at(-1) === port - 1) run.push(port);
    else runs.push([port]);
  }
  const texts = runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(',')));
  return texts.join(',') || '-';
}
