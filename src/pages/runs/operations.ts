// Made from the schema and *.graphql of this program by `npm run schema:files`.

import type { Operation } from '../shared/api/operation.js';

export type ComparedRunsData = { readonly nodes: readonly (Record<string, never> | ComparedRun | null)[] | null; };

export type ComparedRunsVariables = { readonly ids: readonly string[]; };

export const comparedRunsQuery = `query ComparedRuns($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on TaskRun {
      ...ComparedRun
    }
  }
}

fragment ComparedRun on TaskRun {
  orgId
  projectId
  ...Run
}

fragment Run on TaskRun {
  id
  created
  isError
  usedFallbackModel
  primaryFailureReason
  fallbackLlmModelId
  llmRetries
  inputTokens
  outputTokens
  totalTokens
  inputProcessorTiming
  llmCallTiming
  chargedCredits
  taskId
  taskRevisionId
  userId
  reference
  contextId
  organization {
    name
  }
  project {
    name
  }
  task {
    name
  }
  taskRevision {
    name
  }
  user {
    name
  }
  fallbackLlmModel {
    name
  }
  reportingGroup {
    id
    name
  }
  responseBytes
  responsePreview(length: 300)
  failureMessage
  failure
  files {
    ...RunFile
  }
}

fragment RunFile on TaskRunFile {
  name
  contentType
  sizeBytes
  direction
}` as Operation<ComparedRunsData, ComparedRunsVariables>;

export type ComparedRun = Run & { readonly orgId: string; readonly projectId: string; };

export type PartnerData = { readonly contextBefore?: Partners | null; readonly contextAfter?: Partners | null; readonly referenceBefore?: Partners | null; readonly referenceAfter?: Partners | null; readonly taskBefore: Partners | null; readonly taskAfter: Partners | null; };

export type PartnerVariables = { readonly orgId: string; readonly projectId: string; readonly taskId: string; readonly contextBefore: TaskRunFilter; readonly contextAfter: TaskRunFilter; readonly referenceBefore: TaskRunFilter; readonly referenceAfter: TaskRunFilter; readonly taskBefore: TaskRunFilter; readonly taskAfter: TaskRunFilter; readonly hasContext: boolean; readonly hasReference: boolean; };

export const partnerQuery = `query Partner($orgId: ID!, $projectId: ID!, $taskId: ID!, $contextBefore: TaskRunFilter!, $contextAfter: TaskRunFilter!, $referenceBefore: TaskRunFilter!, $referenceAfter: TaskRunFilter!, $taskBefore: TaskRunFilter!, $taskAfter: TaskRunFilter!, $hasContext: Boolean!, $hasReference: Boolean!) {
  contextBefore: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $contextBefore
    first: 2
  ) @include(if: $hasContext) {
    ...Partners
  }
  contextAfter: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $contextAfter
    orderBy: CREATED_ASC
    first: 2
  ) @include(if: $hasContext) {
    ...Partners
  }
  referenceBefore: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $referenceBefore
    first: 2
  ) @include(if: $hasReference) {
    ...Partners
  }
  referenceAfter: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $referenceAfter
    orderBy: CREATED_ASC
    first: 2
  ) @include(if: $hasReference) {
    ...Partners
  }
  taskBefore: taskRuns(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $taskBefore
    first: 2
  ) {
    ...Partners
  }
  taskAfter: taskRuns(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $taskAfter
    orderBy: CREATED_ASC
    first: 2
  ) {
    ...Partners
  }
}

fragment Partners on TaskRunConnection {
  nodes {
    id
  }
}` as Operation<PartnerData, PartnerVariables>;

export type Partners = { readonly nodes: readonly ({ readonly id: string; } | null)[]; };

export type CountExportData = { readonly taskRuns: { readonly countUpTo: { readonly count: number; readonly isExact: boolean; } | null; } | null; };

export type CountExportVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; readonly max: number; };

