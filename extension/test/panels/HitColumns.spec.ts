import { columnWidth } from '../../src/panels/search/HitColumns';

describe('columnWidth', () => {
  it('leaves room to the text, as long as columns can be read', () => {
    expect(columnWidth(1_000, 0)).toBe(160);
    expect(columnWidth(1_000, 2)).toBe(160);
    expect(columnWidth(1_000, 5)).toBe(120);
    expect(columnWidth(300, 10)).toBe(60);
  });
});
