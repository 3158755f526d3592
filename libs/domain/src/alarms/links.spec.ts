import { describe, expect, it } from 'vitest';
import { type Graces, judgeLinks, type WatchedLink } from './links.js';

const GRACE = 60;
const link = (controllerId: string, more: Partial<WatchedLink> = {}): WatchedLink => ({
  ...{ controllerId, siteId: 'site', link: 'online', reason: 'connected', gatewayId: 'g1' },
  ...more,
});
const lost: Partial<WatchedLink> = { link: 'offline', reason: 'gateway_lost' };
const verdicts = (links: WatchedLink[], { hasGateway = true, graces = new Map() as Graces, now = 0 } = {}) => {
  const judged = judgeLinks(links, hasGateway, graces, GRACE, now);
  return { ...judged, controllers: Object.fromEntries(judged.controllers) };
};

describe('links', () => {
  it('tell what is lost for itself', () => {
    const { controllers, lostGateways } = verdicts([
      link('a'),
      link('b', { link: 'offline', reason: 'connection_lost' }),
      link('c', { link: 'never', reason: 'never_connected', gatewayId: null }),
      link('d', { link: 'offline', reason: 'gateway_lost', gatewayId: null }),
    ]);
    expect(controllers).toEqual({ a: 'FALSE', b: 'TRUE', c: 'FALSE', d: 'TRUE' });
    expect(lostGateways).toEqual([]);
  });

  it('name a lost gateway once for each site, and none of its controllers', () => {
    const { controllers, lostGateways } = verdicts(
      [link('a', lost), link('b', { ...lost, reason: 'drained' }), link('c', { ...lost, siteId: 'other' }), link('d', { ...lost, gatewayId: 'g2' })],
      { hasGateway: false },
    );
    expect(Object.values(controllers)).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN']);
    expect(lostGateways).toEqual([
      { gatewayId: 'g1', siteId: 'site' },
      { gatewayId: 'g1', siteId: 'other' },
      { gatewayId: 'g2', siteId: 'site' },
    ]);
  });

  it('give time to come back only while there is a gateway to come back to', () => {
    let graces: Graces = new Map();
    const look = (hasGateway: boolean, now: number) => {
      const judged = verdicts([link('a', lost)], { hasGateway, graces, now });
      graces = judged.graces;
      return [judged.controllers['a'], judged.lostGateways.length];
    };
    expect(look(false, 0)).toEqual(['UNKNOWN', 1]);
    expect(look(false, 1000)).toEqual(['UNKNOWN', 1]);
    expect(look(true, 1010)).toEqual(['UNKNOWN', 1]);
    expect(look(true, 1069)).toEqual(['UNKNOWN', 1]);
    expect(look(true, 1070)).toEqual(['TRUE', 0]);
    expect(look(false, 1080)).toEqual(['UNKNOWN', 1]);
    expect(look(true, 1090)).toEqual(['UNKNOWN', 1]);
  });

  it('forget the time of a controller that came back', () => {
    const { graces } = verdicts([link('a')], { graces: new Map([['a', 10]]), now: 50 });
    expect(graces.size).toBe(0);
  });
});
