import { drawPicture, pictureOrgs } from '../graph/picture.ts';
import { loadFleets } from '../load-fleet.ts';

/** The picture that the documentation shows. */
export const PICTURE = 'docs/graph.svg';

/** Draws the largest org of the example estate, as `fleetwright graph --org factory` does. */
export async function drawEstate(root: string): Promise<string> {
  return drawPicture(pictureOrgs(await loadFleets({ org: ['factory'] }, { root })));
}
