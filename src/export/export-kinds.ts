export const exportKinds = ['jsonl', 'csv', 'parquet'] as const;
export type ExportKind = (typeof exportKinds)[number];
