// Made from the schema and *.graphql of this program by `npm run schema:files`.

import type { Operation } from '../shared/api/operation.js';

export type AccessData = { readonly viewer: { readonly organizations: readonly ({ readonly role: Role | null; readonly isAnalyst: boolean; readonly organization: { readonly id: string; readonly name: string | null; }; readonly projects: readonly ({ readonly role: Role | null; readonly isAnalyst: boolean; readonly project: { readonly id: string; readonly name: string | null; }; })[]; })[]; } | null; };

export type AccessVariables = Record<string, never>;

export const accessQuery = `query Access {
  viewer {
    organizations {
      role
      isAnalyst
      organization {
        id
        name
      }
      projects {
        role
        isAnalyst
        project {
          id
          name
        }
      }
    }
  }
}` as Operation<AccessData, AccessVariables>;

export type Role = 'OWNER' | 'EDITOR' | 'VIEWER' | 'ANALYST';
