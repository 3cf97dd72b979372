/** A document of which every block is executed: its fenced blocks, in order, with what is said of each in a comment before it. */

export type NoteKind = 'do' | 'edit' | 'from' | 'elsewhere';

export interface Block {
  /** Of its first line, counting from 1. */
  line: number;
  /** `console`, `sh`, `ts`… */
  language: string;
  /** What follows the language: `background`, `continued`. */
  how: string;
  /**
   * Of a comment right before it. `<!-- do: COMMAND -->` is done before; `<!-- edit: FILE: COMMAND -->` brings the file to hold what
   * the block shows; `<!-- from: FILE -->` holds it; `<!-- elsewhere: FILE -->` does it.
   */
  note: { kind: NoteKind; text: string } | undefined;
  lines: string[];
}

/** One `$ command`, with the lines that it prints. */
export interface Exchange {
  line: number;
  command: string;
  output: string[];
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  let note: Block['note'];
  for (const [at, text] of markdown.split('\n').entries()) {
    const fence = /^```(\S*) ?(.*)$/.exec(text);
    if (open && fence) {
      blocks.push(open);
      [open, note] = [undefined, undefined];
    } else if (open) open.lines.push(text);
    else if (fence) open = { line: at + 1, language: fence[1] ?? '', how: fence[2] ?? '', note, lines: [] };
    else if (text !== '') note = noteIn(text);
  }
  if (open) throw new Error(`the block of line ${open.line} has no end`);
  return blocks;
}

function noteIn(text: string): Block['note'] {
  const [, kind, said] = /^<!-- (do|edit|from|elsewhere): (.+) -->$/.exec(text) ?? [];
  return kind === undefined ? undefined : { kind: kind as NoteKind, text: said ?? '' };
}

/** What a block of the language `console` shows. A command goes on after a `\` at the end of its line. */
export function exchangesOf({ line, lines }: Block): Exchange[] {
  const exchanges: Exchange[] = [];
  let goesOn = false;
  for (const [at, text] of lines.entries()) {
    const last = exchanges.at(-1);
    if (goesOn && last) last.command += `\n${text}`;
    else if (text.startsWith('$ ')) exchanges.push({ line: line + at + 1, command: text.slice(2), output: [] });
    else last?.output.push(text);
    goesOn = text.endsWith('\\') && (goesOn || text.startsWith('$ '));
  }
  for (const { output } of exchanges) while (output.at(-1) === '') output.pop();
  return exchanges;
}

/** Links to files of the project and to headings, as they stand in the text. */
export function linksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((each) => !/^https?:/.test(each));
}

/** As GitHub makes them of headings. */
export function anchorsOf(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** A line without what is another at each run: addresses, ids, durations, places. */
export function constant(line: string): string {
  return line
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\b\d\d:\d\d:\d\d\b/g, '<time>')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<id>')
    .replace(/\b[0-9a-f]{10,}\b/g, '<id>')
    .replace(/\b\d+\.\d+\.\d+\.\d+(:\d+)?/g, '<address>')
    .replace(/\b\d+(\.\d+)? (s|ms|MB|GB)\b/g, '<amount>')
    .replace(/(?<![\w/])\/(tmp|home|root)\/[\w./-]*/g, '<path>')
    .replace(/\b3[12]\d{3}\b/g, '<port>')
    .replace(/\s+/g, ' ')
    .trim();
}
