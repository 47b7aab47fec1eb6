// Made from the schema and *.graphql of this program by `npm run schema:files`.

import type { Operation } from '../shared/api/operation.js';

export type WhatISeeData = { readonly viewer: { readonly organizations: readonly { readonly organization: { readonly id: string; }; readonly projects: readonly { readonly project: { readonly id: string; }; readonly tasks: { readonly nodes: readonly { readonly runAccess: RunAccess; }[]; }; }[]; }[]; } | null; };

export type WhatISeeVariables = Record<string, never>;

export const whatISeeQuery = `query WhatISee {
  viewer {
    organizations {
      organization {
        id
      }
      projects {
        project {
          id
        }
        tasks(first: 20) {
          nodes {
            runAccess
          }
        }
      }
    }
  }
}` as Operation<WhatISeeData, WhatISeeVariables>;

export type RunsForExamplesData = { readonly newest: { readonly nodes: readonly (ExampleRun & { readonly files: readonly { readonly name: string; }[] | null; } | null)[]; } | null; readonly failed: { readonly nodes: readonly (ExampleRun | null)[]; } | null; };

export type RunsForExamplesVariables = { readonly orgId: string; readonly projectId: string; };

export const runsForExamplesQuery = `query RunsForExamples($orgId: ID!, $projectId: ID!) {
  newest: taskRuns(orgId: $orgId, projectId: $projectId, first: 20) {
    nodes {
      ...ExampleRun
      files {
        name
      }
    }
  }
  failed: taskRuns(
    orgId: $orgId
    projectId: $projectId
    first: 1
    filter: {status: FAIL}
  ) {
    nodes {
      ...ExampleRun
    }
  }
}

fragment ExampleRun on TaskRun {
  id
  taskId
  created
}` as Operation<RunsForExamplesData, RunsForExamplesVariables>;

export type ExampleRun = { readonly id: string; readonly taskId: string; readonly created: string; };

export type RunAccess = 'ALL' | 'USAGE' | 'OWN' | 'NONE';
