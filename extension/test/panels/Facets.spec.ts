import { tail } from '../../src/panels/search/Facets';

describe('tail', () => {
  it.each([
    ['/api/users', '/api/users'],
    ['a word of no path that is longer than there is room', 'a word of no path that is longer than there is room'],
    ['/srv/shop/sample-logs/storefront.log.1', '…/storefront.log.1'],
    ['/srv/shop/logs/app.log/x', '…/logs/app.log/x'],
    ['/srv/a-name-that-is-longer-than-there-is-room.log', '…/a-name-that-is-longer-than-there-is-room.log']
  ])('shows of %s the end, with its last name whole', (path, shown) => {
    expect(tail(path)).toBe(shown);
  });
});
