import fc from 'fast-check';

import { and, applyFix, clause, filter, filtered } from '../../src/store/edit';

const field = fc.constantFrom('level', 'status', 'k8s.pod');
const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean());
const query = fc.constantFrom('', 'timeout', 'a OR b', '"x OR y"', '(a OR b) c', 'level:"error"', 'NOT level:"error" x', '/a.*b/i');

describe('filter', () => {
  it('quotes the value, whatever it holds', () => {
    expect(clause('path', 'C:\\a "b"')).toBe('path:"C:\\\\a \\"b\\""');
  });

  it('asks for a value, then for all but it, then for neither', () => {
    expect(filter('timeout', 'level', 'error', false)).toBe('timeout level:"error"');
    expect(filter('timeout level:"error"', 'level', 'error', true)).toBe('timeout NOT level:"error"');
    expect(filter('timeout NOT level:"error"', 'level', 'error', true)).toBe('timeout');
    expect(filter('timeout level:"error"', 'level', 'error', false)).toBe('timeout');
  });

  it('keeps what an OR at the top binds', () => {
    expect(filter('a OR b', 'level', 'error', false)).toBe('(a OR b) level:"error"');
    expect(and('a', 'b OR c')).toBe('a (b OR c)');
    expect(and('"a OR b"', '(c OR d)')).toBe('"a OR b" (c OR d)');
  });

  it('takes no clause for another that ends alike', () => {
    expect(filtered('sublevel:"error"', 'level', 'error')).toBeNull();
    expect(filtered('level:"error"x', 'level', 'error')).toBeNull();
    expect(filtered('NOT level:"error" level:"error"', 'level', 'error')).toBe('not');
  });

  it('says afterwards what was asked for, and is undone by asking again', () => {
    fc.assert(
      fc.property(query, field, value, fc.boolean(), (text, name, wanted, exclude) => {
        fc.pre(filtered(text, name, wanted) === null);
        const changed = filter(text, name, wanted, exclude);
        expect(filtered(changed, name, wanted)).toBe(exclude ? 'not' : 'only');
        expect(filtered(filter(changed, name, wanted, exclude), name, wanted)).toBeNull();
      })
    );
  });
});

describe('applyFix', () => {
  it('puts the fix in place of its span', () => {
    expect(applyFix('status:5OO x', { start: 7, end: 10, message: '', fix: '500' })).toBe('status:500 x');
    expect(applyFix('x', { start: 0, end: 1, message: '', fix: null })).toBe('x');
  });
});
