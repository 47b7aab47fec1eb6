// Converts the selection of statistics to the measures and splits to read.

import type { FieldNode } from 'graphql';
import { limits } from '../../limits.js';
import type { BucketWidth } from '../../task-runs/statistics/buckets.js';
import type {
  MeasuresSelection,
  RootStatisticsSelection,
  SplitSelection,
  StatisticsSelection,
} from '../../task-runs/statistics/groupings.js';
import { isMeasure, isTiming, percentiles } from '../../task-runs/statistics/measures.js';
import { type GroupByInput, parseGroupBy } from '../../task-runs/statistics/splits.js';
import { defaultTimeZone, parseTimeZone } from '../../task-runs/statistics/time-zone.js';
import { modelPointerOf } from './model-pointer.js';
import {
  argumentOf,
  assertFieldCount,
  childFields,
  descendantFields,
  fieldsNamed,
  type SelectionSource,
} from './selected-fields.js';

const splitFields = ['buckets', 'groupBy'] as const;

type SplitField = (typeof splitFields)[number];

/**
 * @throws GatewayError VALIDATION_FAILED for an unknown time zone, invalid `groupBy` arguments, or more than 400
 * fields.
 */
export function statisticsSelection(
  fieldNodes: readonly FieldNode[],
  source: SelectionSource,
): RootStatisticsSelection {
  const fields = descendantFields(fieldNodes, source);
  assertFieldCount(fields, limits.statisticsFields.value);
  return { ...selectStatistics(null, fieldNodes, source), fields: fields.length };
}

/** @param level the field that contains the sets; null for all runs */
function selectStatistics(
  level: SplitField | null,
  fieldNodes: readonly FieldNode[],
  source: SelectionSource,
): StatisticsSelection {
  const fields = childFields(fieldNodes, source);
  // Buckets are not series, but a fragment on an interface can select fields that never apply to them.
  const seriesFields = (name: string) => (level === 'buckets' ? [] : fieldsNamed(fields, name));
  const [previousFields, change] = [seriesFields('previous'), seriesFields('change')];
  const changes = measuresOf(childFields(change, source));
  const previous = selectedMeasures(previousFields, source);
  return {
    measures: [...measuresOf(fields), ...changes],
    percentiles: selectedMeasures(fieldNodes, source).percentiles,
    splits: splitFields.flatMap((name) => seriesFields(name).map((field) => splitBy(name, field, source))),
    previous:
      previousFields.length + change.length === 0
        ? undefined
        : { ...previous, measures: [...previous.measures, ...changes] },
    hasLabels: level === 'buckets' && fieldsNamed(fields, 'label').length > 0,
    hasJson: level === 'groupBy' && fieldsNamed(fields, 'json').length > 0,
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

function splitBy(name: SplitField, field: FieldNode, source: SelectionSource): SplitSelection {
  const argument = <Value>(argumentName: string) =>
    (argumentOf(field, argumentName, source) ?? undefined) as Value | undefined;
  const statistics = selectStatistics(name, [field], source);
  if (name === 'groupBy') {
    const input: GroupByInput = {
      dimension: argument<GroupByInput['dimension']>('dimension')!,
      path: argument('path'),
      first: argument('first'),
      orderBy: argument('orderBy'),
    };
    const split = parseGroupBy(input, modelPointerOf(source.schema));
    return { ...split, statistics };
  }
  const timeZone = parseTimeZone(argument<string>('timeZone') ?? defaultTimeZone);
  const dimension = { by: argument<BucketWidth>('by')!, timeZone };
  return { dimension, statistics, withEmpty: argument<boolean>('withEmpty') === true };
}
