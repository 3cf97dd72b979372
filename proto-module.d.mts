import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vite';

export const protoForEsbuild: EsbuildPlugin;
export const protoForVite: VitePlugin;
