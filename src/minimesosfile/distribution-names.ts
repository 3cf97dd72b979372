/** Where images may come from; apart from the schema, so that the command line can name them without loading it. */
export const DISTRIBUTION_NAMES = ['simulator', 'custom'] as const;