export const countExportQuery = `query CountExport($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $max: Int!) {
  taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
    countUpTo(max: $max) {
      count
      isExact
    }
  }
}` as Operation<CountExportData, CountExportVariables>;

export type SelectedRunsData = { readonly nodes: readonly (Record<string, never> | ListedRun & RunColumns | null)[] | null; };

export type SelectedRunsVariables = { readonly ids: readonly string[]; };

export const selectedRunsQuery = `query SelectedRuns($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on TaskRun {
      ...ListedRun
      ...RunColumns
    }
  }
}

fragment ListedRun on TaskRun {
  id
  taskId
  created
  isError
  usedFallbackModel
}

fragment RunColumns on TaskRun {
  task {
    name
  }
  submittedPreview(length: 160)
  responsePreview(length: 400)
  failureMessage
  failure
  llmCallTiming
  inputProcessorTiming
  inputTokens
  outputTokens
  totalTokens
  chargedCredits
  llmRetries
  primaryFailureReason
  taskRevision {
    id
    name
  }
  reportingGroup {
    id
    name
  }
  user {
    id
    name
  }
  reference
  contextId
  files {
    name
  }
}` as Operation<SelectedRunsData, SelectedRunsVariables>;

export type FacetData = { readonly taskRunStats: { readonly groupBy: readonly ({ readonly value: string | null; readonly runs: number; readonly task: { readonly name: string | null; } | null; readonly taskRevision: { readonly name: string | null; } | null; readonly reportingGroup: { readonly name: string; } | null; readonly user: { readonly name: string | null; } | null; })[]; } | null; };

export type FacetVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; readonly dimension: TaskRunDimension; readonly first: number; };

export const facetQuery = `query Facet($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $dimension: TaskRunDimension!, $first: Int!) {
  taskRunStats(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $filter
  ) {
    groupBy(dimension: $dimension, first: $first) {
      value
      runs
      task {
        name
      }
      taskRevision {
        name
      }
      reportingGroup {
        name
      }
      user {
        name
      }
    }
  }
}` as Operation<FacetData, FacetVariables>;

export type CountFoundData = { readonly taskRuns: { readonly countUpTo: { readonly count: number; readonly isExact: boolean; } | null; } | null; };

export type CountFoundVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; };

export const countFoundQuery = `query CountFound($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter) {
  taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
    countUpTo(max: 1000) {
      count
      isExact
    }
  }
}` as Operation<CountFoundData, CountFoundVariables>;

export type FindRunData = { readonly node: Record<string, never> | { readonly orgId: string; readonly projectId: string; readonly taskId: string; readonly id: string; } | null; };

export type FindRunVariables = { readonly id: string; };

export const findRunQuery = `query FindRun($id: ID!) {
  node(id: $id) {
    ... on TaskRun {
      orgId
      projectId
      taskId
      id
    }
  }
}` as Operation<FindRunData, FindRunVariables>;

export type HomeData = { readonly nodes: readonly (Record<string, never> | HomeProject | null)[] | null; };

export type HomeVariables = { readonly projects: readonly string[]; readonly filter: TaskRunFilter; readonly failed: TaskRunFilter; };

export const homeQuery = `query Home($projects: [ID!]!, $filter: TaskRunFilter!, $failed: TaskRunFilter!) {
  nodes(ids: $projects) {
    ... on Project {
      ...HomeProject
    }
  }
}

fragment HomeProject on Project {
  id
  taskRunStats(filter: $filter) {
    groupBy(dimension: TASK, first: 100) {
      ...HomeTask
    }
  }
  failures: taskRunStats(filter: $failed) {
    groupBy(dimension: FAILURE, first: 20, orderBy: RUNS_GROWTH_DESC) {
      ...HomeFailure
    }
  }
}

fragment HomeTask on TaskRunStatsGroup {
  value
  task {
    name
  }
  ...HomeMeasures
  previous {
    ...HomeMeasures
  }
  buckets(by: HOUR, withEmpty: true) {
    start
    runs
    errors
  }
}

fragment HomeMeasures on TaskRunMeasures {
  runs
  errors
  llmCallTiming {
    p95
  }
}

fragment HomeFailure on TaskRunStatsGroup {
  value
  runs
  firstCreated
  previous {
    runs
  }
  buckets(by: HOUR, withEmpty: true) {
    start
    runs
  }
  groupBy(dimension: TASK, first: 3) {
    value
    task {
      name
    }
  }
}` as Operation<HomeData, HomeVariables>;

