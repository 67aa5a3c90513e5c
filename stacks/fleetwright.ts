import { Dispatcher, DispatcherDatabase, Exposure, type Fleet, Org } from '../constructs/index.ts';

/** The org of the platform itself: the controller that hands out the tasks of all others. */
export default function fleetwright(fleet: Fleet): Org {
  const org = new Org(fleet, 'fleetwright', { owner: 'platform' });
  // #region dispatcher
  new Dispatcher(org, {
    database: fleet.environment.cluster.operators.includes('cnpg') ? DispatcherDatabase.cloudNativePg() : DispatcherDatabase.embedded(),
    expose: Exposure.signedIn({ groups: ['platform', 'operators'] }),
  });
  // #endregion
  return org;
}
