import { thisPackage } from '../../api/package.js';
import type { Command } from '../context.js';

export const version: Command = async ({ args, print, printJson }) => {
  const { version } = thisPackage();
  if (args.output === 'json') printJson({ version });
  else print(version);
  return 0;
};
