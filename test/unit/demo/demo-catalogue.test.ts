import { demoGroups, demoOrganizations, demoProjects, demoTasks } from '../../../src/demo/data/demo-catalogue.js';

describe("the demo's organizations", () => {
  it('number three, with two projects each', () => {
    expect(demoOrganizations).toHaveLength(3);
    for (const { id } of demoOrganizations) {
      expect(demoProjects.filter(({ orgId }) => orgId === id)).toHaveLength(2);
    }
  });

  it('offer tasks of every visibility and reporting groups in each project', () => {
    for (const { id } of demoProjects) {
      const tasks = demoTasks.filter(({ row }) => row.projectId === id);
      expect(tasks.length).toBeGreaterThanOrEqual(3);
      expect(new Set(tasks.map(({ row }) => row.runVisibility))).toEqual(
        new Set(['owner_only', 'editors_and_owners', 'all_viewers']),
      );
      expect(demoGroups.some(({ projectId }) => projectId === id)).toBe(true);
    }
  });
});
