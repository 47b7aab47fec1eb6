import { foundPlaces } from '../../../src/pages/runs/filters/found-runs.js';

const byReference = { name: 'by reference', changes: { reference: 'a' } };
const organization = { name: 'all projects of Harbor', changes: { project: null } };
const inOrganization = { count: '4', projects: '2 projects' };

describe('the matches of a search', () => {
  it('name their projects if the scope is the organization', () => {
    expect(foundPlaces([{ ...byReference, count: '4', inOrganization }], 'all projects of Harbor', undefined)).toEqual([
      {
        text: 'In all projects of Harbor:',
        links: [{ text: '4 by reference in 2 projects', isDisabled: false, changes: { reference: 'a' } }],
      },
    ]);
  });

  it('are followed by the further ones in the organization', () => {
    const [here, around] = foundPlaces([{ ...byReference, count: '1', inOrganization }], 'Claims', organization);
    expect(here!.links[0]).toMatchObject({ text: '1 by reference' });
    expect(around).toEqual({
      text: 'In all projects of Harbor:',
      links: [{ text: '4 by reference in 2 projects', isDisabled: false, changes: { reference: 'a', project: null } }],
    });
  });

  it('are all in the scope if the organization has as many', () => {
    const found = { ...byReference, count: '4', inOrganization };
    expect(foundPlaces([found], 'Claims', organization)[1]).toEqual({
      text: 'In all projects of Harbor: no further matches',
      links: [],
    });
  });

  it('lead nowhere without a run, or if the API cannot search them', () => {
    const words = { name: 'with this word', changes: { words: 'a' }, rejection: 'words are not searched here' };
    const [here] = foundPlaces(
      [
        { ...byReference, count: '0' },
        { ...words, count: undefined },
        { ...byReference, count: undefined },
      ],
      'Claims',
      organization,
    );
    expect(here!.links.map(({ text, isDisabled }) => [text, isDisabled])).toEqual([
      ['0 by reference', true],
      ['words are not searched here', true],
      ['by reference: cannot be searched', true],
    ]);
  });
});