export type HomeProject = { readonly id: string; readonly taskRunStats: { readonly groupBy: readonly HomeTask[]; } | null; readonly failures: { readonly groupBy: readonly HomeFailure[]; } | null; };

export type HomeTask = HomeMeasures & { readonly value: string | null; readonly task: { readonly name: string | null; } | null; readonly previous: HomeMeasures; readonly buckets: readonly { readonly start: string; readonly runs: number; readonly errors: number; }[]; };

export type HomeMeasures = { readonly runs: number; readonly errors: number; readonly llmCallTiming: { readonly p95: number | null; }; };

export type HomeFailure = { readonly value: string | null; readonly runs: number; readonly firstCreated: string | null; readonly previous: { readonly runs: number; }; readonly buckets: readonly { readonly start: string; readonly runs: number; }[]; readonly groupBy: readonly ({ readonly value: string | null; readonly task: { readonly name: string | null; } | null; })[]; };

export type RunsData = { readonly taskRuns: { readonly edges: readonly ({ readonly cursor: string; readonly node: ListedRun & RunColumns | null; })[]; readonly runAccess: RunAccess; readonly scan: { readonly isComplete: boolean; readonly scannedTo: string | null; }; readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null; }; } | null; };

export type RunsVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; readonly orderBy: TaskRunOrder; readonly first?: number | null | undefined; readonly after?: string | null | undefined; readonly last?: number | null | undefined; readonly before?: string | null | undefined; };

export const runsQuery = `query Runs($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $orderBy: TaskRunOrder!, $first: Int, $after: String, $last: Int, $before: String) {
  taskRuns(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $filter
    orderBy: $orderBy
    first: $first
    after: $after
    last: $last
    before: $before
  ) {
    edges {
      cursor
      node {
        ...ListedRun
        ...RunColumns
      }
    }
    runAccess
    scan {
      isComplete
      scannedTo
    }
    pageInfo {
      hasNextPage
      hasPreviousPage
      startCursor
      endCursor
    }
  }
}

fragment ListedRun on TaskRun {
  id
  taskId
  created
  isError
  usedFallbackModel
}

fragment RunColumns on TaskRun {
  task {
    name
  }
  submittedPreview(length: 160)
  responsePreview(length: 400)
  failureMessage
  failure
  llmCallTiming
  inputProcessorTiming
  inputTokens
  outputTokens
  totalTokens
  chargedCredits
  llmRetries
  primaryFailureReason
  taskRevision {
    id
    name
  }
  reportingGroup {
    id
    name
  }
  user {
    id
    name
  }
  reference
  contextId
  files {
    name
  }
}` as Operation<RunsData, RunsVariables>;

export type ChangesData = { readonly taskRunChanged: { readonly cursor: string; readonly run: ListedRun & RunColumns | null; readonly deleted: { readonly runId: string; } | null; } | null; };

export type ChangesVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; readonly after?: string | null | undefined; };

export const changesSubscription = `subscription Changes($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $after: String) {
  taskRunChanged(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $filter
    after: $after
  ) {
    cursor
    run {
      ...ListedRun
      ...RunColumns
    }
    deleted {
      runId
    }
  }
}

fragment ListedRun on TaskRun {
  id
  taskId
  created
  isError
  usedFallbackModel
}

fragment RunColumns on TaskRun {
  task {
    name
  }
  submittedPreview(length: 160)
  responsePreview(length: 400)
  failureMessage
  failure
  llmCallTiming
  inputProcessorTiming
  inputTokens
  outputTokens
  totalTokens
  chargedCredits
  llmRetries
  primaryFailureReason
  taskRevision {
    id
    name
  }
  reportingGroup {
    id
    name
  }
  user {
    id
    name
  }
  reference
  contextId
  files {
    name
  }
}` as Operation<ChangesData, ChangesVariables>;

