import type { Permission } from '@cupola/domain';
import type { WordKey } from '../core/words';
import type { IconName } from '../ui/icon';

export interface Page {
  to: string;
  icon: IconName;
  word: WordKey;
  needs: Permission;
  /** After G. */
  key: string;
}

/** The console's pages in the order of the rail. */
export const PAGES: readonly Page[] = [
  { to: '/', icon: 'overview', word: 'nav.overview', needs: 'building.read', key: 'v' },
  { to: '/floors', icon: 'floor', word: 'nav.floors', needs: 'building.read', key: 'f' },
  { to: '/alarms', icon: 'alarm', word: 'nav.alarms', needs: 'alarms.read', key: 'a' },
  { to: '/overrides', icon: 'hand', word: 'nav.overrides', needs: 'overrides.read', key: 'o' },
  { to: '/controllers', icon: 'controllers', word: 'nav.controllers', needs: 'controllers.read', key: 'c' },
  { to: '/audit', icon: 'audit', word: 'nav.audit', needs: 'audit.read', key: 'd' },
  { to: '/users', icon: 'users', word: 'nav.users', needs: 'users.read', key: 'u' },
  { to: '/import', icon: 'import', word: 'nav.import', needs: 'building.import', key: 'i' },
];

/** Only where a simulated building may be commanded. */
export const FAULTS_PAGE: Omit<Page, 'key'> = { to: '/faults', icon: 'fault', word: 'nav.faults', needs: 'points.command' };

/** Places inside of pages that people look for by what they do there. */
export const ACTIONS: readonly Omit<Page, 'key'>[] = [
  { to: '/controllers?open=register', icon: 'plus', word: 'search.do.register', needs: 'controllers.register' },
  { to: '/controllers?link=offline', icon: 'controllers', word: 'search.do.offline', needs: 'controllers.read' },
  { to: '/overrides?level=8', icon: 'hand', word: 'search.do.release', needs: 'points.command' },
  { to: '/alarms?tab=history', icon: 'alarm', word: 'search.do.history', needs: 'alarms.read' },
  { to: '/alarms/definitions', icon: 'alarm', word: 'search.do.definitions', needs: 'alarms.define' },
  { to: '/controllers/origins', icon: 'controllers', word: 'search.do.origins', needs: 'controllers.origins' },
  { to: '/start', icon: 'plant', word: 'search.do.start', needs: 'building.import' },
];
