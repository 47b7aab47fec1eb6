// From the selection of statistics to what has to be read of the runs.

import type { FieldNode } from 'graphql';
import { limits } from '../../limits.js';
import type { BucketWidth } from '../../task-runs/statistics/buckets.js';
import { type SplitField, splits } from '../../task-runs/statistics/dimensions.js';
import type {
  MeasuresSelection,
  RootStatisticsSelection,
  SplitSelection,
  StatisticsSelection,
} from '../../task-runs/statistics/groupings.js';
import { isMeasure, isTiming, percentiles } from '../../task-runs/statistics/measures.js';
import { defaultTimeZone, parseTimeZone } from '../../task-runs/statistics/time-zone.js';
import { type GroupOrder, parseTop } from '../../task-runs/statistics/top.js';
import {
  argumentOf,
  assertFieldCount,
  childFields,
  descendantFields,
  type SelectionSource,
} from './selected-fields.js';

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
  const fields = descendantFields(fieldNodes, source);
  assertFieldCount(fields, limits.statisticsFields.value);
  return { ...selectStatistics('root', fieldNodes, source), fields: fields.length };
}

function selectStatistics(
  level: Level,
  fieldNodes: readonly FieldNode[],
  source: SelectionSource,
): StatisticsSelection {
  const fields = childFields(fieldNodes, source);
  const fieldsNamed = (name: string) => fields.filter((field) => field.name.value === name);
  const splitFields = fieldsOfLevel(level);
  // Buckets have no period before.
  const [previousFields, change] = level === 'buckets' ? [[], []] : [fieldsNamed('previous'), fieldsNamed('change')];
  const changes = measuresOf(childFields(change, source));
  const previous = selectedMeasures(previousFields, source);
  return {
    measures: [...measuresOf(fields), ...changes],
    percentiles: selectedMeasures(fieldNodes, source).percentiles,
    splits: fields.flatMap((field) => {
      const name = splitFields.find((each) => each === field.name.value);
      return name === undefined ? [] : [splitBy(name, level, field, source)];
    }),
    previous:
      previousFields.length + change.length === 0
        ? undefined
        : { ...previous, measures: [...previous.measures, ...changes] },
    hasLabels: level === 'buckets' && fieldsNamed('label').length > 0,
  };
}

function selectedMeasures(fieldNodes: readonly FieldNode[], source: SelectionSource): MeasuresSelection {
  const fields = childFields(fieldNodes, source);
  return {
    measures: measuresOf(fields),
    percentiles: fields.flatMap((field) =>
      isTiming(field.name.value) && childFields([field], source).some(({ name }) => name.value in percentiles)
        ? [field.name.value]
        : [],
    ),
  };
}

function measuresOf(fields: readonly FieldNode[]) {
  return fields.map(({ name }) => name.value).filter(isMeasure);
}

function splitBy(name: DimensionField, level: Level, field: FieldNode, source: SelectionSource): SplitSelection {
  const argument = <Value>(argumentName: string) => argumentOf(field, argumentName, source) as Value | null | undefined;
  const statistics = selectStatistics(name, [field], source);
  if (name !== 'buckets') {
    const input = { first: argument<number>('first'), orderBy: argument<GroupOrder>('orderBy') };
    return { dimension: splits[name].key, statistics, top: level === 'root' ? parseTop(name, input) : null };
  }
  const timeZone = parseTimeZone(argument<string>('timeZone') ?? defaultTimeZone);
  const dimension = { by: argument<BucketWidth>('by')!, timeZone };
  return { dimension, statistics, withEmpty: argument<boolean>('withEmpty') === true };
}