export type ListedRun = { readonly id: string; readonly taskId: string; readonly created: string; readonly isError: boolean; readonly usedFallbackModel: boolean; };

export type RunColumns = { readonly task: { readonly name: string | null; }; readonly submittedPreview: string | null; readonly responsePreview: string | null; readonly failureMessage: string | null; readonly failure: string | null; readonly llmCallTiming: number | null; readonly inputProcessorTiming: number | null; readonly inputTokens: number; readonly outputTokens: number; readonly totalTokens: number; readonly chargedCredits: string | null; readonly llmRetries: number; readonly primaryFailureReason: string | null; readonly taskRevision: { readonly id: string; readonly name: string | null; }; readonly reportingGroup: { readonly id: string; readonly name: string; } | null; readonly user: { readonly id: string; readonly name: string | null; } | null; readonly reference: string | null; readonly contextId: string | null; readonly files: readonly { readonly name: string; }[] | null; };

export type CountRunsData = { readonly taskRuns: { readonly totalCount: number | null; readonly nodes: readonly ({ readonly created: string; } | null)[]; } | null; };

export type CountRunsVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; };

export const countRunsQuery = `query CountRuns($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter) {
  taskRuns(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $filter
    first: 1
  ) {
    totalCount
    nodes {
      created
    }
  }
}` as Operation<CountRunsData, CountRunsVariables>;

export type RelatedRunsData = { readonly newer: Neighbours | null; readonly older: Neighbours | null; readonly contextBefore?: RelatedRuns | null; readonly contextAfter?: RelatedRuns | null; readonly referenceBefore?: RelatedRuns | null; readonly referenceAfter?: RelatedRuns | null; };

export type RelatedRunsVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly newer: TaskRunFilter; readonly older: TaskRunFilter; readonly newerOrder: TaskRunOrder; readonly olderOrder: TaskRunOrder; readonly newerFirst?: number | null | undefined; readonly newerLast?: number | null | undefined; readonly place?: string | null | undefined; readonly contextBefore: TaskRunFilter; readonly contextAfter: TaskRunFilter; readonly referenceBefore: TaskRunFilter; readonly referenceAfter: TaskRunFilter; readonly hasContext: boolean; readonly hasReference: boolean; };

export const relatedRunsQuery = `query RelatedRuns($orgId: ID!, $projectId: ID!, $taskId: ID, $newer: TaskRunFilter!, $older: TaskRunFilter!, $newerOrder: TaskRunOrder!, $olderOrder: TaskRunOrder!, $newerFirst: Int, $newerLast: Int, $place: String, $contextBefore: TaskRunFilter!, $contextAfter: TaskRunFilter!, $referenceBefore: TaskRunFilter!, $referenceAfter: TaskRunFilter!, $hasContext: Boolean!, $hasReference: Boolean!) {
  newer: taskRuns(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $newer
    orderBy: $newerOrder
    first: $newerFirst
    last: $newerLast
    before: $place
  ) {
    ...Neighbours
  }
  older: taskRuns(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $older
    orderBy: $olderOrder
    first: 1
    after: $place
  ) {
    ...Neighbours
  }
  contextBefore: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $contextBefore
    first: 10
  ) @include(if: $hasContext) {
    ...RelatedRuns
  }
  contextAfter: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $contextAfter
    orderBy: CREATED_ASC
    first: 11
  ) @include(if: $hasContext) {
    ...RelatedRuns
  }
  referenceBefore: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $referenceBefore
    first: 10
  ) @include(if: $hasReference) {
    ...RelatedRuns
  }
  referenceAfter: taskRuns(
    orgId: $orgId
    projectId: $projectId
    filter: $referenceAfter
    orderBy: CREATED_ASC
    first: 11
  ) @include(if: $hasReference) {
    ...RelatedRuns
  }
}

fragment Neighbours on TaskRunConnection {
  edges {
    cursor
    node {
      ...RelatedRun
    }
  }
}

fragment RelatedRun on TaskRun {
  id
  taskId
  created
  isError
  usedFallbackModel
  primaryFailureReason
  llmCallTiming
  chargedCredits
  task {
    name
  }
  responsePreview(length: 120)
  failureMessage
  failure
}

fragment RelatedRuns on TaskRunConnection {
  nodes {
    ...RelatedRun
  }
}` as Operation<RelatedRunsData, RelatedRunsVariables>;

