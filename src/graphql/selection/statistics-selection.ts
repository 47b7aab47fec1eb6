// From the selection of statistics to what has to be read of the runs.

import type { FieldNode } from 'graphql';
import { limits } from '../../limits.js';
import {
  type Buckets,
  type Dimension,
  parseTimeZone,
  type SplitField,
  splits,
} from '../../task-runs/statistics/dimensions.js';
import type { RootStatisticsSelection, StatisticsSelection } from '../../task-runs/statistics/groupings.js';
import { isMeasure, isTiming, percentiles } from '../../task-runs/statistics/measures.js';
import { allFieldsBelow, argumentOf, assertFewFields, fieldsBelow, type SelectionSource } from './selected-fields.js';

type DimensionField = SplitField | 'buckets';
type Level = DimensionField | 'root';

/** The schema's own rules: a fragment on an interface can name splits where they never apply. */
function fieldsOfLevel(level: Level): readonly DimensionField[] {
  if (level === 'buckets') return [];
  return ['buckets', ...(level === 'root' ? (Object.keys(splits) as SplitField[]) : splits[level].below)];
}

/** @throws GatewayError VALIDATION_FAILED for an unknown time zone, or more than 400 fields. */
export function statisticsSelection(
  fieldNodes: readonly FieldNode[],
  source: SelectionSource,
): RootStatisticsSelection {
  const fields = allFieldsBelow(fieldNodes, source);
  assertFewFields(fields, limits.statisticsFields.value);
  return { ...statisticsAt('root', fieldNodes, source), fields: fields.length };
}

function statisticsAt(level: Level, fieldNodes: readonly FieldNode[], source: SelectionSource): StatisticsSelection {
  const fields = fieldsBelow(fieldNodes, source);
  const splitFields = fieldsOfLevel(level);
  return {
    measures: fields.map(({ name }) => name.value).filter(isMeasure),
    percentiles: fields.flatMap((field) =>
      isTiming(field.name.value) && fieldsBelow([field], source).some(({ name }) => name.value in percentiles)
        ? [field.name.value]
        : [],
    ),
    splits: fields.flatMap((field) => {
      const name = splitFields.find((each) => each === field.name.value);
      if (name === undefined) return [];
      return [{ dimension: dimensionOf(field, name, source), statistics: statisticsAt(name, [field], source) }];
    }),
  };
}

function dimensionOf(field: FieldNode, name: DimensionField, source: SelectionSource): Dimension {
  if (name !== 'buckets') return splits[name].key;
  const by = argumentOf(field, 'by', source) as Buckets['by'];
  return { by, timeZone: parseTimeZone((argumentOf(field, 'timeZone', source) as string | undefined) ?? 'UTC') };
}
