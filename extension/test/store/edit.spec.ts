import fc from 'fast-check';

import { and, applyFix, clause, filter, filtered, filters, unfiltered } from '../../src/store/edit';

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
    expect(and('a OR b', 'c d', ' AND ')).toBe('(a OR b) AND c d');
    expect(and('', 'c d', ' AND ')).toBe('c d');
    expect(and('"a OR b"', '(c OR d)')).toBe('"a OR b" (c OR d)');
  });

  it('takes no clause for another that ends alike', () => {
    expect(filtered('sublevel:"error"', 'level', 'error')).toBeNull();
    expect(filtered('level:"error"x', 'level', 'error')).toBeNull();
    expect(filtered('NOT level:"error" level:"error"', 'level', 'error')).toBe('not');
  });

  it('asks for several values of a field at once', () => {
    const two = filter('timeout level:error x', 'level', 'warning', false);
    expect(two).toBe('timeout level:(error OR "warning") x');
    expect(filters(two, 'level')).toEqual([{ value: 'error', way: 'only' }, { value: 'warning', way: 'only' }]);
    expect(filter(two, 'level', 'WARNING', false)).toBe('timeout level:error x');
    expect(filter(two, 'level', 'error', true)).toBe('timeout level:"warning" x NOT level:"error"');
    expect(filter('status:404', 'status', 500, true)).toBe('status:404 NOT status:"500"');
  });

  it('touches no clause that is one of several by OR, or that compares otherwise', () => {
    expect(filter('a OR level:error', 'level', 'info', false)).toBe('(a OR level:error) level:"info"');
    expect(filtered('level:err*', 'level', 'err')).toBeNull();
    expect(filtered('(a OR level:error)', 'level', 'error')).toBeNull();
    expect(filter('level:>=error', 'level', 'info', false)).toBe('level:>=error level:"info"');
  });

  it('takes away all that the query says of the values of a field', () => {
    expect(unfiltered('a AND level:error AND NOT level:"x" host:b', 'level')).toBe('a host:b');
    expect(unfiltered('level:(a OR "b c") AND host:"b"', 'level')).toBe('host:"b"');
    expect(unfiltered('a OR level:error', 'level')).toBe('a OR level:error');
    expect(unfiltered('k8s.pod:"(" k8sxpod:"("', 'k8s.pod')).toBe('k8sxpod:"("');
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