export type Neighbours = { readonly edges: readonly ({ readonly cursor: string; readonly node: RelatedRun | null; })[]; };

export type RelatedRuns = { readonly nodes: readonly (RelatedRun | null)[]; };

export type RelatedRun = { readonly id: string; readonly taskId: string; readonly created: string; readonly isError: boolean; readonly usedFallbackModel: boolean; readonly primaryFailureReason: string | null; readonly llmCallTiming: number | null; readonly chargedCredits: string | null; readonly task: { readonly name: string | null; }; readonly responsePreview: string | null; readonly failureMessage: string | null; readonly failure: string | null; };

export type RunData = { readonly taskRun: Run | null; };

export type RunVariables = { readonly orgId: string; readonly projectId: string; readonly taskId: string; readonly id: string; };

export const runQuery = `query Run($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    ...Run
  }
}

fragment Run on TaskRun {
  id
  created
  isError
  usedFallbackModel
  primaryFailureReason
  fallbackLlmModelId
  llmRetries
  inputTokens
  outputTokens
  totalTokens
  inputProcessorTiming
  llmCallTiming
  chargedCredits
  taskId
  taskRevisionId
  userId
  reference
  contextId
  organization {
    name
  }
  project {
    name
  }
  task {
    name
  }
  taskRevision {
    name
  }
  user {
    name
  }
  fallbackLlmModel {
    name
  }
  reportingGroup {
    id
    name
  }
  responseBytes
  responsePreview(length: 300)
  failureMessage
  failure
  files {
    ...RunFile
  }
}

fragment RunFile on TaskRunFile {
  name
  contentType
  sizeBytes
  direction
}` as Operation<RunData, RunVariables>;

export type Run = { readonly id: string; readonly created: string; readonly isError: boolean; readonly usedFallbackModel: boolean; readonly primaryFailureReason: string | null; readonly fallbackLlmModelId: string | null; readonly llmRetries: number; readonly inputTokens: number; readonly outputTokens: number; readonly totalTokens: number; readonly inputProcessorTiming: number | null; readonly llmCallTiming: number | null; readonly chargedCredits: string | null; readonly taskId: string; readonly taskRevisionId: string; readonly userId: string | null; readonly reference: string | null; readonly contextId: string | null; readonly organization: { readonly name: string | null; }; readonly project: { readonly name: string | null; }; readonly task: { readonly name: string | null; }; readonly taskRevision: { readonly name: string | null; }; readonly user: { readonly name: string | null; } | null; readonly fallbackLlmModel: { readonly name: string | null; } | null; readonly reportingGroup: { readonly id: string; readonly name: string; } | null; readonly responseBytes: number | null; readonly responsePreview: string | null; readonly failureMessage: string | null; readonly failure: string | null; readonly files: readonly RunFile[] | null; };

export type RunFile = { readonly name: string; readonly contentType: string; readonly sizeBytes: number; readonly direction: FileDirection; };

export type PayloadData = { readonly taskRun: Payload | null; };

export type PayloadVariables = { readonly orgId: string; readonly projectId: string; readonly taskId: string; readonly id: string; };

