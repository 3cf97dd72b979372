/** Mesos' levels; a line below the chosen one is not written. */
export const LEVELS = ['INFO', 'WARNING', 'ERROR', 'FATAL'] as const;
export type Level = (typeof LEVELS)[number];

/** A role's log: lines as glog writes them, on stderr. */
export interface Log {
  info(source: string, message: string): void;
  warning(source: string, message: string): void;
  error(source: string, message: string): void;
  fatal(source: string, message: string): void;
  /** A line as it is, without glog's head: what Mesos says before its logging begins. */
  plain(message: string): void;
  /** Which lines are written from now on. */
  setLevel(level: Level): void;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** glog's head: level, date, time to the microsecond, thread, source. */
function head(level: Level, now: Date, source: string): string {
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const micros = `${String(now.getMilliseconds()).padStart(3, '0')}000`;
  return `${level[0]}${date} ${time}.${micros} ${String(process.pid).padStart(5)} ${source}]`;
}

export function createLog(write: (line: string) => void): Log {
  let lowest = 0;
  const at = (level: Level) => (source: string, message: string) => {
    if (LEVELS.indexOf(level) >= lowest) write(`${head(level, new Date(), source)} ${message}\n`);
  };
  return {
    info: at('INFO'),
    warning: at('WARNING'),
    error: at('ERROR'),
    fatal: at('FATAL'),
    plain: (message) => write(`${message}\n`),
    setLevel: (level) => {
      lowest = LEVELS.indexOf(level);
    },
  };
}