export const payloadQuery = `query Payload($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    ...Payload
  }
}

fragment Payload on TaskRun {
  value: responseText
}` as Operation<PayloadData, PayloadVariables>;

export type Payload = { readonly value: string | null; };

export type DownloadUrlsData = { readonly taskRun: { readonly files: readonly { readonly name: string; readonly downloadUrl: string; }[] | null; } | null; };

export type DownloadUrlsVariables = { readonly orgId: string; readonly projectId: string; readonly taskId: string; readonly id: string; };

export const downloadUrlsQuery = `query DownloadUrls($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    files {
      name
      downloadUrl
    }
  }
}` as Operation<DownloadUrlsData, DownloadUrlsVariables>;

export type PlacesData = { readonly viewer: { readonly organizations: readonly ({ readonly organization: { readonly id: string; readonly name: string | null; }; readonly projects: readonly ViewerProject[]; })[]; } | null; };

export type PlacesVariables = { readonly after?: string | null | undefined; };

export const placesQuery = `query Places($after: String) {
  viewer {
    organizations {
      organization {
        id
        name
      }
      projects {
        ...ViewerProject
      }
    }
  }
}

fragment ViewerProject on ViewerProject {
  project {
    id
    name
  }
  tasks(first: 100, after: $after) {
    nodes {
      ...ViewerTask
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}

fragment ViewerTask on ViewerTask {
  task {
    id
    name
  }
  runAccess
  retentionDays
}` as Operation<PlacesData, PlacesVariables>;

export type ViewerProject = { readonly project: { readonly id: string; readonly name: string | null; }; readonly tasks: { readonly nodes: readonly ViewerTask[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null; }; }; };

export type ViewerTask = { readonly task: { readonly id: string; readonly name: string | null; }; readonly runAccess: RunAccess; readonly retentionDays: number | null; };

export type StatisticsData = { readonly taskRunStats: Statistics | null; };

export type StatisticsVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; readonly hasPeriod: boolean; readonly by: BucketWidth; readonly timeZone: string; };

export const statisticsQuery = `query Statistics($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $hasPeriod: Boolean!, $by: BucketWidth!, $timeZone: String!) {
  taskRunStats(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $filter
  ) {
    ...Statistics
  }
}

fragment Statistics on TaskRunStats {
  ...Measures
  previous @include(if: $hasPeriod) {
    ...Measures
  }
  buckets(by: $by, timeZone: $timeZone, withEmpty: true) {
    ...Bucket
  }
}

fragment Measures on TaskRunMeasures {
  runs
  errors
  fallbacks
  totalTokens
  chargedCredits
  llmCallTiming {
    p50
    p95
  }
}

fragment Bucket on TaskRunStatsBucket {
  start
  ...Measures
}` as Operation<StatisticsData, StatisticsVariables>;

export type Statistics = Measures & { readonly previous?: Measures; readonly buckets: readonly Bucket[]; };

export type Bucket = Measures & { readonly start: string; };

export type BreakdownData = { readonly taskRunStats: Breakdown | null; };

export type BreakdownVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; readonly hasPeriod: boolean; readonly path?: string | null | undefined; };

export const breakdownQuery = `query Breakdown($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $hasPeriod: Boolean!, $path: String) {
  taskRunStats(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $filter
  ) {
    ...Breakdown
  }
}

fragment Breakdown on TaskRunStats {
  groupBy(dimension: RESPONSE, path: $path) {
    value
    firstCreated
    lastCreated
    json
    reportingGroup {
      name
    }
    task {
      name
    }
    taskRevision {
      name
    }
    user {
      name
    }
    fallbackLlmModel {
      name
    }
    ...Measures
    previous @include(if: $hasPeriod) {
      ...Measures
    }
  }
}

fragment Measures on TaskRunMeasures {
  runs
  errors
  fallbacks
  totalTokens
  chargedCredits
  llmCallTiming {
    p50
    p95
  }
}` as Operation<BreakdownData, BreakdownVariables>;

export type Breakdown = { readonly groupBy: readonly (Measures & { readonly value: string | null; readonly firstCreated: string | null; readonly lastCreated: string | null; readonly json: unknown | null; readonly reportingGroup: { readonly name: string; } | null; readonly task: { readonly name: string | null; } | null; readonly taskRevision: { readonly name: string | null; } | null; readonly user: { readonly name: string | null; } | null; readonly fallbackLlmModel: { readonly name: string | null; } | null; readonly previous?: Measures; })[]; };

export type SeriesData = { readonly taskRunStats: Series | null; };

export type SeriesVariables = { readonly orgId: string; readonly projectId: string; readonly taskId?: string | null | undefined; readonly filter?: TaskRunFilter | null | undefined; readonly path?: string | null | undefined; readonly by: BucketWidth; readonly timeZone: string; };

export const seriesQuery = `query Series($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter, $path: String, $by: BucketWidth!, $timeZone: String!) {
  taskRunStats(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    filter: $filter
  ) {
    ...Series
  }
}

fragment Series on TaskRunStats {
  groupBy(dimension: RESPONSE, path: $path, first: 5) {
    value
    buckets(by: $by, timeZone: $timeZone) {
      ...Bucket
    }
  }
}

fragment Bucket on TaskRunStatsBucket {
  start
  ...Measures
}

fragment Measures on TaskRunMeasures {
  runs
  errors
  fallbacks
  totalTokens
  chargedCredits
  llmCallTiming {
    p50
    p95
  }
}` as Operation<SeriesData, SeriesVariables>;

export type Series = { readonly groupBy: readonly ({ readonly value: string | null; readonly buckets: readonly Bucket[]; })[]; };

export type Measures = { readonly runs: number; readonly errors: number; readonly fallbacks: number; readonly totalTokens: string; readonly chargedCredits: string; readonly llmCallTiming: { readonly p50: number | null; readonly p95: number | null; }; };

export interface TaskRunFilter { readonly status?: TaskRunStatus | null | undefined; readonly statusIn?: readonly TaskRunStatus[] | null | undefined; readonly taskRevisionId?: string | null | undefined; readonly taskRevisionIdIn?: readonly string[] | null | undefined; readonly reportingGroupId?: string | null | undefined; readonly reportingGroupIdIn?: readonly (string | null)[] | null | undefined; readonly reportingGroupName?: string | null | undefined; readonly userId?: string | null | undefined; readonly userIdIn?: readonly string[] | null | undefined; readonly reference?: TextFilter | null | undefined; readonly contextId?: TextFilter | null | undefined; readonly createdAfter?: string | null | undefined; readonly createdBefore?: string | null | undefined; readonly usedFallbackModel?: boolean | null | undefined; readonly fallbackLlmModelId?: string | null | undefined; readonly fallbackLlmModelIdIn?: readonly string[] | null | undefined; readonly primaryFailureReasonContains?: string | null | undefined; readonly failureIn?: readonly string[] | null | undefined; readonly minLlmRetries?: number | null | undefined; readonly maxLlmRetries?: number | null | undefined; readonly minLlmCallTiming?: number | null | undefined; readonly maxLlmCallTiming?: number | null | undefined; readonly minTotalTokens?: number | null | undefined; readonly maxTotalTokens?: number | null | undefined; readonly minChargedCredits?: string | null | undefined; readonly maxChargedCredits?: string | null | undefined; readonly hasFiles?: boolean | null | undefined; readonly hasReportingGroup?: boolean | null | undefined; readonly hasUser?: boolean | null | undefined; readonly hasReference?: boolean | null | undefined; readonly hasContext?: boolean | null | undefined; readonly hasPrimaryFailureReason?: boolean | null | undefined; readonly hasFallbackLlmModel?: boolean | null | undefined; readonly hasLlmCallTiming?: boolean | null | undefined; readonly hasChargedCredits?: boolean | null | undefined; readonly hasResponse?: boolean | null | undefined; readonly response?: readonly JSONCondition[] | null | undefined; readonly submitted?: readonly JSONCondition[] | null | undefined; readonly runData?: readonly JSONCondition[] | null | undefined; readonly search?: string | null | undefined; readonly AND?: readonly TaskRunFilter[] | null | undefined; readonly OR?: readonly TaskRunFilter[] | null | undefined; readonly NOT?: TaskRunFilter | null | undefined; }

export type TaskRunStatus = 'SUCCESS' | 'FAIL';

export interface TextFilter { readonly eq?: string | null | undefined; readonly in?: readonly string[] | null | undefined; readonly startsWith?: string | null | undefined; }

export interface JSONCondition { readonly path: string; readonly eq?: unknown | null | undefined; readonly in?: readonly (unknown | null)[] | null | undefined; readonly exists?: boolean | null | undefined; readonly contains?: unknown | null | undefined; readonly gt?: string | null | undefined; readonly gte?: string | null | undefined; readonly lt?: string | null | undefined; readonly lte?: string | null | undefined; }

export type TaskRunDimension = 'TASK' | 'REVISION' | 'STATUS' | 'USER' | 'CONTEXT' | 'REPORTING_GROUP' | 'FALLBACK_MODEL' | 'FAILURE_REASON' | 'FAILURE' | 'REFERENCE' | 'RESPONSE' | 'SUBMITTED' | 'RUN_DATA';

export type TaskRunOrder = 'CREATED_DESC' | 'CREATED_ASC' | 'LLM_CALL_TIMING_DESC' | 'LLM_CALL_TIMING_ASC' | 'CHARGED_CREDITS_DESC' | 'CHARGED_CREDITS_ASC' | 'TOTAL_TOKENS_DESC' | 'TOTAL_TOKENS_ASC' | 'LLM_RETRIES_DESC' | 'LLM_RETRIES_ASC';

export type RunAccess = 'ALL' | 'USAGE' | 'OWN' | 'NONE';

export type FileDirection = 'INPUT' | 'OUTPUT';

export type BucketWidth = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';

/** The type of each filter in the schema. */
export const filterTypes = {
  status: 'TaskRunStatus',
  statusIn: '[TaskRunStatus!]',
  taskRevisionId: 'ID',
  taskRevisionIdIn: '[ID!]',
  reportingGroupId: 'ID',
  reportingGroupIdIn: '[ID]',
  reportingGroupName: 'String',
  userId: 'ID',
  userIdIn: '[ID!]',
  reference: 'TextFilter',
  contextId: 'TextFilter',
  createdAfter: 'DateTime',
  createdBefore: 'DateTime',
  usedFallbackModel: 'Boolean',
  fallbackLlmModelId: 'ID',
  fallbackLlmModelIdIn: '[ID!]',
  primaryFailureReasonContains: 'String',
  failureIn: '[String!]',
  minLlmRetries: 'Int',
  maxLlmRetries: 'Int',
  minLlmCallTiming: 'Float',
  maxLlmCallTiming: 'Float',
  minTotalTokens: 'Int',
  maxTotalTokens: 'Int',
  minChargedCredits: 'Decimal',
  maxChargedCredits: 'Decimal',
  hasFiles: 'Boolean',
  hasReportingGroup: 'Boolean',
  hasUser: 'Boolean',
  hasReference: 'Boolean',
  hasContext: 'Boolean',
  hasPrimaryFailureReason: 'Boolean',
  hasFallbackLlmModel: 'Boolean',
  hasLlmCallTiming: 'Boolean',
  hasChargedCredits: 'Boolean',
  hasResponse: 'Boolean',
  response: '[JSONCondition!]',
  submitted: '[JSONCondition!]',
  runData: '[JSONCondition!]',
  search: 'String',
  AND: '[TaskRunFilter!]',
  OR: '[TaskRunFilter!]',
  NOT: 'TaskRunFilter',
} as const;
